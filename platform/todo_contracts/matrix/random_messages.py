"""Hypothesis strategies for protobuf messages of any class, with legal values in well-known types."""

from collections.abc import Mapping
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from hypothesis import strategies as st

_DEEPEST = 3
_MOST = 2
_TIMES = st.integers(-62_135_596_800, 253_402_300_799)
_NANOS = st.integers(0, 999_999).map(lambda micros: micros * 1_000)
_WORDS = st.text(alphabet="abcdefghij", min_size=1, max_size=8)
_JSON = st.one_of(st.booleans(), st.text(max_size=5), st.floats(allow_nan=False, allow_infinity=False))
_WELL_KNOWN: Mapping[str, st.SearchStrategy[dict[str, Any]]] = {
    "google.protobuf.Timestamp": st.fixed_dictionaries({"seconds": _TIMES, "nanos": _NANOS}),
    "google.protobuf.Duration": st.fixed_dictionaries({"seconds": st.integers(0, 10**9), "nanos": _NANOS}),
    "google.protobuf.FieldMask": st.fixed_dictionaries({"paths": st.lists(_WORDS, max_size=_MOST)}),
}
_INT32, _INT64 = st.integers(-(2**31), 2**31 - 1), st.integers(-(2**63), 2**63 - 1)
_UINT32, _UINT64 = st.integers(0, 2**32 - 1), st.integers(0, 2**64 - 1)
_SCALARS: Mapping[int, st.SearchStrategy[Any]] = {
    FieldDescriptor.CPPTYPE_BOOL: st.booleans(),
    FieldDescriptor.CPPTYPE_INT32: _INT32,
    FieldDescriptor.CPPTYPE_INT64: _INT64,
    FieldDescriptor.CPPTYPE_UINT32: _UINT32,
    FieldDescriptor.CPPTYPE_UINT64: _UINT64,
    FieldDescriptor.CPPTYPE_FLOAT: st.floats(width=32, allow_nan=False, allow_infinity=False),
    FieldDescriptor.CPPTYPE_DOUBLE: st.floats(allow_nan=False, allow_infinity=False),
}


def random_messages(descriptor: Descriptor) -> st.SearchStrategy[Message]:
    """Messages with any of their fields set."""
    kind = GetMessageClass(descriptor)
    return _message(descriptor, 0).map(lambda values: _filled(kind(), values))


def _message(descriptor: Descriptor, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    if descriptor.full_name in _WELL_KNOWN:
        return _WELL_KNOWN[descriptor.full_name]
    if descriptor.full_name == "google.protobuf.Struct":
        return st.dictionaries(_WORDS, _JSON, max_size=_MOST).map(lambda values: {"": values})
    fields = {one.name: _field(one, depth) for one in descriptor.fields if depth < _DEEPEST or not _nested(one)}
    return st.fixed_dictionaries({}, optional=fields)


def _nested(one: FieldDescriptor) -> bool:
    return one.message_type is not None


def _field(one: FieldDescriptor, depth: int) -> st.SearchStrategy[Any]:
    if one.message_type is not None and one.message_type.GetOptions().map_entry:
        entry = one.message_type.fields_by_name
        return st.dictionaries(_value(entry["key"], depth), _value(entry["value"], depth), max_size=_MOST)
    values = _value(one, depth)
    return st.lists(values, max_size=_MOST) if one.is_repeated else values


def _value(one: FieldDescriptor, depth: int) -> st.SearchStrategy[Any]:
    if one.message_type is not None:
        return _message(one.message_type, depth + 1)
    if one.enum_type is not None:
        return st.sampled_from([value.number for value in one.enum_type.values])
    if one.cpp_type == FieldDescriptor.CPPTYPE_STRING:
        return st.binary(max_size=8) if one.type == FieldDescriptor.TYPE_BYTES else st.text(max_size=8)
    return _SCALARS[one.cpp_type]


def _filled(message: Message, values: Mapping[str, Any]) -> Message:
    if message.DESCRIPTOR.full_name == "google.protobuf.Struct":
        message.update(values[""])  # type: ignore[attr-defined]
        return message
    for name, value in values.items():
        _fill(message, name, value)
    return message


def _fill(message: Message, name: str, value: Any) -> None:
    one = message.DESCRIPTOR.fields_by_name[name]
    if one.message_type is None:
        _set(message, name, value, repeated=one.is_repeated)
    elif one.message_type.GetOptions().map_entry:
        nested = one.message_type.fields_by_name["value"].message_type is not None
        _fill_map(getattr(message, name), value, nested=nested)
    elif one.is_repeated:
        for item in value:
            _filled(getattr(message, name).add(), item)
    else:
        target = getattr(message, name)
        target.SetInParent()
        _filled(target, value)


def _fill_map(target: Any, items: Mapping[Any, Any], *, nested: bool) -> None:
    for key, item in items.items():
        if nested:
            _filled(target[key], item)
        else:
            target[key] = item


def _set(message: Message, name: str, value: Any, *, repeated: bool) -> None:
    if repeated:
        getattr(message, name).extend(value)
    else:
        setattr(message, name, value)
