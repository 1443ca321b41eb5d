"""Cells of CSV files, which spreadsheets open: no cell may be evaluated as a formula.

A cell that a spreadsheet would evaluate is prefixed with an apostrophe, as OWASP advises ("CSV Injection"); reading
removes it. The two are exact inverses: a cell that already has apostrophes before a formula gets one more.
"""

import re

_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_ESCAPED = re.compile("'+[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def escaped(cell: str) -> str:
    """The text to write for a cell."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unescaped(cell: str) -> str:
    """The cell of a text that was written."""
    return cell[1:] if _ESCAPED.match(cell) else cell
