"""The project manager's pages: projects, campaigns, who works in them, and the live status of a campaign."""

from webapp.manager import campaigns, members, projects, routes, running, status, teams
from webapp.manager.room import blueprint

__all__ = ["blueprint", "campaigns", "members", "projects", "routes", "running", "status", "teams"]
"""The others are imported for the views they register."""
