"""Tests of the pages of decisions, letters, awards and scholars."""
