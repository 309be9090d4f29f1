"""XLSForm, the spreadsheet format of questionnaires: plain ones in, any script out.

``workbook`` reads and writes XLSX, ``reading`` makes a script of the sheets, ``writing`` the sheets of a script,
``expressions`` turns conditions into the other language. What has no counterpart is left out and *said* (``notes``).
Format: sheets survey, choices, settings; columns type, name, label::Language (code), relevant, required, constraint.
"""

from scripts.xlsform.reading import Imported, read
from scripts.xlsform.workbook import from_xlsx, to_xlsx
from scripts.xlsform.writing import Exported, write

__all__ = ["Exported", "Imported", "from_xlsx", "read", "to_xlsx", "write"]
