"""Making, changing and running a campaign by the pages."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import select

from dialer.compliance import rules_for
from dialer.reports import standstill
from dialer.reports.standstill import Reason
from dialer.rules.words import CampaignState, ContactState, Duty, Mode
from dialer.store.contacts import Contact
from dialer.store.messages import Command, Outbox
from dialer.store.projects import Campaign, CampaignMember, Project
from dialer.store.touches import MailTemplate
from tests.conftest import NOON
from tests.unit.web.conftest import csrf_of
from webapp.manager.standing import told


@pytest.fixture
def manager(person, enter, world):
    return enter(person("pm", Duty.PROJECT_MANAGER))


def _form(client, path, **changes):
    """What a browser would send back of the form as it stands, with changes."""
    form = {
        "csrf_token": csrf_of(client, path),
        "name": "Alpha spring",
        "mode": "progressive",
        "script_id": "0",
        "ring_s": "25",
        "wrap_up_s": "60",
        "preview_s": "30",
        "max_lines": "50",
        "calls_per_second": "5",
        "retry_plan": "standard",
        "announcement": "sorry-ru",
        "kind": "ad",
        "party": "consumer",
        "profiles": "standard",
    }
    return form | changes


def test_a_campaign_is_made_with_hours_caps_and_prefixes(lite, world, manager):
    path = f"/projects/{world.here.project}/campaigns/new"
    form = _form(manager, path, name="Autumn", mode="preview", prefixes="+7 +44", number_day="2", min_gap_m="90")
    form |= {"hours_mon": "10:00-13:00, 14:00-19:00", "hours_sat": "11:00–15:00"}
    assert manager.post(path, data=form).status_code == 302
    with lite.read() as s:
        made = s.scalar(select(Campaign).where(Campaign.name == "Autumn"))
    assert made.mode is Mode.PREVIEW and made.state is CampaignState.DRAFT
    assert made.rules["prefixes"] == ["+7", "+44"]
    assert made.rules["hours"]["mon"] == ["10:00-13:00", "14:00-19:00"]
    assert made.rules["hours"]["sat"] == ["11:00-15:00"]
    assert made.rules["hours"]["sun"] == "none"
    assert made.rules["caps"] == {"number": {"day": 2}}
    assert made.rules["min_gap_s"] == 5400


def test_a_ready_made_cadence_is_chosen_with_its_letters_and_ones_own_is_kept(lite, world, manager):
    path = f"/campaigns/{world.here.campaign}/edit"

    def cadence_and_letters():
        with lite.read() as s:
            kept = s.get_one(Campaign, world.here.campaign).cadence
            return kept, len(s.scalars(select(MailTemplate)).all())

    assert manager.post(path, data=_form(manager, path, touches="survey")).status_code == 302
    text, letters = cadence_and_letters()
    assert "Уведомление об опросе" in text and letters == 1
    assert '<option selected value="survey">' in manager.get(path).text
    with lite.write() as s:
        s.get_one(Campaign, world.here.campaign).cadence = own = "steps: [{after: 5d, call: any time}]"
    assert '<option selected value="own">' in manager.get(path).text
    assert manager.post(path, data=_form(manager, path, touches="own")).status_code == 302
    assert manager.post(path, data=_form(manager, path)).status_code == 302
    assert cadence_and_letters() == (own, 1)
    assert manager.post(path, data=_form(manager, path, touches="weekly")).status_code == 400
    assert manager.post(path, data=_form(manager, path, touches="")).status_code == 302
    assert cadence_and_letters() == ("", 1)


def test_the_form_shows_what_was_saved(lite, world, manager):
    with lite.write() as s:
        s.get_one(Campaign, world.here.campaign).rules = {"hours": {"mon-fri": "09:00-18:00"}, "prefixes": ["+7"]}
    page = manager.get(f"/campaigns/{world.here.campaign}/edit").text
    assert page.count('value="09:00-18:00"') == 5
    assert 'value="+7"' in page


def test_what_the_form_does_not_show_is_kept(lite, world, manager):
    with lite.write() as s:
        s.get_one(Campaign, world.here.campaign).rules = {"consent": True, "caps": {"number": {"7d": 3, "day": 9}}}
    path = f"/campaigns/{world.here.campaign}/edit"
    assert manager.post(path, data=_form(manager, path)).status_code == 302
    with lite.read() as s:
        rules = s.get_one(Campaign, world.here.campaign).rules
    assert rules["consent"] is True
    assert rules["caps"] == {"number": {"7d": 3}}


def test_a_changed_rule_frees_held_contacts_at_once(lite, world, manager):
    with lite.write() as s:
        contact = s.get_one(Contact, world.here.contact)
        contact.state, contact.held_by = ContactState.HELD, "hours"
    path = f"/campaigns/{world.here.campaign}/edit"
    manager.post(path, data=_form(manager, path))
    with lite.read() as s:
        contact = s.get_one(Contact, world.here.contact)
    assert (contact.state, contact.held_by) == (ContactState.READY, None)


@pytest.mark.parametrize(
    ("field", "value"),
    [("hours_mon", "25:00-26:00"), ("prefixes", "seven"), ("ring_s", "0"), ("caller_id", "112"), ("mode", "telepathy")],
)
def test_what_cannot_be_used_is_told_at_the_form_and_not_saved(lite, world, manager, field, value):
    path = f"/campaigns/{world.here.campaign}/edit"
    answer = manager.post(path, data=_form(manager, path, name="Changed", **{field: value}))
    assert answer.status_code == 400
    assert 'class="field-error"' in answer.text
    with lite.read() as s:
        assert s.get_one(Campaign, world.here.campaign).name == "Alpha spring"


def test_two_campaigns_of_a_project_cannot_have_one_name(lite, world, manager):
    path = f"/projects/{world.here.project}/campaigns/new"
    answer = manager.post(path, data=_form(manager, path))
    assert answer.status_code == 400 and "already a campaign of this name" in answer.text


def test_a_request_changes_only_what_the_form_offers(lite, world, manager):
    path = f"/campaigns/{world.here.campaign}/edit"
    manager.post(path, data=_form(manager, path, state="running", fence="99", project_id=str(world.there.project)))
    with lite.read() as s:
        campaign = s.get_one(Campaign, world.here.campaign)
    assert (campaign.state, campaign.fence, campaign.project_id) == (CampaignState.DRAFT, 0, world.here.project)


def test_a_script_of_another_project_cannot_be_chosen(lite, world, manager):
    path = f"/campaigns/{world.here.campaign}/edit"
    answer = manager.post(path, data=_form(manager, path, script_id=str(world.there.script)))
    assert answer.status_code == 400


def _press(client, world, what):
    path = f"/campaigns/{world.here.campaign}"
    return client.post(f"{path}/{what}", data={"csrf_token": csrf_of(client, path)}, follow_redirects=True).text


def _state(lite, world):
    with lite.read() as s:
        return s.get_one(Campaign, world.here.campaign).state


def test_a_campaign_without_people_does_not_start(lite, world, manager):
    assert "Add operators first" in _press(manager, world, "start")
    assert _state(lite, world) is CampaignState.DRAFT


def test_a_campaign_starts_pauses_and_stops(lite, world, manager, person):
    anna = person("anna", Duty.OPERATOR)
    with lite.write() as s:
        s.add(CampaignMember(campaign_id=world.here.campaign, user_id=anna.id, line=1))
    _press(manager, world, "start")
    assert _state(lite, world) is CampaignState.RUNNING
    _press(manager, world, "pause")
    assert _state(lite, world) is CampaignState.PAUSED
    with lite.read() as s:
        assert s.query(Command).count() == 0, "a pause hangs nothing up"
    _press(manager, world, "stop")
    assert _state(lite, world) is CampaignState.STOPPED
    with lite.read() as s:
        command = s.query(Command).one()
        assert (command.kind, command.args) == ("campaign.stop", {"campaign": world.here.campaign})
        assert s.query(Outbox).filter_by(topic="campaign").count() >= 3


def test_a_draft_cannot_be_paused(lite, world, manager):
    assert "not in a state that allows this" in _press(manager, world, "pause")
    assert _state(lite, world) is CampaignState.DRAFT


def test_only_who_holds_the_duty_becomes_a_member(lite, world, manager, person):
    anna = person("anna", Duty.OPERATOR, project_id=world.here.project)
    stranger = person("stranger", Duty.OPERATOR, project_id=world.there.project)
    mark = person("mark", Duty.CLOSER)
    path = f"/campaigns/{world.here.campaign}/people"
    form = {"csrf_token": csrf_of(manager, path), "operator": [anna.id, stranger.id, mark.id], "closer": [mark.id]}
    assert manager.post(path, data=form).status_code == 302
    with lite.read() as s:
        rows = {m.user_id: m.line for m in s.scalars(select(CampaignMember))}
    assert rows == {anna.id: 1, mark.id: 2}


def test_the_status_page_fetches_its_live_part_again(world, manager):
    page = manager.get(f"/campaigns/{world.here.campaign}").text
    assert f'hx-get="/campaigns/{world.here.campaign}/live"' in page
    assert "live:campaign from:body" in page
    part = manager.get(f"/campaigns/{world.here.campaign}/live").text
    assert "<html" not in part and "contacts left" in part


def test_a_project_keeps_its_facts(lite, world, manager):
    form = {
        "csrf_token": csrf_of(manager, "/projects/new"),
        "name": "Gamma",
        "client": "Gamma Ltd",
        "kind": "survey",
        "country": "gb",
        "qualification": "strict",
        "facts": "product: Cover 24\nfrom_price: 18000\n",
    }
    assert manager.post("/projects/new", data=form).status_code == 302
    with lite.read() as s:
        made = s.scalar(select(Project).where(Project.name == "Gamma"))
    assert (made.country, made.facts) == ("GB", {"product": "Cover 24", "from_price": 18000})
    again = f"/projects/{made.id}/edit"
    box = re.search(r'<textarea[^>]*name="facts"[^>]*>(.*?)</textarea>', manager.get(again).text, re.DOTALL)
    assert box and box[1].split() == ["product:", "Cover", "24", "from_price:", "18000"]
    assert manager.post(again, data={**form, "facts": html.unescape(box[1])}).status_code == 302
    with lite.read() as s:
        assert s.get_one(Project, made.id).facts == made.facts
    refused = manager.post(again, data={**form, "facts": "product: Cover 24\nno colon here"})
    assert refused.status_code == 400 and "Line 2" in refused.text


def test_what_a_person_wrote_is_shown_and_not_run(lite, world, manager):
    with lite.write() as s:
        s.get_one(Project, world.here.project).client = "<script>alert(1)</script>{{ 7*7 }}"
    page = manager.get("/projects").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in page


def test_whom_a_campaign_calls_chooses_its_rules(lite, world, manager):
    path = f"/campaigns/{world.here.campaign}/edit"
    told = {"callees": "fr us-fl", "seller": "gb", "kind": "ad", "party": "consumer", "profiles": []}
    told |= {"announcement": "abandoned-ru", "machine_message": "voicemail-ru", "prefixes": "+33 +1"}
    assert manager.post(path, data=_form(manager, path, **told)).status_code == 302
    with lite.read() as s:
        campaign = s.get_one(Campaign, world.here.campaign)
        assert campaign.rules["calls"] == {
            "callees": ["FR", "US-FL"],
            "seller": "GB",
            "kind": "ad",
            "party": "consumer",
        }
        assert "profiles" not in campaign.rules and campaign.machine_message == "voicemail-ru"
        assert {"fr", "eu", "uk", "us_fl"} <= {one.name for one in rules_for(campaign, campaign.project).sources}
    page = manager.get(path).text
    assert 'value="FR US-FL"' in page and 'value="standard" checked' not in page
    wrong = manager.post(path, data=_form(manager, path, **{**told, "callees": "Florida"}))
    assert wrong.status_code == 400 and "there is no place FLORIDA" in wrong.text


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_reason_of_a_standstill_has_words_of_its_own(app, language):
    values = {
        "campaign_state": {"state": "draft"}, "engine": {"text": "x"}, "rules": {"text": "x"},
        "nobody_ready": {"states": {"talking": 2}}, "zones_closed": {"contacts": 3, "at": NOON},
        "waiting": {"at": None}, "held": {"rules": {"consent": 2, "": 1}},
    }  # fmt: skip
    with app.test_request_context(headers={"Accept-Language": language}):
        said = [told(Reason(code, values.get(code, {}))) for code in standstill.SENTENCES]
    assert len(set(said)) == len(standstill.SENTENCES)
    assert all(re.search("[а-я]", text) for text in said) == (language == "ru")


def test_a_campaign_that_places_no_call_says_why_on_its_page_and_shows_none_once_paused(manager, lite, world):
    with lite.write() as s:
        s.get_one(Campaign, world.here.campaign).state = CampaignState.RUNNING
    page = manager.get(f"/campaigns/{world.here.campaign}/live").text
    with lite.read() as s:
        found = standstill.reasons(s, s.get_one(Campaign, world.here.campaign), NOON)
    assert {"no_engine", "nobody_here"} <= {reason.code for reason in found}
    assert 'data-reason="no_engine"' in page and "No operator is at work" in page
    with lite.write() as s:
        s.get_one(Campaign, world.here.campaign).state = CampaignState.PAUSED
    assert 'id="standstill"' not in manager.get(f"/campaigns/{world.here.campaign}").text
