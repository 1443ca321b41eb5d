"""What clients receive, as JSON: changes and notices, encoded once for all of them."""
