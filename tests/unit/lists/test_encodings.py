"""Telling encodings apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialer.errors import BadInput
from dialer.lists.scan import scan

NAMES = ["Иван Петров;Самара", "АННА СМИРНОВА;МОСКВА", "Щукин Эдуард;Йошкар-Ола", "ООО «Ромашка»;Омск"]
TEXT = "\n".join(["ФИО;Город", *NAMES]) + "\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "koi8_r", "cp866"]
)
@pytest.mark.parametrize("text", [TEXT, TEXT.upper(), TEXT.lower(), "имя\nЛи\n"])
def test_russian_text_reads_the_same_in_every_encoding(tmp_path: Path, encoding: str, text: str) -> None:
    if encoding == "koi8_r":
        text = text.replace("«", '"').replace("»", '"')
    if encoding == "cp866":
        text = text.replace("«", "'").replace("»", "'")
    path = tmp_path / "list.csv"
    path.write_bytes(text.encode(encoding))
    assert path.read_text(encoding=scan(path).encoding) == text


def test_german_in_windows_1252_is_not_taken_for_russian(tmp_path: Path) -> None:
    text = "Name;Straße\nMüller;Königsallee\nJürgen Größer;Schloßstraße\nKäthe Bäcker;Lüneburg\n" * 5
    path = tmp_path / "list.csv"
    path.write_bytes(text.encode("cp1252"))
    assert path.read_text(encoding=scan(path).encoding) == text


def test_an_odd_byte_late_in_a_utf8_file_does_not_change_its_encoding(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(("Анна\n" * 1000).encode() + b"\xff\n")
    assert scan(path).encoding == "utf-8"


def test_russian_letters_far_down_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"ascii,1\n" * 300_000 + "Анна Смирнова,2\n".encode("cp1251") * 20)
    assert scan(path).encoding == "cp1251"


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"\x1f\x8b\x08\x00rest", "gzip"),
        (b"%PDF-1.7\n", "neither"),
        (bytes(range(256)) * 40, "neither"),
        (b"<html><table><tr><td>phone</td></tr></table></html>", "web page"),
        (b"x" * 5_000_000, "line"),
    ],
)
def test_what_is_not_a_list_is_refused_in_one_sentence(tmp_path: Path, content: bytes, word: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=word) as caught:
        scan(path)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"absent\.csv"):
        scan(tmp_path / "absent.csv")
