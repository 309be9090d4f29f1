"""Letters out of templates: the limited Jinja of call scripts over the contact, its answers and the project.

Names: the fields of the project's scripts, ``contact.NAME``, ``project.client``, ``bant.N``, and ``unsubscribe``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.errors import BadInput
from dialer.leads import drawing, qualification, sieve
from dialer.store.contacts import Contact
from dialer.store.projects import Project
from dialer.store.scripts import Answer
from dialer.store.touches import MailTemplate
from scripts.errors import ScriptError
from scripts.guard import syntax_tree
from scripts.render import render

LONGEST_BODY = 20_000
NAME_LENGTH, SUBJECT_LENGTH = 60, 300


def save(s: Session, project_id: int, name: str, subject: str, body: str, now: datetime) -> MailTemplate:
    """Keep a template of this name. Raises BadInput for what could not be rendered, with the line's number."""
    name, subject, body = name.strip(), subject.strip(), body.replace("\r\n", "\n").strip()
    if not name or len(name) > NAME_LENGTH or not subject or len(subject) > SUBJECT_LENGTH or "\n" in subject:
        raise BadInput("A letter needs a name (up to 60 characters) and a subject (up to 300), each in one line.")
    if not body or len(body) > LONGEST_BODY:
        raise BadInput(f"A letter needs a text of at most {LONGEST_BODY} characters.")
    _check(subject, "The subject")
    for number, line in enumerate(body.split("\n"), 1):
        _check(line, f"Line {number}")
    row = s.scalars(
        select(MailTemplate).where(MailTemplate.project_id == project_id, MailTemplate.name == name)
    ).first()
    if row is None:
        row = MailTemplate(project_id=project_id, name=name)
        s.add(row)
    row.subject, row.body, row.changed_at = subject, body, now
    s.flush()
    return row


def _check(text: str, where: str) -> None:
    try:
        syntax_tree(text)
    except ScriptError as err:
        raise BadInput(f"{where} cannot be read: {err.message}.") from err


def compose(s: Session, template: MailTemplate, contact: Contact, unsubscribe: str, now: datetime) -> tuple[str, str]:
    """Subject and text for this contact. Raises BadInput if a line cannot be worked out: nothing half is sent."""
    names = names_of(s, s.get_one(Project, template.project_id), contact, now) | {"unsubscribe": unsubscribe}
    try:
        subject = _plain(template.subject, names)
        body = "\n".join(_plain(line, names) for line in template.body.split("\n"))
    except ScriptError as err:
        raise BadInput(f"The letter cannot be worked out: {err.message}.") from err
    return subject, body


def _plain(text: str, names: dict[str, Any]) -> str:
    return str(render(text, names).unescape())


def names_of(s: Session, project: Project, contact: Contact, now: datetime) -> dict[str, Any]:
    """What a letter may say of a contact."""
    fields = drawing.fields_of(s, project.id)
    answers = {
        a.field: a.value for a in s.scalars(select(Answer).where(Answer.contact_id == contact.id).order_by(Answer.id))
    }
    columns = {**contact.fields, "person": contact.name, "name": contact.name, "company": contact.company}
    standing = qualification.of_contacts(s, project, [contact.id], now)[contact.id]
    names = sieve.names_of(fields, answers, {**columns, "email": contact.email}, standing, "", 0)
    return names | {"project": {"name": project.name, "client": project.client, **project.facts}}
