"""What one edit alone makes of its node, whatever the other edits of the statement do.

Only the node is written anew, so that many edits of one long statement need neither a parse nor a walk each.
"""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from autoawait.edits.rewrite.node_positions import NodePositions
from autoawait.edits.rewrite.shapes import EditedForm
from autoawait.project.source import SourceFile, Span

# Parentheses: a clause may follow it without a space.
_ANY = cst.Name("x", lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
AnyForm = EditedForm[cst.BaseExpression] | EditedForm[cst.CompFor]


@dataclass(frozen=True, slots=True)
class KeptPart:
    """A part that an edit leaves as it is: its bytes in the text before, and in the new one."""

    before: Span
    after: Span


@dataclass(frozen=True, slots=True)
class SingleEdit:
    """The text at the byte offset ``start`` of the body, before and after; ``kept`` where one part is kept whole."""

    start: int
    before: bytes
    after: bytes
    kept: KeptPart | None


class LossError(Exception):
    """libcst does not give a node back as it is."""


def alone(
    source: SourceFile, positions: NodePositions, module: cst.Module, indent: str, old: AnyForm, new: AnyForm
) -> SingleEdit:
    """What becomes of a node. ``module`` is the one with these ``positions`` that the node is in, under ``indent``.

    Raises LossError where what libcst writes is not what stands there.
    """
    span = positions.outer_span(old.node)
    before = source.body[span.start : span.end]
    if _written(module, indent, old)[0] != before:
        raise LossError
    after, new_kept = _written(module, indent, new)
    if old.kept is None or new_kept is None:
        return SingleEdit(span.start, before, after, None)
    kept = positions.span(old.kept)
    return SingleEdit(
        span.start, before, after, KeptPart(Span(kept.start - span.start, kept.end - span.start), new_kept)
    )


def _written(module: cst.Module, indent: str, form: AnyForm) -> tuple[bytes, Span | None]:
    """The bytes of a node by itself, in the manner of its module, and the span of the kept part in them."""
    whole = form.node if isinstance(form.node, cst.BaseExpression) else cst.ListComp(_ANY, form.node)
    line = cst.SimpleStatementLine([cst.Expr(whole)])
    block = cst.If(cst.Integer("1"), cst.IndentedBlock([line], indent=indent)) if indent else line
    sheet = module.with_changes(body=[block], header=[], footer=[])
    positions = NodePositions(sheet)
    span = positions.outer_span(form.node)
    code = sheet.code.encode("utf-8")[span.start : span.end]
    if form.kept is None:
        return code, None
    kept = positions.span(form.kept)
    return code, Span(kept.start - span.start, kept.end - span.start)
