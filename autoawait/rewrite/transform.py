"""Find the nodes of the edits in a chunk's libcst tree and put their new forms in."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper

from autoawait.diagnostics import Edit, EditKind
from autoawait.rewrite.chunks import Chunk
from autoawait.rewrite.errors import RewriteError
from autoawait.rewrite.expressions import EXPRESSION_KINDS, Place, UnfitError, kept_part, new_form
from autoawait.rewrite.manner import Manner
from autoawait.rewrite.statements import async_clause, async_for, async_with, loop_over_yield_from
from autoawait.source import Span

_LINE_END = re.compile(rb"[\r\n]")
_LINES = (cst.SimpleStatementLine, cst.SimpleStatementSuite)
_Line = cst.SimpleStatementLine | cst.SimpleStatementSuite
_LOOPS_AND_WITHS = (cst.For, cst.With)


@dataclass(frozen=True, slots=True)
class Kept:
    """A part that an edit leaves as it is: its bytes in the chunk's text before, and in the new one."""

    before: Span
    after: Span


@dataclass(frozen=True, slots=True)
class Transformed:
    """A chunk's new text. ``kept`` is known where there was a single edit that keeps one part whole."""

    chunk: Chunk
    text: str
    kept: Kept | None


def transform(chunk: Chunk, edits: Sequence[Edit], manners: Mapping[Edit, Manner]) -> Transformed:
    """Apply the edits to the chunk. ``manners`` says for each how its new lines are written.

    Raises RewriteError where libcst cannot parse or write the chunk, or an edit finds no node.
    """
    place = chunk.source.spot(edits[0].span.start)
    where = f"{place.path}:{place.line}"
    try:
        module = cst.parse_module(chunk.opening + chunk.text)
        if module.code != chunk.opening + chunk.text:
            raise RewriteError(
                f"{where}: libcst does not give this statement back as it is (form feed, mixed line ends)"
            )
        positions = _Positions(chunk, module)
        rewriter = _Rewriter(chunk, edits, manners, positions)
        changed = module.visit(rewriter)
        for edit in edits:
            if edit not in rewriter.made:
                raise RewriteError(f"{where}: there is no node for the edit {edit.kind.value!r}", edit)
        kept = _kept(chunk, positions, changed, *rewriter.made[edits[0]]) if len(edits) == 1 else None
        return Transformed(chunk, changed.code[len(chunk.opening) :], kept)
    except (cst.ParserSyntaxError, cst.CSTValidationError, RecursionError) as error:
        raise RewriteError(f"{where}: libcst cannot rewrite this statement: {error}") from error


class _Positions:
    """Where the nodes of a chunk's tree are in the file's body."""

    def __init__(self, chunk: Chunk, module: cst.Module) -> None:
        self._shift = chunk.start - len(chunk.opening)
        self._spans = MetadataWrapper(module, unsafe_skip_copy=True).resolve(ByteSpanPositionProvider)
        self._arguments: dict[cst.CSTNode, Span] = {}

    def span(self, node: cst.CSTNode) -> Span:
        """The node without the parentheses around it."""
        found = self._spans[node]
        return Span(self._shift + found.start, self._shift + found.start + found.length)

    def outer_span(self, node: cst.BaseExpression) -> Span:
        """The node with the parentheses around it."""
        return Span(self.span(node.lpar[0]).start, self.span(node.rpar[-1]).end) if node.lpar else self.span(node)

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


def _kept(
    chunk: Chunk, positions: _Positions, changed: cst.Module, old: cst.CSTNode, new: cst.CSTNode | None
) -> Kept | None:
    if new is None:
        return None
    before, after = positions.span(old), _Positions(chunk, changed).span(new)
    return Kept(_moved(before, -chunk.start), _moved(after, -chunk.start))


def _moved(span: Span, distance: int) -> Span:
    return Span(span.start + distance, span.end + distance)


class _Rewriter(cst.CSTTransformer):
    """Replaces each edited node by its new form, from the inside out.

    ``made`` has for each edit that found its node the part that it keeps, in the old and in the new
    tree; None for the new one where no part is kept whole.
    """

    def __init__(
        self, chunk: Chunk, edits: Sequence[Edit], manners: Mapping[Edit, Manner], positions: _Positions
    ) -> None:
        super().__init__()
        self.made: dict[Edit, tuple[cst.CSTNode, cst.CSTNode | None]] = {}
        self._chunk = chunk
        self._manners = manners
        self._positions = positions
        self._edits: dict[Span, list[Edit]] = {}
        self._statements: dict[tuple[int, EditKind], list[Edit]] = {}
        self._starts = sorted(edit.span.start for edit in edits)
        self._objects: set[cst.CSTNode] = set()
        for edit in edits:
            self._edits.setdefault(edit.span, []).append(edit)
            self._statements.setdefault((edit.span.start, edit.kind), []).append(edit)

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.BaseCompoundStatement | cst.SimpleStatementLine):
            return self._has_edits(node)
        if isinstance(node, cst.Attribute | cst.Subscript):
            self._objects.add(node.value)
        elif isinstance(node, cst.Call):
            self._objects.add(node.func)
            self._positions.see(node)
        elif isinstance(node, cst.Await) and not self._wanted(self._positions.span(node), EditKind.UNAWAIT):
            self._objects.add(node.expression)
        return True

    def on_visit_attribute(self, node: cst.CSTNode, attribute: str) -> None:
        """Nothing; the default looks for a method for each attribute of each node."""

    def on_leave_attribute(self, original_node: cst.CSTNode, attribute: str) -> None:
        """Nothing, as above."""

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> cst.CSTNode:  # type: ignore[override]
        if isinstance(original_node, cst.BaseExpression) and isinstance(updated_node, cst.BaseExpression):
            return self._expression(original_node, updated_node)
        if isinstance(updated_node, cst.CompFor) and isinstance(original_node, cst.CompFor):
            return self._clause(original_node, updated_node)
        if isinstance(original_node, _LOOPS_AND_WITHS) and isinstance(updated_node, _LOOPS_AND_WITHS):
            return self._statement(original_node, updated_node)
        if isinstance(original_node, _LINES) and isinstance(updated_node, _LINES):
            return self._line(original_node, updated_node)
        return updated_node

    def _has_edits(self, node: cst.BaseCompoundStatement | cst.SimpleStatementLine) -> bool:
        span = self._positions.span(node)
        decorators = node.decorators if isinstance(node, cst.FunctionDef | cst.ClassDef) else ()
        start = self._positions.span(decorators[0]).start if decorators else span.start
        following = bisect_left(self._starts, start)
        return following < len(self._starts) and self._starts[following] < span.end

    def _wanted(self, span: Span, *kinds: EditKind) -> list[Edit]:
        return [edit for edit in self._edits.get(span, ()) if edit.kind in kinds]

    def _expression(self, original: cst.BaseExpression, updated: cst.BaseExpression) -> cst.BaseExpression:
        edits = self._wanted(self._positions.ast_span(original), *EXPRESSION_KINDS)
        edits.sort(key=lambda edit: edit.kind is EditKind.COLLECT)
        for edit in edits:
            is_last = edit is edits[-1]
            with self._fitting(edit):
                if not is_last and edits[-1].kind is not EditKind.COLLECT:
                    raise UnfitError("has another edit")
                form = new_form(edit.kind, updated, self._place(original, is_last))
            self.made[edit] = (kept_part(edit.kind, original), form.kept)
            updated = form.node
        return updated

    def _place(self, node: cst.BaseExpression, is_last: bool) -> Place:
        body, span, outer = self._chunk.source.body, self._positions.span(node), self._positions.outer_span(node)
        before, after = body[outer.start - 1 : outer.start], body[outer.end : outer.end + 1]
        return Place(
            is_object=is_last and node in self._objects,
            touches_word=is_last and (_is_in_word(before) or _is_in_word(after)),
            after_brace=before == b"{",
            is_broken=bool(_LINE_END.search(body, span.start, span.end)),
        )

    def _clause(self, original: cst.CompFor, updated: cst.CompFor) -> cst.CompFor:
        for edit in self._wanted(self._positions.ast_span(original.iter), EditKind.ASYNC_CLAUSE):
            with self._fitting(edit):
                updated = async_clause(updated)
            self.made[edit] = (original.iter, updated.iter)
        return updated

    def _statement(self, original: cst.For | cst.With, updated: cst.For | cst.With) -> cst.For | cst.With:
        start = self._positions.span(original).start
        kind = EditKind.ASYNC_FOR if isinstance(updated, cst.For) else EditKind.ASYNC_WITH
        result = updated
        for edit in self._statements.get((start, kind), ()):
            with self._fitting(edit):
                if isinstance(result, cst.For):
                    result = async_for(result)
                else:
                    result = async_with(result, edit.items, self._manners[edit].unit)
            self.made[edit] = (original.body, result.body if result.body is updated.body else None)
        return result

    def _line(self, original: _Line, updated: _Line) -> cst.CSTNode:
        for part in original.body:
            for edit in self._wanted(self._positions.span(part), EditKind.YIELD_FROM):
                assert isinstance(part, cst.Expr)
                manner = self._manners[edit]
                span = self._positions.span(part)
                is_broken = bool(_LINE_END.search(self._chunk.source.body, span.start, span.end))
                with self._fitting(edit):
                    loop, iterable = loop_over_yield_from(updated, manner.name, manner.unit, is_broken)
                self.made[edit] = (_yielded_from(part), iterable)
                return (
                    loop
                    if isinstance(updated, cst.SimpleStatementLine)
                    else cst.IndentedBlock([loop], indent=manner.unit)
                )
        return updated

    @contextmanager
    def _fitting(self, edit: Edit) -> Iterator[None]:
        try:
            yield
        except UnfitError as error:
            place = self._chunk.source.spot(edit.span.start)
            message = f"{place.path}:{place.line}: the node for the edit {edit.kind.value!r} {error}"
            raise RewriteError(message, edit) from error


def _is_in_word(byte: bytes) -> bool:
    return byte == b"_" or byte.isalnum() or byte >= b"\x80"


def _yielded_from(statement: cst.Expr) -> cst.CSTNode:
    value = statement.value
    return value.value.item if isinstance(value, cst.Yield) and isinstance(value.value, cst.From) else value
