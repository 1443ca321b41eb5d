"""Who vouches for people: the service that signs them in."""

from typing import Final

PERSON_ISSUER: Final = "chat_api"
"""The only service whose signature makes a token that of a person."""
