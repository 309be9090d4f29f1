"""The rules of calling met with the database: facts for the gate, suppression, and why a contact is not dialled.

``rules`` gives a campaign its rules, ``facts`` and ``gate`` ask may-we-dial for contacts of the database (step 3 of a
call), ``suppression`` keeps the list of numbers that must not be dialled, ``why`` explains. The deciding itself is pure
and lives in ``dialer.rules``. May import ``dialer.rules``, ``dialer.profiles``, ``dialer.store`` and phonenumbers.
"""

from dialer.compliance.facts import load_facts
from dialer.compliance.gate import gate, gate_many
from dialer.compliance.rules import rules_for

__all__ = ["gate", "gate_many", "load_facts", "rules_for"]
