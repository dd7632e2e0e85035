"""Trying ideas and one's own history on past prices: work behind backtests and what-ifs."""
