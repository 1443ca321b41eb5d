"""Where the nodes of an OKE pool go: an entry for each availability domain, as `oci ce node-pool create` takes it."""

import json
import os
import sys


def placements(domains: str, subnet: str) -> str:
    """`domains` is the JSON list of names that the CLI printed; anything else (a dry run) becomes one entry."""
    try:
        names = json.loads(domains)
    except ValueError:
        names = [domains]
    return json.dumps([{"availabilityDomain": name, "subnetId": subnet} for name in names])


if __name__ == "__main__":
    sys.stdout.write(placements(os.environ["DOMAINS"], os.environ["SUBNET"]))
