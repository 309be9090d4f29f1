"""The first page, by duty: where to go next, and for a new installation the first campaign in five steps."""

from webapp.home.views import blueprint

__all__ = ["blueprint"]
