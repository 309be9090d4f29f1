"""Warmline's core: whom to call, when, and what came of it.

The rooms, in the order of a call:

=============  ==========================================================================
lists/         a file becomes contacts
rules/         pure decisions: may we dial, how many, what follows; standard library only
profiles/      data, not code: jurisdictions, dispositions, retry plans
compliance/    the rules met with the database: gate, suppression, why
engine/        the loop: pacing, claim, gate, ledger, provider, events, operator; recovery
ledger.py      every attempt and every move it makes
providers/     the telephone networks we can speak to, behind one protocol
desk/          what people do with a call: session, script run, wrap-up, callbacks, handoff
leads/         what becomes of who qualified: base-wide scoring, funnel, later pool
touches/       what follows a first call by itself: letters, further calls
mail/          letters, written down with their cause and sent from here
recordings/    what was said, accounted for
campaigns/     start, pause, stop, edit: what a change of a campaign entails
scripting/     drafts, versions, comments, figures and surveys of call scripts
people/        who works here and what they may do; the audit log
reports/       read-only figures
jobs/          work that no page waits for: imports, recordings, clocks
store/         the database: tables by subject, sessions, outbox
simulation/    a day of dialling on a virtual clock, for planning and for comparing policies
lab/           a real Asterisk pair on loopback (and a stand-in of Twilio), for the demo and the tests
demo/          people and contacts of its own: what ``make demo`` runs
bench/         what ``dialer bench`` measures
doctor/        what ``dialer doctor`` looks at
cli/           the ``dialer`` command, one file a group
settings.py    the only reader of the environment
=============  ==========================================================================
"""

__version__ = "0.1.0"
