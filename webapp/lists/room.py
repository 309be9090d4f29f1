"""The blueprint that the views about lists and contacts register with."""

from flask import Blueprint

blueprint = Blueprint("lists", __name__, template_folder="templates")
