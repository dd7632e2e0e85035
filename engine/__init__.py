"""The heart: ledger, prices and biases. Pure: it is told the time, the prices and the randomness."""
