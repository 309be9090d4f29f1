"""Twilio's webhooks: signed, strict, written down for the engine, answered at once; and the browser phone's token.

``views`` is the addresses, ``room`` what every one of them checks first. Knows nothing of calls: the engine's process
reads what is written here. May import ``dialer`` and twilio.
"""

from webapp.twilio.room import blueprint

from webapp.twilio import views  # isort: skip

__all__ = ["blueprint", "views"]
