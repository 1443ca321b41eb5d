"""Comments of a contract as Python docstrings, and the templates that they are put into."""

from pathlib import Path

import jinja2

_TEMPLATES = Path(__file__).parent / "templates"


def environment() -> jinja2.Environment:
    """The templates beside this module; an undefined name is an error."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 (Python is written, not HTML)
    )
    made.filters["docstring"] = docstring
    return made


def docstring(comment: str, indent: int = 4) -> str:
    """A comment as a docstring literal whose later lines are indented by so many spaces."""
    text = comment.strip().replace("\\", "\\\\").replace('"""', "'''")
    lines = [line.strip() for line in text.splitlines()]
    if text.endswith('"'):
        lines[-1] += " "
    if len(lines) > 1:
        lines.append("")
    pad = "\n" + " " * indent
    return '"""' + "\n".join(lines).replace("\n", pad).replace(pad + "\n", "\n\n") + '"""'
