"""What stands around an expression, gathered on the way down to it."""

from __future__ import annotations

import re

import libcst as cst

from autoawait.edits.rewrite.node_positions import NodePositions
from autoawait.edits.rewrite.shapes import Position
from autoawait.project.source import SourceFile, Span

_LINE_END = re.compile(rb"[\r\n]")
_WITH_VALUE = (cst.Assign, cst.AnnAssign, cst.AugAssign, cst.Expr, cst.Return, cst.Index, cst.Element, cst.Arg)


class Surroundings:
    """Told of every node of a module as it is entered and left."""

    def __init__(self, source: SourceFile, positions: NodePositions) -> None:
        self._source = source
        self._positions = positions
        self._objects: set[cst.CSTNode] = set()
        self._open: set[cst.CSTNode | None] = set()
        self._annotations: set[cst.CSTNode] = set()
        self._strings = 0

    def enter(self, node: cst.CSTNode) -> None:
        """Remember what the node says of its children."""
        if isinstance(node, cst.Attribute | cst.Subscript):
            self._objects.add(node.value)
        elif isinstance(node, cst.Call):
            self._objects.add(node.func)
        elif isinstance(node, cst.Await):
            self._objects.add(node.expression)
        elif isinstance(node, cst.FormattedString):
            self._strings += 1
        elif isinstance(node, cst.Annotation):
            self._annotations.add(node.annotation)
            self._open.add(node.annotation)
        elif isinstance(node, cst.Param):
            self._open.add(node.default)
        elif isinstance(node, cst.Decorator):
            self._open.add(node.decorator)
        elif isinstance(node, _WITH_VALUE) and not (isinstance(node, cst.Arg) and node.star):
            self._open.add(node.value)

    def leave(self, node: cst.CSTNode) -> None:
        """Forget what holds inside of the node only."""
        if isinstance(node, cst.FormattedString):
            self._strings -= 1

    def place(self, node: cst.BaseExpression) -> Position:
        """What surrounds an expression that was entered."""
        body, span, outer = self._source.body, self._positions.span(node), self._positions.outer_span(node)
        before, after = body[outer.start - 1 : outer.start], body[outer.end : outer.end + 1]
        return Position(
            is_object=node in self._objects,
            is_open=node in self._open,
            is_annotation=node in self._annotations,
            touches_word=_is_in_word(before) or _is_in_word(after),
            in_string=self._strings > 0,
            after_brace=before == b"{",
            is_broken=goes_over_lines(self._source, span),
        )


def goes_over_lines(source: SourceFile, span: Span) -> bool:
    """Whether there is a line end in a span."""
    return bool(_LINE_END.search(source.body, span.start, span.end))


def _is_in_word(byte: bytes) -> bool:
    return byte == b"_" or byte.isalnum() or byte >= b"\x80"
