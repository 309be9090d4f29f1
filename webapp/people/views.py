"""Views: people, added and changed. Nobody changes their own duties or switches themselves off."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload
from wtforms import BooleanField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional, Regexp

from dialer.clock import now
from dialer.errors import BadInput, Refusal
from dialer.people import accounts, audit, passwords
from dialer.rules.words import Duty
from dialer.store.people import User
from dialer.store.projects import Project
from webapp.choices import options
from webapp.data import reading, writing
from webapp.guards import needs
from webapp.identity import me
from webapp.language import NAMES

blueprint = Blueprint("people", __name__, template_folder="templates")
EVERYWHERE = 0
"""Stands for "every project" in the grid of duties."""


class PersonForm(FlaskForm):
    """One person. The password is asked for a new one, and may be set anew for the others."""

    login = StringField(
        _l("Login name"),
        [DataRequired(), Regexp(accounts.LOGIN, message=_l("2 to 80 small Latin letters, digits or . _ @ -"))],
        filters=[lambda v: v.strip().lower() if v else v],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    name = StringField(_l("Name"), [DataRequired(), Length(max=120)])
    language = SelectField(_l("Language"), choices=options(NAMES.items()))
    password = PasswordField(
        _l("Password"),
        [Optional(), Length(min=passwords.SHORTEST, max=passwords.LONGEST)],
        render_kw={"autocomplete": "new-password"},
    )
    endpoint = StringField(
        _l("Phone account"),
        [
            Optional(),
            Length(max=60),
            Regexp(accounts.PHONE, message=_l("Such as op-7, sip:7@pbx.example or +74951234567.")),
        ],
        filters=[lambda v: v.strip() if v else v],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    phone_password = PasswordField(
        _l("SIP password"),
        [Optional(), Length(max=accounts.LONGEST_SECRET)],
        render_kw={"autocomplete": "new-password"},
    )
    active = BooleanField(_l("May log in"), default=True)


@blueprint.get("/people")
@needs("people.see")
def index() -> str:
    """Everybody."""
    with reading() as s:
        people = list(
            s.scalars(select(User).order_by(User.active.desc(), User.name).options(selectinload(User.holdings)))
        )
        names = _project_names(s)
    return render_template("people/index.html", people=people, names=names)


@blueprint.route("/people/new", methods=["GET", "POST"])
@needs("people.edit")
def new() -> Any:
    """Add somebody."""
    form = PersonForm()
    if form.validate_on_submit():
        try:
            with writing() as s:
                held = _chosen(s)
                user = accounts.add(
                    s,
                    form.login.data or "",
                    form.name.data or "",
                    form.password.data or "",
                    held,
                    now(),
                    form.language.data,
                )
                if form.endpoint.data or form.phone_password.data:
                    accounts.set_phone(s, user, form.endpoint.data or user.endpoint, form.phone_password.data or "")
                audit.write(s, now(), me().id, "people.edit", f"user:{user.id}")
            flash(_("%(name)s was added.", name=user.name), "success")
            return redirect(url_for("people.index"))
        except BadInput as error:
            _place(form, str(error))
    return _page(form, None), 400 if form.errors else 200


def _place(form: PersonForm, told: str) -> None:
    """Put what the core refused at the field that it is about, in the person's language."""
    if told.startswith("The phone"):
        form.endpoint.errors = [_("This phone is somebody else's.")]
    elif told.startswith("A password"):
        form.password.errors = [_("A password needs %(n)s characters or more.", n=passwords.SHORTEST)]
    else:
        form.login.errors = [_("This login name is taken.")]


@blueprint.route("/people/<int:user_id>", methods=["GET", "POST"])
@needs("people.edit", User, "user_id")
def edit(user_id: int) -> Any:
    """Change somebody: name, language, duties, password, whether they may log in."""
    with reading() as s:
        user = accounts.by_id(s, user_id)
    assert user is not None
    form = PersonForm(obj=user)
    form.login.data = user.login
    if form.validate_on_submit():
        try:
            _change(form, user_id)
            flash(_("Saved."), "success")
            return redirect(url_for("people.index"))
        except BadInput as error:
            _place(form, str(error))
    return _page(form, user), 400 if form.errors else 200


def _change(form: PersonForm, user_id: int) -> None:
    """Write it. Raises Refusal(own_duties)."""
    with writing() as s:
        user = accounts.by_id(s, user_id)
        assert user is not None
        held = _chosen(s)
        before = {(h.duty, h.project_id) for h in user.holdings}
        if user_id == me().id and (set(held) != before or not form.active.data):
            raise Refusal("own_duties")
        user.name, user.language = form.name.data or user.login, form.language.data
        if user.active and not form.active.data:
            accounts.end_sessions(user)
        user.active = bool(form.active.data)
        accounts.set_duties(s, user, held)
        accounts.set_phone(s, user, form.endpoint.data or "", form.phone_password.data or "")
        if form.password.data:
            accounts.set_password(user, form.password.data)
        audit.write(s, now(), me().id, "people.edit", f"user:{user_id}", duties=len(held), active=user.active)


def _chosen(s: Session) -> list[tuple[Duty, int | None]]:
    """The ticked cells of the grid, as ``duty:project``; what does not exist is left out."""
    known = {EVERYWHERE, *_project_names(s)}
    held = []
    for cell in request.form.getlist("duty"):
        word, _sep, project = cell.partition(":")
        if word in set(Duty) and project.isdigit() and int(project) in known:
            held.append((Duty(word), int(project) or None))
    return held


def _project_names(s: Session) -> dict[int, str]:
    return dict(s.execute(select(Project.id, Project.name).order_by(Project.name)).all())


def _page(form: PersonForm, user: User | None) -> str:
    with reading() as s:
        names = _project_names(s)
    if request.method == "POST":
        ticked = set(request.form.getlist("duty"))
    else:
        ticked = {f"{h.duty.value}:{h.project_id or EVERYWHERE}" for h in user.holdings} if user else set()
    return render_template("people/person.html", form=form, person=user, names=names, ticked=ticked, duties=list(Duty))
