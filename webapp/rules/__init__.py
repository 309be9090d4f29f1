"""Pages about the rules of calling: what holds contacts, what pacing does, what a plan will make; a person's data."""

from webapp.rules import ahead, person, simulate
from webapp.rules.room import blueprint

__all__ = ["ahead", "blueprint", "person", "simulate"]
"""The others are imported for the views they register."""
