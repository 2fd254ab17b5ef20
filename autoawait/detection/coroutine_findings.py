"""Coroutines that are not awaited, put into words, with the edits that mend them."""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import replace

from autoawait.dataflow.attribute_uses import attribute_uses
from autoawait.dataflow.reaching_definitions import binds
from autoawait.dataflow.uses import Usage, Use, UseKind
from autoawait.detection.candidates import promises_value
from autoawait.detection.classification import Classification
from autoawait.detection.context_guards import expects_failure, survives_failure
from autoawait.detection.draft import Draft
from autoawait.detection.draft_builder import DraftBuilder, callee_of, edit_of
from autoawait.detection.result_expectations import Expectation, ResultExpectations
from autoawait.diagnostics.finding import Applicability, Edit, EditKind, Evidence, Finding, Fix
from autoawait.edits.async_iteration import entering_edits, looping_edits
from autoawait.knowledge.annotations import AWAITABLES, RUNNING
from autoawait.knowledge.consumers import WAITING
from autoawait.project.index import Function, Index, Unit
from autoawait.resolution.call_results import CallResult, CallResults, CallSite
from autoawait.types.checker_diagnostics import CheckerDiagnostics, headline
from autoawait.types.engine import ASYNC_KINDS, Kind
from autoawait.types.expressions import callee
from autoawait.types.type_expr import is_awaitable_text, kind_of

BY_TYPE = "by its type it is an awaitable and nothing else"
_COROUTINE_USES = {UseKind.AWAITED, UseKind.CONSUMED, UseKind.ASYNC_ITERATE, UseKind.ASYNC_ENTER}


class CoroutineFindings:
    """Writes the findings about coroutines of one plan."""

    def __init__(
        self,
        resolver: CallResults,
        index: Index,
        complaints: CheckerDiagnostics,
        callers: ResultExpectations,
        drafter: DraftBuilder,
        turned: Collection[Function] = frozenset(),
    ) -> None:
        self._resolver = resolver
        self._index = index
        self._complaints = complaints
        self._callers = callers
        self._drafter = drafter
        self._turned = turned

    def mistake(
        self, site: CallSite, given: CallResult, verdict: Classification, top: tuple[ast.expr, CallResult] | None
    ) -> list[Draft]:
        """A coroutine used as if it were its value. ``top`` is the chain that begins with it, and what that gives."""
        unit, use = site.unit, verdict.use
        assert use is not None
        if expects_failure(unit, use.node):
            return []
        code, words, edits = verdict.code, verdict.words, [edit_of(unit, site.node, EditKind.AWAIT)]
        if (outer := _misplaced(unit, top)) is not None:
            code, words = "AW107", f"{words}, and the `await` before it belongs to the call"
            edits.append(edit_of(unit, outer, EditKind.UNAWAIT))
        elif use.kind in (UseKind.ITERATE, UseKind.ENTER):
            edits += self._async_form(unit, use, kind_of(given.awaited))
        doubtful = not verdict.certain or survives_failure(unit, use.node)
        return [self._drafter.draft(site, given, code, words, edits, doubtful=doubtful)]

    def unusual(self, site: CallSite, given: CallResult, verdict: Classification, habit: str) -> list[Draft]:
        """A coroutine that goes where we cannot see, though the project awaits every other one like it."""
        edits = [edit_of(site.unit, site.node, EditKind.AWAIT)]
        words = verdict.words or (verdict.use.how if verdict.use else "")
        return [
            self._drafter.draft(
                site, replace(given, because=habit), verdict.code or "AW108", words, edits, doubtful=True
            )
        ]

    def returned(self, site: CallSite, given: CallResult, use: Use) -> list[Draft]:
        """A coroutine that an async function returns, so that its caller would have to await twice, or a plain one
        against its annotation."""
        function = site.unit.function
        if function is None or use.element:
            return []
        edits = [edit_of(site.unit, site.node, EditKind.AWAIT)]
        if function in self._turned:
            # One `await` of a caller gave its value before, and gives it after.
            how = "returns it, against its annotation" if promises_value(function) else "becomes async, and returns it"
            words = f"`{function.node.name}` {how}"
            return [replace(self._drafter.draft(site, given, "AW106", words, edits), implied=True)]
        if self.is_returned_plain(site.unit, use):
            words = f"`{function.node.name}` returns it, against its annotation"
            return [self._drafter.draft(site, given, "AW106", words, edits)]
        if not function.is_async:
            if not promises_value(function) or given.nominal or self._resolver.declares_awaitable(function):
                return []
            words = f"`{function.node.name}` returns it, against its annotation"
            return [self._drafter.draft(site, given, "AW106", words, edits, doubtful=not given.witnessed)]
        if given.nominal or (function.node.returns is not None and not _says_nothing(function.node.returns)):
            return []  # a started Task is returned on purpose, and an annotation may take a coroutine as it is
        wish = self._callers.wish(function)
        if wish in (Expectation.COROUTINE, Expectation.ELSEWHERE):
            return []
        words = f"`{function.node.name}` returns it, so that its caller gets a coroutine after `await`"
        doubtful = wish is not Expectation.VALUE and not given.witnessed
        return [self._drafter.draft(site, given, "AW106", words, edits, doubtful=doubtful)]

    def stranded(self, site: CallSite) -> list[Draft]:
        """What a plain function awaits, or iterates or enters asynchronously: Python does not compile it."""
        function, file = site.unit.function, site.unit.file
        if function is None:
            return []
        message = f"`{function.node.name}` is no async function, and awaits `{callee_of(site.node)}`"
        fix = Fix((), Applicability.SAFE)
        found = Finding("AW404", file.path, file.span(site.node), message, callee_of(site.node), fix=fix)
        return [Draft(found, site, CallResult(Kind.COROUTINE), function)]

    def declared(self, site: CallSite, given: CallResult) -> list[Draft]:
        """A coroutine assigned to something that is declared to be plain."""
        statement = site.unit.parent(site.node)
        if not isinstance(statement, (ast.Assign, ast.AnnAssign)):
            return []
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        found = [c for n in (site.node, *targets) for c in self._complaints.at(site.unit.file, n)]
        if not any(c.found in ASYNC_KINDS and c.expected and not is_awaitable_text(c.expected) for c in found):
            return []
        for target in targets:
            if isinstance(target, ast.Attribute) and self._kinds_of_reads(site.unit, target) & _COROUTINE_USES:
                return []
        edits = [edit_of(site.unit, site.node, EditKind.AWAIT)]
        return [self._drafter.draft(site, given, "AW108", "it is assigned against the declared type", edits)]

    def against_type(self, site: CallSite, given: CallResult, usage: Usage) -> list[Draft]:
        """A coroutine that goes on, alone or in a tuple that is returned, where the checker wants something else."""
        for use in usage.uses:
            whole = use.at.value if isinstance(use.at, ast.Return) else None
            nodes = [n for n in (use.node, whole) if n is not None]
            for complaint in (c for n in nodes for c in self._complaints.at(site.unit.file, n)):
                is_plain_wanted = complaint.expected and not is_awaitable_text(complaint.expected)
                if is_plain_wanted and is_awaitable_text(headline(complaint)):
                    edits = [edit_of(site.unit, site.node, EditKind.AWAIT)]
                    words = f"{use.how}, against the declared type"
                    return [self._drafter.draft(site, given, "AW108", words, edits, doubtful=True)]
        return []

    def rival(self, site: CallSite, given: CallResult, name: str, held: str) -> list[Draft]:
        """A coroutine bound to a name that holds a value on another way to the same reads; ``held`` says which."""
        edits = [edit_of(site.unit, site.node, EditKind.AWAIT)]
        words = f"`{name}` is bound to it here and to {held}"
        return [self._drafter.draft(site, given, "AW108", words, edits, doubtful=True)]

    def kept(self, site: CallSite, given: CallResult, use: Use) -> list[Draft]:
        """A coroutine kept in an attribute, of which the class only ever uses the value."""
        if use.element or not isinstance(use.at, ast.Attribute):
            return []
        kinds = self._kinds_of_reads(site.unit, use.at)
        if not kinds & {UseKind.VALUE, UseKind.ITERATE} or kinds & _COROUTINE_USES:
            return []
        words = f"it is kept in `{ast.unparse(use.at)}`, which its class uses as a plain value"
        edits = [edit_of(site.unit, site.node, EditKind.AWAIT)]
        return [self._drafter.draft(site, given, "AW108", words, edits, doubtful=True)]

    def alone(self, site: CallSite, given: CallResult, use: Use) -> list[Draft]:
        """A name or attribute that stands alone as a statement: without `await` it does nothing."""
        if isinstance(site.node, ast.Name) and binds(site.unit.body, site.node.id):
            return []  # the call that it is bound to is a site of its own
        if given.nominal and self._resolver.is_defined_by_def(site.unit.file, site.node):
            return []  # to read a property may start a Task
        edits = [edit_of(site.unit, site.node, EditKind.AWAIT)]
        words = "it stands alone, which does nothing"
        return [self._drafter.draft(site, given, "AW101", words, edits, doubtful=use.kind is UseKind.DROPPED)]

    def dropped(self, site: CallSite, given: CallResult, use: Use, habit: str) -> list[Draft]:
        """An object typed as Awaitable and nothing more, dropped, where the project awaits all others like it."""
        by_source = self._resolver.source_of(site.unit.file, site.node)
        if _is_running(by_source):
            return []
        edits = [edit_of(site.unit, site.node, EditKind.AWAIT)]
        doubtful = by_source is not None and by_source.kind is not Kind.COROUTINE
        return [self._drafter.draft(site, replace(given, because=habit), "AW101", use.how, edits, doubtful=doubtful)]

    def forgotten(self, site: CallSite, given: CallResult, use: Use) -> list[Draft]:
        """An object typed as Awaitable and nothing more, dropped: nothing else was to be had of it.

        What is annotated so may have started a task all the same. In the published packages of the lab none is
        dropped (``python -m tests.lab clean`` would tell).
        """
        if self.may_be_more(site):
            return []
        edits = [edit_of(site.unit, site.node, EditKind.AWAIT)]
        return [self._drafter.draft(site, replace(given, because=BY_TYPE), "AW101", use.how, edits, doubtful=True)]

    def may_be_more(self, site: CallSite) -> bool:
        """Whether what is called may give more than the Awaitable of its type: a ``def`` of another package, whose
        annotation may promise too much (redis's Pipeline returns itself), or one that returns a Task or Future."""
        file, node = site.unit.file, site.node
        return self._resolver.is_foreign_def(file, node) or _is_running(self._resolver.source_of(file, node))

    def only_waits(self, site: CallSite) -> bool:
        """Whether what is called is there to wait for what it is given, and to do nothing else."""
        is_waiting = not WAITING.isdisjoint(self._resolver.names_of(site.unit.file, callee(site.node)))
        return is_waiting and self._resolver.is_from(site.unit.file, site.node, "asyncio")

    def unwaited(self, site: CallSite, given: CallResult, use: Use) -> list[Draft]:
        """A wait that is not awaited: what it is given may have been meant to run alone, but then it is not needed."""
        edits = [edit_of(site.unit, site.node, EditKind.AWAIT)]
        because = "it is there to wait for what it is given"
        return [self._drafter.draft(site, replace(given, because=because), "AW101", use.how, edits, doubtful=True)]

    def report(self, site: CallSite, given: CallResult, verdict: Classification) -> list[Draft]:
        """Something to be decided by a person."""
        advice = {
            "AW301": "await it once, where it is made, if every use wants the value",
            "AW302": "await it if the value is wanted; `# autoawait: ignore` says that the coroutine is",
            "AW403": f"pass `{callee_of(site.node)}` and its arguments instead of calling it",
        }[verdict.code]
        if given.evidence is Evidence.INFERRED:
            return []
        if given.witnessed and verdict.code == "AW302":  # what takes it did not await it, at least once
            edits = [edit_of(site.unit, site.node, EditKind.AWAIT)]
            return [self._drafter.draft(site, given, verdict.code, verdict.words, edits, doubtful=True)]
        return [self._drafter.draft(site, given, verdict.code, verdict.words, [], advice=advice)]

    def unplaced(self, site: CallSite, given: CallResult, usage: Usage) -> list[Draft]:
        """A coroutine that was never awaited in a run, where the code does not say at which place it should be."""
        if expects_failure(site.unit, site.node):
            return []
        if given.kind is Kind.COROUTINE and all(use.kind is UseKind.NEUTRAL and use.element for use in usage.uses):
            edits = [edit_of(site.unit, site.node, EditKind.AWAIT)]
            return [self._drafter.draft(site, given, "AW101", "it is left in a collection that nobody reads", edits)]
        words = next((use.how for use in usage.uses if use.how), "it was made, and left")
        if given.kind is Kind.PLAIN:
            words = (
                f"it gave a coroutine in a run, though its type is {f'`{given.nominal}`' if given.nominal else 'plain'}"
            )
        elif given.kind is Kind.MAYBE:
            words = "by its type it may also give something plain, which cannot be awaited"
        advice = "await it where its value is wanted; `# autoawait: ignore[AW303]` says that nobody wants it"
        shown = replace(given, kind=Kind.COROUTINE, because=given.witnessed)
        return [self._drafter.draft(site, shown, "AW303", words, [], advice=advice)]

    def _async_form(self, unit: Unit, use: Use, awaited: Kind) -> list[Edit]:
        """What else must change where awaiting gives an async iterator or context manager."""
        if use.kind is UseKind.ITERATE and awaited is Kind.ASYNC_ITERATOR:
            return looping_edits(unit, use)
        if use.kind is UseKind.ENTER and awaited is Kind.ASYNC_CONTEXT:
            return entering_edits(unit, use)
        return []

    def _kinds_of_reads(self, unit: Unit, attribute: ast.Attribute) -> set[UseKind]:
        """How the class around uses what is kept in an attribute of its instance."""
        function = unit.function
        if function is None or function.owner is None:
            return set()
        return {use.kind for use in attribute_uses(self._index, function, attribute.attr)}

    def is_returned_plain(self, unit: Unit, use: Use) -> bool:
        """Whether the checker found an awaitable where the annotation wants something plain returned."""
        whole = use.at.value if isinstance(use.at, ast.Return) else None
        nodes = [n for n in (use.node, whole) if n is not None]
        found = ASYNC_KINDS | {Kind.MAYBE}
        about = (c for n in nodes for c in self._complaints.at(unit.file, n) if c.found in found)
        return any(not is_awaitable_text(c.expected) for c in about)


def _is_running(by_source: CallResult | None) -> bool:
    """Whether the source of what is called returns a Task or Future, which runs without us."""
    return by_source is not None and bool(by_source.nominal)


def _misplaced(unit: Unit, top: tuple[ast.expr, CallResult] | None) -> ast.expr | None:
    """The ``await`` around a chain that begins with a coroutine, if what the chain gives needs none itself."""
    if top is None or top[1].kind in ASYNC_KINDS:
        return None
    parent = unit.parents.get(top[0])
    return parent if isinstance(parent, ast.Await) else None


def _says_nothing(annotation: ast.expr) -> bool:
    """Whether a return annotation lets anything through, so that only the callers tell what is wanted."""
    names = {n.id for n in ast.walk(annotation) if isinstance(n, ast.Name)}
    return bool(names & {"Any", "object"}) and not names & {*AWAITABLES, *RUNNING}
