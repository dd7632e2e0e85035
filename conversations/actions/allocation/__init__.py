"""Portfolios within somebody's limits: work behind proposals, goals and the frontier."""
