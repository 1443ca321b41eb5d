"""Rules for the .proto files: buf's, and those that buf doesn't know."""

import re
from collections.abc import Iterator

import yaml

from todo_contracts.buf import complaints, run_buf
from todo_contracts.descriptors import Contracts, Method, Service
from todo_contracts.layout import Layout
from todo_contracts.problems import Problem

_COMMENTED = ("service", "method", "message", "field", "enum", "enum value")
_DIFF_HEADER = re.compile(r"^\+\+\+ (\S+)", re.MULTILINE)


def buf_problems(layout: Layout) -> Iterator[Problem]:
    """What `buf lint` and `buf format` say about proto/."""
    lint = run_buf(layout, "lint", "--error-format=json")
    if lint.returncode:
        yield from complaints(lint, "see the rule in buf's documentation")
    form = run_buf(layout, "format", "--diff", "--exit-code", layout.name(layout.proto))
    if form.returncode:
        for file in _DIFF_HEADER.findall(form.stdout):
            yield Problem(file, "is not laid out as buf lays it out", "run `buf format -w`")


def setting_problems(layout: Layout) -> Iterator[Problem]:
    """Settings of buf.yaml that would let a breaking change through: there is no exception, a break is a v2."""
    text = (layout.root / "buf.yaml").read_text()
    settings = yaml.safe_load(text) or {}
    breaking = settings.get("breaking") or {}
    if breaking.get("use") != ["FILE"]:
        yield Problem("buf.yaml", "breaking doesn't use FILE", "set `use: [FILE]`")
    places = [("the repository", breaking), *((one["path"], one.get("breaking") or {}) for one in settings["modules"])]
    for where, rules in places:
        ignored = sorted(set(rules) - {"use"})
        if ignored and not str(where).startswith("third_party"):
            what = f"{where} ignores breaking changes ({', '.join(ignored)})"
            yield Problem("buf.yaml", what, "remove it; a break needs a v2 package")


def contract_problems(contracts: Contracts) -> Iterator[Problem]:
    """Missing comments and missing or contradictory options."""
    for element in contracts.elements():
        if element.kind in _COMMENTED and not element.comment:
            yield Problem(element.file, f"the {element.kind} {element.name} has no comment", "say what it means")
    for service in contracts.services.values():
        for method in service.methods:
            yield from _options(service, method)


def _options(service: Service, method: Method) -> Iterator[Problem]:
    where = f"{service.full_name}.{method.name}"
    closed = method.operator or method.internal
    if closed and method.http:
        yield Problem(service.file, f"{where} has an HTTP route but isn't for people", "remove google.api.http")
    if not closed and not method.http and not method.server_streaming and not method.client_streaming:
        remedy = "add google.api.http, or mark it as operator or internal"
        yield Problem(service.file, f"{where} has no HTTP route", remedy)
    if method.public + method.operator + method.internal > 1:
        yield Problem(service.file, f"{where} is marked for two audiences", "keep one of public, operator, internal")
    if method.http_get and method.request_id:
        yield Problem(service.file, f"{where} only reads but takes a request_id", "remove the field (AIP-155)")
