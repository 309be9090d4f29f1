"""No personal data in the logs, whatever is logged and by whom."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from dialer import ids, logs
from dialer.settings import Settings
from tests.conftest import NOON

E164 = st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True)
AROUND = st.text(max_size=12)


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What was logged, as JSON lines; the logging of the test run is put back afterwards."""
    yield from _captured(monkeypatch, Settings(log_json=True, log_level="DEBUG"))


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    yield from _captured(monkeypatch, Settings(log_json=False))


def _captured(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level, out = list(root.handlers), root.level, io.StringIO()
    monkeypatch.setattr(sys, "stderr", out)
    logs.configure(settings)
    yield out
    logging.captureWarnings(False)
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


def only(out: io.StringIO) -> dict[str, Any]:
    (line,) = out.getvalue().splitlines()
    return json.loads(line)


def digits(text: str) -> str:
    return re.sub(r"[^0-9\n]", "", text)


@given(E164, AROUND, AROUND, st.booleans())
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_number_survives_in_any_text(number: str, before: str, after: str, plus: bool) -> None:
    number = number if plus else number[1:]
    assert number.lstrip("+") not in logs.mask(f"{before}{number}{after}")
    assert number.lstrip("+") not in logs.mask(f"{before} {number} {after}")


@given(E164)
def test_no_number_survives_in_any_usual_spelling(number: str) -> None:
    n = number[1:]
    for spelled in (
        f"+{n[0]} ({n[1:4]}) {n[4:]}",
        f"8 {n[:3]} {n[3:5]}-{n[5:]}",
        f"{n[:3]}.{n[3:5]}.{n[5:]}",
        f"tel:{n[:2]}/{n[2:]}",
        f"{n[:3]}\u200b{n[3:]}",
        f"{n[:3]}\n{n[3:]}",
        f"?q=%2B{n}&x=1",
    ):
        assert n not in digits(logs.mask(spelled)), spelled


@given(
    E164,
    st.sampled_from(["event", "extra", "nested", "integer", "float", "error", "cause", "stdlib", "argument", "key"]),
)
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_no_number_survives_wherever_it_is_put(lines: io.StringIO, number: str, where: str) -> None:
    lines.seek(0)
    lines.truncate()
    log, plain = structlog.get_logger("x"), logging.getLogger("library")
    if where == "event":
        log.info(f"dialling {number}")
    elif where == "extra":
        log.info("dialling", leg=number)
    elif where == "nested":
        log.info("dialling", call={"legs": [("x", {number})]})
    elif where == "integer":
        log.info("dialling", leg=int(number[1:]))
    elif where == "float":
        log.info("dialling", leg=float(number[1:]))
    elif where == "error":
        log.info("dialling", error=ValueError(number))
    elif where == "cause":
        try:
            raise ValueError(f"bad number {number}")
        except ValueError:
            log.exception("dialling")
    elif where == "stdlib":
        plain.warning("dialling", extra={"leg": number})
    elif where == "argument":
        plain.warning("dialling %s", number)
    else:
        log.info("dialling", **{f"x{number}": 1})
    written = only(lines)
    written.pop("at")
    assert number[1:] not in json.dumps(written) and number[1:].rstrip("0") not in json.dumps(written).split()
    assert "dialling" in written["event"]


@pytest.mark.parametrize(
    "kept",
    [
        "attempt " + ids.new("a"),
        "leg 1700000000.123 and warmline-1700000000-45",
        "at 2026-03-04 12:00:00.123456 from 192.168.100.200:5060",
        "12 of 999999 rows",
    ],
)
def test_ids_days_times_and_addresses_of_machines_can_still_be_read(kept: str) -> None:
    assert logs.mask(kept) == kept


def test_ids_and_measures_keep_their_large_integers(lines: io.StringIO) -> None:
    structlog.get_logger().info("done", contact=12_345_678, took_ms=7_000_000, size_bytes=10**9, at_the_hour=NOON)
    written = only(lines)
    assert (written["contact"], written["took_ms"], written["size_bytes"]) == (12_345_678, 7_000_000, 10**9)
    assert written["at_the_hour"] == "2026-03-04T09:00:00+00:00"


@pytest.mark.parametrize(
    "key", ["name", "number", "to_number", "answer", "email", "contact_name", "caller_id", "Password", "fields", "note"]
)
def test_keys_that_name_personal_data_are_dropped_and_told(lines: io.StringIO, key: str) -> None:
    structlog.get_logger().info("saved", inner={key: "Анна"}, attempt="a1", **{key: "Анна"})
    written = only(lines)
    assert key not in written and written["dropped"] == key and written["inner"] == {"dropped": key}
    assert written["attempt"] == "a1"


def test_an_address_is_masked_in_free_text() -> None:
    assert logs.mask("mail to <anna.k@example.com> failed") == "mail to <<email>> failed"
    assert "hunter2" not in logs.mask("postgresql://warmline:hunter2@db.example.com/x")


@given(st.text())
def test_a_line_stays_one_line_without_escapes(text: str) -> None:
    masked = logs.mask(text)
    assert masked.isprintable() and len(masked.splitlines()) <= 1


def test_terminal_escapes_and_line_breaks_do_not_reach_the_console(console: io.StringIO) -> None:
    structlog.get_logger().warning("a\r\nb\x1b[2Jc", leg="x\u202ey\x9b2J")
    (line,) = console.getvalue().splitlines()
    assert "\x1b[2J" not in line and "\x9b" not in line and "\u202e" not in line and "a<dh><ah>b" in line


def test_a_row_that_the_database_refused_is_not_written_out(lines: io.StringIO) -> None:
    refused = Exception("duplicate key\nDETAIL: Key (name)=(Анна) already exists")
    try:
        raise IntegrityError("INSERT INTO contact", {"name": "Анна"}, refused)
    except IntegrityError:
        structlog.get_logger().exception("import failed", attempt="a1")
    written = only(lines)
    assert "Анна" not in json.dumps(written, ensure_ascii=False)
    assert written["error"].startswith("IntegrityError: ") and "test_logs.py" in written["where"]


def test_an_object_is_told_by_its_type_only(lines: io.StringIO) -> None:
    class Contact:
        def __repr__(self) -> str:
            return "Анна"

    structlog.get_logger().info("claimed", contact=Contact())
    assert only(lines)["contact"] == "<Contact>"


def test_levels_count_for_both_kinds_of_logger(console: io.StringIO) -> None:
    structlog.get_logger("a").debug("no")
    logging.getLogger("b").debug("no")
    logging.getLogger("b").info("yes %s", 1)
    structlog.get_logger("a").info("yes %s", 2)
    assert re.findall(r"yes \d", console.getvalue()) == ["yes 1", "yes 2"] and "no" not in console.getvalue().split()


def test_a_line_tells_when_how_bad_and_who(lines: io.StringIO) -> None:
    structlog.get_logger("dialer.engine").warning("slow", took_s=3)
    written = only(lines)
    assert (written["level"], written["room"], written["event"], written["took_s"]) == (
        "warning",
        "dialer.engine",
        "slow",
        3,
    )
    assert written["at"].endswith("Z")
