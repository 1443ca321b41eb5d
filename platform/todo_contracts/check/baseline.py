"""The protobuf contracts against the published ones, proto/published.binpb: buf's verdict, in this project's words.

buf decides; what it can't see (routes, audiences, constraints) is decided here. Each refusal names the element,
the services on both sides and a legal way.
"""

from collections.abc import Iterator, Mapping

from todo_contracts.buf import complaints, run_buf
from todo_contracts.descriptors import Contracts
from todo_contracts.evolution.change import Verdict
from todo_contracts.evolution.proto_changes import proto_changes
from todo_contracts.evolution.proto_image import Image, published_files
from todo_contracts.layout import Layout
from todo_contracts.manifest import Manifest
from todo_contracts.problems import Problem


def baseline_problems(layout: Layout, contracts: Contracts, manifests: Mapping[str, Manifest]) -> Iterator[Problem]:
    """What would break somebody who holds the published contracts."""
    if not layout.published_protos.is_file():
        return
    file = layout.name(layout.published_protos)
    published = Image(published_files(layout.published_protos.read_bytes(), file))
    changes = proto_changes(published, Image(contracts.files), manifests)
    refused = [change for change in changes if change.verdict is not Verdict.LEGAL]
    yield from (change.problem() for change in refused)
    said = {(change.file, change.rule) for change in refused}
    for rule, problem in _buf_verdict(layout):
        if (problem.file.partition(":")[0], rule) not in said:
            yield problem


def _buf_verdict(layout: Layout) -> Iterator[tuple[str, Problem]]:
    against = layout.name(layout.published_protos)
    result = run_buf(layout, "breaking", layout.name(layout.proto), "--against", against, "--error-format=json")
    if result.returncode:
        for problem in complaints(result, "keep what is published; a break needs a v2 package"):
            yield problem.what.rpartition("(")[2].removesuffix(")"), problem
