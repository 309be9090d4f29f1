"""The frame of the API: tokens, errors as JSON, the description, and repeats that create nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from dialer import clock
from dialer.people import tokens
from dialer.store import Database
from dialer.store.contacts import Contact
from dialer.store.people import ApiToken, Audit, User
from tests.support.floor import Floor
from tests.unit.api.conftest import Caller

NEW = {"name": "Ольга Смирнова", "numbers": ["8 (916) 765-43-21"], "city": "Самара"}


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wl_nonsense", "Basic YTpi", "wl_nonsense"])
def test_without_a_valid_token_nothing_is_looked_at(app: Flask, header: str) -> None:
    answer = app.test_client().post("/api/v1/session/pause", data="not json", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.get_json()["error"] == "no_token"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_revoked_token_and_one_of_somebody_switched_off_are_worthless(
    caller: Callable[[str], Caller], lite: Database, shop: Floor
) -> None:
    anna = caller("anna")
    assert anna("GET", "/session").status_code == 200
    with lite.write() as s:
        s.get_one(User, shop.operator).active = False
    assert anna("GET", "/session").status_code == 401
    with lite.write() as s:
        s.get_one(User, shop.operator).active = True
        tokens.revoke(s, s.scalars(select(ApiToken.id)).one(), clock.now())
    assert anna("GET", "/session").status_code == 401


def test_a_cookie_alone_does_not_open_the_api(app: Flask) -> None:
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["_user_id"] = "1.0"
    assert client.get("/api/v1/session").status_code == 401


def test_a_body_of_the_wrong_shape_is_told_by_field(caller: Callable[[str], Caller]) -> None:
    answer = caller("anna")("POST", "/session/pause", {"reazon": "lunch"})
    assert answer.status_code == 422
    assert answer.get_json()["error"] == "bad_input"
    assert "reazon" in answer.get_json()["message"] or "reason" in answer.get_json()["message"]


def test_a_refusal_is_a_word_and_a_sentence(caller: Callable[[str], Caller]) -> None:
    answer = caller("anna")("POST", "/session/pause", {"reason": "holiday"})
    assert (answer.status_code, answer.get_json()) == (
        409,
        {"error": "unknown_reason", "message": "Choose one of the reasons."},
    )


def test_what_a_person_may_not_do_is_refused_and_written_down(
    caller: Callable[[str], Caller], lite: Database, shop: Floor
) -> None:
    answer = caller("anna")("POST", f"/campaigns/{shop.campaign}/stop")
    assert (answer.status_code, answer.get_json()["error"]) == (403, "forbidden")
    with lite.read() as s:
        denied = s.scalars(select(Audit).where(Audit.allowed.is_(False))).one()
    assert (denied.user_id, denied.action) == (shop.operator, "api.stop_campaign")


def test_the_description_needs_no_token_and_names_every_call(app: Flask) -> None:
    described = app.test_client().get("/api/v1/openapi.json").get_json()
    paths = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.openapi_json"
    }
    assert set(described["paths"]) == paths
    assert described["components"]["securitySchemes"]["token"] == {"type": "http", "scheme": "bearer"}
    for methods in described["paths"].values():
        for operation in methods.values():
            assert "401" in operation["responses"], operation["operationId"]


def test_a_repeat_with_the_same_key_creates_nothing_and_answers_the_same(
    caller: Callable[[str], Caller], lite: Database, shop: Floor
) -> None:
    boris = caller("boris")
    body = {**NEW, "campaign_id": shop.campaign}
    first = boris("POST", "/contacts", body, Idempotency_Key="k1")
    again = boris("POST", "/contacts", body, Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json() == again.get_json()
    with lite.read() as s:
        assert s.scalar(select(func.count()).select_from(Contact)) == 2  # the floor's own and this one


def test_a_key_is_one_callers_and_for_one_request(caller: Callable[[str], Caller], shop: Floor) -> None:
    boris = caller("boris")
    body = {**NEW, "campaign_id": shop.campaign}
    boris("POST", "/contacts", body, Idempotency_Key="k1")
    other = boris("POST", "/contacts", {**body, "name": "Somebody else"}, Idempotency_Key="k1")
    assert (other.status_code, other.get_json()["error"]) == (409, "key_reused")


def test_a_refused_call_keeps_no_answer(caller: Callable[[str], Caller], shop: Floor) -> None:
    boris = caller("boris")
    body = {**NEW, "campaign_id": shop.campaign, "numbers": ["112"]}
    assert boris("POST", "/contacts", body, Idempotency_Key="k1").status_code == 400
    assert boris("POST", "/contacts", {**body, "numbers": NEW["numbers"]}, Idempotency_Key="k1").status_code == 201
