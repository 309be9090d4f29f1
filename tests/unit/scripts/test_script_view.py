"""What the operator's screen shows."""

from __future__ import annotations

import json

from script_fixtures import CONTEXT, SHAPE, Caller

from scripts import parse_text, runner, view


def test_a_screen_has_words_buttons_objections_and_crumbs() -> None:
    call = Caller()
    call.choose("here")
    seen = call.see()
    assert (seen.node, seen.stage, seen.consent, seen.goal) == ("hello", "contact", True, False)
    assert seen.spoken[0].verbatim and seen.spoken[0].text == "Наш разговор пишется. Можно две минуты?"
    assert [(button.code, button.label, button.kind) for button in seen.buttons] == [
        ("yes", "Можно", "goto"),
        ("busy", "Занят", "goto"),
    ]
    assert seen.objections == (("o_cost", "Цена"), ("o_other", "other"), ("o_stop", "stop"))
    assert [crumb.node for crumb in seen.breadcrumb] == ["door", "hello"]
    assert seen.can_go_back and seen.ended is None
    json.dumps(seen.as_dict())


def test_the_language_switches_in_mid_call() -> None:
    call = Caller()
    assert "Позовите Пётр" in call.see("ru").spoken[0].text
    assert call.see("en").spoken[0].text == "Good morning, Анна, Счёт. Is Пётр there?"
    assert call.see("de").language == "ru"


def test_one_text_of_an_a_b_test_is_shown_and_named() -> None:
    seen = {seed: Caller(seed=seed).to_today().see() for seed in ("1", "2", "3", "4", "5", "6", "7")}
    assert {view.variant for view in seen.values()} == {"a", "b"}
    assert all(len(view.spoken) == 1 for view in seen.values())


def test_questions_show_what_is_known_and_conditions_hide_them() -> None:
    call = Caller().to_today()
    assert [question.field for question in call.see().questions] == ["books", "sells"]
    call.answer({"books": "2"})
    seen = {question.field: question for question in call.see().questions}
    assert list(seen) == ["books", "sells", "ache"]
    assert seen["books"].required and seen["books"].dk and seen["books"].ref
    assert [option.selected for option in seen["books"].options] == [False, True, False]
    assert (seen["ache"].min, seen["ache"].max) == (0, 10)


def test_rotated_options_keep_other_and_none_last_and_stay_put_for_one_contact() -> None:
    orders = set()
    for seed in map(str, range(20)):
        call = Caller(seed=seed).to_today()
        order = [option.code for option in call.see().questions[1].options]
        assert order == [option.code for option in call.see("en").questions[1].options]
        assert set(order[:3]) == {1, 2, 3} and set(order[3:]) == {96, 97}
        orders.add(tuple(order))
    assert len(orders) > 2


def test_a_conditional_button_appears_with_its_answer() -> None:
    text = SHAPE.text.replace(
        "* [mail] Напишите / Write to me -> letter skip", "* [mail] Да / Yes -> letter skip if post"
    )
    call = Caller(parse_text(text)).to_who()
    call.answer({"part": "1"})
    call.choose("next")
    assert [button.code for button in call.see().buttons] == ["agree"]
    call.answer({"post": "a@b.de"})
    assert [button.code for button in call.see().buttons] == ["agree", "mail"]


def test_the_next_button_says_where_it_ends() -> None:
    call = Caller().to_who()
    button = call.see("en").buttons[0]
    assert (button.code, button.label, button.kind, button.outcome) == ("next", "Next", "next", None)
    call.choose  # the fixture's last step names its end
    moved = runner.start(SHAPE, CONTEXT, "1", node="letter")
    assert view(SHAPE, moved.position, CONTEXT, "ru").buttons[0].outcome == "info_sent"


def test_an_ended_call_has_no_buttons_left_but_can_go_back() -> None:
    call = Caller()
    call.end("dnc")
    seen = call.see()
    assert seen.ended == "dnc" and not seen.buttons and not seen.objections and seen.can_go_back


def test_a_line_that_cannot_be_worked_out_shows_a_gap_and_the_rest_stands() -> None:
    broken = parse_text(SHAPE.text.replace("Решать будете вы?", "Решать будете вы, {{ contact.nobody }}?"))
    seen = Caller(broken).to_who().see()
    assert seen.spoken[0].text == "Решать будете вы, …?" and seen.spoken[0].fault
    assert seen.questions


def test_hostile_contact_data_is_shown_as_text() -> None:
    contact = {"person": "<script>alert(1)</script>{{ 7 * 7 }}\r\n", "city": "x" * 10_000}
    seen = view(SHAPE, Caller().position, {**CONTEXT, "contact": contact}, "ru")
    assert "<script>" not in seen.spoken[0].html and "&lt;script&gt;" in seen.spoken[0].html
    assert "{{ 7 * 7 }}" in seen.spoken[0].text and "\n" not in seen.spoken[0].text
    longest = view(SHAPE, Caller().to_today().position, {**CONTEXT, "contact": contact}, "ru")
    assert max(len(line.text) for line in longest.spoken) < 400


def test_a_contact_without_the_columns_is_spoken_to_all_the_same() -> None:
    seen = view(SHAPE, Caller().position, {**CONTEXT, "contact": {}}, "ru")
    assert "Позовите старшего смены." in seen.spoken[0].text


def test_the_score_is_on_the_screen() -> None:
    call = Caller().to_who()
    assert call.see().bant == {"B": 3, "A": None, "N": 3, "T": 3, "total": 9, "met": False}
    call.answer({"part": "1"})
    assert call.see().bant["met"] and call.see().temperature == "hot"
