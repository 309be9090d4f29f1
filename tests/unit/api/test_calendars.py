"""Closers' hours, free times, feed and bookings by the API."""

from __future__ import annotations

from dialer import clock
from dialer.store import Database
from dialer.store.contacts import Contact
from tests.support import floor
from tests.support.floor import Floor

WEEK = {str(day): [["00:00", "23:55"]] for day in range(1, 8)}


def test_a_manager_sets_a_closers_hours_and_books_in_them(lite: Database, shop: Floor, caller) -> None:
    with lite.write() as s:
        floor.hang_up(s, shop, clock.now())
        s.get_one(Contact, shop.contact).state = "closed"
    maria, anna, calendar = caller("maria"), caller("anna"), f"/closers/{shop.closer}/calendar"
    assert maria("GET", calendar).get_json()["own"] is False
    body = {"zone": "UTC", "week": WEEK, "days_off": [], "length_min": 60, "buffer_min": 0, "notice_min": 60}
    kept = maria("PUT", calendar, body)
    assert kept.status_code == 200 and kept.get_json() == {**body, "own": True, "closer_id": shop.closer, "seats": 1}
    assert maria("PUT", calendar, body | {"length_min": 7}).status_code == 400
    assert anna("GET", calendar).status_code == 403
    assert maria("GET", f"/closers/{shop.operator}/calendar").get_json()["error"] == "not_a_closer"
    slots = [maria("GET", f"{path}/slots").get_json()["slots"] for path in (f"/closers/{shop.closer}",
             f"/contacts/{shop.contact}")]  # fmt: skip
    assert slots[0] == slots[1] and len(slots[0]) == 12
    wanted = {"closer_id": shop.closer, "starts_at": slots[0][0]["starts_at"], "note": "by mail"}
    made = maria("POST", f"/contacts/{shop.contact}/appointments", wanted)
    assert (made.status_code, made.get_json()["state"]) == (201, "booked")
    assert maria("GET", f"/closers/{shop.closer}/slots").get_json()["slots"][0] == slots[0][1]


def test_a_feed_has_an_address_until_it_is_renewed(app, shop: Floor, caller) -> None:
    igor, calendar = caller("igor"), f"/closers/{shop.closer}/calendar"
    old = igor("GET", "/calendar/feed").get_json()["address"]
    assert app.test_client().get(old).content_type.startswith("text/calendar")
    assert igor("POST", "/calendar/feed/renew").get_json()["error"] == "hours_first"
    assert igor("PUT", calendar, {"zone": "UTC", "week": WEEK}).status_code == 200
    new = igor("POST", "/calendar/feed/renew").get_json()["address"]
    assert app.test_client().get(old).status_code == 404 and app.test_client().get(new).status_code == 200
