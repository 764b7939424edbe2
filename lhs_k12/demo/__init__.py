"""The demo programme: fictional people, their mail and their desks; exists only where DEMO is set."""
