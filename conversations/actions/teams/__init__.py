"""Portfolios that several people share, and one person on several doors."""
