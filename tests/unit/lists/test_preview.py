"""The first rows of a file, for the mapping page."""

from __future__ import annotations

from pathlib import Path

from dialer.lists.preview import preview


def saved(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "list.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_a_preview_says_what_each_column_would_become(tmp_path: Path) -> None:
    found = preview(saved(tmp_path, "ФИО;Телефон;Оборот\nАнна;8916;5\nБорис;;\n", "cp1251"))
    assert (found.encoding, found.separator, found.heading_line, found.has_phone) == ("cp1251", ";", 1, True)
    assert [(c.number, c.heading, c.field, c.samples) for c in found.columns] == [
        (1, "ФИО", "name", ("Анна", "Борис")),
        (2, "Телефон", "phone", ("8916",)),
        (3, "Оборот", "oborot", ("5",)),
    ]
    assert found.rows == (("Анна", "8916", "5"), ("Борис", "", ""))


def test_a_preview_without_phones_is_shown_for_the_person_to_choose(tmp_path: Path) -> None:
    path = saved(tmp_path, "Кто\tКуда\nАнна\t+79160000001\n")
    assert preview(path).columns[0].heading in ("Кто", "#1")
    chosen = preview(path, {"phone": "#2"})
    assert chosen.has_phone and chosen.columns[1].field == "phone"


def test_a_preview_never_shows_more_than_a_few_short_rows(tmp_path: Path) -> None:
    rows = "".join(f"8916{n:07},{'x' * 5000}\n" for n in range(100))
    found = preview(saved(tmp_path, "phone,name\n" + rows))
    assert len(found.rows) == 10 and max(len(cell) for row in found.rows for cell in row) == 80
