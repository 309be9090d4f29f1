"""The description of the API, made of the same shapes that it checks with."""

from __future__ import annotations

from flask import Response, jsonify

from webapp.api.room import blueprint, spec
from webapp.guards import public


@blueprint.get("/openapi.json")
@public
def openapi_json() -> Response:
    """OpenAPI 3.1. Needs no token: it says nothing about anybody."""
    return jsonify(spec.spec)
