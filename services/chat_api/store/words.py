"""Words that somebody looks for, as PostgreSQL's full-text search takes them."""


def tsquery(words: str) -> str:
    """All words, the last one as a beginning; quoted, so that nothing in them is an operator."""
    quoted = ["'" + word.replace("\\", "\\\\").replace("'", "''") + "'" for word in words.split()]
    return " & ".join([*quoted[:-1], f"{quoted[-1]}:*"])
