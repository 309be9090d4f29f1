"""Figures: what a project's people do now and did in a period, against the plan; for leads, managers and oneself."""

from webapp.figures import files, page, plan
from webapp.figures.room import blueprint

__all__ = ["blueprint", "files", "page", "plan"]
