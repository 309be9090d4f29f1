"""Letters out of templates: the limited Jinja of call scripts over the contact, its answers and the project.

Names: the fields of the project's scripts, ``contact.NAME``, ``project.client``, ``bant.N``, and ``unsubscribe``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from jinja2 import nodes
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dialer.errors import BadInput
from dialer.leads import drawing, qualification, sieve
from dialer.store.contacts import Contact
from dialer.store.projects import Campaign, Project
from dialer.store.scripts import Answer
from dialer.store.touches import MailTemplate
from scripts.errors import ScriptError
from scripts.guard import syntax_tree
from scripts.render import render

OWN = ("contact", "project", "bant", "temperature", "unsubscribe")
SHOWN = 12
LONGEST_BODY = 20_000
NAME_LENGTH, SUBJECT_LENGTH = 60, 300


def save(s: Session, project_id: int, name: str, subject: str, body: str, now: datetime) -> MailTemplate:
    """Keep a template of this name. Raises BadInput for what could not be rendered, with the line's number."""
    name, subject, body = name.strip(), subject.strip(), body.replace("\r\n", "\n").strip()
    if not name or len(name) > NAME_LENGTH or not subject or len(subject) > SUBJECT_LENGTH or "\n" in subject:
        raise BadInput("A letter needs a name (up to 60 characters) and a subject (up to 300), each in one line.")
    if not body or len(body) > LONGEST_BODY:
        raise BadInput(f"A letter needs a text of at most {LONGEST_BODY} characters.")
    check(s, project_id, subject, body)
    row = s.scalars(
        select(MailTemplate).where(MailTemplate.project_id == project_id, MailTemplate.name == name)
    ).first()
    if row is None:
        row = MailTemplate(project_id=project_id, name=name)
        s.add(row)
    row.subject, row.body, row.changed_at = subject, body, now
    s.flush()
    return row


def check(s: Session, project_id: int, subject: str, body: str) -> None:
    """Raises BadInput with the line and what was expected there, for what no contact's letter could be made of."""
    known = {*drawing.fields_of(s, project_id), *OWN}
    project = names_of_project(s.get_one(Project, project_id))
    for where, line in _lines(subject, body):
        try:
            tree = syntax_tree(line)
        except ScriptError as err:
            raise BadInput(f"{where} cannot be read: {err.sentence}.") from err
        _known(where, "answer", {node.name for node in tree.find_all(nodes.Name)}, known)
        of_project = {n.attr for n in tree.find_all(nodes.Getattr) if getattr(n.node, "name", "") == "project"}
        _known(where, "fact of the project", of_project, set(project))


def _known(where: str, what: str, used: set[str], known: set[str]) -> None:
    if strange := sorted(used - known):
        told = ", ".join(sorted(known)[:SHOWN])
        raise BadInput(f"{where}: there is no {what} named {strange[0]}; expected one of {told}.")


def _lines(subject: str, body: str) -> list[tuple[str, str]]:
    """Each line with how a person finds it."""
    return [("The subject", subject), *((f"Line {n}", line) for n, line in enumerate(body.split("\n"), 1))]


def compose(s: Session, template: MailTemplate, contact: Contact, unsubscribe: str, now: datetime) -> tuple[str, str]:
    """Subject and text for this contact. Raises BadInput if a line cannot be worked out, and says which: nothing half
    is sent."""
    names = names_of(s, s.get_one(Project, template.project_id), contact, now) | {"unsubscribe": unsubscribe}
    subject, *body = [_plain(where, line, names) for where, line in _lines(template.subject, template.body)]
    return subject, "\n".join(body)


def _plain(where: str, text: str, names: dict[str, Any]) -> str:
    try:
        return str(render(text, names).unescape())
    except ScriptError as err:
        raise BadInput(f"{where} cannot be worked out for this contact: {err.sentence}.") from err


def names_of(s: Session, project: Project, contact: Contact, now: datetime) -> dict[str, Any]:
    """What a letter may say of a contact."""
    fields = drawing.fields_of(s, project.id)
    answers = {
        a.field: a.value for a in s.scalars(select(Answer).where(Answer.contact_id == contact.id).order_by(Answer.id))
    }
    columns = {**contact.fields, "person": contact.name, "name": contact.name, "company": contact.company}
    standing = qualification.of_contacts(s, project, [contact.id], now)[contact.id]
    names = sieve.names_of(fields, answers, {**columns, "email": contact.email}, standing, "", 0)
    return names | {"project": names_of_project(project)}


def names_of_project(project: Project) -> dict[str, Any]:
    """What a letter may say of the project."""
    return {"name": project.name, "client": project.client, **project.facts}


def answered(s: Session, project_id: int, limit: int = 20) -> list[Contact]:
    """Contacts to try a letter with: those who answered last; where nobody did, those who were added last."""
    mine = Contact.campaign_id.in_(select(Campaign.id).where(Campaign.project_id == project_id))
    last = select(Answer.contact_id, func.max(Answer.at).label("at")).group_by(Answer.contact_id).subquery()
    query = select(Contact).outerjoin(last, last.c.contact_id == Contact.id).where(mine)
    return list(s.scalars(query.order_by(last.c.at.desc().nulls_last(), Contact.id.desc()).limit(limit)))
