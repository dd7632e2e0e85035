"""Portfolios that fit the person: what is estimated, what is demanded, and how to choose."""
