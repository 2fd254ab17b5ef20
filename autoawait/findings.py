"""Findings put into words, with the edits that mend them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from autoawait.arguments import Fate, Passed
from autoawait.attributes import attribute_uses
from autoawait.callers import Callers, Wish
from autoawait.complaints import Complaints
from autoawait.diagnostics import Applicability, Edit, EditKind, Evidence, Finding, Fix
from autoawait.guards import expects_failure, holds_lock, survives_failure
from autoawait.index import Index, Unit
from autoawait.iteration import Collected, collecting_edits, entering_edits, looping_edits
from autoawait.places import Barrier, opening
from autoawait.reasons import Draft
from autoawait.resolve import ASYNC_KINDS, Given, Resolver, Site
from autoawait.types.engine import Kind
from autoawait.types.signature import is_awaitable_text
from autoawait.types.wording import kind_of
from autoawait.uses import Usage, Use, UseKind, called_name
from autoawait.verdict import Verdict

_NO_FUTURE = frozenset({"it is unpacked", "it is iterated", "it is subscripted"})
_COROUTINE_USES = {UseKind.AWAITED, UseKind.CONSUMED, UseKind.ASYNC_ITERATE, UseKind.ASYNC_ENTER}


class Writer:
    """Writes the findings of one plan."""

    def __init__(
        self,
        resolver: Resolver,
        index: Index,
        complaints: Complaints,
        callers: Callers,
        target: tuple[int, int],
    ) -> None:
        self._resolver = resolver
        self._index = index
        self._complaints = complaints
        self._callers = callers
        self._target = target

    # coroutines

    def mistake(self, site: Site, given: Given, verdict: Verdict, top: tuple[ast.expr, Given] | None) -> list[Draft]:
        """A coroutine used as if it were its value. ``top`` is the chain that begins with it, and what that gives."""
        unit, use = site.unit, verdict.use
        assert use is not None
        if expects_failure(unit, use.node):
            return []
        code, words, edits = verdict.code, verdict.words, [_edit(unit, site.node, EditKind.AWAIT)]
        if (outer := _misplaced(unit, top)) is not None:
            code, words = "AW107", f"{words}, and the `await` before it belongs to the call"
            edits.append(_edit(unit, outer, EditKind.UNAWAIT))
        elif use.kind in (UseKind.ITERATE, UseKind.ENTER):
            edits += self._async_form(unit, use, kind_of(given.awaited))
        doubtful = not verdict.certain or survives_failure(unit, use.node)
        return [self._draft(site, given, code, words, edits, doubtful=doubtful)]

    def unusual(self, site: Site, given: Given, verdict: Verdict, habit: str) -> list[Draft]:
        """A coroutine that goes where we cannot see, though the project awaits every other one like it."""
        edits = [_edit(site.unit, site.node, EditKind.AWAIT)]
        words = verdict.words or (verdict.use.how if verdict.use else "")
        return [self._draft(site, replace(given, because=habit), verdict.code or "AW108", words, edits, doubtful=True)]

    def returned(self, site: Site, given: Given, use: Use) -> list[Draft]:
        """A coroutine that an async function returns, so that its caller would have to await twice."""
        function = site.unit.function
        if function is None or not function.is_async or use.element:
            return []
        edits = [_edit(site.unit, site.node, EditKind.AWAIT)]
        if self.is_returned_plain(site.unit, use):
            words = f"`{function.node.name}` returns it, against its annotation"
            return [self._draft(site, given, "AW106", words, edits)]
        if given.nominal or (function.node.returns is not None and not _says_nothing(function.node.returns)):
            return []  # a started Task is returned on purpose, and an annotation may take a coroutine as it is
        wish = self._callers.wish(function)
        if wish is Wish.COROUTINE:
            return []
        words = f"`{function.node.name}` returns it, so that its caller gets a coroutine after `await`"
        return [self._draft(site, given, "AW106", words, edits, doubtful=wish is not Wish.VALUE)]

    def declared(self, site: Site, given: Given) -> list[Draft]:
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
        edits = [_edit(site.unit, site.node, EditKind.AWAIT)]
        return [self._draft(site, given, "AW108", "it is assigned against the declared type", edits)]

    def kept(self, site: Site, given: Given, use: Use) -> list[Draft]:
        """A coroutine kept in an attribute, of which the class only ever uses the value."""
        if use.element or not isinstance(use.at, ast.Attribute):
            return []
        kinds = self._kinds_of_reads(site.unit, use.at)
        if not kinds & {UseKind.VALUE, UseKind.ITERATE} or kinds & _COROUTINE_USES:
            return []
        words = f"it is kept in `{ast.unparse(use.at)}`, which its class uses as a plain value"
        edits = [_edit(site.unit, site.node, EditKind.AWAIT)]
        return [self._draft(site, given, "AW108", words, edits, doubtful=True)]

    def alone(self, site: Site, given: Given, use: Use) -> list[Draft]:
        """A name or attribute that stands alone as a statement: without `await` it does nothing."""
        if given.nominal and self._resolver.is_defined_by_def(site.unit.file, site.node):
            return []  # to read a property may start a Task
        edits = [_edit(site.unit, site.node, EditKind.AWAIT)]
        words = "it stands alone, which does nothing"
        return [self._draft(site, given, "AW101", words, edits, doubtful=use.kind is UseKind.DROPPED)]

    def dropped(self, site: Site, given: Given, use: Use, habit: str) -> list[Draft]:
        """An object typed as Awaitable and nothing more, dropped, where the project awaits all others like it."""
        by_source = self._resolver.source_of(site.unit.file, site.node)
        if by_source is not None and by_source.nominal:
            return []  # its source returns a Task or Future, which runs without us
        edits = [_edit(site.unit, site.node, EditKind.AWAIT)]
        doubtful = by_source is not None and by_source.kind is not Kind.COROUTINE
        return [self._draft(site, replace(given, because=habit), "AW101", use.how, edits, doubtful=doubtful)]

    def report(self, site: Site, given: Given, verdict: Verdict) -> list[Draft]:
        """Something to be decided by a person."""
        advice = {
            "AW301": "await it once, where it is made, if every use wants the value",
            "AW302": "await it if the value is wanted; `# autoawait: ignore` says that the coroutine is",
            "AW403": f"pass `{_callee(site.node)}` and its arguments instead of calling it",
        }[verdict.code]
        if given.evidence is Evidence.INFERRED:
            return []
        return [self._draft(site, given, verdict.code, verdict.words, [], advice=advice)]

    # async iterators, async context managers, other objects

    def iterated(self, site: Site, given: Given, usage: Usage, fates: Mapping[Use, Passed]) -> list[Draft]:
        """An async iterator read by something synchronous; all its readers change together."""
        edits: list[Edit] = []
        readers: list[Use] = []
        lazy = False
        words = ""
        for use in usage.uses:
            collected = None
            if use.kind is UseKind.ITERATE:
                found: Sequence[Edit] = looping_edits(site.unit, use)
                how = use.how
            elif use.kind is UseKind.VALUE and use.how == "it is unpacked":
                found, how = [_edit(site.unit, use.node, EditKind.COLLECT)], use.how
            else:
                collected = self._collected(site.unit, use, fates)
                found = collected.edits if collected else ()
                how = f"`{called_name(collected.call)}` cannot read it" if collected else ""
            if found and not expects_failure(site.unit, use.node):
                readers.append(use)
                edits += found
                words = words or how
                lazy = lazy or (collected is not None and collected.lazy)
        if not readers:
            return []
        return [self._draft(site, given, "AW201", words, edits, doubtful=lazy, at=readers)]

    def _collected(self, unit: Unit, use: Use, fates: Mapping[Use, Passed]) -> Collected | None:
        """The call that reads an async iterator as if it were a plain one, if the use is such a call."""
        wrong = use in fates and fates[use].fate in (Fate.VALUE, Fate.SILENT)
        joined = isinstance(use.at, ast.Call) and called_name(use.at) == "join"
        if use.kind is not UseKind.ARGUMENT or use.element or not (wrong or joined):
            return None
        return collecting_edits(unit, use, self._target)

    def entered(self, site: Site, given: Given, usage: Usage) -> list[Draft]:
        """An async context manager entered by a plain ``with``."""
        return [
            self._draft(site, given, "AW202", use.how, entering_edits(site.unit, use), at=[use])
            for use in usage.of(UseKind.ENTER)
            if not expects_failure(site.unit, use.node)
        ]

    def objects(self, site: Site, given: Given, usage: Usage, fates: Mapping[Use, Passed]) -> list[Draft]:
        """Instances of classes, Futures and other awaitables: only what the checker complains of is wrong."""
        drafts: list[Draft] = []
        for use in usage.of(UseKind.ENTER):
            if any(c.suggests_async for c in self._complaints.at(site.unit.file, use.node)):
                entered = replace(given, kind=Kind.ASYNC_CONTEXT)
                drafts += self.entered(site, entered, Usage((use,)))
        for use in usage.of(UseKind.ITERATE):
            if self._complains_of(site.unit, use) and self._resolver.has_member(
                site.unit.file, site.node, given.nominal, "__aiter__"
            ):
                drafts += self.iterated(site, replace(given, kind=Kind.ASYNC_ITERATOR), Usage((use,)), fates)
        if usage.has(UseKind.DROPPED) and given.nominal and given.kind is Kind.PLAIN:
            return self._dropped_object(site, given, usage)
        if (
            given.kind is Kind.AWAITABLE
            and given.nominal
            and self._resolver.is_from(site.unit.file, site.node, "concurrent")
        ):
            return []  # the Future of threads has the same name and is none
        if drafts or usage.has(UseKind.AWAITED, UseKind.CONSUMED, UseKind.ASYNC_ENTER, UseKind.ASYNC_ITERATE):
            return drafts
        return self._unawaited_object(site, given, usage, fates)

    def _dropped_object(self, site: Site, given: Given, usage: Usage) -> list[Draft]:
        if len(usage.uses) > 1 or not self._resolver.is_coroutine_class(site.unit.file, site.node, given.nominal):
            return []
        edits = [_edit(site.unit, site.node, EditKind.AWAIT)]
        return [self._draft(site, replace(given, kind=Kind.AWAITABLE), "AW101", usage.uses[0].how, edits)]

    def _unawaited_object(self, site: Site, given: Given, usage: Usage, fates: Mapping[Use, Passed]) -> list[Draft]:
        read = [u for u in usage.of(UseKind.VALUE, UseKind.ITERATE) if not _is_written(u)]
        wrong = [u for u in read if self._complains_of(site.unit, u)]
        if given.kind is Kind.AWAITABLE:
            # Future has an __iter__ for `yield from` alone; it raises elsewhere (asyncio/futures.py).
            wrong += [u for u in read if u.how in _NO_FUTURE and u not in wrong]
            if len(wrong) < len(read) or usage.has(UseKind.STORE):
                return []  # some use is right for the object itself
            wrong += [u for u in usage.of(UseKind.ARGUMENT) if u in fates and fates[u].fate is Fate.VALUE]
        elif not wrong or not self._resolver.has_member(site.unit.file, site.node, given.nominal, "__await__"):
            return []
        if not wrong or expects_failure(site.unit, wrong[0].node):
            return []
        foreign = given.kind is Kind.AWAITABLE and not given.nominal
        at = wrong[0].at
        if foreign and isinstance(at, ast.Attribute) and self._resolver.is_fluent(site.unit.file, site.node, at.attr):
            return []
        code = "AW105" if wrong[0].kind is UseKind.ARGUMENT else "AW102"
        words = fates[wrong[0]].words if wrong[0] in fates else wrong[0].how
        # An attribute that a Future has not may have been set on it; to unpack or subscript one raises.
        doubtful = survives_failure(site.unit, wrong[0].node) or (bool(given.nominal) and isinstance(at, ast.Attribute))
        if given.kind is Kind.AWAITABLE and not given.nominal:
            # An annotation of another package may promise too much: redis's Pipeline returns itself.
            doubtful = doubtful or self._resolver.is_foreign_def(site.unit.file, site.node)
        edits = [_edit(site.unit, site.node, EditKind.AWAIT)]
        return [self._draft(site, replace(given, kind=Kind.AWAITABLE), code, words, edits, doubtful=doubtful)]

    # parts

    def _draft(
        self,
        site: Site,
        given: Given,
        code: str,
        words: str,
        edits: Iterable[Edit],
        *,
        doubtful: bool = False,
        advice: str = "",
        at: Sequence[Use] = (),
    ) -> Draft:
        """A draft with a fix if its edits can be made where they stand, else with the reason why not."""
        unit, planned = site.unit, list(edits)
        message = f"`{_shown(site.node)}` {_verb(given.kind, code)}: {words}"
        finding = Finding(
            code, unit.file.path, unit.file.span(site.node), message, _callee(site.node), given.evidence, advice=advice
        )
        if not planned:
            return Draft(finding, site, given)
        opened: list[Edit] = []
        notes: list[str] = []
        for node, clause in [(u.node, _is_clause(u)) for u in at] or [(site.node, False)]:
            place = opening(unit, node, self._target, clause=clause)
            if isinstance(place, Barrier):
                return Draft(replace(finding, code=place.code, reason=place.reason, advice=place.advice), site, given)
            if (lock := holds_lock(unit, node, self._resolver)) is not None:
                reason = f"an `await` while `{lock}`, a lock of threads, is held can block the event loop for good"
                return Draft(replace(finding, code="AW401", reason=reason, advice="use an `asyncio.Lock`"), site, given)
            opened += place.edits
            notes += [place.note] if place.note else []
        safe = given.evidence is Evidence.PROVED and not doubtful and not notes
        applicability = Applicability.SAFE if safe else Applicability.UNSAFE
        fix = Fix(tuple(dict.fromkeys([*opened, *planned])), applicability)
        return Draft(replace(finding, fix=fix, reason="; ".join(dict.fromkeys(notes))), site, given)

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

    def _complains_of(self, unit: Unit, use: Use) -> bool:
        """Whether the checker complains of what is done with the value here."""
        nodes = [n for n in (use.node, use.at) if isinstance(n, ast.expr)]
        return any(self._complaints.at(unit.file, n) for n in nodes)


def _misplaced(unit: Unit, top: tuple[ast.expr, Given] | None) -> ast.expr | None:
    """The ``await`` around a chain that begins with a coroutine, if what the chain gives needs none itself."""
    if top is None or top[1].kind in ASYNC_KINDS:
        return None
    parent = unit.parents.get(top[0])
    return parent if isinstance(parent, ast.Await) else None


def _is_written(use: Use) -> bool:
    """Whether an attribute is set on the object or deleted from it, which is no use of its value."""
    return isinstance(use.at, ast.Attribute) and not isinstance(use.at.ctx, ast.Load)


def _says_nothing(annotation: ast.expr) -> bool:
    """Whether a return annotation lets anything through, so that only the callers tell what is wanted."""
    names = {n.id for n in ast.walk(annotation) if isinstance(n, ast.Name)}
    return bool(names & {"Any", "object"}) and not names & {"Awaitable", "Coroutine", "Future", "Task"}


def _verb(kind: Kind, code: str) -> str:
    if code in {"AW201", "AW202"}:
        return "is asynchronous"
    return "is not awaited" if kind in (Kind.COROUTINE, Kind.AWAITABLE) else "is asynchronous"


def _callee(node: ast.expr) -> str:
    return ast.unparse(node.func if isinstance(node, ast.Call) else node)


def _shown(node: ast.expr) -> str:
    """An expression as the message shows it: the callee, and dots for arguments."""
    if not isinstance(node, ast.Call):
        return ast.unparse(node)
    return f"{ast.unparse(node.func)}({'...' if node.args or node.keywords else ''})"


def _edit(unit: Unit, node: ast.expr, kind: EditKind) -> Edit:
    return Edit(unit.file.path, unit.file.span(node), kind)


def _is_clause(use: Use) -> bool:
    return isinstance(use.at, ast.comprehension)
