"""The API's calls about rules, consents and a person's data."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dialer import settings
from dialer.store import Database
from dialer.store.contacts import Suppression
from tests.support.floor import Floor
from tests.unit.api.conftest import Caller


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIALER_NUMBER_KEY", "k" * 40)
    settings.load.cache_clear()


def test_rules_waiting_and_retries(caller: Callable[[str], Caller], shop: Floor) -> None:
    maria = caller("maria")
    rules = maria("GET", f"/campaigns/{shop.campaign}/rules").json
    assert {"rule", "value", "source", "enforced"} <= set(rules["rules"][0]) and rules["sources"]
    waiting = maria("GET", f"/campaigns/{shop.campaign}/waiting").json
    assert len(waiting["hours"]) == 169 and isinstance(waiting["now"], dict)
    days = maria("GET", f"/campaigns/{shop.campaign}/retries?contacts=1000&plan=once").json
    assert days["calls"] >= 900 and days["unfinished"] < 100
    assert maria("GET", "/campaigns/999/waiting").status_code == 404


def test_a_number_is_stopped_by_the_api(caller: Callable[[str], Caller], shop: Floor, lite: Database) -> None:
    boris = caller("boris")
    body = {"number": "8 916 000-11-22", "project_id": shop.project, "reason": "asked by mail"}
    made = boris("POST", "/suppressions", body)
    assert made.status_code == 201 and made.json == {"number": "+79160001122", "scope": shop.project, "added": True}
    assert boris("POST", "/suppressions", body).json["added"] is False
    assert boris("POST", "/suppressions", {"number": "+7916", "prefix": True, "project_id": shop.project}).json["added"]
    assert boris("POST", "/suppressions", {**body, "project_id": 999}).status_code == 404
    assert (
        boris("POST", "/suppressions", {"number": "+79160001122", "project_id": None}).status_code == 403
    )  # bound to a project
    with lite.read() as s:
        assert {row.source for row in s.query(Suppression).filter_by(scope_id=shop.project)} >= {"api"}


def test_consents_export_and_erasure(caller: Callable[[str], Caller], shop: Floor) -> None:
    boris, anna = caller("boris"), caller("anna")
    made = boris("POST", "/contacts", {"campaign_id": shop.campaign, "numbers": ["+79160003344"], "name": "Lin"})
    path = f"/contacts/{made.json['id']}"
    given = {"given_on": "2026-01-01", "proof": "form 7"}
    assert boris("POST", f"{path}/consents", given).json == {"recorded": 1}
    assert boris("POST", f"{path}/consents", {**given, "given_on": "2999-01-01"}).status_code == 400
    assert boris("GET", f"{path}/person").json["tables"]["consent"][0]["proof"] == "form 7"
    assert boris("POST", f"{path}/consents/withdraw").json == {"recorded": 1}
    assert anna("DELETE", f"{path}/person").status_code == 403
    done = boris("DELETE", f"{path}/person").json
    assert done["contacts"] >= 1 and done["numbers"] >= 1
    assert boris("GET", f"{path}/person").json["tables"]["contact"][0]["name"] == ""
    assert boris("GET", f"{path}/why").status_code == 400  # no number is left to ask about
