"""The seven compatibility levels, as sets of what they guarantee."""


def strictness(level: str) -> frozenset[str]:
    """What a level guarantees; one that guarantees at least the same is a superset."""
    name, _, transitive = level.partition("_")
    guaranteed = {
        "BACKWARD": {"new readers read old data"},
        "FORWARD": {"old readers read new data"},
        "FULL": {"new readers read old data", "old readers read new data"},
    }.get(name, set())
    return frozenset(guaranteed | ({"of every version"} if transitive else set()))
