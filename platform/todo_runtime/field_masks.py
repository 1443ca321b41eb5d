"""Update masks: which fields of a resource a request changes (AIP-134, AIP-161)."""

from collections.abc import Callable, Collection
from functools import cache

from google.api import field_behavior_pb2
from google.protobuf.descriptor import Descriptor
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

from todo_runtime.errors import InvalidArgument


def masked_fields(
    mask: FieldMask, resource: Message, changeable: Collection[str], is_set: Callable[[str], bool] | None = None
) -> set[str]:
    """The fields to change: those that the mask names, all for `*`, those that are set where there is no mask.

    What only the server sets is left out, so that the mask of a read does for a write. Which fields are set is seen
    in the message, unless `is_set` says it. Raises InvalidArgument for a path that is not among the changeable fields.
    """
    paths = list(mask.paths)
    if not paths:
        is_set = is_set or {field.name for field, _ in resource.ListFields()}.__contains__
        return {name for name in changeable if is_set(name)}
    if paths == ["*"]:
        return set(changeable)
    named = set(paths) - _set_by_the_server(resource.DESCRIPTOR)
    for path in paths:
        if path in named and path not in changeable:
            text = f"The update mask names {path[:80]!r}: it can name {', '.join(sorted(changeable))} or *."
            raise InvalidArgument.at("update_mask", text)
    return named


@cache
def _set_by_the_server(resource: Descriptor) -> frozenset[str]:
    """The fields of a resource that identify it, or that the server alone sets."""
    own = {field_behavior_pb2.OUTPUT_ONLY, field_behavior_pb2.IDENTIFIER}
    marked = {
        field.name
        for field in resource.fields
        if own & set(field.GetOptions().Extensions[field_behavior_pb2.field_behavior])
    }
    return frozenset(marked | {"etag"})
