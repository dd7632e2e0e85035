"""What is known about markets: instruments, trading sessions, prices made ready for use."""
