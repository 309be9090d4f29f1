"""Touches: a campaign's cadence, the letters' templates, and the way out that every letter carries."""

from webapp.touches import editing, way_out
from webapp.touches.room import blueprint

__all__ = ["blueprint", "editing", "way_out"]
