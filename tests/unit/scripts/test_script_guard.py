"""What spoken text may not do: refused when it is read and again when it is worked out, at once and at no cost."""

from __future__ import annotations

import time

import pytest
from script_fixtures import HERE

from scripts import ScriptError, parse_text
from scripts.guard import syntax_tree
from scripts.render import MAX_OUTPUT, holds, render, render_or_gap

CLEAN = (HERE / "corpus" / "clean.call").read_text(encoding="utf-8")
NAMES = {
    "contact": {"person": "<b>Пётр</b> & Co", "city": "Самара", "items": "три"},
    "stock": None,
    "pain": 7,
    "visits": {"hello": 2},
    "_language": "ru",
    "_timezone": "Europe/Samara",
}

TEXTS = [
    # ways out of the sandbox that were once open
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ contact.__class__ }}",
    "{{ contact['__class__'] }}",
    "{{ '{0.__class__}'.format(contact) }}",
    "{{ '{a.__class__}'.format_map({'a': contact}) }}",
    "{{ ('{0.__class__}' | attr('format'))(contact) }}",
    "{{ contact | attr('__class__') }}",
    "{{ ['{0.__class__}'] | map('format', contact) | list }}",
    "{% set f = '{0}'.format %}{{ f(contact) }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self }}",
    "{{ self._TemplateReference__context }}",
    "{{ lipsum() }}",
    "{{ config }}{{ url_for() }}",
    "{% include '/etc/passwd' %}",
    "{% import 'x' as y %}",
    "{% extends 'x' %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% call m() %}{% endcall %}",
    "{% autoescape false %}{{ contact.person }}{% endautoescape %}",
    "{{ contact.person | safe }}",
    "{{ contact | xmlattr }}",
    "{{ contact.person | urlize }}",
    "{{ contact.person.upper() }}",
    "{{ contact.person.city }}",
    "{{ visits(contact.person) }}",
    "{{ visits.hello }}",
    "{{ _language }}",
    "{{ namespace() }}",
    "{% block x %}{% endblock %}",
    "{% with a = 1 %}{% endwith %}",
    "{% filter upper %}x{% endfilter %}",
    # texts that cost more than they say
    "{{ 'x' * 10**9 }}",
    "{{ 'x' * 1000000000 }}",
    "{{ [0] * 1000000000 }}",
    "{{ 'x' | center(1000000000) }}",
    "{{ '%1000000000d' | format(1) }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ 9**9999999 }}",
    "{{ 9**9**9**9 }}",
    "{{ 2 // 0 }}",
    "{% for a in range(10**9) %}{{ a }}{% endfor %}",
    "{% for a in [1,2] %}{% for b in [1,2] %}{% for c in [1,2] %}x{% endfor %}{% endfor %}{% endfor %}",
    "{{ range(1000000000) | list }}",
    "{{ 'x' ~ 'y' }}",
    "{{ ('a', 'b') }}",
    "{{ {'a': 1} }}",
    "{{ 99999999999999999999999999 }}",
    "{{ " + "(" * 400 + "1" + ")" * 400 + " }}",
    "{{ " + "not " * 400 + "1 }}",
    "{{ " + "- " * 900 + "1 }}",
    "{{ " + "1 + " * 400 + "1 }}",
    "{{ " + "[" * 300 + "]" * 300 + " }}",
    "{% if 1 %}" * 90 + "{% endif %}" * 90,
    "{{" * 500,
    "{%" * 500,
    "{{ contact.person" + " | upper" * 200 + " }}",
    "x" * 3000 + "{{ 1 }}",
]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_escapes_and_cost_bombs_are_refused_when_read_and_when_worked_out(text: str) -> None:
    source = CLEAN.replace("ru> Спасибо!", f"ru> {text}", 1)
    with pytest.raises(ScriptError):
        parse_text(source)
    took = []
    for _ in range(3):
        began = time.process_time()
        with pytest.raises(ScriptError):
            render(text, NAMES)
        took.append(time.process_time() - began)
    assert min(took) < 0.05


EXPRESSIONS = [
    "'x' * 10**9", "9 ** 9999999", "contact.__class__", "().__class__", "visits", "open('x')", "stock.bit_length()",
    "a = 1", "stock }} {% for x in y %}", "1) }}{{ (1", "", "stock ==", "lambda: 1", "[x for x in y]", "stock[0]",
    "visits('a', 'b')", "stock if", "(" * 300, "_labels", "pain | map", "pain is callable", "pain is sameas pain",
]  # fmt: skip


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_expressions_are_guarded_like_texts(text: str) -> None:
    with pytest.raises(ScriptError):
        parse_text(CLEAN.replace("? pain\n", f"? pain if {text}\n", 1))
    with pytest.raises(ScriptError):
        holds(text, NAMES)


def test_values_and_literal_text_are_escaped() -> None:
    assert render("R&D <i> {{ contact.person }}", NAMES) == "R&amp;D &lt;i&gt; &lt;b&gt;Пётр&lt;/b&gt; &amp; Co"
    assert render("plain <i>", NAMES) == "plain &lt;i&gt;"


def test_a_column_named_like_a_method_is_a_column_and_no_method_is_reached() -> None:
    assert render("{{ contact.items }}", NAMES) == "три"
    with pytest.raises(ScriptError):
        render("{{ contact.keys }}", NAMES)


@pytest.mark.parametrize("text", ["{{ contact.surname }}", "{{ nobody }}", "{{ contact.city + pain }}"])
def test_what_cannot_be_worked_out_is_an_error_and_on_screen_a_gap(text: str) -> None:
    with pytest.raises(ScriptError):
        render(f"Вот {text}.", NAMES)
    shown, fault = render_or_gap(f"Вот {text}.", NAMES)
    assert shown == "Вот …." and fault


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("stock == 1", False), ("stock is none", True), ("stock > 3", False), ("not stock > 3", True),
        ("1 in stock", False), ("stock in [1, 2]", False), ("stock not in [1]", True), ("5 < pain <= 7", True),
        ("7 < pain < 9", False), ("visits('hello') >= 2", True), ("pain is answered and stock is not answered", True),
        ("'мар' in contact.city", True), ("pain == -7", False), ("pain > 'a'", False),
    ],
)  # fmt: skip
def test_the_unknown_compares_as_false_and_never_fails(expression: str, expected: bool) -> None:
    assert holds(expression, NAMES) is expected


def test_the_output_is_capped() -> None:
    wide = {**NAMES, "contact": {"person": "x" * 200}}
    text = "{{ contact.person }}" * 30
    with pytest.raises(ScriptError) as caught:
        render(text, wide)
    assert caught.value.code == "output-too-long" and MAX_OUTPUT < 30 * 200


@pytest.mark.parametrize(
    ("text", "russian", "english"),
    [
        ("{{ 1234567 | money }}", "1\u00a0234\u00a0567", "1,234,567"),
        ("{{ 12.5 | money }}", "12,50", "12.50"),
        ("{{ '2026-03-04T11:00+00:00' | when }}", "среда, 4 марта, 15:00", "Wednesday, 4 March, 15:00"),
        ("{{ '2026-03-04T11:00+00:00' | clock }}", "15:00", "15:00"),
        ("{{ '2026-03-04' | day }}", "4 марта", "4 March"),
        ("{{ 'never' | when }}", "never", "never"),
        ("{{ 21 | plural('день', 'дня', 'дней') }}", "день", "дня"),
        ("{{ 12 | plural('день', 'дня', 'дней') }}", "дней", "дня"),
        ("{{ stock | default('?') }}{{ stock }}", "?", "?"),
        ("{{ 'пётр иванов' | first_word | capitalize }}", "Пётр", "Пётр"),
        ("{{ 'x' if stock }}", "", ""),
    ],
)
def test_filters_say_it_in_the_language_and_zone_of_the_listener(text: str, russian: str, english: str) -> None:
    assert render(text, NAMES) == russian
    assert render(text, {**NAMES, "_language": "en"}) == english


def test_a_tree_is_checked_once_and_shared() -> None:
    assert syntax_tree("{{ pain }}") is syntax_tree("{{ pain }}", False) is syntax_tree("{{ pain }}", expression=False)
