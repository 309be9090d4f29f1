"""Appointments: slots, booking, letters, confirmation."""
