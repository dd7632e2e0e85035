"""Ways of choosing weights on past data: a file here is a strategy that can be named."""
