"""The blueprint of coming in and going out."""

from flask import Blueprint

blueprint = Blueprint("login", __name__, template_folder="templates")
