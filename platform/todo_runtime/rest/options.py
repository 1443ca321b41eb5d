"""Options of methods and fields, read by name from the descriptor pool of their descriptor.

Guarantees: needs no generated module, so a contract can be documented before code is generated from it; options are
interpreted by the files in the same pool, not by those that this installation was built with.
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
    """The value of an option; its default if it isn't set, None if the pool doesn't contain it."""
    pool = _file_of(descriptor).pool
    try:
        field = pool.FindExtensionByName(extension)
    except KeyError:
        return None
    return _options(descriptor).Extensions[field]


def has_option(descriptor: MethodDescriptor | FieldDescriptor, extension: str) -> bool:
    """Whether an option is set; only for options that aren't lists."""
    try:
        field = _file_of(descriptor).pool.FindExtensionByName(extension)
    except KeyError:
        return False
    return bool(_options(descriptor).HasExtension(field))


def _options(descriptor: MethodDescriptor | FieldDescriptor) -> Any:
    """The options, parsed again: GetOptions knows only the extensions of the default pool."""
    known: Message = descriptor.GetOptions()
    kind = GetMessageClass(_file_of(descriptor).pool.FindMessageTypeByName(known.DESCRIPTOR.full_name))
    return kind.FromString(known.SerializeToString())


def _file_of(descriptor: MethodDescriptor | FieldDescriptor) -> Any:
    container: Any = (
        descriptor.containing_service if isinstance(descriptor, MethodDescriptor) else descriptor.containing_type
    )
    return container.file
