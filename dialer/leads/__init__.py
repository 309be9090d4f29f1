"""Leads: what the answers are worth, what goes over to the second line and by when, and what became of it.

``terms`` what a project agreed on; ``points`` and ``qualification`` the score, a view over stored answers; ``gate``
who may go over; ``packet`` what goes over; ``clocks`` and ``late`` by when; ``board`` the closers' board; ``funnel``
how far each contact has come; ``later``, ``sieve`` and ``drawing`` the pool of those not ready; ``client`` what the
client agrees to; ``figures`` what closers said of each script.
Step 10 of the way of a call. May import ``dialer.store``, ``dialer.rules``, ``dialer.people``, ``scripts`` and the
desk's ``script_answers`` (and ``client`` its ``appointments``); no other part of the desk, which imports this room.
"""
