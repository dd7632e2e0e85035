"""Slack as a door: what Slack sends becomes a message, what we say becomes blocks."""
