"""What clients receive: changes and notices, encoded once for all of them."""
