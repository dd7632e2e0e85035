"""The heart: ledger, prices, biases. Pure: it is told the time, the prices and the randomness."""
