"""Files that leave the house: answers, codebook, questionnaire, figures.

Room: scripting. May import ``scripts``. Every format is made in memory: a survey of 100,000 cases is some 30 MB.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from dialer.errors import BadInput
from dialer.scripting.cases import Survey, SurveyCase
from scripts import xlsform
from scripts.errors import ScriptError
from scripts.exports import codebook, sheets, spss, triple_s
from scripts.exports.table import Table, tabulate
from scripts.model import Script

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class File:
    """``name`` is what it is called on the person's disk."""

    name: str
    content: bytes
    mime: str


def _name(script: Script, kind: str, ending: str) -> str:
    return f"{script.name.replace('/', '-')}-{kind}.{ending}"


def table_of(survey: Survey, every: bool = False) -> Table:
    """The cases with an interview or any answer; ``every``: all of them, the untried too."""
    wanted = [case for case in survey.cases if every or case.answers or case.share is not None]
    return tabulate(survey.script, map(SurveyCase.as_case, wanted))


def _csv(script: Script, table: Table, language: str) -> File:
    return File(_name(script, "answers", "csv"), sheets.csv_bytes(table.headings, table.rows), "text/csv")


def _xlsx(script: Script, table: Table, language: str) -> File:
    pages = {"answers": (table.headings, table.rows)} | _codebook_pages(script, language)
    return File(_name(script, "answers", "xlsx"), sheets.xlsx_bytes(pages), XLSX)


def _sav(script: Script, table: Table, language: str) -> File:
    try:
        return File(
            _name(script, "answers", "sav"), spss.sav_bytes(script, table, language), "application/octet-stream"
        )
    except ScriptError as fault:
        raise BadInput(fault.placed) from None


def _triple_s(script: Script, table: Table, language: str) -> File:
    data_name = _name(script, "answers", "csv")
    metadata, data = triple_s.export(script, table, language, data_name)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_name(script, "answers", "sss"), metadata)
        archive.writestr(data_name, data)
    return File(_name(script, "answers", "triple-s.zip"), out.getvalue(), "application/zip")


FORMATS: dict[str, Callable[[Script, Table, str], File]] = {
    "csv": _csv, "xlsx": _xlsx, "sav": _sav, "triple-s": _triple_s,
}  # fmt: skip


def answers(survey: Survey, kind: str, language: str, every: bool = False) -> File:
    """The answers in one of FORMATS. Raises BadInput where the format needs a package that is not installed."""
    return FORMATS[kind](survey.script, table_of(survey, every), language)


def _codebook_pages(script: Script, language: str) -> dict[str, tuple[list[str], list[list[object]]]]:
    rows = [list(row.values()) for row in codebook.rows(script, language)]
    labels = [list(label) for label in codebook.labels(script, language)]
    return {"codebook": (list(codebook.HEADINGS), rows), "labels": (["column", "code", "label"], labels)}


def codebook_file(script: Script, kind: str, language: str) -> File:
    """The codebook as "csv" or "xlsx"."""
    pages = _codebook_pages(script, language)
    name = _name(script, "codebook", kind)
    if kind == "xlsx":
        return File(name, sheets.xlsx_bytes(pages), XLSX)
    return File(name, sheets.csv_bytes(*pages["codebook"]), "text/csv")


def questionnaire(script: Script) -> File:
    """The XLSForm of a script; what has no counterpart stands on a sheet of its own."""
    made = xlsform.write(script)
    pages = made.sheets | {"warmline_notes": [["left_out"], *([note] for note in made.notes)]}
    return File(_name(script, "xlsform", "xlsx"), xlsform.to_xlsx(pages), XLSX)
