"""The commands `todo contracts …`: what they take, what they print, how they exit.

The pipeline is imported when a command runs: every other `todo` command must start without its cost, and
where the extra `contracts` isn't installed.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from todo_contracts.layout import Layout, find_root
from todo_contracts.problems import ContractError, Problem


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `contracts` and its commands to the `todo` command line; each sets `run(options) -> exit code`."""
    parser = subparsers.add_parser("contracts", help="generate from, check and register the contracts")
    add_commands(parser.add_subparsers(dest="contracts_command", required=True, metavar="COMMAND"))


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands of the contract pipeline."""
    generate = _add(commands, "generate", "bring gen/ up to date", _generate)
    generate.add_argument("--check", action="store_true", help="only say what is out of date")
    _add(commands, "check", "say everything that is wrong with the contracts", _check)
    matrix = _add(commands, "matrix", "try every reader on what every writer writes", _matrix)
    matrix.add_argument("--examples", type=int, default=25, metavar="N", help="random messages a cell (default 25)")
    matrix.add_argument("--only", default="", metavar="TEXT", help="contracts whose name holds this text")
    matrix.add_argument("--json", action="store_true", help="for programs")
    difference = _add(commands, "diff", "say what changed in the contracts since a commit", _diff)
    difference.add_argument("--against", metavar="REF", help="a commit (default: the newest publication)")
    difference.add_argument("--json", action="store_true", help="for programs")
    _add(commands, "publish", "freeze every draft, one way", _publish)
    docs = _add(commands, "docs", "bring docs/reference up to date: AsyncAPI, OpenAPI and a page for people", _docs)
    docs.add_argument("--check", action="store_true", help="only say what is out of date")
    registration = _add(commands, "register", "put the event schemas into a schema registry", _register)
    registration.add_argument("--registry", required=True, metavar="URL", help="base address of its API")
    registration.add_argument("--dry-run", action="store_true", help="only say what would be done")
    registration.add_argument("--allow-drafts", action="store_true", help="also versions that aren't published")


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    summary: str,
    run: Callable[[argparse.Namespace, Layout], int],
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=summary, description=summary.capitalize() + ".")
    parser.add_argument("--root", type=Path, metavar="FOLDER", help="the repository (default: around this folder)")
    parser.set_defaults(run=lambda options: _guarded(run, options))
    return parser


def _guarded(run: Callable[[argparse.Namespace, Layout], int], options: argparse.Namespace) -> int:
    try:
        return run(options, Layout((options.root or find_root(Path.cwd())).resolve()))
    except ContractError as error:
        return _refuse(error.problems)
    except (FileNotFoundError, ConnectionError) as error:
        print(error, file=sys.stderr)
        return 2


def _generate(options: argparse.Namespace, layout: Layout) -> int:
    from todo_contracts.generate import pipeline  # noqa: PLC0415 (see the module's docstring)

    started = time.monotonic()
    if options.check:
        return _refuse(pipeline.stale(layout))
    changed = pipeline.generate(layout)
    print(f"{changed} generated files changed ({time.monotonic() - started:.1f} s)")
    return 0


def _check(_: argparse.Namespace, layout: Layout) -> int:
    from todo_contracts.check.everything import check  # noqa: PLC0415 (see the module's docstring)

    started = time.monotonic()
    if refused := _refuse(check(layout)):
        return refused
    print(f"contracts are in order ({time.monotonic() - started:.1f} s)")
    return 0


def _matrix(options: argparse.Namespace, layout: Layout) -> int:
    from todo_contracts.matrix.run import run  # noqa: PLC0415 (see the module's docstring)

    report = run(layout, count=options.examples, only=options.only)
    print(report.json() if options.json else report)
    return 1 if report.failures else 0


def _diff(options: argparse.Namespace, layout: Layout) -> int:
    from todo_contracts.diff import diff  # noqa: PLC0415 (see the module's docstring)

    difference = diff(layout, options.against)
    print(difference.json() if options.json else difference)
    return 0


def _publish(_: argparse.Namespace, layout: Layout) -> int:
    from todo_contracts.publish import publish  # noqa: PLC0415 (see the module's docstring)

    print(publish(layout))
    return 0


def _docs(options: argparse.Namespace, layout: Layout) -> int:
    from todo_contracts.docs import write  # noqa: PLC0415 (see the module's docstring)

    if options.check:
        return _refuse(write.stale(layout))
    print(f"{write.write(layout)} documents changed in {layout.name(layout.reference)}")
    return 0


def _register(options: argparse.Namespace, layout: Layout) -> int:
    from todo_contracts.register import register as register_schemas  # noqa: PLC0415 (see the module's docstring)

    settings: dict[str, Any] = {"allow_drafts": options.allow_drafts, "dry_run": options.dry_run}
    report = register_schemas(layout.root, options.registry, **settings)
    print(report)
    return 0


def _refuse(problems: Iterable[Problem]) -> int:
    found = sorted(set(problems))
    for problem in found:
        print(problem, file=sys.stderr)
    if found:
        print(f"{len(found)} problem{'s' if len(found) > 1 else ''}", file=sys.stderr)
    return 1 if found else 0
