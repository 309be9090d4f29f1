"""The system administrator's page: who works here, with which duties, and whether they may log in."""

from webapp.people.views import blueprint

__all__ = ["blueprint"]
