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
    """``kind`` is browser (SIP over WebSocket), sip (a phone of their own) or none (the pretend network)."""
    pbx = settings().asterisk
    if settings().provider != "asterisk":
        return jsonify(kind="none")
    domain = pbx.sip_domain or pbx.host
    return jsonify(
        kind="browser" if pbx.ws_url else "sip",
        ws_url=pbx.ws_url,
        domain=domain,
        endpoint=me().endpoint,
        password=me().phone_secret,
        uri=f"sip:{me().endpoint}@{domain}",
    )
