"""An attribute followed through the methods of its class, as a local name is through its function."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autoawait.dataflow.uses import Use
from autoawait.dataflow.value_uses import uses_of
from autoawait.project.bindings import positional
from autoawait.project.index import Function, Index, Unit


def attribute_uses(index: Index, method: Function, name: str) -> list[Use]:
    """What the methods of the class around ``method`` do with ``self.<name>`` where they read it."""
    return [use for _, use in attribute_uses_in_units(index, method, name)]


def attribute_uses_in_units(index: Index, method: Function, name: str) -> list[tuple[Unit, Use]]:
    """The same, each use with the code that it stands in."""
    return [
        (other.unit, use)
        for other in _methods(index, method)
        for node in other.unit.nodes
        if isinstance(node, ast.Attribute) and node.attr == name and isinstance(node.ctx, ast.Load)
        if isinstance(node.value, ast.Name) and node.value.id == self_name(other)
        for use in uses_of(other.unit, node).uses
    ]


def _methods(index: Index, method: Function) -> Iterator[Function]:
    module = index.module(method.file.path)
    return (f for f in (module.functions if module else ()) if f.owner is method.owner)


def self_name(method: Function) -> str:
    """The name of the first parameter of a method, empty if it has none."""
    parameters = positional(method.node)
    return parameters[0].arg if parameters else ""
