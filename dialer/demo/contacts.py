"""A made-up contact list in Russian and English, over several time zones: always the same one.

The last two digits of a number say how the lab's telephone network behaves (docs/lab.md): most people answer.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

HEADER = ("ФИО", "Компания", "Телефон", "Город", "Часовой пояс", "Должность", "E-mail")
ROWS = 240
SEED = 20_26
RUSSIAN_FIRST = (
    "Анна", "Пётр", "Мария", "Иван", "Ольга", "Сергей", "Елена", "Дмитрий", "Татьяна", "Алексей", "Наталья",
    "Михаил", "Ирина", "Николай", "Светлана", "Андрей", "Юлия", "Павел", "Вера", "Константин",
)  # fmt: skip
RUSSIAN_LAST = (
    "Белов", "Громов", "Зайцев", "Климов", "Лебедев", "Миронов", "Орлов", "Панов", "Рябов", "Соколов", "Титов",
    "Уваров", "Фомин", "Чернов", "Шилов", "Яковлев", "Дроздов", "Ершов", "Жуков", "Киселёв",
)  # fmt: skip
ENGLISH = (
    "Alice Porter", "Ben Hughes", "Carol Meyer", "David Stone", "Emma Clarke", "Frank Nolan", "Grace Lowe",
    "Henry Walsh", "Isla Grant", "Jack Turner", "Kate Dawson", "Liam Foster", "Mia Harper", "Noah Blake",
    "Olive Reed", "Paul Sutton", "Quinn Avery", "Rose Barker", "Sam Collins", "Tess Morgan",
)  # fmt: skip
TRADES = ("Склад", "Торг", "Снаб", "Логистик", "Опт", "Мебель", "Строй", "Агро", "Пласт", "Текстиль")
PLACES = ("Север", "Восток", "Волга", "Урал", "Центр", "Берег", "Простор", "Маяк", "Пламя", "Рассвет")
ENGLISH_FIRMS = (
    "Northwind Stores",
    "Harbour Supply",
    "Oakfield Goods",
    "Bluebell Trading",
    "Ridge & Co",
    "Fenway Parts",
)
RUSSIAN_CITIES = (
    ("Москва", "Europe/Moscow"), ("Санкт-Петербург", "Europe/Moscow"), ("Самара", "Europe/Samara"),
    ("Екатеринбург", "Asia/Yekaterinburg"), ("Омск", "Asia/Omsk"), ("Новосибирск", "Asia/Novosibirsk"),
    ("Иркутск", "Asia/Irkutsk"), ("Владивосток", "Asia/Vladivostok"), ("Калининград", "Europe/Kaliningrad"),
)  # fmt: skip
ENGLISH_CITIES = (
    ("London", "20 7946 0"), ("Leeds", "113 496 0"), ("Bristol", "117 496 0"), ("Birmingham", "121 496 0"),
    ("Edinburgh", "131 496 0"),
)  # fmt: skip
"""With prefixes that the British regulator keeps free for films and books; three more digits follow."""
JOBS = ("начальник склада", "директор по логистике", "владелец", "главный бухгалтер")
ENGLISH_JOBS = ("warehouse manager", "head of logistics", "owner", "finance lead")


def rows(count: int = ROWS) -> list[tuple[str, ...]]:
    """``count`` contacts, one in five English; each number is different."""
    dice = random.Random(SEED)
    return [_english(dice, n) if n % 5 == 4 else _russian(dice, n) for n in range(count)]


def _russian(dice: random.Random, n: int) -> tuple[str, ...]:
    first, last = dice.choice(RUSSIAN_FIRST), dice.choice(RUSSIAN_LAST)
    last += "а" if first[-1] in "ая" and not last.endswith("а") else ""
    city, zone = dice.choice(RUSSIAN_CITIES)
    firm = f"ООО «{dice.choice(TRADES)}{dice.choice(PLACES)}»"
    number = f"8 (916) {500 + n}-{dice.randrange(10, 100)}-{_suffix(dice):02d}"
    return (f"{first} {last}", firm, number, city, zone, dice.choice(JOBS), f"sklad{n}@example.ru")


def _english(dice: random.Random, n: int) -> tuple[str, ...]:
    turn = n // 5
    city, prefix = ENGLISH_CITIES[turn % len(ENGLISH_CITIES)]
    number = f"+44 {prefix}{turn // len(ENGLISH_CITIES) % 10}{_suffix(dice):02d}"
    job, firm = dice.choice(ENGLISH_JOBS), dice.choice(ENGLISH_FIRMS)
    return (dice.choice(ENGLISH), firm, number, city, "Europe/London", job, f"stock{n}@example.com")


def _suffix(dice: random.Random) -> int:
    """Last two digits: people who answer and talk at first, then all that a day of calling brings."""
    return dice.randrange(0, 45) if dice.random() < 0.5 else dice.randrange(100)


def write(path: Path, count: int = ROWS) -> Path:
    """Write the list as a CSV file, as a Russian Excel would save it (semicolons, UTF-8 with BOM)."""
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, delimiter=";")
        writer.writerow(HEADER)
        writer.writerows(rows(count))
    return path
