"""A workbook (XLSX, XLS, ODS) becomes a text file of tab-separated rows, in a process of its own.

The library reads a whole sheet into memory, and a file of a few kilobytes may claim a sheet of billions of cells, so it
runs apart, with limits on memory and time: whatever the file does, only that process ends. The archive is unpacked once
for measure before that. Line n of the text is row n of the sheet. May import python-calamine, only in that process.
"""

from __future__ import annotations

import csv
import resource
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from dialer.errors import BadInput

MEMORY = 2 << 30
CPU_S = 120
UNPACKED = 1 << 30
RATIO = 150
"""A sheet of real contacts packs to a tenth or so; a bomb to a thousandth."""
PARTS = 5000
FORGIVEN = 10 << 20
SEPARATOR = "\t"
LINE_BREAK = "\u2028"
"""Stands for a line break inside a cell, so that one row stays one line."""
_TOO_LARGE = "the workbook {0} unpacks to more than can be opened safely; save it as CSV"
_BROKEN = "the workbook {0} is damaged or not a workbook; open it, save it again, or save it as CSV"
_PROTECTED = "the workbook {0} is protected with a password; save it without one"


def to_text(path: Path, kind: str, target: Path) -> None:
    """Write the first visible sheet that has a column of telephone numbers to ``target`` (UTF-8).

    Raises BadInput: protected, damaged, too large, or without a row.
    """
    if kind == "zip":
        _measure(path)
    words = [sys.executable, "-m", "dialer.lists.workbook", str(path), str(target)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    message = {0: "", 3: _PROTECTED, 4: "the workbook {0} has no rows"}.get(done.returncode)
    if message is None:
        killed = done.returncode < 0 or "MemoryError" in done.stderr
        message = _TOO_LARGE if killed else _BROKEN
    if message:
        raise BadInput(message.format(path.name))


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _measure(path: Path) -> None:
    """Unpack every part into nothing and count: what an archive says about its sizes need not be true."""
    total = 0
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > PARTS:
                raise BadInput(_TOO_LARGE.format(path.name))
            if any(part.flag_bits & 1 for part in parts):
                raise BadInput(_PROTECTED.format(path.name))
            for part in parts:
                total += _unpacked(path, part, UNPACKED - total)
                if total > max(FORGIVEN, min(UNPACKED, RATIO * path.stat().st_size)):
                    raise BadInput(_TOO_LARGE.format(path.name))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, ValueError) as err:
        raise BadInput(_BROKEN.format(path.name)) from err


def _unpacked(path: Path, part: zipfile.ZipInfo, most: int) -> int:
    """Bytes the part really unpacks to; stops counting beyond ``most``."""
    if part.compress_type == zipfile.ZIP_STORED:
        return part.file_size
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise zipfile.BadZipFile("a part is packed in an unusual way")
    unpacker, size = zlib.decompressobj(-15), 0
    with path.open("rb") as file:
        file.seek(part.header_offset + 26)
        lengths = file.read(4)
        file.seek(int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little"), 1)
        while not unpacker.eof and size <= most:
            data = unpacker.unconsumed_tail or file.read(1 << 16)
            if not data:
                raise zipfile.BadZipFile("a part ends early")
            size += len(unpacker.decompress(data, 1 << 20))
    return size


def _write_sheet(source: str, target: str) -> int:
    """The work of the other process. Returns its exit code: 0 done, 3 protected, 4 without rows, 5 damaged."""
    import python_calamine as calamine

    with Path(source).open("rb") as file:
        try:
            book = calamine.CalamineWorkbook.from_object(file)
            rows = _best_sheet(book)
        except calamine.PasswordError:
            return 3
        except calamine.CalamineError as err:
            return 3 if "ncrypt" in str(err) or "assword" in str(err) or _is_encrypted(source) else 5
    if not rows:
        return 4
    with Path(target).open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter=SEPARATOR, lineterminator="\n")
        writer.writerows([_text(cell) for cell in row] for row in rows)
    return 0


def _best_sheet(book: Any) -> Iterable[list[Any]]:
    """The first visible sheet whose first rows have a phone heading; else the first with rows."""
    from dialer.lists.headings import PHONE, meaning

    first: Any = None
    for sheet in book.sheets_metadata:
        if not str(sheet.visible).endswith("Visible") or not str(sheet.typ).endswith("WorkSheet"):
            continue
        rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        if any(meaning(str(cell)) == PHONE for row in rows[:20] for cell in row):
            return rows
        first = first or rows
    return first or []


def _is_encrypted(source: str) -> bool:
    """An encrypted XLSX is an OLE file with a stream of this name (in UTF-16)."""
    return "EncryptedPackage".encode("utf-16-le") in Path(source).read_bytes()


def _text(cell: Any) -> str:
    """A cell as a person would type it; whole floats without ``.0``, dates as ISO."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return str(cell).replace("\r\n", LINE_BREAK).replace("\n", LINE_BREAK).replace("\r", LINE_BREAK)


if __name__ == "__main__":
    _limit()
    sys.exit(_write_sheet(sys.argv[1], sys.argv[2]))
