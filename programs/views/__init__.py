"""Doors for people: public pages, the programme office, sealed links, answers to requests."""
