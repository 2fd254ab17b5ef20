"""Values as JSON and back again, by their types: what is kept on disk is read as what it was, or refused."""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Callable, Collection, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

_UNIONS = (Union, types.UnionType)
_PLAIN = (str, int, float, bool, type(None))


class DocumentError(ValueError):
    """A document is not what its reader was told to expect. The message says where."""


def to_document(value: object) -> object:
    """A value as what ``json`` can write: dataclasses as objects, paths and enums by their text, sets in order.

    Raises DocumentError for what could not be read back: an object of another type, a key that is no text.
    """
    if isinstance(value, Enum):  # before the plain types: an enum may be one of them as well
        return value.value
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, Path):
        return value.as_posix()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_document(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {_key(key): to_document(one) for key, one in value.items()}
    if isinstance(value, frozenset | set):
        return sorted((to_document(one) for one in value), key=json.dumps)
    if isinstance(value, list | tuple):
        return [to_document(one) for one in value]
    raise DocumentError(f"a {type(value).__name__} cannot be kept: {value!r}")


def from_document(cls: type[T], document: object) -> T:
    """The value of a type that ``to_document`` made this document of; DocumentError if it did not.

    ``cls`` is a dataclass or any type that its fields may have: a plain type, ``Path``, an enum, ``X | Y``,
    ``list``, ``dict[str, X]``, ``frozenset``, tuples of both kinds; a ``Sequence`` is read as a tuple and
    ``object`` as whatever the document has there.
    """
    result: T = _read(cls, document, "document")
    return result


def text_of(value: object) -> str:
    """A value as the text of a JSON file."""
    return json.dumps(to_document(value), indent=1, ensure_ascii=False) + "\n"


def from_text(cls: type[T], text: str) -> T:
    """The value whose text this is. Raises DocumentError for any other text."""
    try:
        return from_document(cls, json.loads(text))
    except (json.JSONDecodeError, RecursionError) as error:
        raise DocumentError(f"no JSON: {error}") from error


def _key(key: object) -> str:
    if not isinstance(key, str) or isinstance(key, Enum):
        raise DocumentError(f"a key is a text, not {key!r}")
    return key


def _read(hint: Any, document: object, place: str) -> Any:  # noqa: ANN401 - what comes out is what `hint` says
    origin = get_origin(hint) or hint
    if origin in _UNIONS:
        return _one_of(get_args(hint), document, place)
    if hint is object:
        return document
    if hint is float:
        return float(_checked(type(document) in (int, float), document, "a number", place))
    if hint in _PLAIN or hint is None:
        wanted = type(None) if hint is None else hint
        return _checked(type(document) is wanted, document, wanted.__name__, place)
    if dataclasses.is_dataclass(origin):
        return _dataclass(origin, document, place)
    if isinstance(origin, type) and issubclass(origin, Path):
        return origin(_checked(isinstance(document, str), document, "a path", place))
    if isinstance(origin, type) and issubclass(origin, Enum):
        return _member(origin, document, place)
    return _collection(origin, get_args(hint), document, place)


def _one_of(hints: Sequence[Any], document: object, place: str) -> object:
    # A number without a point is an int before it is a float, whatever the order of the union.
    for hint in sorted(hints, key=lambda hint: hint is not type(document)):
        try:
            return _read(hint, document, place)
        except DocumentError:
            continue
    raise DocumentError(f"{place} is none of {', '.join(map(str, hints))}: {_short(document)}")


def _dataclass(cls: Any, document: object, place: str) -> object:  # noqa: ANN401 - any dataclass
    hints = {field.name: hint for field, hint in _fields(cls)}
    if not isinstance(document, dict) or set(document) != set(hints):
        raise DocumentError(f"{place} has not the fields of {cls.__name__} ({', '.join(hints)}): {_short(document)}")
    return cls(**{name: _read(hint, document[name], f"{place}.{name}") for name, hint in hints.items()})


def _fields(cls: Any) -> list[tuple[dataclasses.Field[Any], Any]]:  # noqa: ANN401 - any dataclass
    hints = get_type_hints(cls)
    return [(field, hints[field.name]) for field in dataclasses.fields(cls)]


def _member(cls: type[Enum], document: object, place: str) -> Enum:
    for member in cls:
        if type(member.value) is type(document) and member.value == document:
            return member
    raise DocumentError(f"{place} is no {cls.__name__}: {_short(document)}")


_MAKERS: Mapping[Any, Callable[[Collection[Any]], object]] = {list: list, frozenset: frozenset, Sequence: tuple}


def _collection(origin: object, hints: tuple[Any, ...], document: object, place: str) -> object:
    if origin in (dict, Mapping):
        items = _checked(isinstance(document, dict), document, "an object", place).items()
        return {key: _read(hints[1], value, f"{place}.{key}") for key, value in items}
    items = _checked(isinstance(document, list), document, "a list", place)
    if origin is tuple and hints[-1:] != (...,):
        _checked(len(items) == len(hints), document, f"{len(hints)} values", place)
        pairs = zip(hints, items, strict=True)
        return tuple(_read(hint, item, f"{place}[{number}]") for number, (hint, item) in enumerate(pairs))
    maker = tuple if origin is tuple else _MAKERS.get(origin)
    if maker is None:
        raise TypeError(f"{place}: values of type {origin} are not kept")
    return maker([_read(hints[0], item, f"{place}[{number}]") for number, item in enumerate(items)])


def _checked(is_right: bool, document: Any, wanted: str, place: str) -> Any:  # noqa: ANN401 - handed through
    if not is_right:
        raise DocumentError(f"{place} is not {wanted}: {_short(document)}")
    return document


def _short(document: object) -> str:
    text = repr(document)
    return text if len(text) <= 60 else f"{text[:57]}..."
