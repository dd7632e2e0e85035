"""A person's own history, changed in one way: a file here is a change that can be named."""
