"""Speaking first: what may be said on our own, when, and how often."""
