"""The statistics that the biases share; they know nothing of trades."""
