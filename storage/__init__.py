"""Everything we remember: PostgreSQL, Redis, and where market data comes from."""
