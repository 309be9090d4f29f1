"""A stand-in of Twilio's side on loopback, for the demo and the tests: stateful, signed, and unkind on demand.

``parameters`` is what may be asked, ``network`` the calls and conferences, ``twiml`` what answered calls are told,
``mail`` the signed webhooks, ``faults`` how it misbehaves, ``server`` the HTTP around it. Called numbers behave as in
the Asterisk lab (``dialer.lab.behaviours``). It shares no code with our driver, so that its log can judge us.
May import the standard library and ``dialer.lab.behaviours``.
"""

from dialer.lab.twilio.faults import Faults
from dialer.lab.twilio.server import StandIn

__all__ = ["Faults", "StandIn"]
