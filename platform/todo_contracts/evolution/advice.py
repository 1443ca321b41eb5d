"""For each rule a legal way to what its breaker probably wanted, with the order of the rollout."""

from collections.abc import Mapping

from todo_contracts.catalogue import Topic

_BESIDE = (
    "leave it as it is and add a field with a default beside it; roll out producers first (they fill both), then "
    "consumers, and stop filling the old one in a later version"
)
_AVRO: Mapping[str, str] = {
    "READER_FIELD_MISSING_DEFAULT_VALUE": (
        "give every field that comes or goes a default: producers and consumers can then be rolled out in any order"
    ),
    "FIELD_ADDED_WITHOUT_DEFAULT": "give the field a default: producers and consumers then go in any order",
    "FIELD_REMOVED_WITHOUT_DEFAULT": (
        "keep the field: one without a default stays for ever; consumers stop using it first, then producers write "
        "an empty value"
    ),
    "TYPE_MISMATCH": _BESIDE,
    "STRING_BYTES_SWAPPED": _BESIDE,
    "LOGICAL_TYPE_CHANGED": _BESIDE,
    "FIXED_SIZE_MISMATCH": _BESIDE,
    "MISSING_UNION_BRANCH": _BESIDE,
    "NAME_MISMATCH": "keep the name; a new meaning is a new record type, listed in the catalogue: consumers first",
    "TYPE_RENAMED": "keep the name and the namespace; a new meaning is a new type: consumers first",
    "MISSING_ENUM_SYMBOLS": "keep the symbol, and give the enum a default before it grows: consumers first",
    "ENUM_SYMBOL_REMOVED": "keep the symbol and stop writing it: producers first; events of before still hold it",
    "ENUM_DEFAULT_CHANGED": "keep the default symbol: readers of every version must take the same one",
    "UNION_REORDERED": 'keep the order, with "null" first: a default belongs to the first branch',
    "DEFAULT_DROPPED": "restore the default: readers of older events need it, and without it the field can never go",
    "DEFAULT_CHANGED": "restore the default: the same bytes must not mean two things; producers write the new value",
}
_ELEMENT = "keep it and mark it `deprecated = true`; for good it goes in a v2 package: servers first, then clients"
_NEW_FIELD = "keep the field and add another with a new number: servers first (they fill both), then clients"
_NEW_METHOD = "keep the method and add another beside it: servers first, then clients"
_PROTO: Mapping[str, str] = {
    "FIELD_SAME_NAME": "keep the name: JSON and generated code use it, and a number is never used again",
    "FIELD_SAME_JSON_NAME": "keep the JSON name: REST clients use it",
    "ENUM_VALUE_SAME_NAME": "keep the name and the number together; add a value with a new number: clients first",
    "ENUM_VALUE_NO_DELETE": "keep the value and stop sending it: servers first",
    "HTTP_SAME_RULE": "keep the route; add the new one under additional_bindings: servers first, then clients",
    "AUDIENCE_SAME": "keep who may call it; add a method for the others: servers first, then clients",
    "CONSTRAINT_NOT_TIGHTENED": (
        "keep accepting what was accepted; a stricter field is a new one with a new number: servers first"
    ),
    "NEW_FIELD_OPTIONAL": "let its absence be legal, with the old behaviour: servers first, then clients",
    "REQUIRED_SAME": "keep it optional: a request of before must stay legal; servers first",
}


def for_avro(rule: str) -> str:
    """A legal way around a broken rule about events."""
    return _AVRO[rule]


def for_proto(rule: str) -> str:
    """A legal way around a broken rule about calls."""
    if rule in _PROTO:
        return _PROTO[rule]
    if rule.startswith("RPC_SAME_"):
        return _NEW_METHOD
    return _NEW_FIELD if rule.startswith("FIELD_SAME_") else _ELEMENT


def rollout(topic: Topic) -> str:
    """Who is rolled out first for a legal new version, as the topic's level allows."""
    level = topic.compatibility.partition("_")[0]
    return {
        "FULL": "producers and consumers in any order",
        "BACKWARD": "consumers first, then producers",
        "FORWARD": "producers first, then consumers",
        "NONE": "producers and consumers together: nothing is guaranteed",
    }[level]
