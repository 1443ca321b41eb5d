"""Makes an operator of a person for a while: reads the access token of their session, prints one with the role.

    .venv/bin/python scripts/operator-token.py --key SECRETS/chat_api/signing-key < token

Whoever can read chat_api's signing key may do this, nobody else: the role is not kept in any database. The token names
the person, so that what they do stands under their name, and ends with their session, after `--minutes` at the latest.
"""

import argparse
import sys
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import jwt
from todo_runtime.auth import OPERATOR, TokenIssuer

LONGEST_MINUTES = 60


def main() -> None:
    """Prints the token."""
    parser = argparse.ArgumentParser(description="An operator's token from a person's, for a while.")
    parser.add_argument("--key", type=Path, required=True, metavar="FILE", help="chat_api's signing key")
    parser.add_argument("--minutes", type=int, choices=range(1, LONGEST_MINUTES + 1), default=15, metavar="1-60")
    given = parser.parse_args()
    # What is in it is only repeated; the services check the new token's signature, and whether the session still is.
    claims = jwt.decode(sys.stdin.read().strip(), options={"verify_signature": False})
    issuer = TokenIssuer("chat_api", given.key.read_text())
    lifetime = timedelta(minutes=given.minutes)
    print(issuer.person(UUID(claims["sub"]), UUID(claims["sid"]), claims["gen"], lifetime, role=OPERATOR))


if __name__ == "__main__":
    main()
