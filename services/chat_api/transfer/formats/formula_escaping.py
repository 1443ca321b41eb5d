"""Cells of CSV files, which spreadsheets open: nothing in them is to be taken for a formula.

A cell that a spreadsheet would calculate gets an apostrophe in front, as OWASP says ("CSV Injection"); reading takes
it off again. Both are exact inverses: a cell that has apostrophes before such a beginning gets one more.
"""

import re

_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_QUOTED = re.compile("'+[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def guarded(cell: str) -> str:
    """A cell as it is written."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """A cell as it was before it was written."""
    return cell[1:] if _QUOTED.match(cell) else cell
