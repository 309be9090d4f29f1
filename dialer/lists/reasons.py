"""Why a row was rejected, or what was changed in it: fixed codes and their sentences in both languages.

Standard library only.
"""

from __future__ import annotations

LANGUAGES = ("en", "ru")

REASONS = {
    # code -> (English, Russian); {0} is a detail, such as a heading or a limit
    "no_number": ("there is no telephone number", "нет номера телефона"),
    "hostile": ("the number has characters that no telephone number has", "в номере есть посторонние знаки"),
    "invalid": ("this is not a valid telephone number", "такого номера телефона не бывает"),
    "shortened": (
        "the spreadsheet has shortened the number; its digits are lost",
        "таблица сократила номер, цифры утеряны",
    ),
    "zero_lost": (
        "the number has neither a country code nor its leading zero",
        "у номера нет ни кода страны, ни начального нуля",
    ),
    "zone_unreadable": (
        "the time zone cannot be understood; write it like UTC+5 or МСК+2",
        "часовой пояс не понятен; пишите UTC+5 или МСК+2",
    ),
    "zone_unknown": (
        "the time zone of this number is not known; give it in a column",
        "часовой пояс номера неизвестен; укажите его в столбце",
    ),
    "too_many_cells": ("there are more cells than headings", "ячеек больше, чем заголовков"),
    "too_long": ("the row is longer than {0} characters", "строка длиннее {0} знаков"),
    "quote": ("a quotation mark is opened and not closed", "кавычка открыта и не закрыта"),
    "encoding": ("the text is not in the file's encoding", "текст не в кодировке файла"),
    "cut": ("{0} was longer than allowed and was cut", "{0}: текст длиннее допустимого и обрезан"),
    "email_dropped": ("the e-mail address is not usable and was left out", "адрес почты не годится и пропущен"),
    "number_dropped": ("one more number is not usable and was left out", "ещё один номер не годится и пропущен"),
    "priority_unread": ("the priority is not a number; the usual one was taken", "приоритет не число; взят обычный"),
}


class RowRejected(Exception):
    """A row that cannot become a contact. ``code`` is a key of :data:`REASONS`."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def sentence(code: str, detail: str, language: str) -> str:
    """The reason for a person, in ``en`` or ``ru``."""
    english, russian = REASONS[code]
    return (russian if language == "ru" else english).format(detail)
