"""The fixed words of the language: kinds, field types, flags, outcomes, names that spoken text may use.

Room: scripts. Data only; may import nothing. A campaign may bring outcomes of its own (``lint(…, outcomes=…)``),
the ones here are those that the product ships with.
"""

from __future__ import annotations

LANGUAGES = ("ru", "en")
KINDS = ("lead", "appointment", "survey", "handoff")
FLAGS = ("objection", "goal", "consent", "purpose", "norecord")
FIELD_TYPES = (
    "single",
    "multi",
    "scale",
    "number",
    "money",
    "date",
    "datetime",
    "text",
    "phone",
    "email",
    "slot",
    "bool",
    "consent",
)
LETTERS = ("B", "A", "N", "T")
DISCLOSURES = ("recording", "name", "purpose")

NEXT = "next"
"""The code of the button that a step without answer buttons has: move on, let the branches decide."""

CALLBACK, DO_NOT_CALL, HUNG_UP = "callback", "dnc", "hung_up"
ALWAYS = (CALLBACK, DO_NOT_CALL, HUNG_UP)
"""Ways to end a call that every step has, whatever the script says."""

OUTCOMES = frozenset(
    {
        "appointment",
        "lead_hot",
        "lead_warm",
        "info_sent",
        "no_need",
        "callback",
        "contact_away",
        "gatekeeper_refusal",
        "refused_soft",
        "refused_hard",
        "dnc",
        "hung_up_intro",
        "break_off",
        "complete",
        "partial",
        "language",
        "incapable",
        "deceased",
        "supervisor",
        "bad_number",
        "out_of_service",
        "fax",
        "machine_known",
        "machine_unknown",
        "wrong_person",
        "not_target",
        "quota_full",
        "duplicate",
    }
)

OPERATOR_ATTRIBUTES = ("name",)
BANT_ATTRIBUTES = (*LETTERS, "total", "met")
PLAIN_NAMES = ("daypart", "greeting", "touch")
RESERVED = frozenset(
    {
        "contact", "project", "operator", "bant", "visits", *PLAIN_NAMES,
        "and", "or", "not", "if", "else", "is", "in", "true", "false", "none", "True", "False", "None",
        "dk", "ref", NEXT,
    }
)  # fmt: skip
"""Names that a field may not take."""
