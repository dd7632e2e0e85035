"""Why somebody traded, how it went, and what their notes say."""
