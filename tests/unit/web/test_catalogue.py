"""Every text of the pages has its Russian: none missing, none fuzzy, none left over, all placeholders kept."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[3]
PO = ROOT / "webapp" / "translations" / "ru" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "told": None,
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def texts_in_code() -> set[str]:
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        method, options = parse_mapping_cfg(file)
    found = []
    for room in ("webapp", "scripts"):
        patterns = [(p.removeprefix(f"{room}/"), m) for p, m in method if p.startswith(f"{room}/")]
        found += extract_from_dir(ROOT / room, patterns, options, KEYWORDS)
    return {message if isinstance(message, str) else message[0] for _file, _line, message, _c, _x in found}


def catalogue():
    with PO.open("rb") as file:
        return {m.id if isinstance(m.id, str) else m.id[0]: m for m in read_po(file, locale="ru") if m.id}


def test_no_text_lacks_its_russian():
    known = catalogue()
    missing = sorted(t for t in texts_in_code() if t not in known or not _whole(known[t]))
    assert not missing, missing


def _whole(message) -> bool:
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(forms) and (isinstance(message.id, str) or len(forms) == 3)


def test_no_russian_is_a_guess():
    assert not [key for key, message in catalogue().items() if message.fuzzy]


def test_no_russian_is_left_of_a_text_that_is_gone():
    gone = sorted(set(catalogue()) - texts_in_code())
    assert not gone, gone


def test_the_russian_keeps_every_placeholder():
    for key, message in catalogue().items():
        wanted = set(PLACEHOLDER.findall(key if isinstance(message.id, str) else message.id[1]))
        for form in message.string if isinstance(message.string, tuple) else (message.string,):
            assert set(PLACEHOLDER.findall(form)) == wanted, key


def test_extraction_finds_texts_at_all():
    assert {"Campaigns", "Log in", "Wrap-up"} <= texts_in_code()
