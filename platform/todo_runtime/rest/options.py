"""Options of methods and fields, read by name in the pool that their descriptor lies in.

Promises: needs no generated module, so a contract can be described before anything is generated from it, and an
option means what the files beside it say, not what this installation was built with.
"""

from typing import Any

from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

HTTP = "google.api.http"
PUBLIC = "todo.options.v1.public"
OPERATOR = "todo.options.v1.operator"
INTERNAL = "todo.options.v1.internal"
FIELD_RULES = "buf.validate.field"
FIELD_BEHAVIOR = "google.api.field_behavior"


def option(descriptor: MethodDescriptor | FieldDescriptor, extension: str) -> Any:
    """The value of an option; its default where it isn't set, None where the pool doesn't know it."""
    pool = _file_of(descriptor).pool
    try:
        found = pool.FindExtensionByName(extension)
    except KeyError:
        return None
    return _options(descriptor).Extensions[found]


def has_option(descriptor: MethodDescriptor | FieldDescriptor, extension: str) -> bool:
    """Whether an option that isn't a list is set."""
    try:
        found = _file_of(descriptor).pool.FindExtensionByName(extension)
    except KeyError:
        return False
    return bool(_options(descriptor).HasExtension(found))


def _options(descriptor: MethodDescriptor | FieldDescriptor) -> Any:
    """Parsed anew: GetOptions knows only the extensions of the default pool."""
    known: Message = descriptor.GetOptions()
    kind = GetMessageClass(_file_of(descriptor).pool.FindMessageTypeByName(known.DESCRIPTOR.full_name))
    return kind.FromString(known.SerializeToString())


def _file_of(descriptor: MethodDescriptor | FieldDescriptor) -> Any:
    around: Any = (
        descriptor.containing_service if isinstance(descriptor, MethodDescriptor) else descriptor.containing_type
    )
    return around.file
