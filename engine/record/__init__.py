"""One person's record: from trades to decisions, and the market around them."""
