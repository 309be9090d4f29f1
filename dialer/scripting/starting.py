"""The text a new script begins with: an outline, a finished script of the library, or a questionnaire.

Room: scripting. May import ``scripts``.
"""

from __future__ import annotations

from pathlib import Path

import scripts.library
from dialer.errors import BadInput
from scripts import xlsform
from scripts.errors import ScriptError
from scripts.parser import parse_file, read_source
from scripts.xlsform import Imported

FOLDER = Path(scripts.library.__file__).parent
OUTLINE = """---
script: new-script
kind: lead
languages: [ru, en]
start: hello
needs: {contact: [person], project: [client]}
fields:
  need: {type: single, label: Нужно ли это / Is there a need, bant: N, options: {1: [Да / Yes, 3], 2: [Нет / No, 0]}, dk: 98}
---
# One line is one thing: a sentence, a question, an answer.

=== hello stage=contact @consent
title> Знакомство / Introduction
ru!> Разговор записывается.
en!> This call is recorded.
ru> {{ greeting }}! {{ operator.name }}, «{{ project.client }}». {{ contact.person or "Есть" }}, есть две минуты?
en> {{ greeting }}! {{ operator.name }} of {{ project.client }}. {{ contact.person or "Hello" }}, do you have two minutes?
* [yes] Да / Yes -> question
* [later] Позже / Later -> END:callback
* [no] Нет / No -> END:refused_soft

=== question stage=state
title> Вопрос / Question
ru> Вам это сейчас нужно?
en> Do you need it at the moment?
? need!
~ if need == 1 -> offer
-> END:no_need

=== offer stage=close @goal
title> Предложение / Offer
ru> Отлично, передаю вас специалисту.
en> Great, our specialist will take it from here.
-> END:lead_warm

=== o_stop stage=close @objection
title> Больше не звоните / Stop calling
ru!> Извините за беспокойство, больше не позвоним.
en!> Sorry to have troubled you, we will not call again.
-> END:dnc
"""  # noqa: E501 - a script has one line per field


def library() -> dict[str, str]:
    """{name: kind} of the finished scripts."""
    return {path.stem: parse_file(path).kind for path in sorted(FOLDER.glob("*.call"))}


def from_library(name: str) -> str:
    """The text of a finished script. Raises BadInput for a name that is none of them."""
    if name not in library():
        raise BadInput(f"There is no script {name!r} in the library.")
    return read_source(FOLDER / f"{name}.call")


def from_questionnaire(content: bytes, name: str) -> Imported:
    """The script that an XLSForm workbook means, with what was left out. Raises BadInput."""
    try:
        return xlsform.read(xlsform.from_xlsx(content, name), Path(name).stem)
    except ScriptError as error:
        raise BadInput(error.placed) from None
