"""The script's question for a slot offers closers' free times; choosing one keeps it and answers the question."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest
from sqlalchemy import select

import scripts
from dialer import clock
from dialer.desk import script_run
from dialer.desk.appointments import booking
from dialer.people import accounts
from dialer.rules.words import AppointmentState
from dialer.store.appointments import Appointment
from dialer.store.contacts import Contact
from dialer.store.scripts import Answer, ScriptRun
from scripts import parse_text
from tests.support import floor
from tests.support.floor import CALL
from tests.unit.web.conftest import csrf_of

TEXT = (Path(scripts.__file__).parent / "library" / "appointment.call").read_text(encoding="utf-8")
VALUES = re.compile(r"data-values='([^']*)'")


@pytest.fixture
def shop(lite):
    """The operator stands at the step that asks for a time."""
    now = clock.now()
    built = floor.build(lite, now, language="en")
    script = parse_text(TEXT, "appointment.call")
    node = next(n.id for n in script.nodes if any(ask.field == "slot" for ask in n.asks))
    with lite.write() as s:
        floor.publish(s, TEXT, now)
        floor.talk(s, built, now)
        run = script_run.ensure(s, CALL, built.operator, now)
        run.position = {**run.position, "node": node}
    return built


def offers(page: str) -> list[dict[str, str]]:
    """What the chips of the question would send."""
    question = page.partition('data-field="slot"')[2].partition("</fieldset>")[0]
    return [json.loads(html.unescape(text)) for text in VALUES.findall(question)]


def test_a_time_is_chosen_kept_and_answers_the_question(lite, shop, enter):
    with lite.read() as s:
        client = enter(accounts.by_id(s, shop.operator))
        revision = s.get_one(ScriptRun, CALL).revision
    found = offers(client.get("/desk").text)
    assert len(found) > 3 and {one["field"] for one in found} == {"slot"}
    form = {"csrf_token": csrf_of(client, "/password"), "attempt": CALL, "revision": str(revision), **found[2]}
    assert client.post("/desk/appointments/hold", data=form).status_code == 200
    with lite.read() as s:
        kept = s.scalars(select(Appointment)).one()
        assert (kept.state, kept.starts_at.isoformat()) == (AppointmentState.HOLD, found[2]["starts_at"])
        answer = s.scalars(select(Answer).where(Answer.field == "slot")).one()
        assert answer.value["value"][:16] == kept.starts_at.isoformat()[:16]
    stale = client.post("/desk/appointments/hold", data={**form, **found[3]})
    assert stale.status_code == 409  # the script has moved on: neither is kept nor answered anew
    with lite.read() as s:
        assert [row.starts_at for row in s.scalars(select(Appointment))] == [kept.starts_at]


def test_the_invitation_goes_to_the_address_that_was_told(lite, shop):
    with lite.write() as s:
        contact = s.get_one(Contact, shop.contact)
        assert booking.told_email(s, contact) == "ivanov@romashka.example"
        s.add(
            Answer(
                contact_id=shop.contact,
                field="email",
                value={"value": "boss@romashka.example"},
                node="",
                at=clock.now(),
            )
        )
        s.flush()
        assert booking.told_email(s, contact) == "boss@romashka.example"
