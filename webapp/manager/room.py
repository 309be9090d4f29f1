"""The blueprint that the manager's views register with."""

from flask import Blueprint

blueprint = Blueprint("manager", __name__, template_folder="templates")
