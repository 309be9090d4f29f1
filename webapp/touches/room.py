"""The blueprint of the touches' pages."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("touches", __name__, template_folder="templates")
