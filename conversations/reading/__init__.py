"""What people mean when they write about trades: pure functions from text to readings."""
