"""Find the nodes of the edits in a chunk's libcst tree and put their new forms in."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import libcst as cst

from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.edits.rewrite.chunks import Chunk
from autoawait.edits.rewrite.errors import RewriteError
from autoawait.edits.rewrite.expressions import EXPRESSION_KINDS, kept_part, new_form
from autoawait.edits.rewrite.layout import Layout
from autoawait.edits.rewrite.node_positions import NodePositions
from autoawait.edits.rewrite.shapes import EditedForm, UnfitError
from autoawait.edits.rewrite.single_edit import AnyForm, KeptPart, LossError, SingleEdit, alone
from autoawait.edits.rewrite.statements import async_clause, async_for, async_with, loop_over_yield_from
from autoawait.edits.rewrite.surroundings import Surroundings, goes_over_lines
from autoawait.project.source import Span

_LINES = (cst.SimpleStatementLine, cst.SimpleStatementSuite)
_Line = cst.SimpleStatementLine | cst.SimpleStatementSuite
_LOOPS_AND_WITHS = (cst.For, cst.With)
_INDENTED = (cst.IndentedBlock, cst.MatchCase)


@dataclass(frozen=True, slots=True)
class Transformed:
    """A chunk's new text, and what each edit alone would make of the old one.

    ``alone`` lacks the edits of whole statements, unless such an edit was the only one and nothing was inserted.
    """

    chunk: Chunk
    text: str
    alone: Mapping[Edit, SingleEdit]


def _parsed(text: str) -> cst.Module:
    """Raises CSTValidationError as well where libcst fails on its own check, as for `return(lambda: x)`."""
    try:
        return cst.parse_module(text)
    except TypeError as error:
        raise cst.CSTValidationError(f"it fails on its own check ({error})") from error


def transform(chunk: Chunk, edits: Sequence[Edit], manners: Mapping[Edit, Layout]) -> Transformed:
    """Apply the edits to the chunk. ``manners`` says for each how its new lines are written.

    Raises RewriteError where libcst cannot parse or write the chunk, or an edit finds no node.
    """
    spot = chunk.source.spot(edits[0].span.start)
    try:
        whole_text = chunk.opening + chunk.text + chunk.closing
        module = _parsed(whole_text)
        if module.code != whole_text:
            raise LossError
        rewriter = _Rewriter(chunk, module, edits, manners)
        changed = module.visit(rewriter)
        lost = next((edit for edit in edits if not rewriter.has_made(edit)), None)
        if lost:
            raise RewriteError(f"there is no node for the edit {lost.kind.value!r}", lost, spot)
        text = changed.code[len(chunk.opening) : len(changed.code) - len(chunk.closing)]
        if len(edits) == 1 and edits[0] in rewriter.statements and not chunk.insertions:
            kept = _kept(chunk, rewriter.positions, changed, *rewriter.statements[edits[0]])
            whole = SingleEdit(chunk.start, chunk.text.encode("utf-8"), text.encode("utf-8"), kept)
            return Transformed(chunk, text, {edits[0]: whole})
        return Transformed(chunk, text, rewriter.alone)
    except LossError as error:
        reason = "libcst does not give this statement back as it is (form feed, mixed line ends)"
        raise RewriteError(reason, spot=spot) from error
    except (cst.ParserSyntaxError, cst.CSTValidationError, RecursionError) as error:
        raise RewriteError(f"libcst cannot rewrite this statement: {error}", spot=spot) from error


def _positions(chunk: Chunk, module: cst.Module) -> NodePositions:
    return NodePositions(module, chunk.start - len(chunk.opening), chunk.insertions)


def _kept(
    chunk: Chunk, positions: NodePositions, changed: cst.Module, old: cst.CSTNode, new: cst.CSTNode | None
) -> KeptPart | None:
    if new is None:
        return None
    before, after = positions.span(old), _positions(chunk, changed).span(new)
    return KeptPart(_moved(before, -chunk.start), _moved(after, -chunk.start))


def _moved(span: Span, distance: int) -> Span:
    return Span(span.start + distance, span.end + distance)


class _Rewriter(cst.CSTTransformer):
    """Replaces each edited node by its new form, from the inside out.

    Of the edits that found their nodes, ``alone`` has what those of expressions and clauses would do by
    themselves, ``statements`` has for the others the part that they keep, in the old and in the new tree;
    None for the new one where no part is kept whole.
    """

    def __init__(self, chunk: Chunk, module: cst.Module, edits: Sequence[Edit], manners: Mapping[Edit, Layout]) -> None:
        super().__init__()
        self.positions = _positions(chunk, module)
        self.alone: dict[Edit, SingleEdit] = {}
        self.statements: dict[Edit, tuple[cst.CSTNode, cst.CSTNode | None]] = {}
        self._chunk = chunk
        self._module = module
        self._manners = manners
        self._by_span: dict[Span, list[Edit]] = {}
        self._by_start: dict[tuple[int, EditKind], list[Edit]] = {}
        self._starts = sorted(edit.span.start for edit in edits)
        self._around = Surroundings(chunk.source, self.positions)
        self._freed: set[cst.CSTNode] = set()
        self._steps: dict[cst.CSTNode, str | None] = {}
        self._indents: list[str] = []
        for edit in edits:
            self._by_span.setdefault(edit.span, []).append(edit)
            self._by_start.setdefault((edit.span.start, edit.kind), []).append(edit)

    def has_made(self, edit: Edit) -> bool:
        """Whether the edit found its node."""
        return edit in self.alone or edit in self.statements

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Match):
            self._steps.update(dict.fromkeys(node.cases, node.indent))
        if isinstance(node, cst.BaseCompoundStatement | cst.SimpleStatementLine):
            return self._has_edits(node)
        if isinstance(node, _INDENTED):
            step = self._steps[node] if isinstance(node, cst.MatchCase) else node.indent
            self._indents.append(self._module.default_indent if step is None else step)
        elif isinstance(node, cst.Call):
            self.positions.see(node)
        elif isinstance(node, cst.Await) and self._wanted(self.positions.span(node), EditKind.UNAWAIT):
            self._freed.add(node.expression)
        self._around.enter(node)
        return True

    def on_visit_attribute(self, node: cst.CSTNode, attribute: str) -> None:
        """Nothing; the default looks for a method for each attribute of each node."""

    def on_leave_attribute(self, original_node: cst.CSTNode, attribute: str) -> None:
        """Nothing, as above."""

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> cst.CSTNode:  # type: ignore[override]
        self._around.leave(original_node)
        if isinstance(original_node, _INDENTED):
            self._indents.pop()
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
        span = self.positions.span(node)
        decorators = node.decorators if isinstance(node, cst.FunctionDef | cst.ClassDef) else ()
        start = self.positions.span(decorators[0]).start if decorators else span.start
        following = bisect_left(self._starts, start)
        return following < len(self._starts) and self._starts[following] < span.end

    def _wanted(self, span: Span, *kinds: EditKind) -> list[Edit]:
        return [edit for edit in self._by_span.get(span, ()) if edit.kind in kinds]

    def _expression(self, original: cst.BaseExpression, updated: cst.BaseExpression) -> cst.BaseExpression:
        edits = self._wanted(self.positions.ast_span(original), *EXPRESSION_KINDS)
        edits.sort(key=lambda edit: edit.kind is EditKind.COLLECT)
        for edit in edits:
            place = self._around.place(original)
            with self._fitting(edit):
                if edit is not edits[-1]:
                    if edits[-1].kind is not EditKind.COLLECT:
                        raise UnfitError("has another edit")
                    together = replace(place, is_object=False, touches_word=False)
                else:
                    together = replace(place, is_object=place.is_object and original not in self._freed)
                form = new_form(edit, updated, together)
                self._note_alone(
                    edit, EditedForm(original, kept_part(edit.kind, original)), new_form(edit, original, place)
                )
            updated = form.node
        return updated

    def _note_alone(self, edit: Edit, old: AnyForm, new: AnyForm) -> None:
        source, indent = self._chunk.source, "".join(self._indents)
        self.alone[edit] = alone(source, self.positions, self._module, indent, old, new)

    def _clause(self, original: cst.CompFor, updated: cst.CompFor) -> cst.CompFor:
        for edit in self._wanted(self.positions.ast_span(original.iter), EditKind.ASYNC_CLAUSE):
            with self._fitting(edit):
                updated = async_clause(updated)
                new = async_clause(original)
            self._note_alone(edit, EditedForm(original, original.iter), EditedForm(new, new.iter))
        return updated

    def _statement(self, original: cst.For | cst.With, updated: cst.For | cst.With) -> cst.For | cst.With:
        start = self.positions.span(original).start
        kind = EditKind.ASYNC_FOR if isinstance(updated, cst.For) else EditKind.ASYNC_WITH
        result = updated
        for edit in self._by_start.get((start, kind), ()):
            with self._fitting(edit):
                if isinstance(result, cst.For):
                    result = async_for(result)
                else:
                    result = async_with(result, edit.items, self._manners[edit].unit)
            self.statements[edit] = (original.body, result.body if result.body is updated.body else None)
        return result

    def _line(self, original: _Line, updated: _Line) -> cst.CSTNode:
        for part in original.body:
            for edit in self._wanted(self.positions.span(part), EditKind.YIELD_FROM):
                assert isinstance(part, cst.Expr)
                manner = self._manners[edit]
                span = self.positions.span(part)
                is_broken = goes_over_lines(self._chunk.source, span)
                with self._fitting(edit):
                    loop, iterable = loop_over_yield_from(updated, manner.name, manner.unit, is_broken)
                self.statements[edit] = (_yielded_from(part), iterable)
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
            spot = self._chunk.source.spot(edit.span.start)
            raise RewriteError(f"the node for the edit {edit.kind.value!r} {error}", edit, spot) from error


def _yielded_from(statement: cst.Expr) -> cst.CSTNode:
    value = statement.value
    return value.value.item if isinstance(value, cst.Yield) and isinstance(value.value, cst.From) else value
