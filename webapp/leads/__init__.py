"""Leads: the closers' board, the funnel, the later pool, a project's terms, and what the client sees."""

from webapp.leads import board, client, funnel, later, terms
from webapp.leads.room import blueprint

__all__ = ["blueprint", "board", "client", "funnel", "later", "terms"]
