"""Pages of appointments, letters and figures, as people use them."""

from __future__ import annotations

import re

import pytest
from icalendar import Calendar
from sqlalchemy import delete, select

from dialer.clock import now
from dialer.rules.words import AppointmentState, Duty, Stage
from dialer.store.appointments import Appointment, CloserCalendar
from dialer.store.contacts import Contact
from dialer.store.desk import Handoff
from dialer.store.leads import FunnelPlace
from dialer.store.mail import MailStop
from dialer.store.people import Audit, Holding, Team
from dialer.store.projects import Campaign, CampaignMember, Project
from dialer.store.touches import MailTemplate
from dialer.touches import replies
from tests.unit.web.conftest import csrf_of


@pytest.fixture
def closer(lite, world, person, enter):
    user = person("igor", Duty.CLOSER, project_id=world.here.project)
    with lite.write() as s:
        s.add(CampaignMember(campaign_id=world.here.campaign, user_id=user.id, line=2))
        s.get_one(Appointment, world.here.appointment).closer_id = user.id
    return enter(user)


def post(client, address, **form):
    return client.post(address, data={"csrf_token": csrf_of(client, "/password"), **form})


def state(lite, world):
    with lite.read() as s:
        return s.get_one(Appointment, world.here.appointment).state


def test_a_closer_confirms_and_calls_off_their_own_only(lite, world, closer):
    page = closer.get("/appointments").text
    assert "Ромашка" in page and "Booked" in page
    assert post(closer, f"/appointments/{world.here.appointment}/confirm").status_code == 302
    assert state(lite, world) is AppointmentState.CONFIRMED
    assert post(closer, f"/appointments/{world.there.appointment}/confirm").status_code == 403
    assert post(closer, f"/appointments/{world.here.appointment}/end", took_place="1").status_code == 409
    assert post(closer, f"/appointments/{world.here.appointment}/cancel", reason="ill").status_code == 302
    assert state(lite, world) is AppointmentState.CANCELLED


def test_whom_a_closer_meets_is_on_their_board_and_theirs_to_move(lite, world, closer):
    with lite.write() as s:
        s.get_one(Contact, world.here.contact).owner_id = None
        s.execute(delete(Handoff))
        place = FunnelPlace(contact_id=world.here.contact, project_id=world.here.project, stage=Stage.APPOINTMENT)
        place.campaign_id, place.since_at = world.here.campaign, now()
        s.add(place)
    assert post(closer, f"/contacts/{world.here.contact}/stage", stage="proposal").status_code == 302
    assert "Ромашка" in closer.get("/funnel").text
    with lite.write() as s:
        s.get_one(Appointment, world.here.appointment).state = AppointmentState.LAPSED
    assert "Ромашка" not in closer.get("/funnel").text
    assert post(closer, f"/contacts/{world.here.contact}/stage", stage="won", amount="5").status_code == 403


def test_hours_are_kept_and_nonsense_comes_back_as_typed(lite, closer):
    form = {f"day_{n}": "" for n in range(1, 8)} | {"zone": "Europe/Samara", "off": "2026-05-09", "length": "45"}
    form |= {"buffer": "15", "notice": "60", "seats": "3", "day_2": "9:00–13:00, 14:00-18:00"}
    assert post(closer, "/appointments/hours", **form).status_code == 302
    with lite.read() as s:
        row = s.scalars(select(CloserCalendar)).one()
        assert row.week["2"] == [["09:00", "13:00"], ["14:00", "18:00"]] and row.week["1"] == []
        assert (row.zone, row.days_off, row.length_min, row.seats) == ("Europe/Samara", ["2026-05-09"], 45, 3)
    answer = post(closer, "/appointments/hours", **(form | {"day_2": "from nine"}))
    assert answer.status_code == 400 and "from nine" in answer.text


def test_until_hours_are_saved_the_page_shows_those_that_are_booked_by(lite, world, closer):
    with lite.write() as s:
        of = s.get_one(Project, world.here.project)
        of.second_line = {"hours": {"zone": "Asia/Omsk", "from": "10:00", "to": "16:30", "days": [2, 3]}}
    page = closer.get("/appointments/hours").text
    assert re.findall(r'id="day_[1-7]" name="day_[1-7]" value="([^"]*)"', page) == [
        "", "10:00–16:30", "10:00–16:30", "", "", "", ""
    ]  # fmt: skip
    assert 'value="Asia/Omsk"' in page and "So far the hours" in page


HOURS = {f"day_{n}": "10:00–12:00" for n in range(1, 8)} | {"zone": "Europe/Moscow", "off": "", "length": "30"}
HOURS |= {"buffer": "10", "notice": "0", "seats": "1"}


def in_team(lite, name, project_id, *users):
    """A team of these people alone."""
    with lite.write() as s:
        team = Team(project_id=project_id, name=name)
        s.add(team)
        s.flush()
        for user in users:
            s.scalars(select(Holding).where(Holding.user_id == user.id)).one().team_id = team.id


def test_a_group_lead_sets_the_hours_of_their_own_groups_closers(lite, world, person, enter):
    lead, mine = (person(name, duty, project_id=world.here.project) for name, duty in
                  (("lara", Duty.GROUP_LEAD), ("igor", Duty.CLOSER)))  # fmt: skip
    other = person("oleg", Duty.CLOSER, project_id=world.here.project)
    in_team(lite, "North", world.here.project, lead, mine)
    in_team(lite, "South", world.here.project, other)
    with lite.write() as s:
        for user in (mine, other):
            s.add(CampaignMember(campaign_id=world.here.campaign, user_id=user.id, line=2))
    client = enter(lead)
    assert f"/appointments/hours/{mine.id}" in (page := client.get("/appointments").text)
    assert f"/appointments/hours/{other.id}" not in page
    assert "/calendar/" not in client.get(f"/appointments/hours/{mine.id}").text, "the feed's address is a key"
    assert post(client, f"/appointments/hours/{mine.id}", **HOURS).status_code == 302
    assert post(client, f"/appointments/hours/{other.id}", **HOURS).status_code == 403
    assert client.get(f"/appointments/hours/{lead.id}").status_code == 404, "no closer"
    with lite.read() as s:
        assert s.scalars(select(CloserCalendar.user_id)).all() == [mine.id]
        assert s.scalar(select(Audit.object).where(Audit.action == "calendar.edit", Audit.allowed)) == f"user:{mine.id}"


def test_a_manager_books_from_the_contacts_page_and_what_is_refused_comes_back(lite, world, person, enter, closer):
    with lite.write() as s:
        s.get_one(Appointment, world.here.appointment).state = AppointmentState.CANCELLED
        s.get_one(Project, world.here.project).qualification = "open"
        igor = s.scalars(select(CampaignMember.user_id).where(CampaignMember.line == 2)).one()
    client, there = enter(person("pm", Duty.PROJECT_MANAGER, project_id=world.here.project)), world.there.contact
    address = f"/contacts/{world.here.contact}/appointment"
    assert address in client.get(f"/contacts/{world.here.contact}").text
    assert client.get(f"/contacts/{there}/appointment").status_code == 403
    slot = re.search(r'value="(\d+\|[^"]+)"', client.get(address).text).group(1)
    gone = post(client, address, slot=f"{igor}|2020-01-01T10:00:00+00:00", email="a@b.example", note="wrote to us")
    assert gone.status_code == 409 and "wrote to us" in gone.text and "a@b.example" in gone.text
    assert "The next free one" in gone.text
    assert post(client, address, slot=slot, email="a@b.example", note="").status_code == 302
    with lite.read() as s:
        row = s.scalars(select(Appointment).where(Appointment.contact_id == world.here.contact)).all()[-1]
        assert (row.state, row.closer_id, row.email) == (AppointmentState.BOOKED, igor, "a@b.example")
    assert "Meeting" in (page := client.get(f"/contacts/{world.here.contact}").text) and address not in page


def test_the_feed_is_a_calendar_until_its_address_is_renewed(app, lite, world, closer):
    page = closer.get("/appointments/hours").text
    address = page.partition("/calendar/")[2].partition(".ics")[0]
    stranger = app.test_client()
    answer = stranger.get(f"/calendar/{address}.ics")
    assert answer.content_type.startswith("text/calendar")
    [event] = Calendar.from_ical(answer.text).walk("VEVENT")
    assert str(event["UID"]).endswith("@warmline") and "+7916" not in answer.text
    assert stranger.get(f"/calendar/{address}x.ics").status_code == 404
    test_hours_are_kept_and_nonsense_comes_back_as_typed(lite, closer)
    assert post(closer, "/calendar/renew").status_code == 302
    assert stranger.get(f"/calendar/{address}.ics").status_code == 404


def test_opening_the_way_out_changes_nothing_and_one_click_needs_no_token(app, lite, world):
    with lite.write() as s:
        s.get_one(Contact, world.here.contact).email = "p@romashka.example"
    secret = app.extensions["warmline"]["settings"].secret_key.get_secret_value()
    path = replies.link("", secret, world.here.contact)
    stranger = app.test_client()
    assert stranger.get(path).status_code == 200
    with lite.read() as s:
        assert s.scalars(select(MailStop)).all() == []
    assert stranger.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    with lite.read() as s:
        assert s.scalars(select(MailStop.address)).one() == "p@romashka.example"
    assert stranger.get(path[:-3] + "abc").status_code == 404


def test_letters_and_cadence_are_checked_before_they_are_kept(lite, world, person, enter):
    boss = enter(person("pm", Duty.PROJECT_MANAGER, project_id=world.here.project))
    page = f"/projects/{world.here.project}/letters"
    wrong = post(boss, page, name="first", subject="Hi", body="{% for a in b %}{% endfor %}")
    assert wrong.status_code == 400 and "Line 1" in wrong.text and "{% for a in b %}" in wrong.text
    text = "steps: [{after: 1h, email: first}]"
    strange = post(boss, page, name="first", subject="Hi", body="Hello,\n{{ price }}")
    assert strange.status_code == 400 and "Line 2: there is no answer named price; expected one of" in strange.text
    shown = post(boss, page, name="first", subject="Hi", body="Hello {{ contact.person }}!", act="try")
    assert shown.status_code == 200 and "Hello Пётр Иванов!" in shown.text and "{{ contact.person }}!" in shown.text
    with lite.read() as s:
        assert s.scalars(select(MailTemplate)).all() == [], "trying saves nothing"
    unknown = post(boss, page, campaign=world.here.campaign, cadence=text)
    assert unknown.status_code == 400 and "no letter named first" in unknown.text
    assert post(boss, page, name="first", subject="Hi", body="Hello {{ contact.person }}").status_code == 302
    assert post(boss, page, campaign=world.here.campaign, cadence=text).status_code == 302
    assert post(boss, page, campaign=world.there.campaign, cadence=text).status_code == 400
    with lite.read() as s:
        assert s.get_one(Campaign, world.here.campaign).cadence == text
        assert s.get_one(Campaign, world.there.campaign).cadence == ""
        assert s.scalars(select(MailTemplate.name)).one() == "first"
