"""Chat: a message is understood, carried out and answered."""
