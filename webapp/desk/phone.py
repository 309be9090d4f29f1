"""What the page needs to be this person's phone. The SIP password goes to its owner's own desk only."""

from __future__ import annotations

from flask import Response, jsonify

from webapp.data import settings
from webapp.desk.room import blueprint
from webapp.guards import needs
from webapp.identity import me


@blueprint.get("/desk/phone.json")
@needs("desk.use")
def phone_json() -> Response:
    """``kind`` is browser, sip (a phone of their own) or none (nothing rings here: the pretend network, a stand-in)."""
    return jsonify(account())


def account() -> dict[str, str]:
    """This person's phone; a supervisor's page asks for it too."""
    return {"asterisk": _asterisk, "twilio": _twilio}.get(settings().provider, dict)() or {"kind": "none"}


def _asterisk() -> dict[str, str]:
    """SIP over WebSocket where the PBX offers it."""
    pbx = settings().asterisk
    domain = pbx.sip_domain or pbx.host
    return {
        "network": "asterisk",
        "kind": "browser" if pbx.ws_url else "sip",
        "ws_url": pbx.ws_url,
        "domain": domain,
        "endpoint": me().endpoint,
        "password": me().phone_secret,
        "uri": f"sip:{me().endpoint}@{domain}",
    }


def _twilio() -> dict[str, str]:
    """The Voice SDK, whose token is asked for apart; a SIP address or a number is a phone that rings by itself."""
    twilio = settings().twilio
    own = me().endpoint.startswith(("sip:", "+"))
    if not (own or twilio.api_key):
        return {}
    kind = "sip" if own else "browser"
    return {"network": "twilio", "kind": kind, "endpoint": me().endpoint, "edge": twilio.edge}
