"""One pass over a file's bytes before anything is read out of it: fingerprint, kind, encoding, and refusals.

Memory stays at a few chunks whatever the file. May import our ``encodings`` only.
"""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from dialer.errors import BadInput
from dialer.lists import encodings

CHUNK = 1 << 20
LONGEST_LINE = 4 * CHUNK
SAMPLE = 1 << 16
LARGEST = 20 << 30
_CONTROL = bytes(c for c in range(32) if c not in b"\t\n\r\x1a\0")
_ARCHIVES = ((b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"), (b"\xfd7zXZ", "xz"), (b"7z\xbc\xaf", "7-Zip"), (b"Rar!", "RAR"))


@dataclass(frozen=True)
class Scan:
    """``kind`` is text, zip (XLSX, ODS) or ole (XLS and encrypted workbooks); ``encoding`` is for text."""

    kind: str
    sha256: str
    size: int
    encoding: str


def scan(path: Path) -> Scan:
    """Look at every byte once. Raises BadInput with one sentence if nothing can be made of the file."""
    try:
        with path.open("rb") as file:
            return _scan(file)
    except OSError as err:
        raise BadInput(f"the file {path.name} cannot be read: {err.strerror}") from err


class _Lines:
    """Watches a text go by: the longest line, whether all is UTF-8, a sample of lines beyond ASCII."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._since_end = 0
        self._rest = b""
        self.utf8 = True
        self.sample: list[bytes] = []
        self._sampled = 0

    def see(self, chunk: bytes) -> None:
        if b"\n" in chunk or b"\r" in chunk:
            self._since_end = 0
        self._since_end += len(chunk)
        if self._since_end > LONGEST_LINE:
            raise BadInput("the file has a line of more than 4 million characters; it is not a list of contacts")
        if not chunk.isascii():
            self._sample(chunk)
        self._decode(chunk)

    def _decode(self, chunk: bytes, final: bool = False) -> None:
        if self.utf8:
            try:
                self._decoder.decode(chunk, final)
            except UnicodeDecodeError:
                self.utf8 = False

    def _sample(self, chunk: bytes) -> None:
        if self._sampled < SAMPLE:
            # The first and last line of a chunk may be cut in two, so they are left out where others are there.
            lines = chunk.splitlines()
            for line in lines[1:-1] or lines:
                if self._sampled < SAMPLE and not line.isascii():
                    self.sample.append(line[:1000])
                    self._sampled += len(line)

    def encoding(self) -> str:
        self._decode(b"", final=True)
        return "utf-8" if self.utf8 else encodings.of_lines(self.sample)


def _scan(file: BinaryIO) -> Scan:
    digest, size, lines = hashlib.sha256(), 0, _Lines()
    kind, encoding = "", None
    while chunk := file.read(CHUNK):
        if not size:
            kind = _kind(chunk)
            encoding = encodings.by_mark(chunk) if kind == "text" else ""
            _refuse_other_kinds(chunk, encoding)
        size += len(chunk)
        if size > LARGEST:
            raise BadInput("the file is larger than 20 GB; please split it")
        digest.update(chunk)
        if kind == "text":
            lines.see(chunk)
    if not size:
        raise BadInput("the file is empty")
    if encoding is None:
        encoding = lines.encoding()
    return Scan(kind, digest.hexdigest(), size, encoding)


def _kind(start: bytes) -> str:
    if start.startswith(b"PK\x03\x04"):
        return "zip"
    return "ole" if start.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") else "text"


def _refuse_other_kinds(start: bytes, encoding: str | None) -> None:
    for magic, name in _ARCHIVES:
        if start.startswith(magic):
            raise BadInput(f"the file is packed with {name}; unpack it first")
    if encoding is not None:
        return
    head = start[:SAMPLE]
    strange = len(head) - len(head.translate(None, _CONTROL)) + max(0, head.count(0) - len(head) // 100)
    if head.startswith(b"%PDF") or strange > len(head) // 50:
        raise BadInput("the file is neither text (CSV) nor a workbook (XLSX, XLS, ODS)")
    if head.lstrip().lower().startswith((b"<!doctype", b"<html", b"<table", b"<?xml")):
        raise BadInput("the file is a web page or XML, whatever its name; save it as CSV or XLSX")
