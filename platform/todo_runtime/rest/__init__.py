"""REST as the contracts describe it: routes from google.api.http, and the OpenAPI document of them."""
