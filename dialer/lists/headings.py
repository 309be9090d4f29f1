"""What a column heading means, in Russian and in English. Data and one function; standard library only.

Fields that a contact has of its own: phone (any number of columns), extension, name (or last_name, first_name and
middle_name), company, email, priority. Fields that say where it is: zone, city, region. The rest of ``KNOWN`` are
further columns that have an English name in scripts whatever the heading's language.
"""

from __future__ import annotations

import re

from dialer.lists.text import words

PHONE = "phone"
SKIP = "skip"
"""A column that is not imported: ``--map skip=COLUMN``."""
PLACES = ("zone", "city", "region")
NAMES = ("last_name", "first_name", "middle_name")
OWN = frozenset((PHONE, SKIP, "extension", "name", *NAMES, "company", "email", "priority", *PLACES))

_PHONE = re.compile(
    r"(?:^| )(?:тел|телефон\w*|моб|мобильн\w*|сот|сотов\w*"
    r"|phones?|mobile|mob|cell|cellphone|tel|telephone|msisdn|gsm)(?: |\d|$)"
)
_NOT_PHONE = re.compile(
    r"(?:^| )(?:тип|вид|дата|время|код|страна|оператор|коммент\w*|примечан\w*|статус|есть|type|kind|date|time|code"
    r"|country|carrier|operator|comment|notes?|status|has|verified|consent|согласие|добавочный|extension|ext)(?: |$)"
)
_NUMBERED = re.compile(r" ?\d{1,2}$")

KNOWN = {
    "phone": "номер|номер абонента|контактный номер|number|contact number|whatsapp|a number|абонент|dial",
    "extension": (
        "добавочный|доб|доб номер|добавочный номер|внутренний номер|телефон добавочный|extension|ext|phone extension"
    ),
    "name": (
        "имя фамилия|фамилия имя|фио|ф и о|фамилия имя отчество|полное имя|контакт|контактное лицо|клиент|имя клиента"
        "|лпр|человек|собеседник|фио клиента|фио контакта|фио лпр|представитель|name|full name|contact|contact name"
        "|contact person|person|customer|customer name|client"
    ),
    "last_name": "фамилия|last name|lastname|surname|family name",
    "first_name": "имя|first name|firstname|given name",
    "middle_name": "отчество|middle name|middlename|patronymic",
    "company": (
        "компания|организация|фирма|предприятие|название|наименование|название компании|наименование компании"
        "|наименование организации|название организации|юр лицо|юридическое лицо|контрагент|магазин|company"
        "|company name|organization|organisation|organization name|firm|business|business name|account|account name"
        "|employer"
    ),
    "email": (
        "почта|эл почта|электронная почта|email|e mail|mail|адрес почты|адрес эл почты|имейл|емейл|email address"
        "|e mail address"
    ),
    "city": "город|населенный пункт|нас пункт|город клиента|city|town|locality",
    "region": "регион|область|субъект|субъект рф|край|республика|region|state|province|county",
    "zone": (
        "часовой пояс|пояс|час пояс|временная зона|таймзона|тайм зона|время utc|time zone|timezone|tz|utc|gmt"
        "|utc offset|gmt offset|мск|msk|разница с москвой|разница с мск|время мск|часовой пояс мск|часовой пояс utc"
        "|час пояс мск"
    ),
    "priority": "приоритет|важность|очередность|priority|rank|weight|importance",
    "position": "должность|позиция|position|job title|title|job|role",
    "address": "адрес|почтовый адрес|улица|address|street|street address",
    "website": "сайт|веб сайт|website|web site|web|url|site",
    "comment": "комментарий|комментарии|примечание|примечания|заметки|описание|comment|comments|note|notes|description",
    "industry": "отрасль|сфера деятельности|вид деятельности|industry|sector",
    "source": "источник|source|lead source",
    "country": "страна|country",
    "skip": "import line|import outcome|import reason|п п|n п п|номер строки|номер п п|row|row number",
}
_MEANING = {heading: field for field, headings in KNOWN.items() for heading in headings.split("|")}


def meaning(heading: str) -> str:
    """The field a heading stands for, or ``""``: ``Моб. тел. 2`` -> phone, ``ФИО`` -> name, ``Оборот`` -> ``""``."""
    spoken = words(heading)
    if heading.strip() in ("№", "#"):
        return SKIP
    field = _MEANING.get(spoken) or _MEANING.get(_NUMBERED.sub("", spoken), "")
    if field:
        return field
    if _PHONE.search(spoken) and not _NOT_PHONE.search(spoken):
        return PHONE
    if re.match(r"(?:utc|gmt|мск|msk)(?: ?\d| ?n|$)|.*(?:часовой пояс|time ?zone)", spoken):
        return "zone"
    return "email" if re.match(r"(?:e ?mail|эл почта|почта)\b", spoken) else ""


def counts_from(heading: str) -> str:
    """From where bare offsets in a zone column count: ``utc``, ``msk`` or, unsaid, ``""``."""
    spoken = f" {words(heading)} "
    if re.search(r" (?:мск|msk|москв\w*|moscow) ", spoken):
        return "msk"
    return "utc" if re.search(r" (?:utc|gmt)", spoken) else ""
