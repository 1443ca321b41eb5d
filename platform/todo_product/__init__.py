"""What several services know of this product: who may do what, and what the records in events are called in the API."""
