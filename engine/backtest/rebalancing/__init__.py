"""When weights are brought back: a file here is a rule that can be named."""
