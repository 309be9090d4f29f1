"""Sentences of this room: what the browser's scripts say, and how refusals read."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from webapp.problems import SENTENCES
from webapp.texts import TEXTS

TEXTS.update(
    editor_saved=_l("Saved"),
    editor_saving=_l("Saving…"),
    editor_unsaved=_l("Not saved yet"),
    editor_lost=_l("Not saved: no connection. Your text is kept in this browser."),
    editor_restored=_l("Text that had not been saved was brought back."),
    editor_no_findings=_l("Nothing is wrong with this text."),
    editor_line=_l("line"),
    editor_error=_l("Error"),
    editor_warning=_l("Warning"),
    editor_no_step=_l("Put the cursor into a step first."),
    editor_published=_l("Same as published"),
    editor_differs=_l("Differs from what is published"),
    editor_not_drawn=_l("The drawing shows the last text that could be read."),
)
SENTENCES.update(
    draft_stale=_l("Somebody else changed this draft after you opened it. Nothing was saved."),
    script_name_taken=_l("There is already a script of this name in the project."),
    script_too_large=_l("The script is too large: at most one million characters."),
    comment_empty=_l("Write something first."),
    comments_too_many=_l("There are too many open comments. Settle some first."),
    quota_without_script=_l("The campaign has no published script yet. Choose one first."),
    quota_expression=_l("The condition of the cell cannot be used."),
    quota_values=_l("A cell needs a name, a target of 0 or more and an action."),
    quota_name_taken=_l("There is already a cell of this name."),
    quota_too_many=_l("There are too many cells."),
)
