"""``/api/v1``: everything the desk does, and contacts and campaigns, for robot operators and CRMs.

``room`` is the frame of every call (bearer token, rights, one transaction, errors as JSON, repeats by
``Idempotency-Key``), ``shapes`` and ``script_shapes`` are what goes over the wire, the others are the calls by subject.
The OpenAPI description is made of the same shapes: ``GET /api/v1/openapi.json``. May import ``dialer`` and ``scripts``.
"""

from webapp.api import (
    appointments,
    calendars,
    calls,
    campaign_changes,
    campaigns,
    contacts,
    day,
    figures,
    handoffs,
    openapi,
    routes,
    rules,
    script,
    session,
    suppression,
)
from webapp.api.room import blueprint

__all__ = [
    "appointments",
    "blueprint",
    "calendars",
    "calls",
    "campaign_changes",
    "campaigns",
    "contacts",
    "day",
    "figures",
    "handoffs",
    "openapi",
    "routes",
    "rules",
    "script",
    "session",
    "suppression",
]
