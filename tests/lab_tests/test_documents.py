"""What the lab keeps on disk is read back as what it was, and nothing else is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lab.clean import Cleanliness
from tests.lab.documents import DocumentError, from_document, from_text, text_of, to_document
from tests.lab.restore import Trial
from tests.lab.speed import Timing


class Colour(Enum):
    RED = "red"
    BLUE = 2


class Word(str, Enum):
    ONE = "one"


@dataclass(frozen=True, slots=True)
class Leaf:
    name: str
    number: int
    share: float
    is_green: bool
    path: Path
    colour: Colour = Colour.RED
    word: Word = Word.ONE


@dataclass(frozen=True, slots=True)
class Other:
    text: str


@dataclass(frozen=True, slots=True)
class Tree:
    leaves: tuple[Leaf, ...]
    pair: tuple[str, int]
    counts: dict[str, tuple[int, int]]
    words: list[str]
    maybe: Leaf | None
    lines: frozenset[tuple[Path, int]]
    cells: tuple[str | int | float | bool | None, ...]
    either: Leaf | Other


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
PATHS = st.lists(st.sampled_from(["a", "b.py", "ü", ".."]), min_size=1).map(lambda parts: Path(*parts))
NUMBERS = st.floats(allow_nan=False)
LEAVES = st.builds(
    Leaf, TEXTS, st.integers(), NUMBERS, st.booleans(), PATHS, st.sampled_from(Colour), st.sampled_from(Word)
)
TREES = st.builds(
    Tree,
    st.lists(LEAVES, max_size=3).map(tuple),
    st.tuples(TEXTS, st.integers()),
    st.dictionaries(TEXTS, st.tuples(st.integers(), st.integers()), max_size=3),
    st.lists(TEXTS, max_size=3),
    st.none() | LEAVES,
    st.frozensets(st.tuples(PATHS, st.integers()), max_size=3),
    st.lists(st.none() | TEXTS | st.integers() | NUMBERS | st.booleans(), max_size=4).map(tuple),
    LEAVES | st.builds(Other, TEXTS),
)


@given(TREES)
def test_what_is_written_is_read_back(tree: Tree) -> None:
    again = from_text(Tree, text_of(tree))
    assert again == tree
    assert list(map(type, again.cells)) == list(map(type, tree.cells))
    assert text_of(again) == text_of(tree)


@pytest.mark.parametrize("cls", [Trial, Cleanliness, Timing])
@given(data=st.data())
def test_results_of_the_lab_are_read_back(cls: type, data: st.DataObject) -> None:
    st.register_type_strategy(Path, PATHS)
    st.register_type_strategy(float, NUMBERS)
    result = data.draw(st.from_type(cls))
    assert from_text(cls, text_of(result)) == result


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=3), lambda inner: st.lists(inner)))
def test_a_foreign_document_is_refused(document: object) -> None:
    with pytest.raises(DocumentError):
        from_document(Leaf, document)


LEAF: Mapping[str, object] = {
    "name": "x", "number": 1, "share": 0.5, "is_green": True, "path": "a/b.py", "colour": "red", "word": "one"
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"number": "1"}, "document.number is not int: '1'"),
        ({"number": True}, "document.number is not int: True"),
        ({"number": 1.0}, "document.number is not int: 1.0"),
        ({"share": True}, "document.share is not a number: True"),
        ({"is_green": 1}, "document.is_green is not bool: 1"),
        ({"path": 1}, "document.path is not a path: 1"),
        ({"colour": "green"}, "document.colour is no Colour: 'green'"),
        ({"name": None}, "document.name is not str: None"),
        ({"more": 1}, "document has not the fields of Leaf"),
    ],
)
def test_a_wrong_field_is_named(change: Mapping[str, object], message: str) -> None:
    assert from_document(Leaf, LEAF) == Leaf("x", 1, 0.5, True, Path("a/b.py"))
    with pytest.raises(DocumentError, match=message):
        from_document(Leaf, {**LEAF, **change})


def test_a_missing_field_is_refused_even_if_it_has_a_default() -> None:
    with pytest.raises(DocumentError, match="has not the fields of Leaf"):
        from_document(Leaf, {name: value for name, value in LEAF.items() if name != "colour"})


@pytest.mark.parametrize(
    ("hint", "value"),
    [
        (tuple[int, str], [1]),
        (tuple[int, ...], {"0": 1}),
        (dict[str, int], [1]),
        (int | None, "1"),
        (Sequence[int], [1, "2"]),
    ],
)
def test_a_wrong_shape_is_refused(hint: Any, value: object) -> None:  # noqa: ANN401 - a type
    with pytest.raises(DocumentError, match="document"):
        from_document(hint, value)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"name": 1} x', "\x00"])
def test_a_text_that_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(DocumentError):
        from_text(Leaf, text)


@pytest.mark.parametrize("value", [object(), 1j, b"bytes", {1: 2}, {Word.ONE: 1}, Leaf])
def test_what_could_not_be_read_back_is_not_written(value: object) -> None:
    with pytest.raises(DocumentError):
        to_document(value)


def test_a_type_that_is_not_supported_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError, match="complex"):
        from_document(complex, [1])


def test_sets_are_written_in_one_order() -> None:
    assert json.loads(text_of({"b": frozenset({3, 1, 2}), "a": Path("x") / "y"})) == {"b": [1, 2, 3], "a": "x/y"}
