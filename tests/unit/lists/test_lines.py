"""Rows out of text that people, and worse, have edited."""

from __future__ import annotations

import io

from dialer.lists.lines import MOST_CHARACTERS, Broken, RowReader


def read(text: str, separator: str = ",") -> list[tuple[int, list[str] | str]]:
    rows = RowReader(io.StringIO(text, newline=""), separator)
    return [(line, row.code if isinstance(row, Broken) else row) for line, row in rows]


def test_a_cell_may_hold_line_breaks() -> None:
    assert read('a,"x\ny\r\nz"\nb,c\n') == [(1, ["a", "x\ny\r\nz"]), (4, ["b", "c"])]


def test_lines_may_end_in_three_ways() -> None:
    assert read("a,b\rc,d\ne,f\r\ng,h") == [(1, ["a", "b"]), (2, ["c", "d"]), (3, ["e", "f"]), (4, ["g", "h"])]


def test_empty_rows_are_no_rows_but_keep_the_count_of_lines() -> None:
    assert read("a,b\n\n,,\n ,\t\nc,d\n") == [(1, ["a", "b"]), (5, ["c", "d"])]


def test_an_open_quotation_costs_its_own_row_only() -> None:
    assert read('a,"x\nb,y\nc,z\n') == [(1, "quote"), (2, ["b", "y"]), (3, ["c", "z"])]


def test_an_open_quotation_that_meets_another_one_costs_its_own_row_only() -> None:
    assert read('a,"x\nb,y\nc,"z"\nd,w\n') == [(1, "quote"), (2, ["b", "y"]), (3, ["c", "z"]), (4, ["d", "w"])]


def test_an_open_quotation_in_a_long_file_costs_its_own_row_only() -> None:
    rest = [(n + 2, [f"{n}", "y"]) for n in range(5000)]
    assert read('a,"x\n' + "".join(f"{n},y\n" for n in range(5000))) == [(1, "quote"), *rest]


def test_a_quotation_mark_inside_a_cell_is_a_letter() -> None:
    assert read('a,5" pipe\nb,"O""Brien"\n') == [(1, ["a", '5" pipe']), (2, ["b", 'O"Brien'])]


def test_a_row_without_end_is_rejected_and_the_next_one_read() -> None:
    assert read("a," + "x" * (MOST_CHARACTERS + 1) + "\nb,c\n") == [(1, "too_long"), (2, ["b", "c"])]


def test_nul_is_a_character_like_any_other() -> None:
    assert read("a,b\0c\n") == [(1, ["a", "b\0c"])]


def test_a_row_in_another_encoding_is_rejected() -> None:
    assert read("a,\ufffd\nb,c\n") == [(1, "encoding"), (2, ["b", "c"])]
