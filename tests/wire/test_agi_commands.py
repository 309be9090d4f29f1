"""Each hook: what the engine is asked, and what the dialplan is told, also when the engine fails."""

from __future__ import annotations

from typing import Any

import pytest

from agi.server import HookServer
from dialer.providers.base import Join, Message, Reject
from dialer.rules.words import Amd
from tests.wire.fake_agi import LEG, FakeHooks, FakePbx


def call(
    server: HookServer, script: str, *args: str, variables: dict[str, str] | None = None, **env: str
) -> dict[str, str]:
    with FakePbx(server.address, variables) as pbx:
        pbx.greet(script, *args, **env)
        return pbx.answer_all()


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        (Join("r-12345678"), {"WARMLINE_ROOM": "r-12345678", "WARMLINE_RECORD": "1", "WARMLINE_DO": "join"}),
        (
            Join("r-1234567", record=False),
            {"WARMLINE_ROOM": "r-1234567", "WARMLINE_RECORD": "0", "WARMLINE_DO": "join"},
        ),
        (Message("sorry-ru"), {"WARMLINE_MESSAGE": "sorry-ru", "WARMLINE_DO": "message"}),
        (Message("voicemail-ru", after_beep=True), {"WARMLINE_MESSAGE": "voicemail-ru", "WARMLINE_DO": "leave"}),
        (Reject(), {"WARMLINE_DO": "hangup"}),
    ],
)
def test_a_plan_becomes_variables_and_the_verdict_comes_last(
    agi_server: HookServer, hooks: FakeHooks, plan: Any, told: dict[str, str]
) -> None:
    hooks.answers["answered"] = plan
    given = call(agi_server, "answered", "human")
    assert given == told
    assert list(given)[-1] == "WARMLINE_DO"
    assert hooks.asked == [("answered", LEG, Amd.HUMAN)]


@pytest.mark.parametrize(
    ("said", "heard"), [("machine", Amd.MACHINE), ("fax", Amd.FAX), ("", Amd.UNSURE), ("nonsense", Amd.UNSURE)]
)
def test_what_the_detection_heard_is_passed_on(agi_server: HookServer, hooks: FakeHooks, said: str, heard: Amd) -> None:
    call(agi_server, "answered", *([said] if said else []))
    assert hooks.asked == [("answered", LEG, heard)]


@pytest.mark.parametrize("name", ["answered", "inbound", "operator"])
def test_a_failing_engine_leaves_the_verdict_empty(agi_server: HookServer, hooks: FakeHooks, name: str) -> None:
    hooks.answers[name] = RuntimeError("database locked")
    assert call(agi_server, name) == {}


@pytest.mark.parametrize("name", ["bad room", "a,b", "${SHELL(id)}", 'x"y', "r\nEXEC System"])
def test_a_plan_with_anything_but_ids_is_not_told_at_all(agi_server: HookServer, hooks: FakeHooks, name: str) -> None:
    hooks.answers["answered"] = Join(name)
    assert call(agi_server, "answered") == {}


def test_an_operator_is_told_the_room(agi_server: HookServer, hooks: FakeHooks) -> None:
    assert call(agi_server, "operator") == {"WARMLINE_ROOM": "r-12345678"}
    hooks.answers["operator"] = None
    assert call(agi_server, "operator") == {"WARMLINE_ROOM": ""}


def test_a_call_that_comes_in_is_named_as_the_dialplan_names_it(agi_server: HookServer, hooks: FakeHooks) -> None:
    hooks.answers["inbound"] = Join("r-12345678")
    given = call(
        agi_server, "inbound", uniqueid="pbx-1795299120.12", agi_callerid="+79165550000", agi_dnid="74951234567"
    )
    assert given["WARMLINE_DO"] == "join"
    assert hooks.asked == [("inbound", "pbx-1795299120-12", "+79165550000", "+74951234567")]


def test_a_withheld_or_odd_caller_is_no_number(agi_server: HookServer, hooks: FakeHooks) -> None:
    for caller in ("unknown", "", "Bob <script>", "+", "1" * 40):
        call(agi_server, "inbound", agi_callerid=caller, agi_extension="74951234567")
    assert {asked[2:] for asked in hooks.asked} == {("", "+74951234567")}


def test_lookup_tells_opaque_ids_only(agi_server: HookServer, hooks: FakeHooks) -> None:
    assert call(agi_server, "lookup", "+79165550000") == {
        "WARMLINE_CONTACT": "c77",
        "WARMLINE_CAMPAIGN": "p3",
        "WARMLINE_OWNER": "u5",
        "WARMLINE_RESULT": "found",
    }
    hooks.answers["lookup"] = None
    assert call(agi_server, "lookup", "79165550000")["WARMLINE_RESULT"] == "none"
    hooks.answers["lookup"] = OSError("gone")
    assert call(agi_server, "lookup", "79165550000") == {"WARMLINE_RESULT": "error"}
    assert [asked[1] for asked in hooks.asked] == ["+79165550000"] * 3


def test_lookup_without_an_argument_asks_about_the_caller(agi_server: HookServer, hooks: FakeHooks) -> None:
    call(agi_server, "lookup")
    assert hooks.asked == [("lookup", "+79165550000")]


@pytest.mark.parametrize("answer", [True, OSError("database locked"), None, "no"])
def test_what_cannot_be_decided_is_suppressed(agi_server: HookServer, hooks: FakeHooks, answer: Any) -> None:
    hooks.answers["suppressed"] = answer
    assert call(agi_server, "suppressed", "+79165550000") == {"WARMLINE_RESULT": "yes"}


def test_only_a_plain_no_lets_a_number_be_dialled(agi_server: HookServer, hooks: FakeHooks) -> None:
    assert call(agi_server, "suppressed", "+79165550000") == {"WARMLINE_RESULT": "no"}
    assert call(agi_server, "suppressed", "not a number", agi_callerid="x") == {"WARMLINE_RESULT": "yes"}
    assert len(hooks.asked) == 1


@pytest.mark.parametrize("number", ["79165550000", "89165550000", "9165550000", "4951234567", "+7916", "s"])
def test_a_number_that_leaves_its_country_open_is_not_guessed_at_when_it_matters(
    agi_server: HookServer, hooks: FakeHooks, number: str
) -> None:
    assert call(agi_server, "suppressed", number) == {"WARMLINE_RESULT": "yes"}
    assert call(agi_server, "opt_out", number) == {"WARMLINE_RESULT": "error"}
    assert hooks.asked == []


def test_two_zeros_are_a_plus(agi_server: HookServer, hooks: FakeHooks) -> None:
    call(agi_server, "suppressed", "0079165550000")
    assert hooks.asked == [("suppressed", "+79165550000")]


def test_an_opt_out_is_confirmed_only_when_it_is_written_down(agi_server: HookServer, hooks: FakeHooks) -> None:
    assert call(agi_server, "opt_out", "+79165550000") == {"WARMLINE_RESULT": "ok"}
    assert hooks.asked == [("opt_out", "+79165550000", LEG)]
    assert call(agi_server, "opt_out", "leg") == {"WARMLINE_RESULT": "ok"}
    assert hooks.asked[-1] == ("opt_out", "", LEG)
    hooks.answers["opt_out"] = OSError("disk full")
    assert call(agi_server, "opt_out", "+79165550000") == {"WARMLINE_RESULT": "error"}
    assert call(agi_server, "opt_out", "?") == {"WARMLINE_RESULT": "error"}


def test_an_outcome_is_read_from_its_variable(agi_server: HookServer, hooks: FakeHooks) -> None:
    assert call(agi_server, "outcome", variables={"WARMLINE_OUTCOME": "not_interested"}) == {"WARMLINE_RESULT": "ok"}
    assert hooks.asked == [("outcome", LEG, "not_interested")]
    hooks.answers["outcome"] = False
    assert call(agi_server, "outcome", variables={"WARMLINE_OUTCOME": "busy"}) == {"WARMLINE_RESULT": "refused"}
    hooks.answers["outcome"] = OSError("gone")
    assert call(agi_server, "outcome", variables={"WARMLINE_OUTCOME": "busy"}) == {"WARMLINE_RESULT": "error"}


@pytest.mark.parametrize("code", [None, "", "DROP TABLE", "a) result=-1", "x" * 100, "Занято"])
def test_an_outcome_that_is_no_code_is_refused_unasked(
    agi_server: HookServer, hooks: FakeHooks, code: str | None
) -> None:
    variables = {} if code is None else {"WARMLINE_OUTCOME": code}
    assert call(agi_server, "outcome", variables=variables) == {"WARMLINE_RESULT": "refused"}
    assert hooks.asked == []


def test_a_foreign_channel_id_is_not_passed_on(agi_server: HookServer, hooks: FakeHooks) -> None:
    assert call(agi_server, "answered", uniqueid="../x") == {}
    assert hooks.asked == []


@pytest.mark.parametrize("script", ["answered/", "answered?x=1"])
def test_a_route_may_have_a_slash_or_a_query(agi_server: HookServer, hooks: FakeHooks, script: str) -> None:
    assert call(agi_server, script)["WARMLINE_DO"] == "join"


@pytest.mark.parametrize("script", ["", "unknown", "../answered", "__init__"])
def test_an_unknown_route_is_left_without_a_word(agi_server: HookServer, hooks: FakeHooks, script: str) -> None:
    assert call(agi_server, script) == {}
    assert hooks.asked == []
