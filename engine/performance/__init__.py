"""The figures that describe a course of returns, each defined once."""
