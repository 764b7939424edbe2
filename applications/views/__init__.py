"""Doors for people: the applicant's pages, the office's pages, and the files of both."""
