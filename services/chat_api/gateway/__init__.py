"""The HTTP door: the REST gateway that is derived from the contracts, its OpenAPI document, and the web page."""
