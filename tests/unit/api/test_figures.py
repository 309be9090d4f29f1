"""A project's figures by the API: the rights and the numbers of the page."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.floor import Floor
from tests.unit.api.conftest import Caller


def test_a_manager_reads_everybodys_and_an_operator_their_own(caller: Callable[[str], Caller], shop: Floor) -> None:
    path = f"/projects/{shop.project}/figures?period=month"
    whole = caller("maria")("GET", path).get_json()
    assert {one["name"] for one in whole["people"]} == {"Анна Белова", "Игорь Титов"}
    assert whole["totals"]["placed"] >= 1 and whole["lists"][0]["contacts"] == 1
    own = caller("anna")("GET", path).get_json()
    assert [one["name"] for one in own["people"]] == ["Анна Белова"]


def test_out_of_reach_and_no_period_are_said(caller: Callable[[str], Caller], shop: Floor) -> None:
    assert caller("boris")("GET", f"/projects/{shop.project}/figures").status_code == 404
    assert caller("maria")("GET", "/projects/99/figures").status_code == 404
    answer = caller("maria")("GET", f"/projects/{shop.project}/figures?period=whenever")
    assert (answer.status_code, answer.get_json()["error"]) == (400, "bad_input")
