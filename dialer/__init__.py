"""Warmline's core: whom to call, when, and what came of it.

The rooms, in the order of a call:

=============  ==========================================================================
lists/         a file becomes contacts
rules/         pure decisions: may we dial, how many, what follows; standard library only
engine/        the loop: pacing, claim, gate, ledger, provider, events, operator; recovery
providers/     the telephone networks we can speak to, behind one protocol
desk/          what people do with a call: wrap-up, callbacks, handoff
reports/       read-only figures
store/         the database: tables by subject, sessions, outbox
profiles/      data, not code: jurisdictions, dispositions, retry plans
lab/           a real Asterisk pair on loopback, for the demo and the tests
bench/         what ``dialer bench`` measures
cli/           the ``dialer`` command, one file a group
settings.py    the only reader of the environment
=============  ==========================================================================
"""

__version__ = "0.1.0"
