"""What became of trades, by what people said of them: statistics of notes, nothing else."""
