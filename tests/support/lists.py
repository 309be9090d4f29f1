"""Contact lists for tests: campaigns to import into, and the hostile files that are made rather than kept."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from pathlib import Path

import xlsxwriter
from sqlalchemy import select

from dialer.lists.importing import ImportResult
from dialer.store import Database
from dialer.store.contacts import Contact
from dialer.store.projects import Campaign, Project
from tests.conftest import NOON

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def a_campaign(db: Database, name: str = "spring", country: str = "RU") -> int:
    """A draft campaign in a project of its own."""
    with db.write() as s:
        project = Project(name=f"project of {name}", client="Acme", country=country, created_at=NOON)
        campaign = Campaign(project=project, name=name, created_at=NOON)
        s.add(campaign)
        s.flush()
        return campaign.id


def contacts(db: Database, campaign_id: int) -> list[tuple[str, list[str]]]:
    """(name, numbers with extensions) of the campaign's contacts, oldest first."""
    query = select(Contact).where(Contact.campaign_id == campaign_id).order_by(Contact.id)
    with db.read() as s:
        return [
            (c.name, [n.number + (f" ext {n.extension}" if n.extension else "") for n in c.numbers])
            for c in s.scalars(query)
        ]


def report_of(result: ImportResult, data: Path) -> list[list[str]]:
    """The report's rows below its headings."""
    if not result.report:
        return []
    with (data / result.report).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


def workbook(path: Path, rows: list[list[object]], sheet: str = "Лист1", before: str = "") -> Path:
    """An XLSX file; ``before`` names an empty sheet in front."""
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        if before:
            book.add_worksheet(before).write(0, 0, "Инструкция")
        page = book.add_worksheet(sheet)
        for n, row in enumerate(rows):
            for k, value in enumerate(row):
                if value is not None:
                    page.write(n, k, value)
    return path


def patched(path: Path, part: str, change: dict[bytes, bytes], target: Path) -> Path:
    """A copy of a workbook with bytes of one part replaced."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == part:
                for before, after in change.items():
                    assert before in data
                    data = data.replace(before, after)
            new.writestr(info.filename, data)
    return target


def zip_bomb(path: Path) -> Path:
    """A workbook whose sheet unpacks to 200 MB of nothing and says that it is one byte long."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(200)) + packer.flush()
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", body)
    data = bytearray(plain.getvalue())
    for start, mark in ((0, b"PK\x03\x04"), (data.rindex(b"PK\x01\x02"), b"PK\x01\x02")):
        assert data[start : start + 4] == mark
        method = start + (8 if start == 0 else 10)
        size = start + (22 if start == 0 else 24)
        data[method : method + 2] = (8).to_bytes(2, "little")
        data[size : size + 4] = (1).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    return path


def encrypted(path: Path) -> Path:
    """What an XLSX with a password looks like from outside: an OLE file that names its encrypted package."""
    path.write_bytes(OLE + bytes(1016) + "EncryptedPackage".encode("utf-16-le") + bytes(480))
    return path
