"""Tests of what follows a review."""
