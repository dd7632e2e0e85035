"""What somebody may have meant, where no rule knows: a small model, learnt from phrase files."""
