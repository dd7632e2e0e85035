"""Backtests: model portfolios on past prices, and a person's own trades replayed and changed."""
