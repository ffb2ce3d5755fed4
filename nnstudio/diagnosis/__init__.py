"""What is wrong: pure functions from evidence to findings."""
