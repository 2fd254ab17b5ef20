"""Where the nodes of a libcst tree are, and what stands around an expression."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper

from autoawait.project.source import SourceFile, Span
from autoawait.project.text_edits import PositionMap, TextEdit

_LINE_END = re.compile(rb"[\r\n]")
_WITH_VALUE = (cst.Assign, cst.AnnAssign, cst.AugAssign, cst.Expr, cst.Return, cst.Index, cst.Element, cst.Arg)


class NodePositions:
    """The byte spans of a module's nodes, moved by ``shift``, so that those of a chunk are offsets in its file.

    What is in the module by ``insertions`` is not in the file: it is at the offset where it came in.
    """

    def __init__(self, module: cst.Module, shift: int = 0, insertions: Sequence[TextEdit] = ()) -> None:
        self._shift = shift
        self._offsets = PositionMap(insertions)
        self._spans = MetadataWrapper(module, unsafe_skip_copy=True).resolve(ByteSpanPositionProvider)
        self._arguments: dict[cst.CSTNode, Span] = {}

    def span(self, node: cst.CSTNode) -> Span:
        """The node without the parentheses around it."""
        found = self._spans[node]
        start = self._shift + found.start
        return Span(self._offsets.back(start), self._offsets.back(start + found.length))

    def outer_span(self, node: cst.BaseExpression | cst.CompFor) -> Span:
        """The node with the parentheses around it; a clause with the space before it."""
        if isinstance(node, cst.CompFor) or not node.lpar:
            return self.span(node)
        return Span(self.span(node.lpar[0]).start, self.span(node.rpar[-1]).end)

    def ast_span(self, node: cst.BaseExpression) -> Span:
        """The span that ``ast`` gives: there, tuples and generator expressions own a pair of parentheses."""
        if isinstance(node, cst.Tuple | cst.GeneratorExp) and node.lpar:
            return Span(self.span(node.lpar[-1]).start, self.span(node.rpar[0]).end)
        return self._arguments.get(node) or self.span(node)

    def see(self, call: cst.Call) -> None:
        """Remember that in ``call(x for x in y)`` the generator expression owns the call's parentheses."""
        if len(call.args) == 1 and isinstance(call.args[0].value, cst.GeneratorExp):
            start = self.span(call.whitespace_before_args).start - 1
            self._arguments[call.args[0].value] = Span(start, self.span(call).end)


@dataclass(frozen=True, slots=True)
class Position:
    """What surrounds an expression: ``is_object`` of an attribute, subscript, call or await; ``is_open``,
    no operator next to it; ``is_annotation``, the whole of one; ``touches_word`` before or after it
    (``x=1if f()else 2``); ``in_string``, an f-string; ``after_brace`` of it; ``is_broken`` over several lines.
    """

    is_object: bool
    is_open: bool
    is_annotation: bool
    touches_word: bool
    in_string: bool
    after_brace: bool
    is_broken: bool


class Surroundings:
    """What stands around an expression, gathered on the way down to it: told of every node that is entered and left."""

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
        body, outer = self._source.body, self._positions.outer_span(node)
        before, after = body[outer.start - 1 : outer.start], body[outer.end : outer.end + 1]
        return Position(
            is_object=node in self._objects,
            is_open=node in self._open,
            is_annotation=node in self._annotations,
            touches_word=_is_in_word(before) or _is_in_word(after),
            in_string=self._strings > 0,
            after_brace=before == b"{",
            is_broken=goes_over_lines(self._source, self._positions.span(node)),
        )


def shifted(span: Span, distance: int) -> Span:
    """A span some bytes further on."""
    return Span(span.start + distance, span.end + distance)


def goes_over_lines(source: SourceFile, span: Span) -> bool:
    """Whether there is a line end in a span."""
    return bool(_LINE_END.search(source.body, span.start, span.end))


def _is_in_word(byte: bytes) -> bool:
    return byte == b"_" or byte.isalnum() or byte >= b"\x80"
