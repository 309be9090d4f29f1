"""What the operator is told when an answer or a move is not taken, in Russian and English.

Room: scripts, used by answers and runner. Data and one function; may import nothing.
"""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "required": ("Нужен ответ на этот вопрос.", "This question needs an answer."),
    "not_an_option": ("Такого варианта нет.", "There is no such option."),
    "exclusive": ("«{label}» нельзя сочетать с другими вариантами.", "“{label}” excludes the other options."),
    "open_missing": ("Впишите, что именно.", "Write down what exactly."),
    "not_a_number": ("Здесь нужно число.", "This must be a number."),
    "too_small": ("Не меньше {limit}.", "At least {limit}."),
    "too_large": ("Не больше {limit}.", "At most {limit}."),
    "not_money": ("Здесь нужна сумма, например 300 000.", "This must be an amount, for example 300,000."),
    "not_a_date": ("Здесь нужна дата, например 31.12.2026.", "This must be a date, for example 2026-12-31."),
    "not_a_moment": ("Здесь нужны дата и время.", "This must be a date and a time."),
    "past": ("Это уже прошло.", "This is in the past."),
    "too_far": ("Не дальше чем через {limit} дн.", "At most {limit} days from now."),
    "too_long": ("Не длиннее {limit} знаков.", "At most {limit} characters."),
    "not_text": ("Здесь нужен текст.", "This must be text."),
    "not_a_phone": ("Здесь нужен номер телефона, например +79161234567.",
                    "This must be a phone number, for example +442071234567."),
    "not_an_email": ("Это не похоже на адрес почты.", "This does not look like an e-mail address."),
    "not_yes_no": ("Здесь нужно «да» или «нет».", "This must be yes or no."),
    "no_dk": ("Здесь нельзя ответить «не знаю».", "“Does not know” is not possible here."),
    "no_ref": ("Здесь нельзя отметить отказ.", "A refusal is not possible here."),
    "not_shown": ("Этот вопрос сейчас не задаётся.", "This question is not asked now."),
    "not_asked_here": ("На этом шаге нет поля «{field}».", "This step does not ask for “{field}”."),
    "ended": ("Разговор по сценарию уже завершён.", "The script has already ended."),
    "no_answer": ("На этом шаге нет ответа «{answer}».", "This step has no answer “{answer}”."),
    "answers_missing": ("Сначала ответьте на обязательные вопросы.", "Answer the required questions first."),
    "stuck": ("Ни одно из условий этого шага не подходит.", "No branch of this step applies."),
    "nowhere_to_return": ("Возвращаться некуда.", "There is nowhere to return to."),
    "no_objection": ("Такого возражения нет.", "There is no such objection."),
    "cannot_go_back": ("Это первый шаг.", "This is the first step."),
    "not_visited": ("Этот шаг ещё не пройден.", "This step has not been visited."),
    "no_words": ("Впишите слова клиента.", "Write down what the client said."),
    "no_such_end": ("Так завершить нельзя.", "The call cannot be ended like this."),
    "other_version": ("Этот разговор идёт по другой версии сценария.",
                      "This call follows another version of the script."),
    "missing_step": ("В сценарии нет шага «{step}».", "The script has no step “{step}”."),
    "endless": ("Сценарий ходит по кругу.", "The script goes round in circles."),
    "broken": ("Шаг сценария не удалось выполнить: {reason}", "A step of the script failed: {reason}"),
}  # fmt: skip


def say(code: str, **values: object) -> dict[str, str]:
    """The message ``code`` as {"ru": …, "en": …}; unknown codes are a KeyError (a fault of ours)."""
    russian, english = TEXTS[code]
    return {"ru": russian.format(**values), "en": english.format(**values)}
