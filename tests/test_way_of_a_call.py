"""Read this one first: one person's way from a line of a file to the closer, in the order of docs/design.md.

Lin answers and is interested; Max is busy; Dee asked never to be called. The telephone network is the pretend one and
time is ours, so the whole day takes a second. The same way on a real Asterisk: tests/lab/test_engine_on_asterisk.py.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from dialer import ledger
from dialer.compliance import suppression
from dialer.desk import closing, handoffs, script_run, wrap_up
from dialer.lists.importing import import_file
from dialer.rules.words import ContactState, HandoffState, OperatorState, Outcome
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact
from dialer.store.outbox import ask_engine
from dialer.store.projects import Campaign
from dialer.store.scripts import Answer, CallScript, ScriptStep, ScriptVersion
from scripts import parse_text
from tests.support import world as worlds

LIST = """ФИО;Компания;Телефон;Город
Lin Marsh;Marsh Mills;8 (916) 555-00-01;Москва
Max Stone;Stone Yard;8 (916) 555-00-75;Москва
Dee Brook;Brook & Sons;8 (916) 555-00-02;Москва
Nobody;Nowhere;12;Москва
"""
SCRIPT = """---
script: test/way
kind: lead
languages: [en]
start: hello
needs: {contact: [person], project: [client]}
fields:
  need: {type: single, bant: N, options: {1: [Yes, 3], 2: [No, 0]}}
---
=== hello
en> Good day, {{ contact.person }}. Do you need wool?
? need!
* [yes] Tell me more -> END:lead_hot
* [stop] Stop calling -> END:dnc
"""


def publish(world: worlds.World) -> None:
    """A script writer publishes the script; the campaign uses it."""
    with world.db.write() as s:
        script = CallScript(project_id=world.project_id, name="way", draft=SCRIPT, updated_at=world.now)
        s.add(script)
        s.flush()
        version = ScriptVersion(
            script_id=script.id, number=1, hash=parse_text(SCRIPT).version_hash, text=SCRIPT, published_at=world.now
        )
        s.add(version)
        s.flush()
        script.published_id = version.id
        s.get_one(Campaign, world.campaign_id).script_id = script.id


def contact_named(world: worlds.World, name: str) -> Contact:
    with world.db.read() as s:
        return s.scalars(select(Contact).where(Contact.name == name)).one()


def test_the_way_of_a_call(db: Database, tmp_path: Path) -> None:
    world = worlds.make(db, operators=1, closers=1)
    publish(world)

    # 1. list: every row is accepted, merged, or rejected with a reason
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="cp1251")
    with db.write() as s:
        suppression.add(s, "+79165550002", world.now, reason="asked by letter")
    result = import_file(db, path, world.campaign_id, data=tmp_path)
    assert (result.rows, result.accepted, result.merged, result.rejected) == (4, 3, 0, 1)
    assert contact_named(world, "Dee Brook").state is ContactState.SUPPRESSED

    # 2-5. claim, gate, pacing, originate: nothing happens until an operator's phone is up
    world.start()
    world.run(2)
    assert world.provider.log == []
    ana, closer = world.operator_ready(0), world.operator_ready(1)

    # 6-7. events, operator: Lin answers and is in Ana's room, with the script at its first step
    world.run(2)
    assert world.state(ana) is OperatorState.TALKING
    call = world.session(ana).attempt_id
    assert call is not None

    # 8. script: each answer is stored as it is given, with the version and the step
    with db.write() as s:
        run = script_run.ensure(s, call, ana, world.now)
        assert run is not None
        view = script_run.view(s, call, ana, world.now)
        assert view is not None and "Good day, Lin Marsh. Do you need wool?" in [line.text for line in view.step.spoken]
        moved = script_run.choose(s, call, ana, run.revision, "yes", world.now, {"need": 1})
        assert moved.ended == "lead_hot"
    with db.read() as s:
        assert s.scalars(select(Answer)).one().field == "need"
        assert s.scalars(select(ScriptStep)).first() is not None

    # the second line: a closer is reserved before anything is promised, rings, joins; Ana leaves them to it
    with db.write() as s:
        handoff = handoffs.offer_live(s, call, ana, world.now).id
    world.run(1)
    with db.write() as s:
        handoffs.leave(s, handoff, ana, world.now)
    world.settle()
    assert world.state(ana) is OperatorState.WRAP_UP

    # 9. disposition: one transaction; Ana is ready again and Max is dialled, who is busy
    with db.write() as s:
        wrap_up.save(s, call, ana, "lead_hot", world.now)
    world.run(2)
    with db.read() as s:
        outcomes = {a.to_number: a.outcome for a in s.scalars(select(Attempt))}
    assert outcomes["+79165550075"] is Outcome.BUSY

    # the closer ends the call and accepts the lead
    with db.write() as s:
        ask_engine(s, world.now, "call.hang_up", closer, attempt=call)
    world.run(1)
    with db.write() as s:
        assert closing.accept(s, handoff, closer, world.now).state is HandoffState.ACCEPTED
    world.settle()
    assert world.state(closer) is OperatorState.READY

    # 10. next: Lin is closed, Max is waiting for his retry, Dee was never rung
    assert contact_named(world, "Lin Marsh").state is ContactState.CLOSED
    assert contact_named(world, "Max Stone").state is ContactState.WAITING
    assert [entry["number"] for entry in world.provider.log] == ["+79165550001", "+79165550075"]
    with db.read() as s:
        events = [move.event for move in ledger.journal(s, call)]
    assert events[:3] == ["place", "send", "accepted"] and events[-2:] == ["hung_up", "disposed"]
