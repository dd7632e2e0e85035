"""Rules against habits, each of which can be tried on one's own history."""
