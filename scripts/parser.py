"""A ``*.call`` file becomes a Script.

Room: scripts, the first step for everybody who uses one. May import the readers of head and body. :func:`parse_text`
stops at the first fault; :func:`parse_collecting` goes on to the end, for lint and the editor.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from scripts.body import BodyReader, Opening
from scripts.errors import ScriptError
from scripts.head import Head, read_head
from scripts.model import Answer, Ask, Branch, Line, Node, Note, Script
from scripts.text import normalise, version_hash
from scripts.told import told

FENCE = "---"


def parse_file(path: str | Path) -> Script:
    """Read and parse a file (UTF-8). Raises ScriptError, for a file that cannot be read too."""
    return parse_text(read_source(path), str(path))


def read_source(path: str | Path) -> str:
    """The characters of a UTF-8 file. Raises ScriptError."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ScriptError(told("The file is not UTF-8 text"), file=str(path), code="unreadable") from None
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or "bad name"
        raise ScriptError(
            told("The file cannot be read: %(reason)s", reason=reason), file=str(path), code="unreadable"
        ) from None


def parse_text(text: str, file: str = "") -> Script:
    """Parse a script. Raises ScriptError at its first fault."""
    script, errors = parse_collecting(text, file)
    if errors:
        raise errors[0]
    assert script is not None
    return script


def parse_collecting(text: str, file: str = "") -> tuple[Script | None, list[ScriptError]]:
    """Parse a script and return it with all faults found; None if head or frame cannot be used."""
    try:
        text = normalise(text, file)
        lines = text.split("\n")
        fence = _closing_fence(lines, file)
        head = read_head("\n".join(lines[1:fence]), file, 1)
    except ScriptError as error:
        return None, [error]
    reader = _Nodes(BodyReader(file, head.languages), file)
    for number, line in enumerate(lines[fence + 1 :], fence + 2):
        reader.take(line, number)
    return _script(head, reader.finish(), text, file), reader.errors


def _closing_fence(lines: list[str], file: str) -> int:
    if lines[0] != FENCE:
        raise ScriptError(told("A script begins with its head"), file=file, line=1, column=1, expected=FENCE)
    for number, line in enumerate(lines[1:], 1):
        if line == FENCE:
            return number
    raise ScriptError(told("The head does not end"), file=file, line=len(lines), column=1, expected=FENCE)


def _script(head: Head, nodes: tuple[Node, ...], text: str, file: str) -> Script:
    return Script(
        name=head.name,
        kind=head.kind,
        languages=head.languages,
        start=head.start,
        needs=head.needs,
        fields=head.fields,
        nodes=nodes,
        disclose=head.disclose,
        stages=head.stages,
        signed=head.signed,
        text=text,
        version_hash=version_hash(text),
        file=file,
        start_at=head.marks["start"],
        head_marks=head.marks,
    )


@dataclass
class _Draft:
    """A node while its lines are read."""

    opening: Opening
    lines: list[Line] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    branches: list[Branch] = field(default_factory=list)

    def node(self) -> Node:
        return Node(
            id=self.opening.id,
            stage=self.opening.stage,
            flags=self.opening.flags,
            lines=tuple(self.lines),
            notes=tuple(self.notes),
            asks=tuple(self.asks),
            answers=tuple(self.answers),
            branches=tuple(self.branches),
            line=self.opening.line,
            column=self.opening.column,
        )


class _Nodes:
    """Gathers the objects of body lines into nodes, and the faults."""

    def __init__(self, reader: BodyReader, file: str) -> None:
        self.reader, self.file = reader, file
        self.errors: list[ScriptError] = []
        self.nodes: list[Node] = []
        self.draft: _Draft | None = None

    def take(self, raw: str, number: int) -> None:
        try:
            item = self.reader.read(raw, number)
        except ScriptError as error:
            self.errors.append(error)
            return
        if isinstance(item, Opening):
            self._close()
            self.draft = _Draft(item)
        elif item is not None and self.draft is None:
            expected = "=== id"
            message = told("This line stands before the first step")
            self.errors.append(ScriptError(message, file=self.file, line=number, column=1, expected=expected))
        elif self.draft is not None:
            _add(self.draft, item)

    def _close(self) -> None:
        if self.draft is not None:
            self.nodes.append(self.draft.node())
            self.draft = None

    def finish(self) -> tuple[Node, ...]:
        self._close()
        if not self.nodes and not self.errors:
            self.errors.append(ScriptError(told("The script has no step"), file=self.file, line=1, expected="=== id"))
        return tuple(self.nodes)


def _add(draft: _Draft, item: Line | Note | Ask | Answer | Branch | None) -> None:
    if isinstance(item, Line):
        draft.lines.append(item)
    elif isinstance(item, Note):
        draft.notes.append(item)
    elif isinstance(item, Ask):
        draft.asks.append(item)
    elif isinstance(item, Answer):
        draft.answers.append(item)
    elif isinstance(item, Branch):
        draft.branches.append(item)
