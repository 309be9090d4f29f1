"""What can go wrong with a script, said in one clear sentence.

Room: scripts, the first step of every way through it. May import ``told``.
``ScriptError`` is about the text of a script, ``MoveRefused`` about a move that the operator's screen asked for.
Nothing else is ever raised by this package for bad input.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scripts.told import Told, expecting, told


class ScriptError(Exception):
    """A script (or a script test) that cannot be used.

    ``file``, ``line`` and ``column`` (both from 1; 0 where there is none) say where, ``expected`` what would have been
    right ("" where nothing can be said), ``code`` is the short name that lint and the documentation use.
    """

    def __init__(
        self,
        message: str,
        *,
        file: str = "",
        line: int = 0,
        column: int = 0,
        expected: str = "",
        code: str = "syntax",
    ) -> None:
        self.message = message
        self.file, self.line, self.column = file, line, column
        self.expected, self.code = expected, code
        super().__init__(str(self))

    def __str__(self) -> str:
        return str(self.placed)

    @property
    def sentence(self) -> str:
        """What is wrong and what was expected, without the place."""
        return expecting(self.message, self.expected)

    @property
    def placed(self) -> str:
        """``FILE:LINE:COLUMN: sentence``, as far as there is a place."""
        where = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        return told("%(where)s: %(sentence)s", where=where, sentence=self.sentence) if where else self.sentence

    def at(self, file: str, line: int, column: int) -> ScriptError:
        """The same error with a place, for checks that see a piece of text and not the file it is in."""
        return ScriptError(self.message, file=file, line=line, column=column, expected=self.expected, code=self.code)


class MoveRefused(ScriptError):
    """A move that is not possible now; nothing has changed.

    ``texts`` holds the reason per language ("ru", "en"); ``fields`` the reasons per field, where fields were at fault.
    """

    def __init__(
        self,
        code: str,
        texts: Mapping[str, str],
        fields: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self.texts = dict(texts)
        self.fields = {name: dict(reason) for name, reason in (fields or {}).items()}
        super().__init__(self.texts["en"], code=code)


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding of lint: ``level`` is "error" or "warning", ``code`` the rule's name.

    ``message`` is an English sentence that knows its template and values (``scripts.told``).
    """

    code: str
    level: str
    file: str
    line: int
    column: int
    message: str

    def as_dict(self) -> dict[str, object]:
        """Plain data for ``--json``, with the ``template`` of the message and its ``values``."""
        parts = self.message.as_dict() if isinstance(self.message, Told) else {"template": self.message, "values": {}}
        return {name: getattr(self, name) for name in self.__slots__} | parts
