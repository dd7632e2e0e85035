"""Reasons to speak first: each file that declares ``KIND`` is one."""
