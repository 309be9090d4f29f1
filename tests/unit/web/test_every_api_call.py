"""The table of rights walked over every API call: each duty, in its own project and in the other one."""

from __future__ import annotations

from typing import Any

import pytest

from dialer.people import tokens
from dialer.rules.rights import MATRIX, Reach
from dialer.rules.words import Duty
from tests.conftest import NOON
from tests.support.web import Side

DESK = ("desk.use", "")
NEEDS = {
    # view -> (the right it asks for, what it is about; nothing: anything at all)
    **dict.fromkeys(
        (
            "get_session", "connect", "ready", "pause", "leave", "seen", "list_callbacks", "cancel_callback",
            "get_call", "hang_up", "hold", "resume", "mute", "unmute", "keys", "dial", "skip", "dispose",
            "answer", "choose", "objection", "back", "jump", "no_such_answer", "end", "language",
            "offer", "cancel_offer", "leave_them", "results", "read_result", "waiting", "take", "decline", "accept",
            "reject", "done", "free_slots", "hold_slot", "book", "give_up",
            "campaigns_to_work_in", "get_phone", "list_dispositions", "keep_draft", "script_draft", "ask_group_lead",
            "my_calls", "correct", "choices",
        ),
        DESK,
    ),
    **dict.fromkeys(("get_calendar", "set_calendar", "closers_slots"), ("calendar.edit", "closer")),
    **dict.fromkeys(("my_feed", "renew_my_feed"), ("calendar.edit", "")),
    **dict.fromkeys(("slots_for_contact", "book_for_contact"), ("appointment.book", "contact")),
    "my_appointments": ("appointment.see", ""),
    **dict.fromkeys(
        ("move_appointment", "cancel_appointment", "confirm_appointment", "end_appointment"),
        ("appointment.change", "appointment"),
    ),
    "list_campaigns": ("campaign.see", ""),
    "create_campaign": ("campaign.edit", "project"),
    "campaign_status": ("campaign.see", "campaign"),
    "campaign_routes": ("campaign.see", "campaign"),
    "set_campaign_routes": ("campaign.edit", "campaign"),
    "rest_number": ("campaign.edit", "campaign"),
    "start_campaign": ("campaign.start", "campaign"),
    "pause_campaign": ("campaign.pause", "campaign"),
    "stop_campaign": ("campaign.stop", "campaign"),
    "search_contacts": ("contact.list", ""),
    "get_contact": ("contact.see", "contact"),
    "why": ("contact.see", "contact"),
    "create_contact": ("list.import", "campaign"),
    "create_contacts": ("list.import", "campaign"),
    "add_note": ("contact.edit", "contact"),
    "change_contact": ("contact.edit", "contact"),
    "call_by_hand": ("call.manual", "contact"),
    "list_projects": ("project.see", ""),
    "get_campaign": ("campaign.see", "campaign"),
    "change_campaign": ("campaign.edit", "campaign"),
    "list_members": ("campaign.see", "campaign"),
    "set_members": ("campaign.members", "campaign"),
    "stop_number": ("suppression.add", "project"),
    "get_rules": ("campaign.see", "campaign"),
    "get_waiting": ("campaign.see", "campaign"),
    "get_retries": ("campaign.see", "campaign"),
    "record_consent": ("contact.edit", "contact"),
    "withdraw_consent": ("contact.edit", "contact"),
    "export_person": ("person.export", "contact"),
    "erase_person": ("person.erase", "contact"),
    "is_suppressed": ("suppression.see", "project"),
    "project_figures_of": ("report.see", "project"),
}  # fmt: skip
NO_CALLS = {"openapi_json"}
HIDDEN = {"project_figures_of"}
"""Calls that say of what one may not see that it is not there."""


def _calls(app) -> list[Any]:
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")]
    return [rule for rule in rules if rule.endpoint.removeprefix("api.") not in NO_CALLS]


def _example(schema: dict[str, Any], whole: dict[str, Any], side: Side) -> Any:
    """The least that a shape takes; ids are those of the side."""
    if "$ref" in schema:
        schema = whole["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        return _example(schema["anyOf"][0], whole, side)
    match schema.get("type"):
        case "object":
            needed = schema.get("required", [])
            known = {"campaign_id": side.campaign, "project_id": side.project, "attempt_id": side.attempt}
            known |= {"contact_id": side.contact}
            known |= {"keys": "1", "number": "+74950001122"}
            of = schema.get("properties", {})
            return {name: known.get(name, _example(of[name], whole, side)) for name in needed}
        case "string":
            dates = {"date-time": "2036-01-01T10:00:00Z", "date": "2026-01-01"}
            return dates.get(schema.get("format"), "x" * schema.get("minLength", 1))
        case "array":
            return [_example(schema["items"], whole, side)] * schema.get("minItems", 0)
        case "boolean":
            return True
        case "number" | "integer":
            return schema.get("minimum", 1)
    return {}


def _body(whole: dict[str, Any], rule: Any, method: str, side: Side) -> Any:
    path = rule.rule.replace("<int:", "{").replace("<", "{").replace(">", "}")
    operation = whole["paths"][path][method.lower()]
    content = operation.get("requestBody", {}).get("content", {})
    return _example(content["application/json"]["schema"], whole, side) if content else None


def _expected(duty: Duty, view: str, *, here: bool) -> bool:
    action, about = NEEDS[view]
    reach = MATRIX[action].get(duty)
    if not about or reach is None or reach is Reach.ALL:
        return reach is not None
    if view in HIDDEN:
        return here  # as far as the right reaches: one's own figures for some
    # Nothing of the small world is anybody's own; a group lead without a team leads the whole project.
    return here and reach in (Reach.PROJECT, Reach.TEAM)


def test_every_call_is_in_the_table_and_the_table_has_no_others(app):
    assert {rule.endpoint.removeprefix("api.") for rule in _calls(app)} == set(NEEDS)


@pytest.mark.parametrize("duty", list(Duty))
def test_no_call_gets_further_than_the_table_says(app, lite, world, person, duty):
    user = person("robot", duty, project_id=world.here.project)
    with lite.write() as s:
        head = {"Authorization": f"Bearer {tokens.make(s, user.id, 'test', NOON)}"}
    client = app.test_client()
    whole = client.get("/api/v1/openapi.json").get_json()
    wrong = []
    cases = [(side, rule) for side in (world.there, world.here) for rule in _calls(app)]
    cases.sort(key=lambda c: _expected(duty, c[1].endpoint.removeprefix("api."), here=c[0] is world.here))
    for side, rule in cases:
        view, here = rule.endpoint.removeprefix("api."), side is world.here
        method = next(iter(rule.methods - {"HEAD", "OPTIONS"}))
        ids = {"contact_id": side.contact, "campaign_id": side.campaign, "project_id": side.project}
        ids |= {"appointment_id": side.appointment, "closer_id": side.closer}
        with app.test_request_context():
            address = app.url_for(rule.endpoint, **{name: ids.get(name, 1) for name in rule.arguments})
        address += f"?attempt_id={side.attempt}" if view == "free_slots" else ""
        address += f"?number=%2B74950001122&project_id={side.project}" if view == "is_suppressed" else ""
        answer = client.open(address, method=method, headers=head, json=_body(whole, rule, method, side))
        refused = (403, 404) if view in HIDDEN else (403,)
        if (answer.status_code not in refused) != _expected(duty, view, here=here):
            wrong.append(f"{method} {address} as {duty} {'here' if here else 'there'}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
