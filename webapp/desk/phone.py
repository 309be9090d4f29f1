"""What the page needs to be this person's phone. The SIP password goes to its owner's own desk only."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, jsonify

from dialer.store.people import User
from webapp.data import settings
from webapp.desk.room import blueprint
from webapp.guards import needs
from webapp.identity import me


@blueprint.get("/desk/phone.json")
@needs("desk.use")
def phone_json() -> Response:
    """``kind`` is browser, sip (a phone of their own), missing (nobody gave them one yet) or none (nothing rings here:
    the pretend network, a stand-in)."""
    return jsonify(account(me()))


def account(user: User) -> dict[str, str]:
    """This person's phone, by the network that is set; a supervisor's page asks for it too."""
    of: dict[str, Callable[[User], dict[str, str]]] = {"asterisk": _asterisk, "twilio": _twilio}
    known = of.get(settings().provider)
    return (known(user) if known else {}) or {"kind": "none"}


def _asterisk(user: User) -> dict[str, str]:
    """SIP over WebSocket where the PBX offers it."""
    if not user.endpoint:
        return {"network": "asterisk", "kind": "missing"}
    pbx = settings().asterisk
    domain = pbx.sip_domain or pbx.host
    return {
        "network": "asterisk",
        "kind": "browser" if pbx.ws_url else "sip",
        "ws_url": pbx.ws_url,
        "domain": domain,
        "endpoint": user.endpoint,
        "password": user.phone_secret,
        "uri": f"sip:{user.endpoint}@{domain}",
    }


def _twilio(user: User) -> dict[str, str]:
    """The Voice SDK, whose token is asked for apart; a SIP address or a number is a phone that rings by itself."""
    twilio = settings().twilio
    own = user.endpoint.startswith(("sip:", "+"))
    if not (own or twilio.api_key):
        return {}
    kind = "sip" if own else "browser"
    return {"network": "twilio", "kind": kind, "endpoint": user.endpoint, "edge": twilio.edge}
