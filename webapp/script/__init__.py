"""The script pages, first version: the list, a read-only view of a published script, and publishing a text."""

from webapp.script.views import blueprint

__all__ = ["blueprint"]
