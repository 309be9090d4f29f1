"""Views: the do-not-call list: look for a number, add one, take one off with a reason."""

from __future__ import annotations

import re
from typing import Any

import phonenumbers
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length

from dialer.clock import now
from dialer.compliance import suppression as entries
from dialer.errors import BadInput
from dialer.people import audit, may
from dialer.people import projects as projects_of
from dialer.store.contacts import Suppression
from dialer.store.projects import Project
from webapp.choices import options
from webapp.data import database, reading, writing
from webapp.guards import check, needs
from webapp.identity import me
from webapp.lists.room import blueprint

PAGE = 100


class SuppressForm(FlaskForm):
    """One number, where it must not be dialled, and why."""

    number = StringField(_l("Number"), [DataRequired(), Length(max=40)], render_kw={"inputmode": "tel"})
    scope_id = SelectField(_l("Where"), coerce=int)
    reason = StringField(_l("Reason"), [DataRequired(), Length(max=200)])


@blueprint.route("/do-not-call", methods=["GET", "POST"])
@needs("suppression.see")
def suppression() -> Any:
    """The list, a search, and a form to add to it."""
    form = SuppressForm()
    with reading() as s:
        scopes = _scopes(s)
    form.scope_id.choices = options(scopes)
    if form.validate_on_submit() and _add(form):
        return redirect(url_for("lists.suppression"))
    with reading() as s:
        rows = _rows(s, request.args.get("q", ""))
        names: dict[int, str] = dict(s.execute(select(Project.id, Project.name)).all())
        removable = {row.id for row in rows if may(s, me(), "suppression.remove", row)}
    status = 400 if form.errors else 200
    return render_template(
        "lists/suppression.html", form=form, rows=rows, names=names, scopes=scopes, removable=removable, page=PAGE
    ), status


def _scopes(s: Session) -> list[tuple[int, str]]:
    """Where this person may stop numbers: in their projects; everywhere only who is not bound to one."""
    every = s.scalars(select(Project).order_by(Project.name))
    mine = [(p.id, p.name) for p in every if may(s, me(), "suppression.add", p)]
    return [*mine, *([(0, _("Everywhere"))] if may(s, me(), "suppression.add", Suppression(scope_id=0)) else [])]


def _rows(s: Session, text: str) -> list[Suppression]:
    query = select(Suppression).order_by(Suppression.id.desc()).limit(PAGE)
    mine = projects_of(me(), "suppression.see")
    if mine is not None:
        query = query.where(or_(Suppression.scope_id == 0, Suppression.scope_id.in_(mine)))
    digits = re.sub(r"\D+", "", text)
    if digits:
        tail = digits[1:] if len(digits) == 11 and digits[0] == "8" else digits
        query = query.where(Suppression.number.like(f"%{tail}%"))
    return list(s.scalars(query))


def _add(form: SuppressForm) -> bool:
    scope_id = form.scope_id.data or 0
    check(database(), "suppression.add", Suppression(scope_id=scope_id))
    try:
        with writing() as s:
            project = s.get(Project, scope_id) if scope_id else None
            number = e164(form.number.data or "", project.country if project else "RU")
            new = entries.add(
                s, number, now(), scope_id=scope_id, reason=form.reason.data or "", added_by=me().id, source="request"
            )
            audit.write(s, now(), me().id, "suppression.add", f"project:{scope_id}", new=new)
    except BadInput:
        form.number.errors = [*form.number.errors, _("This is not a telephone number. Write it as +74951234567.")]
        return False
    flash(_("The number will not be dialled.") if new else _("The number was on the list already."), "success")
    return True


def e164(text: str, country: str) -> str:
    """A number as people write it, in E.164. Raises BadInput."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as err:
        raise BadInput("not a number") from err
    if not phonenumbers.is_possible_number(number):
        raise BadInput("not a number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@blueprint.post("/do-not-call/<int:entry_id>/remove")
@needs("suppression.remove", Suppression, "entry_id")
def remove_suppression(entry_id: int) -> Any:
    """Take an entry off; the reason is kept with the act."""
    reason = request.form.get("reason", "").strip()
    if not reason:
        flash(_("Say why the number may be dialled again."), "warning")
        return redirect(url_for("lists.suppression"))
    with writing() as s:
        row = s.get_one(Suppression, entry_id)
        scope_id = row.scope_id
        entries.remove(s, row.number, now(), scope_id=scope_id)
        audit.write(
            s, now(), me().id, "suppression.remove", f"suppression:{entry_id}", scope=scope_id, reason=reason[:200]
        )
    flash(_("The number may be dialled again."), "success")
    return redirect(url_for("lists.suppression"))
