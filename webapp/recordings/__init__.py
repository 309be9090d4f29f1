"""The recordings pages: find one, hear it with both sides drawn, jump to a moment; every listening is written down."""

from webapp.recordings.views import blueprint

__all__ = ["blueprint"]
