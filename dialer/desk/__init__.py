"""What people do with a call: sessions, script runs, wrap-up, callbacks, notes, handoffs.

Database services that the doors (desk page, API) and the engine call inside a transaction of their own.
May import ``dialer.store``, ``dialer.rules``, ``dialer.profiles``, ``dialer.compliance`` and ``scripts``.
"""
