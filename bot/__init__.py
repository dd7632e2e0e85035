"""The doors: every place where people talk to us, and the processes that serve them."""
