"""Doors for people: decisions and their release, letters, awards, scholars."""
