"""Touches: what follows a first call by itself, as the campaign's cadence says: a letter, a call at another part of the
day, a letter again.

``cadence`` reads it; ``places`` where each contact stands; ``due`` does what is due; ``texts`` writes letters out of
templates; ``ready`` puts a ready-made cadence into a campaign; ``replies`` hears of answers and of who wants no more.
May import ``dialer.store``, ``dialer.rules``,
``dialer.leads``, ``dialer.mail``, ``dialer.profiles``, ``dialer.compliance`` and ``scripts``.
"""
