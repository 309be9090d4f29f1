"""Forms of projects and campaigns. Only what stands here can be changed by a request (no mass assignment)."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DecimalField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from dialer.rules.hours_text import read_day
from dialer.rules.prefixes import read_prefixes
from dialer.rules.words import Mode
from webapp.choices import options
from webapp.words import label

DAYS = (
    ("mon", _l("Monday")),
    ("tue", _l("Tuesday")),
    ("wed", _l("Wednesday")),
    ("thu", _l("Thursday")),
    ("fri", _l("Friday")),
    ("sat", _l("Saturday")),
    ("sun", _l("Sunday")),
)
KINDS = (
    ("lead", _l("Lead generation")),
    ("appointment", _l("Appointment setting")),
    ("survey", _l("Telephone survey")),
)
STRICTNESS = (
    ("flexible", _l("Flexible")),
    ("standard", _l("Standard")),
    ("strict", _l("Strict")),
    ("open", _l("Open: everything goes over")),
    ("own", _l("The project's own")),
)
CALL_KINDS = (
    ("ad", _l("Sales or advertising")),
    ("survey", _l("Survey")),
    ("service", _l("Service")),
    ("debt", _l("Debt collection")),
)
PARTIES = (("consumer", _l("Private persons")), ("business", _l("Firms")))
SOUND = Regexp(
    re.compile(r"^[a-z0-9-]{0,40}$"), message=_l("Write the name of a sound: small letters, digits, dashes.")
)
CALLER_ID = Regexp(re.compile(r"^(\+[1-9]\d{4,14})?$"), message=_l("Write the number as +74951234567."))
NAME = Length(max=120)
CLOSED = "none"
"""A day without hours, as the rules write it."""


def stripped(value: str | None) -> str | None:
    """Without the spaces around it."""
    return value.strip() if value else value


def upper(value: str | None) -> str | None:
    """In capital letters, without the spaces around it."""
    return value.strip().upper() if value else value


def windows(text: str) -> list[str]:
    """``09:00-13:00, 14:00–20:00`` as the rules take it; empty for a closed day."""
    parts = [part.strip() for part in text.replace("–", "-").split(",")]
    return [part for part in parts if part and part != CLOSED]


def prefix_list(text: str) -> list[str]:
    """``+7 +44`` as a list."""
    return [part for part in re.split(r"[\s,;]+", text) if part]


def _usable_hours(_form: Any, field: Any) -> None:
    try:
        read_day(windows(field.data or "") or CLOSED)
    except ValueError as err:
        raise ValidationError(gettext("Write hours as 09:00-13:00, 14:00-20:00, or leave the day empty.")) from err


def _usable_prefixes(_form: Any, field: Any) -> None:
    try:
        read_prefixes(prefix_list(field.data or "") or ["+7"])
    except ValueError as err:
        raise ValidationError(gettext("Write prefixes as +7 +44.")) from err


def _fact_lines(_form: Any, field: Any) -> None:
    for number, line in enumerate((field.data or "").splitlines(), start=1):
        if line.strip() and not re.match(r"\s*[A-Za-z_][A-Za-z0-9_]{0,39}\s*:", line):
            raise ValidationError(
                gettext("Line %(line)s: write a name, a colon and a value, for example price: 18000.", line=number)
            )


class ProjectForm(FlaskForm):
    """What the client pays for. ``facts`` are lines of ``name: value`` for the scripts."""

    name = StringField(_l("Title"), [DataRequired(), NAME], filters=[stripped])
    client = StringField(_l("Client"), [DataRequired(), Length(max=200)], filters=[stripped])
    kind = SelectField(_l("What is sold"), choices=options(KINDS))
    country = StringField(
        _l("Country of the numbers"),
        [DataRequired(), Regexp(re.compile(r"^[A-Z]{2}$"), message=_l("Two capital letters, such as RU or GB."))],
        default="RU",
        filters=[lambda value: value.strip().upper() if value else value],
    )
    qualification = SelectField(_l("How strict a lead is judged"), choices=options(STRICTNESS), default="standard")
    facts = TextAreaField(
        _l("Facts for the scripts"), [Length(max=5000), _fact_lines], render_kw={"rows": 5, "spellcheck": "false"}
    )


def _figure(text: Any, low: int, high: int, default: int) -> IntegerField:
    return IntegerField(text, [InputRequired(), NumberRange(low, high)], default=default)


def _cap(text: Any) -> IntegerField:
    return IntegerField(text, [Optional(), NumberRange(1, 1000)])


class CampaignForm(FlaskForm):
    """One way of dialling for a project. Empty hours, caps and prefixes leave what the profiles say."""

    name = StringField(_l("Title"), [DataRequired(), NAME], filters=[stripped])
    mode = SelectField(_l("Mode"), default=Mode.PROGRESSIVE.value)
    script_id = SelectField(_l("Script"), coerce=int)
    caller_id = StringField(_l("Number shown to the callee"), [CALLER_ID], filters=[stripped])
    trunk = StringField(_l("Trunk"), [Length(max=60), Regexp(r"^[A-Za-z0-9_.-]*$")], filters=[stripped])
    ring_s = _figure(_l("Ring for, seconds"), 5, 120, 25)
    wrap_up_s = _figure(_l("Wrap-up, seconds"), 0, 1800, 60)
    preview_s = _figure(_l("Preview, seconds"), 5, 1800, 30)
    max_lines = _figure(_l("Calls at once, at most"), 1, 2000, 50)
    calls_per_second = DecimalField(
        _l("New calls a second, at most"), [InputRequired(), NumberRange(0.1, 100)], default=5
    )
    retry_plan = SelectField(_l("Retry plan"))
    touches = SelectField(_l("Letters and calls after the first call"), default="")
    record = BooleanField(_l("Record the calls"), default=True)
    amd = BooleanField(_l("Recognise answering machines"))
    announcement = StringField(_l("Said when nobody is free"), [SOUND], default="sorry-ru", filters=[stripped])
    machine_message = StringField(_l("Left on answering machines"), [SOUND], filters=[stripped])
    seller = StringField(_l("Where the seller is"), [Length(max=6)], filters=[upper])
    callees = StringField(_l("Where the people called are"), [Length(max=300)], filters=[upper])
    kind = SelectField(_l("Kind of call"), default="ad")
    party = SelectField(_l("Who is called"), default="consumer")
    profiles = SelectMultipleField(_l("Rules of calling"), render_kw={"size": 5})
    prefixes = StringField(_l("Allowed prefixes"), [Length(max=500), _usable_prefixes], filters=[stripped])
    number_day = _cap(_l("A number a day"))
    number_30d = _cap(_l("A number in 30 days"))
    contact_day = _cap(_l("A contact a day"))
    contact_lifetime = _cap(_l("A contact in all"))
    min_gap_m = IntegerField(_l("Minutes between two attempts, at least"), [Optional(), NumberRange(1, 43200)])

    def offer(
        self,
        scripts: list[tuple[int, str]],
        plans: list[tuple[str, str]],
        profiles: list[tuple[str, str]],
        touches: list[tuple[str, str]],
    ) -> None:
        """Fill the lists to choose from."""
        self.mode.choices = options((mode.value, label(mode)) for mode in Mode)
        self.script_id.choices = options([(0, "–"), *scripts])
        self.retry_plan.choices = options(plans)
        self.touches.choices = options([("", gettext("None")), *touches])
        self.kind.choices, self.party.choices = options(CALL_KINDS), options(PARTIES)
        self.profiles.choices = options(profiles)


for _day, _name in DAYS:
    setattr(CampaignForm, f"hours_{_day}", StringField(_name, [Length(max=100), _usable_hours], filters=[stripped]))
