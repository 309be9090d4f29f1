"""Appointments: what is booked, a closer's hours, the calendar feed."""

from webapp.appointments import calendar, feed, hours, outside
from webapp.appointments.room import blueprint

__all__ = ["blueprint", "calendar", "feed", "hours", "outside"]
