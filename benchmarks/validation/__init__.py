"""Simulated investors whose habits are known, and what the engine makes of them."""
