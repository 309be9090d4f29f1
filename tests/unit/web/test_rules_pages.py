"""The pages about rules: what contacts wait for, what pacing does, calls a day, simulation, a person's data."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from dialer import settings
from dialer.clock import now
from dialer.rules.words import ContactState, Duty
from dialer.store.compliance import Consent, Forgotten, ListImport, PacingWord
from dialer.store.contacts import Contact
from dialer.store.projects import Campaign
from tests.unit.web.conftest import csrf_of
from webapp.rules.drawing import HEIGHT, SERIES, WIDTH, bars, stacked


@pytest.fixture(autouse=True)
def _key(monkeypatch):
    monkeypatch.setenv("DIALER_NUMBER_KEY", "k" * 40)
    settings.load.cache_clear()


@pytest.fixture
def admin(person, enter, world):
    return enter(person("ba", Duty.BASE_ADMIN))


@pytest.fixture
def manager(person, enter, world):
    return enter(person("pm", Duty.PROJECT_MANAGER))


def test_the_campaigns_page_fetches_what_contacts_wait_for_and_what_pacing_does(manager, world):
    page = manager.get(f"/campaigns/{world.here.campaign}").text
    assert f"/campaigns/{world.here.campaign}/waiting" in page and f"/campaigns/{world.here.campaign}/pacing" in page


def test_what_contacts_wait_for_is_drawn_and_told(lite, manager, world):
    with lite.write() as s:
        s.get_one(Campaign, world.here.campaign).rules = {"profiles": ["none"], "consent": True}
        contact = s.get_one(Contact, world.here.contact)
        contact.state, contact.number_id = ContactState.READY, contact.numbers[0].id
    page = manager.get(f"/campaigns/{world.here.campaign}/waiting").text
    assert "No consent on record" in page and "<rect" in page and page.count("<tr>") >= 7


def test_an_empty_list_and_rules_of_no_use_are_told(lite, manager, world):
    with lite.write() as s:
        for contact in s.scalars(select(Contact)):
            contact.state = ContactState.CLOSED
    assert "No contacts are left" in manager.get(f"/campaigns/{world.here.campaign}/waiting").text
    with lite.write() as s:
        s.get_one(Campaign, world.here.campaign).rules = {"profiles": ["mars"]}
    assert "no profile named mars" in manager.get(f"/campaigns/{world.here.campaign}/waiting").text
    assert "no profile named mars" in manager.get(f"/campaigns/{world.here.campaign}/rules").text


def test_pacing_speaks_in_the_pages_language_and_in_the_engines(lite, manager, world):
    address = f"/campaigns/{world.here.campaign}/pacing"
    assert "Nothing was decided" in manager.get(address).text
    facts = {
        "ready": 3,
        "ringing": 4,
        "waiting": 0,
        "risk": 0.018,
        "theta": 0.03,
        "cap": 0.03,
        "answered": 90,
        "abandoned": 2,
    }
    with lite.write() as s:
        said = {"campaign_id": world.here.campaign, "placed": 2, "why": "placed 2: 3 free, 4 ringing, risk 1.8%"}
        s.add(PacingWord(at=now() - timedelta(minutes=5), **said, facts=facts))
        s.add(PacingWord(at=now(), campaign_id=world.here.campaign, placed=0, why="nothing placed: no room", facts={}))
    page = manager.get(address).text
    assert "nothing placed: no room" in page and "placed 2: 3 free" in page and "<rect" in page
    with lite.write() as s:
        s.delete(s.scalars(select(PacingWord).order_by(PacingWord.id.desc())).first())
    page = manager.get(address).text
    assert "2 placed: 3 free, 4 ringing, 0 waiting · risk 1.8%, at most 3.0%" in page
    assert "Abandoned 2 of 90 answered calls" in page


def test_the_rules_page_names_sources_lists_and_calls_a_day(lite, manager, world):
    with lite.write() as s:
        s.get_one(Campaign, world.here.campaign).rules = {"profiles": ["us_fl"], "prefixes": ["+7"]}
        s.add(ListImport(name="us_dnc", as_of=now().date(), rows=7, imported_at=now()))
    page = manager.get(f"/campaigns/{world.here.campaign}/rules?per_hour=50").text
    for words in ("cap_number_24h", "us_federal", "2026-11-28", "us_dnc", "calls in"):
        assert words in page, words
    assert manager.get(f"/campaigns/{world.here.campaign}/rules?per_hour=many&plan=nothing").status_code == 200


def test_a_simulation_tells_when_the_list_is_done(manager, world):
    assert "virtual clock" in manager.get("/simulate").text
    found = manager.get("/simulate?operators=2&answer_percent=30&talk_s=60&wrap_s=15&ring_s=12&contacts=500").text
    assert found.count("The base is processed by") == 2 and "bar-wide" in found
    refused = manager.get("/simulate?operators=9999&answer_percent=30")
    assert refused.status_code == 400 and "operators from 1 to 60" in refused.text


def test_a_persons_data_is_given_out_and_erased(lite, admin, world):
    page, token = f"/contacts/{world.here.contact}", None
    token = csrf_of(admin, page)
    told = admin.post(f"{page}/export", data={"csrf_token": token})
    with zipfile.ZipFile(io.BytesIO(told.data)) as packed:
        assert json.loads(packed.read("person.json"))["contact"][0]["id"] == world.here.contact
    assert admin.post(f"{page}/erase", data={"csrf_token": token}, follow_redirects=True).text.count("tick the box")
    with lite.read() as s:
        assert s.get_one(Contact, world.here.contact).name
    with lite.write() as s:
        s.get_one(Contact, world.here.contact).state = ContactState.CLAIMED
    sure = {"csrf_token": token, "sure": "yes"}
    assert "when the call is over" in admin.post(f"{page}/erase", data=sure, follow_redirects=True).text
    with lite.write() as s:
        s.get_one(Contact, world.here.contact).state = ContactState.READY
        s.get_one(Campaign, world.here.campaign).rules = {"profiles": ["none"], "keep_calls_d": 36500}
    assert "keep its call details until" in admin.post(f"{page}/erase", data=sure, follow_redirects=True).text
    sure["despite_rules"] = "yes"
    assert "is erased" in admin.post(f"{page}/erase", data=sure, follow_redirects=True).text
    with lite.read() as s:
        contact = s.get_one(Contact, world.here.contact)
        assert (contact.name, contact.numbers, contact.state) == ("", [], ContactState.SUPPRESSED)
        assert s.scalars(select(Forgotten)).first().scope_id == world.here.project


def test_a_consent_is_recorded_and_taken_back_on_the_page(lite, admin, world):
    page = f"/contacts/{world.here.contact}"
    token = csrf_of(admin, page)
    bad = {"csrf_token": token, "given_on": "2999-01-01", "proof": "form 7"}
    assert "Not saved" in admin.post(f"{page}/consent", data=bad, follow_redirects=True).text
    assert "Not saved" in admin.post(f"{page}/consent", data={**bad, "given_on": "x"}, follow_redirects=True).text
    good = {**bad, "given_on": "2026-01-02"}
    assert "form 7" in admin.post(f"{page}/consent", data=good, follow_redirects=True).text
    back = {"csrf_token": token, "withdraw": "yes"}
    assert "consent taken back" in admin.post(f"{page}/consent", data=back, follow_redirects=True).text
    with lite.read() as s:
        assert all(row.withdrawn_at for row in s.scalars(select(Consent)))


def test_the_columns_of_a_chart_fill_it_and_neighbours_are_joined():
    boxes = stacked([{"a": 2, "b": 2}] * 3 + [{"a": 4}], ["a", "b"])
    assert [(box.x, box.width) for box in boxes] == [(0, 750), (0, 750), (750, 250)]
    assert max(box.height for box in boxes) == HEIGHT and boxes[-1].x + boxes[-1].width == WIDTH
    assert stacked([], []) == [] and bars([0, 0]) == []
    many = stacked([{str(n): 1 for n in range(9)}], [str(n) for n in range(9)])
    assert max(box.series for box in many) == SERIES - 1
