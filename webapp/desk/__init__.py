"""The desk of operators (line 1) and closers (line 2): one page, always the same places, kept by the server.

``snapshot`` gathers what the page shows, ``page`` draws it, the others are what one may do: ``presence`` (ready, pause,
leave), ``calls`` (hang up, hold, keys), ``scripting``, ``paper`` (the script to print), ``outcomes``,
``handing`` (operator), ``mine`` (calls of the day), ``closers``, ``phone``.
Every act answers with the page's body as it is after it. May import ``dialer`` and ``scripts``.
"""

from webapp.desk import (
    calls,
    closers,
    handing,
    meetings,
    mine,
    outcomes,
    page,
    paper,
    phone,
    presence,
    scripting,
    texts,
)
from webapp.desk.room import blueprint

__all__ = [
    "blueprint", "calls", "closers", "handing", "meetings", "mine", "outcomes", "page", "paper", "phone",
    "presence",     "scripting", "texts",
]  # fmt: skip
"""The others are imported for the views they register."""
