"""Where the nodes of a libcst tree are."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper

from autoawait.project.source import Span
from autoawait.project.text_edits import PositionMap, TextEdit


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
