"""The web door: one page, and the few requests it makes."""
