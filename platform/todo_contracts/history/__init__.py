"""What was published stays as it was: the history of main as the witness."""
