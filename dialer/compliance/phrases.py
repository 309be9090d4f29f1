"""The words of dialer.compliance.sentences: a phrase for each rule and mood, in English and Russian. Data only."""

from __future__ import annotations

PHRASES: dict[str, dict[str, dict[str, str]]] = {
    "campaign": {
        "ok": {"en": "The campaign is running", "ru": "Кампания работает"},
        "no": {"en": "The campaign is {state}", "ru": "Кампания {state}"},
    },
    "contact": {
        "ok": {"en": "The contact is {state}", "ru": "Контакт {state}"},
        "no": {"en": "The contact is {state}", "ru": "Контакт {state}"},
    },
    "bad_number": {
        "ok": {"en": "The number is not known to be bad", "ru": "Номер не отмечен негодным"},
        "no": {"en": "The number is bad and is not dialled again", "ru": "Номер негодный и больше не набирается"},
    },
    "suppressed": {
        "ok": {"en": "Not on the suppression list", "ru": "Нет в списке запрета"},
        "no": {"en": "On the suppression list as {entry}: {reason}", "ru": "В списке запрета как {entry}: {reason}"},
        "unchecked": {
            "en": "The suppression list could not be asked",
            "ru": "Список запрета проверить не удалось",
        },
    },
    "prefix": {
        "ok": {"en": "The number begins with an allowed prefix", "ru": "Номер начинается с разрешённого префикса"},
        "no": {"en": "{why}", "ru": "{why}"},
    },
    "mode": {
        "ok": {"en": "{source} allows the mode {mode}", "ru": "{source} разрешает режим {mode}"},
        "no": {
            "en": "{source} allows only {allowed}, the campaign dials {mode}",
            "ru": "{source} разрешает только {allowed}, а кампания набирает в режиме {mode}",
        },
    },
    "consent": {
        "ok": {"en": "Consent as {source} asks", "ru": "Согласие — как требует {source}"},
        "no": {
            "en": "{source} asks for prior consent, and the contact's column consent has none",
            "ru": "{source} требует предварительного согласия, а в колонке consent его нет",
        },
    },
    "zone": {
        "ok": {"en": "Time zone: {zones}", "ru": "Часовой пояс: {zones}"},
        "no": {
            "en": "The contact's time zone is not known ({zones}), so its calling hours are not either",
            "ru": "Часовой пояс контакта неизвестен ({zones}), значит, и часы звонков тоже",
        },
    },
    "hours": {
        "ok": {"en": "Within calling hours: {clocks}", "ru": "В часы звонков: {clocks}"},
        "no": {
            "en": "Outside calling hours: it is {clocks}, allowed today {windows}",
            "ru": "Вне часов звонков: там {clocks}, сегодня можно {windows}",
        },
    },
    "cap": {
        "ok": {"en": "{made} of {cap} attempts to {of} {per}", "ru": "{made} из {cap} попыток на {of} {per}"},
        "no": {
            "en": "{made} of {cap} attempts to {of} {per} are used up ({source})",
            "ru": "Использованы {made} из {cap} попыток на {of} {per} ({source})",
        },
        "unchecked": {
            "en": "The attempts to {of} {per} could not be counted ({source})",
            "ru": "Попытки на {of} {per} посчитать не удалось ({source})",
        },
    },
    "min_gap": {
        "ok": {"en": "More than {span} since the last attempt", "ru": "С прошлой попытки прошло больше {span}"},
        "no": {"en": "Less than {span} since the last attempt", "ru": "С прошлой попытки не прошло {span}"},
    },
    "after_talk": {
        "ok": {"en": "No talk within the last {span}", "ru": "Разговора за последние {span} не было"},
        "no": {"en": "A talk within the last {span} ({source})", "ru": "Был разговор за последние {span} ({source})"},
    },
    "after_abandon": {
        "ok": {"en": "No dropped call within the last {span}", "ru": "Сброшенного звонка за последние {span} не было"},
        "no": {
            "en": "A dropped call within the last {span} ({source})",
            "ru": "Был сброшенный звонок за последние {span} ({source})",
        },
    },
    "after_refusal": {
        "ok": {"en": "No refusal within the last {span}", "ru": "Отказа за последние {span} не было"},
        "no": {"en": "A refusal within the last {span} ({source})", "ru": "Был отказ за последние {span} ({source})"},
    },
    "list": {
        "ok": {
            "en": "The list {list} is of {as_of}, {age_d} days old; {source} allows {max_age_d}",
            "ru": "Список {list} — от {as_of}, ему {age_d} дн.; {source} допускает {max_age_d}",
        },
        "no": {
            "en": "The list {list} of {as_of} is {age_d} days old; {source} allows {max_age_d}: import a newer one",
            "ru": "Списку {list} от {as_of} уже {age_d} дн.; {source} допускает {max_age_d}: загрузите новый",
        },
        "missing": {
            "en": "The list {list} was never imported; {source} needs one at most {max_age_d} days old",
            "ru": "Список {list} ни разу не загружали; {source} требует список не старше {max_age_d} дн.",
        },
        "unchecked": {
            "en": "The age of the list {list} could not be looked up",
            "ru": "Возраст списка {list} узнать не удалось",
        },
    },
    "other": {
        "ok": {"en": "{rule}: allowed", "ru": "{rule}: можно"},
        "no": {"en": "{rule}: refused", "ru": "{rule}: нельзя"},
        "unchecked": {"en": "{rule} could not be checked", "ru": "Правило {rule} проверить не удалось"},
    },
}

STATES = {
    "ready": {"en": "ready to be dialled", "ru": "готов к набору"},
    "claimed": {"en": "being dialled or talked to now", "ru": "сейчас набирается или говорит"},
    "waiting": {"en": "waiting for its time", "ru": "ждёт своего времени"},
    "held": {"en": "held by a rule", "ru": "задержан правилом"},
    "closed": {"en": "worked through", "ru": "отработан"},
    "suppressed": {"en": "suppressed", "ru": "под запретом"},
    "draft": {"en": "a draft that was never started", "ru": "ещё не запускалась"},
    "running": {"en": "running", "ru": "работает"},
    "paused": {"en": "paused", "ru": "на паузе"},
    "stopped": {"en": "stopped", "ru": "остановлена"},
    "finished": {"en": "finished", "ru": "завершена"},
}

COUNTED = {
    "number": {"en": "this number", "ru": "этот номер"},
    "contact": {"en": "this contact", "ru": "этот контакт"},
}

PERIODS = {
    "day": {"en": "today", "ru": "за сегодня"},
    "week": {"en": "this week", "ru": "за эту неделю"},
    "month": {"en": "this month", "ru": "за этот месяц"},
    "lifetime": {"en": "in all", "ru": "всего"},
    "24h": {"en": "within 24 hours", "ru": "за 24 часа"},
    "7d": {"en": "within 7 days", "ru": "за 7 дней"},
    "30d": {"en": "within 30 days", "ru": "за 30 дней"},
}

PREFIX_WHY = {
    "not_e164": {
        "en": "The number is not an international number",
        "ru": "Номер записан не в международном виде",
    },
    "no_list": {"en": "No prefix is allowed at all", "ru": "Не разрешён ни один префикс"},
    "not_listed": {
        "en": "The number begins with none of {prefix} ({source})",
        "ru": "Номер не начинается ни с одного из {prefix} ({source})",
    },
    "barred": {
        "en": "Numbers with {prefix} are barred (premium rate or satellite); list the prefix to allow them",
        "ru": "Номера на {prefix} закрыты (платные или спутниковые); чтобы открыть, внесите префикс в список",
    },
}
