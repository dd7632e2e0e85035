"""Is everything there that the program needs? What is not is said with what to do about it."""
