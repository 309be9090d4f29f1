"""The script pages: list, editor, review and publishing, versions, figures, surveys.

``room`` holds the blueprint; ``reading`` the list and the versions, ``editing`` the editor and what it asks of the
server, ``talking`` comments, ``publishing`` the review, ``figures`` and ``survey`` what came of it, ``exporting``
files.
"""

from webapp.script import editing, exporting, figures, publishing, reading, survey, talking, texts
from webapp.script.room import blueprint

__all__ = ["blueprint", "editing", "exporting", "figures", "publishing", "reading", "survey", "talking", "texts"]
