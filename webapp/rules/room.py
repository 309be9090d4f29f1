"""The blueprint that the views about rules register with."""

from flask import Blueprint

blueprint = Blueprint("rules", __name__, template_folder="templates")
