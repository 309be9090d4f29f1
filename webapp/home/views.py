"""View: the first page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from webapp.guards import signed_in

blueprint = Blueprint("home", __name__, template_folder="templates")


@blueprint.get("/")
@signed_in
def show() -> Any:
    """What the person's duties lead to."""
    return render_template("home/home.html")
