"""The claim values that the issuer and the verifier of tokens share."""

from typing import Final

ALGORITHM: Final = "EdDSA"
AUDIENCE: Final = "todo"
PERSON: Final = "at+jwt"
"""`typ` of a person's access token (RFC 9068)."""
SERVICE: Final = "svc+jwt"
"""`typ` of a service's token."""
