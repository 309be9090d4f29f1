"""Cadences, letters, stops."""
