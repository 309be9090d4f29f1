"""The table of rights walked over every route: each duty, in its own project and in the other one."""

from __future__ import annotations

import pytest
from werkzeug.routing import AnyConverter, Rule

from dialer.rules.rights import EVERYWHERE, MATRIX, Reach
from dialer.rules.words import Duty
from tests.support.web import Side
from tests.unit.web.conftest import csrf_of
from webapp.guards import PUBLIC, Need, need_of, verify


def _arguments(rule: Rule, side: Side) -> dict[str, object]:
    known = {
        "project_id": side.project,
        "campaign_id": side.campaign,
        "contact_id": side.contact,
        "list_id": side.contact_list,
        "attempt_id": side.attempt,
        "script_id": side.script,
        "version_id": side.version,
        "entry_id": side.suppression,
        "team_id": side.team,
        "user_id": 1,
        "appointment_id": side.appointment,
        "letter_id": side.letter,
        "closer_id": side.closer,
    }
    return {name: known.get(name, _some(rule, name)) for name in rule.arguments}


def _some(rule: Rule, name: str) -> object:
    """Any value that fits: the first of a fixed choice, else 1."""
    converter = rule._converters[name]
    return sorted(converter.items)[0] if isinstance(converter, AnyConverter) else 1


def _expected(need: Need | None, duty: Duty, *, here: bool) -> bool:
    """What the table says of somebody who holds ``duty`` in the one project and has no call of their own."""
    if need is None:
        return True
    reach = MATRIX[need.action].get(duty)
    if need.kind is None:
        return reach is not None and need.action not in EVERYWHERE
    if reach is Reach.ALL:
        return True
    # A group lead without a team leads the whole project; nothing in the small world is anybody's own.
    return here and reach in (Reach.PROJECT, Reach.TEAM)


def _routes(app):
    for rule in app.url_map.iter_rules():
        need = need_of(app, rule.endpoint)
        if need is not PUBLIC and rule.endpoint not in ("login.leave", "live.live"):
            for method in sorted(rule.methods & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
                yield rule, need, method


def _ask(client, token, address, method):
    """The status; redirects and refusals of other kinds count as having passed the guard."""
    return client.open(address, method=method, data={"csrf_token": token} if method != "GET" else None).status_code


@pytest.mark.parametrize("duty", list(Duty))
def test_nobody_gets_further_than_the_table_says(app, world, person, enter, duty):
    client = enter(person("somebody", duty, project_id=world.here.project))
    token = csrf_of(client, "/password")
    wrong = []
    # Refusals first: what is allowed may change the world.
    cases = [(side is world.here, side, *route) for side in (world.there, world.here) for route in _routes(app)]
    cases.sort(key=lambda c: (_expected(c[3], duty, here=c[0]), c[4] != "GET"))
    for here, side, rule, need, method in cases:
        with app.test_request_context():
            address = app.url_for(rule.endpoint, **_arguments(rule, side))
        passed = _ask(client, token, address, method) not in (403, 401)
        if passed != _expected(need, duty, here=here):
            wrong.append(f"{method} {address} as {duty} {'here' if here else 'in the other project'}: passed={passed}")
    assert not wrong, "\n".join(wrong)


def test_without_a_login_every_route_leads_to_the_login_page(app, world):
    client = app.test_client()
    token = csrf_of(client)
    for rule, _need, method in _routes(app):
        with app.test_request_context():
            address = app.url_for(rule.endpoint, **_arguments(rule, world.here))
        answer = client.open(address, method=method, data={"csrf_token": token} if method != "GET" else None)
        assert answer.status_code in (302, 401), address
        if answer.status_code == 302:
            assert "/login" in answer.headers["Location"], address


def test_every_change_needs_a_token(app, world, person, enter):
    client = enter(person("boss", *Duty))
    for rule, _need, method in _routes(app):
        if method != "GET":
            with app.test_request_context():
                address = app.url_for(rule.endpoint, **_arguments(rule, world.here))
            assert client.open(address, method=method).status_code == 400, address


def test_a_view_that_names_no_right_stops_the_start(app):
    app.view_functions["home.show"] = lambda: "open to all"
    with pytest.raises(LookupError, match=r"home\.show does not say"):
        verify(app)
