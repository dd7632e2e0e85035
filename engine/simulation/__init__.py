"""Made-up investors with known habits, trading at real prices."""
