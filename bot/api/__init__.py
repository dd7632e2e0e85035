"""The HTTP side of the program: the app, its errors and its metrics."""
