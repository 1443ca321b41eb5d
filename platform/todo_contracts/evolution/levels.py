"""The seven compatibility levels, as sets of what they promise."""


def strictness(level: str) -> frozenset[str]:
    """What a level promises; one that promises at least the same is a superset."""
    name, _, transitive = level.partition("_")
    promised = {
        "BACKWARD": {"new readers read old data"},
        "FORWARD": {"old readers read new data"},
        "FULL": {"new readers read old data", "old readers read new data"},
    }.get(name, set())
    return frozenset(promised | ({"of every version"} if transitive else set()))
