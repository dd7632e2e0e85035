"""What begins by the clock."""
