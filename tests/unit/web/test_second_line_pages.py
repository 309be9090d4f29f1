"""Pages of appointments, letters and figures, as people use them."""

from __future__ import annotations

import pytest
from icalendar import Calendar
from sqlalchemy import select

from dialer.rules.words import AppointmentState, Duty
from dialer.store.appointments import Appointment, CloserCalendar
from dialer.store.contacts import Contact
from dialer.store.mail import MailStop
from dialer.store.projects import Campaign, CampaignMember
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


def test_hours_are_kept_and_nonsense_comes_back_as_typed(lite, closer):
    form = {f"day_{n}": "" for n in range(1, 8)} | {"zone": "Europe/Samara", "off": "2026-05-09", "length": "45"}
    form |= {"buffer": "15", "notice": "60", "day_2": "9:00–13:00, 14:00-18:00"}
    assert post(closer, "/appointments/hours", **form).status_code == 302
    with lite.read() as s:
        row = s.scalars(select(CloserCalendar)).one()
        assert row.week["2"] == [["09:00", "13:00"], ["14:00", "18:00"]] and row.week["1"] == []
        assert (row.zone, row.days_off, row.length_min) == ("Europe/Samara", ["2026-05-09"], 45)
    answer = post(closer, "/appointments/hours", **(form | {"day_2": "from nine"}))
    assert answer.status_code == 400 and "from nine" in answer.text


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
    unknown = post(boss, page, campaign=world.here.campaign, cadence=text)
    assert unknown.status_code == 400 and "no letter named first" in unknown.text
    assert post(boss, page, name="first", subject="Hi", body="Hello {{ contact.person }}").status_code == 302
    assert post(boss, page, campaign=world.here.campaign, cadence=text).status_code == 302
    assert post(boss, page, campaign=world.there.campaign, cadence=text).status_code == 400
    with lite.read() as s:
        assert s.get_one(Campaign, world.here.campaign).cadence == text
        assert s.get_one(Campaign, world.there.campaign).cadence == ""
        assert s.scalars(select(MailTemplate.name)).one() == "first"
