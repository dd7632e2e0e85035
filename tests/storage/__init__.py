"""What storage promises, against a real PostgreSQL."""
