"""One file per step, forward and back."""
