"""Appointments: a contact meets a closer at an agreed time.

``hours`` when a closer takes appointments; ``slots`` what is free; ``units`` the time taken, which the database keeps
from being taken twice; ``booking`` hold, book, move, cancel; ``results`` confirmed, held, missed, disputed; ``notices``
what the contact is sent; ``tending`` lapsed holds and the call the day before; ``lists`` what pages and feeds show.
Room: desk, step 10 of the way of a call. May import ``dialer.store``, ``dialer.rules``, ``dialer.leads``,
``dialer.people``, ``dialer.mail`` and the desk's ``callbacks``.
"""
