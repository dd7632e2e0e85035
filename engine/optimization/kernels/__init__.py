"""Solvers: numbers in, numbers out; they know nothing of portfolios."""
