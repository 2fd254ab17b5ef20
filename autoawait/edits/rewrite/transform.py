"""Find the nodes of the edits in a chunk's libcst tree and put their new forms in."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import libcst as cst

from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.edits.rewrite.blocks import fresh_name, indentation_step
from autoawait.edits.rewrite.chunks import Chunk
from autoawait.edits.rewrite.errors import LossError, RewriteError, UnfitError, no_node, unfit
from autoawait.edits.rewrite.expressions import EXPRESSION_KINDS, kept_part, new_form
from autoawait.edits.rewrite.positions import NodePositions, Surroundings, goes_over_lines, shifted
from autoawait.edits.rewrite.single_edit import EditedForm, node_edits, text_edits
from autoawait.edits.rewrite.statements import async_clause, async_for, async_with, loop_over_yield_from
from autoawait.project.source import Span
from autoawait.project.text_edits import TextEdit

_LINES = (cst.SimpleStatementLine, cst.SimpleStatementSuite)
_Line = cst.SimpleStatementLine | cst.SimpleStatementSuite
_LOOPS_AND_WITHS = (cst.For, cst.With)
_INDENTED = (cst.IndentedBlock, cst.MatchCase)


def transform(chunk: Chunk, edits: Sequence[Edit]) -> tuple[str, dict[Edit, tuple[TextEdit, ...]]]:
    """The chunk's text with the edits made, and what each edit alone does to the old one.

    The latter lacks the edits of whole statements, unless such an edit is the only one and nothing is inserted.
    Raises RewriteError where libcst cannot parse or write the chunk, or an edit finds no node.
    """
    source, start = chunk.source, edits[0].span.start
    try:
        whole_text = chunk.opening + chunk.text + chunk.closing
        module = _parsed(whole_text)
        if module.code != whole_text:
            raise LossError
        rewriter = _Rewriter(chunk, module, edits)
        changed = module.visit(rewriter)
        if lost := next((edit for edit in edits if not rewriter.has_made(edit)), None):
            raise no_node(source, lost)
        text = changed.code[len(chunk.opening) : len(changed.code) - len(chunk.closing)]
        if len(edits) == 1 and edits[0] in rewriter.statements and not chunk.insertions:
            old, new = rewriter.statements[edits[0]]
            kept = (rewriter.positions.span(old), _positions(chunk, changed).span(new)) if new else None
            return text, {edits[0]: _chunk_edits(chunk, text, kept)}
        return text, rewriter.alone
    except LossError as error:
        reason = "libcst does not give this statement back as it is (form feed, mixed line ends)"
        raise RewriteError(reason, source, start) from error
    except (cst.ParserSyntaxError, cst.CSTValidationError, RecursionError) as error:
        raise RewriteError(f"libcst cannot rewrite this statement: {error}", source, start) from error


def _parsed(text: str) -> cst.Module:
    """Raises CSTValidationError as well where libcst fails on its own check, as for `return(lambda: x)`."""
    try:
        return cst.parse_module(text)
    except TypeError as error:
        raise cst.CSTValidationError(f"it fails on its own check ({error})") from error


def _positions(chunk: Chunk, module: cst.Module) -> NodePositions:
    return NodePositions(module, chunk.start - len(chunk.opening), chunk.insertions)


def _chunk_edits(chunk: Chunk, text: str, kept: tuple[Span, Span] | None) -> tuple[TextEdit, ...]:
    """What makes a text of a chunk; ``kept`` is where a part of both is that stays."""
    both = (shifted(kept[0], -chunk.start), shifted(kept[1], -chunk.start)) if kept else None
    return text_edits(chunk.source.path, chunk.start, chunk.text.encode("utf-8"), text.encode("utf-8"), both)


class _Rewriter(cst.CSTTransformer):
    """Replaces each edited node by its new form, from the inside out.

    Of the edits that found their nodes, ``alone`` has what those of expressions and clauses do by
    themselves, ``statements`` has for the others the part that they keep, in the old and in the new tree;
    None for the new one where no part is kept whole.
    """

    def __init__(self, chunk: Chunk, module: cst.Module, edits: Sequence[Edit]) -> None:
        super().__init__()
        self.positions = _positions(chunk, module)
        self.alone: dict[Edit, tuple[TextEdit, ...]] = {}
        self.statements: dict[Edit, tuple[cst.CSTNode, cst.CSTNode | None]] = {}
        self._chunk = chunk
        self._module = module
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
                updated, _ = new_form(edit, updated, together)
                old = (original, kept_part(edit.kind, original))
                self._note_alone(edit, old, new_form(edit, original, place))
        return updated

    def _note_alone(self, edit: Edit, old: EditedForm, new: EditedForm) -> None:
        source, indent = self._chunk.source, "".join(self._indents)
        self.alone[edit] = node_edits(source, self.positions, self._module, indent, old, new)

    def _clause(self, original: cst.CompFor, updated: cst.CompFor) -> cst.CompFor:
        for edit in self._wanted(self.positions.ast_span(original.iter), EditKind.ASYNC_CLAUSE):
            with self._fitting(edit):
                updated = async_clause(updated)
                new = async_clause(original)
            self._note_alone(edit, (original, original.iter), (new, new.iter))
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
                    result = async_with(result, edit.items, indentation_step(self._chunk.source, edit.span))
            self.statements[edit] = (original.body, result.body if result.body is updated.body else None)
        return result

    def _line(self, original: _Line, updated: _Line) -> cst.CSTNode:
        for part in original.body:
            for edit in self._wanted(self.positions.span(part), EditKind.YIELD_FROM):
                assert isinstance(part, cst.Expr)
                source = self._chunk.source
                step, name = indentation_step(source, edit.span), fresh_name(source, edit.span)
                with self._fitting(edit):
                    loop, iterable = loop_over_yield_from(updated, name, step, goes_over_lines(source, edit.span))
                self.statements[edit] = (_yielded_from(part), iterable)
                is_line = isinstance(updated, cst.SimpleStatementLine)
                return loop if is_line else cst.IndentedBlock([loop], indent=step)
        return updated

    @contextmanager
    def _fitting(self, edit: Edit) -> Iterator[None]:
        try:
            yield
        except UnfitError as error:
            raise unfit(self._chunk.source, edit, str(error)) from error


def _yielded_from(statement: cst.Expr) -> cst.CSTNode:
    value = statement.value
    return value.value.item if isinstance(value, cst.Yield) and isinstance(value.value, cst.From) else value
