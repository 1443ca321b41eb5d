"""The HTTP edge: a REST gateway derived from the contracts, its OpenAPI document, and the web page."""
