"""Raw input becomes the answer to a field, or a sentence about what is wrong with it.

Room: scripts, used by the runner. May import the model and the messages. An answer is plain data for JSON:
``{"value": …}`` (with ``"open"`` for the words of an open option) or ``{"state": "dk"}`` or ``{"state": "ref"}``; a
question not asked has none. Instants are ISO text with their offset, dates ISO text, money in whole units.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from scripts.labels import label_in
from scripts.messages import say
from scripts.model import Field

DK, REF = "@dk", "@ref"
"""What a form sends for "don't know" and for a refusal; the field's own codes for them do as well."""

MAX_TEXT = 1_000
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_EMAIL = re.compile(r"[^\s@,;<>\"()\[\]\\]{1,64}@[^\s@,;<>\"()\[\]\\.]+(\.[^\s@,;<>\"()\[\]\\.]+)+\Z")
_AMOUNT = re.compile(r"(\d+(?:[.,]\d{1,2})?)(тыс\.?|млн\.?|k|к|m|м)?\Z", re.IGNORECASE)
_SCALE = {"т": 1_000, "k": 1_000, "к": 1_000, "м": 1_000_000, "m": 1_000_000}
_YES = {"true", "yes", "1", "да", "on"}
_NO = {"false", "no", "0", "нет", "off"}


class Rejected(Exception):
    """An answer that is not one; ``texts`` say why per language."""

    def __init__(self, code: str, **values: object) -> None:
        self.code, self.texts = code, say(code, **values)
        super().__init__(self.texts["en"])


def read_answer(field: Field, raw: Any, now: datetime, zone: ZoneInfo) -> dict[str, Any] | None:
    """Return the answer that ``raw`` means for ``field``; None for an empty input. Raises Rejected.

    ``now`` is aware; times without an offset are meant in ``zone``, the called person's.
    """
    if isinstance(raw, dict) and "state" in raw:
        raw = {"dk": DK, "ref": REF}.get(str(raw["state"]), raw)
    words = raw.get("open") if isinstance(raw, dict) else None
    raw = raw.get("value") if isinstance(raw, dict) else raw
    if raw is None or raw == [] or (isinstance(raw, str) and not raw.strip()):
        return None
    if special := _special(field, raw):
        return {"state": special}
    if field.type in ("single", "multi"):
        return _choice(field, raw, words)
    return {"value": _READERS[field.type](field, raw, now, zone)}


def _special(field: Field, raw: Any) -> str | None:
    if isinstance(raw, list) and len(raw) == 1:
        raw = raw[0]
    choice = field.type in ("single", "multi", "scale")
    for kind, mark, code in (("dk", DK, field.dk), ("ref", REF, field.ref)):
        if raw == mark and code is None:
            raise Rejected(f"no_{kind}")
        if raw == mark or (choice and code is not None and str(raw) == str(code)):
            return kind
    return None


def _choice(field: Field, raw: Any, words: Any) -> dict[str, Any]:
    given = raw if isinstance(raw, list) else [raw]
    by_text = {str(option.code): option for option in field.options}
    options = [by_text.get(str(item).strip()) for item in given]
    if None in options or (field.type == "single" and len(options) != 1):
        raise Rejected("not_an_option")
    chosen = sorted({option.code for option in options if option})
    for option in options:
        if option and option.exclusive and len(chosen) > 1:
            raise Rejected("exclusive", label=label_in(option.labels, "ru"))
    answer: dict[str, Any] = {"value": chosen if field.type == "multi" else chosen[0]}
    if any(option and option.open for option in options):
        text = _plain(words if isinstance(words, str) else "")
        if not text:
            raise Rejected("open_missing")
        answer["open"] = text[:MAX_TEXT]
    return answer


def _plain(text: str) -> str:
    return _HIDDEN.sub(" ", text).strip()


def _string(raw: Any) -> str:
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
        raise Rejected("not_text")
    return _plain(str(raw))


def _within(field: Field, value: float) -> float:
    if field.min is not None and value < field.min:
        raise Rejected("too_small", limit=f"{field.min:,}".replace(",", "\u00a0"))
    if field.max is not None and value > field.max:
        raise Rejected("too_large", limit=f"{field.max:,}".replace(",", "\u00a0"))
    return value


def _number(field: Field, raw: Any, now: datetime, zone: ZoneInfo) -> float:
    text = re.sub(r"[\s\u00a0]", "", _string(raw)).replace(",", ".")
    if not re.fullmatch(r"-?\d{1,15}(\.\d{1,6})?", text):
        raise Rejected("not_a_number")
    value = float(text)
    if field.type == "scale" and not value.is_integer():
        raise Rejected("not_a_number")
    return _within(field, int(value) if value.is_integer() else value)


def _money(field: Field, raw: Any, now: datetime, zone: ZoneInfo) -> float:
    text = re.sub(r"[\s\u00a0₽$€£]", "", _string(raw))
    if re.fullmatch(r"\d{1,3}(,\d{3})+", text):
        text = text.replace(",", "")
    match = _AMOUNT.match(text)
    if match is None or len(match[1]) > 15:
        raise Rejected("not_money")
    value = float(match[1].replace(",", ".")) * _factor(match[2])
    return _within(field, int(value) if value.is_integer() else round(value, 2))


def _factor(unit: str | None) -> int:
    return _SCALE[unit[0].lower()] if unit else 1


def _date(field: Field, raw: Any, now: datetime, zone: ZoneInfo) -> str:
    text = _string(raw)
    if match := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text):
        text = f"{match[3]}-{match[2]:0>2}-{match[1]:0>2}"
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Rejected("not_a_date") from None
    today = now.astimezone(zone).date()
    if (field.within_days is not None or field.bant == "T") and day < today:
        raise Rejected("past")
    if field.within_days is not None and day > today + timedelta(days=field.within_days):
        raise Rejected("too_far", limit=field.within_days)
    return day.isoformat()


def _moment(field: Field, raw: Any, now: datetime, zone: ZoneInfo) -> str:
    try:
        moment = datetime.fromisoformat(_string(raw))
        moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        late = field.within_days is not None and moment > now + timedelta(days=field.within_days)
        if len(_string(raw)) <= 10 or not 1970 < moment.year < 9000:
            raise ValueError
    except (ValueError, OverflowError):
        raise Rejected("not_a_moment") from None
    if moment < now:
        raise Rejected("past")
    if late:
        raise Rejected("too_far", limit=field.within_days)
    return moment.isoformat(timespec="minutes")


def _text(field: Field, raw: Any, now: datetime, zone: ZoneInfo) -> str:
    text = _string(raw)
    limit = int(field.max) if field.max is not None else MAX_TEXT
    if len(text) > limit:
        raise Rejected("too_long", limit=limit)
    return text


def _phone(field: Field, raw: Any, now: datetime, zone: ZoneInfo) -> str:
    text = re.sub(r"[\s\u00a0().-]", "", _string(raw))
    if re.fullmatch(r"8\d{10}", text):
        text = "+7" + text[1:]
    if not re.fullmatch(r"\+?[1-9]\d{6,14}", text):
        raise Rejected("not_a_phone")
    return text if text.startswith("+") else f"+{text}"


def _email(field: Field, raw: Any, now: datetime, zone: ZoneInfo) -> str:
    text = _string(raw)
    if len(text) > 254 or not _EMAIL.match(text):
        raise Rejected("not_an_email")
    return text


def _yes_no(field: Field, raw: Any, now: datetime, zone: ZoneInfo) -> bool:
    text = str(raw).strip().lower()
    if text not in _YES | _NO:
        raise Rejected("not_yes_no")
    return text in _YES


_READERS: dict[str, Callable[[Field, Any, datetime, ZoneInfo], Any]] = {
    "scale": _number,
    "number": _number,
    "money": _money,
    "date": _date,
    "datetime": _moment,
    "slot": _moment,
    "text": _text,
    "phone": _phone,
    "email": _email,
    "bool": _yes_no,
    "consent": _yes_no,
}
