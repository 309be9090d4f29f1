"""Telephone numbers as people write them -> E.164, checked by phonenumbers.

``8 (916) 123-45-67``, ``+7…``, ``007…``, ``тел. 495 …, доб. 12``, several in a cell, ``7.9161234567E10``.
Whatever could be read in two ways, or lost digits on its way, is rejected: nothing is guessed.
Nearly all rows take the short way (``dialling_plan``): one regular expression made of the same metadata.
May import phonenumbers.
"""

from __future__ import annotations

import re
import unicodedata

import phonenumbers as pn

from dialer.errors import BadInput
from dialer.lists.dialling_plan import DiallingPlan, Number, is_geographic
from dialer.lists.reasons import RowRejected

MOST_IN_A_CELL = 20
LONGEST_CELL = 400
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_PLAIN = re.compile(r"\+?[\d\s().\-]*\d[\d\s().\-]*")
_EMPTY = frozenset({"", "-", "—", "–", "нет", "n/a", "na", "none", "null", "0"})
_BETWEEN = re.compile(r"[|\n\r\u2028/]|;(?!\s*ext=)|,(?!\s*(?:доб|вн|ext|x|х|#))", re.IGNORECASE)
_LABEL = re.compile(
    r"^(?:тел(?:ефон)?|моб(?:ильный)?|сот(?:овый)?|раб(?:очий)?|дом(?:ашний)?|факс|т|м|р|д"
    r"|tel|phone|mob(?:ile)?|cell|work|office|home|fax|t|m)\s*[.:]*\s*(?=[+(\d])",
    re.IGNORECASE,
)
_EXTENSION = re.compile(
    r"[\s,;(]*(?:добавочный|доб|внутренний|внутр|вн|extension|ext|x|х)\s*[.:=№]*\s*(\d{1,8})\s*\)?\s*$", re.IGNORECASE
)
_FLOAT = re.compile(r"(\d{5,15})[.,]0+")
_SCIENTIFIC = re.compile(r"(\d)[.,](\d+)[eе]\+?(\d{1,2})", re.IGNORECASE)
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")


class Numbers:
    """Reads cells for one country (``RU``, ``US``, …): where numbers without a country code belong.

    Raises BadInput for a country nobody knows.
    """

    def __init__(self, country: str) -> None:
        self.country = country.upper()
        if self.country not in pn.SUPPORTED_REGIONS:
            raise BadInput(f"there is no country {country!r}; give two letters, for example RU")
        self.code = pn.country_code_for_region(self.country)
        self.zero_prefix = pn.ndd_prefix_for_region(self.country, True) == "0"
        self._short_way = DiallingPlan(self.country).read

    def read(self, cell: str) -> tuple[list[Number], bool]:
        """The numbers of a cell in their order, and whether one more had to be left out.

        An empty cell gives none. Raises RowRejected (``hostile``, ``shortened``, ``zero_lost``, ``invalid``).
        """
        number = self._short_way(cell)
        if number is not None:
            return [number], False
        return self._long_way(cell)

    def _long_way(self, cell: str) -> tuple[list[Number], bool]:
        text = _shown(cell)
        if text.lower() in _EMPTY:
            return [], False
        if len(text) > LONGEST_CELL:
            raise RowRejected("hostile")
        found: dict[str, Number] = {}
        first_fault: RowRejected | None = None
        for piece in filter(None, map(str.strip, _BETWEEN.split(_spelled_out(text)))):
            try:
                number = self._one(piece)
            except RowRejected as fault:
                if fault.code == "hostile":
                    raise
                first_fault = first_fault or fault
            else:
                found.setdefault(number.e164, number)
        if not found:
            raise first_fault or RowRejected("hostile")
        return list(found.values())[:MOST_IN_A_CELL], first_fault is not None or len(found) > MOST_IN_A_CELL

    def _one(self, piece: str) -> Number:
        body, extension = _split_extension(_LABEL.sub("", piece.removeprefix("tel:")))
        if not _PLAIN.fullmatch(body):
            raise RowRejected("hostile")
        body = body.strip()
        if body.startswith("00"):
            body = "+" + body[2:].lstrip(" -")
        elif self.zero_prefix and body[0] not in "+0(":
            body = self._with_country_code(body)
        number = self._parsed(body)
        return number._replace(extension=extension)

    def _parsed(self, body: str) -> Number:
        try:
            parsed = pn.parse(body, self.country)
        except pn.NumberParseException as err:
            raise RowRejected("invalid") from err
        e164 = pn.format_number(parsed, pn.PhoneNumberFormat.E164)
        if not (pn.is_valid_number(parsed) and _E164.fullmatch(e164)):
            raise RowRejected("invalid")
        return Number(e164, "", pn.region_code_for_number(parsed) or "", is_geographic(parsed))

    def _with_country_code(self, body: str) -> str:
        """Where national numbers begin with 0, one without it is usable only if it begins with the country code."""
        digits = re.sub(r"\D", "", body)
        if not digits.startswith(str(self.code)) or _is_valid("0" + digits, self.country):
            raise RowRejected("zero_lost")
        return "+" + digits


def _is_valid(text: str, country: str) -> bool:
    try:
        return pn.is_valid_number(pn.parse(text, country))
    except pn.NumberParseException:
        return False


def _shown(cell: str) -> str:
    """Without hidden characters, with plain dashes, plain spaces and plain digits (``８`` is 8)."""
    cell = cell.translate(_DASHES)
    if not cell.isascii():
        cell = "".join(
            str(unicodedata.decimal(c)) if c.isdecimal() else " " if c.isspace() and c != "\u2028" else c
            for c in cell
            if unicodedata.category(c) not in ("Cf", "Cc")
        ).replace("\uff0b", "+")
    return cell.replace("\0", "").strip().removeprefix("'")


def _spelled_out(text: str) -> str:
    """A number that a spreadsheet turned into a float, as digits again. Raises RowRejected(shortened)."""
    if plain := _FLOAT.fullmatch(text):
        return plain[1]
    if not (short := _SCIENTIFIC.fullmatch(text)):
        return text
    whole, decimals, exponent = short[1], short[2], int(short[3])
    if len(decimals) != exponent:
        raise RowRejected("shortened")
    return whole + decimals


def _split_extension(piece: str) -> tuple[str, str]:
    found = _EXTENSION.search(piece)
    return (piece[: found.start()], found[1]) if found else (piece, "")
