"""Coroutines that are not awaited: what is said of each kind of use, with the edits that fix it."""

from __future__ import annotations

import ast
from dataclasses import replace

from autoawait.dataflow.reaching_definitions import binds
from autoawait.dataflow.uses import ASYNCHRONOUS, Use, UseKind
from autoawait.detection.candidates import promises_value
from autoawait.detection.case import Case
from autoawait.detection.classification import code_of, is_certain, is_fine
from autoawait.detection.context_guards import expects_failure, survives_failure
from autoawait.detection.draft import Draft, callee_of, edit_of
from autoawait.detection.result_expectations import Expectation, expectation
from autoawait.detection.runtime_log.confirmed import says_nothing
from autoawait.detection.survey import chain_top
from autoawait.diagnostics.finding import Applicability, Edit, EditKind, Evidence, Finding, Fix
from autoawait.edits.async_iteration import entering_edits, looping_edits
from autoawait.knowledge.annotations import AWAITABLES, RUNNING
from autoawait.resolution.call_results import CallResult, CallSite
from autoawait.types.checker_diagnostics import headline
from autoawait.types.engine import ASYNC_KINDS, Kind
from autoawait.types.type_expr import is_awaitable_text, kind_of, nominal_of


def standing_alone(case: Case) -> list[Draft]:
    """A name or attribute that is a statement of its own: without ``await`` it does nothing."""
    if isinstance(case.node, ast.Name) and binds(case.unit.body, case.node.id):
        return []  # the call that it is bound to is a candidate itself
    if case.result.nominal and case.sources.resolver.is_defined_by_def(case.file, case.node):
        return []  # to read a property may start a Task
    doubtful = case.usage.uses[0].kind is UseKind.DROPPED
    return case.awaiting("AW101", "the statement has no effect", doubtful=doubtful)


def used_as_value(case: Case) -> list[Draft]:
    """A coroutine used as if it were its value, or dropped."""
    use = case.use
    if use is None or expects_failure(case.unit, use.node):
        return []
    code, words, more = code_of(case, use), case.words(use), list[Edit]()
    if (outer := _misplaced_await(case)) is not None:
        code, words = "AW107", f"{words}, and the `await` before it belongs to the call"
        more = [edit_of(case.unit, outer, EditKind.UNAWAIT)]
    elif use.kind in (UseKind.ITERATE, UseKind.ENTER):
        more = _async_form(case, use)
    doubtful = not is_certain(case, use) or survives_failure(case.unit, use.node)
    return case.awaiting(code, words, *more, doubtful=doubtful)


def _misplaced_await(case: Case) -> ast.Await | None:
    """The ``await`` around a chain that begins with a coroutine, if what the chain gives needs none itself."""
    top = chain_top(case.unit, case.node)
    given = case.facts.results.get(CallSite(case.unit, top))
    if top is case.node or given is None or given.kind in ASYNC_KINDS:
        return None
    parent = case.unit.parents.get(top)
    return parent if isinstance(parent, ast.Await) else None


def _async_form(case: Case, use: Use) -> list[Edit]:
    """What else must change where awaiting gives an async iterator or context manager."""
    if use.kind is UseKind.ITERATE and _awaited_is(case, Kind.ASYNC_ITERATOR, "__aiter__", "__iter__"):
        return looping_edits(case.unit, use)
    if use.kind is UseKind.ENTER and _awaited_is(case, Kind.ASYNC_CONTEXT, "__aenter__", "__enter__"):
        return entering_edits(case.unit, use)
    return []


def _awaited_is(case: Case, kind: Kind, member: str, rival: str) -> bool:
    """Whether awaiting gives something of an asynchronous kind: by its type, or by the members of its class."""
    if kind_of(case.result.awaited) is kind:
        return True
    nominal, has_member = nominal_of(case.result.awaited), case.sources.resolver.instances.has_member
    if not nominal or not isinstance(case.node, ast.Call):
        return False
    return has_member(case.file, case.node, nominal, member) and not has_member(case.file, case.node, nominal, rival)


def read_synchronously(case: Case) -> list[Draft]:
    """What an ``await`` gives, and a sync ``for`` or ``with`` takes, that has only the asynchronous methods."""
    use = case.usage.uses[0]
    if expects_failure(case.unit, use.node) or not (edits := _async_form(case, use)):
        return []
    code, kind = ("AW201", "iterator") if use.kind is UseKind.ITERATE else ("AW202", "context manager")
    drafts = case.draft(code, use.how, edits, at=[use], doubtful=survives_failure(case.unit, use.node))
    words = f"`{ast.unparse(use.node)}` gives an async {kind}: {use.how}"
    return [replace(draft, finding=replace(draft.finding, message=words)) for draft in drafts]


def assigned_against_type(case: Case) -> list[Draft]:
    """A coroutine assigned to something that is declared to hold a value."""
    statement = case.unit.parent(case.node)
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)):
        return []
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    found = case.complaints_at(case.node, *targets)
    if not any(c.found in ASYNC_KINDS and c.expected and not is_awaitable_text(c.expected) for c in found):
        return []
    if any(isinstance(t, ast.Attribute) and _kinds_of_reads(case, t) & ASYNCHRONOUS for t in targets):
        return []
    return case.awaiting("AW108", "it is assigned to what is declared to hold a value")


def tested_and_returned(case: Case) -> list[Draft]:
    """A coroutine that is tested, and then returned against the annotation: the latter is certainly wrong."""
    return _returned_by(case, next(use for use in case.usage.of(UseKind.RETURN) if is_returned_against_type(case, use)))


def is_returned_against_type(case: Case, use: Use) -> bool:
    """Whether the checker found an awaitable where the annotation wants a value returned."""
    whole = use.at.value if isinstance(use.at, ast.Return) else None
    found = ASYNC_KINDS | {Kind.MAYBE}
    about = (c for c in case.complaints_at(use.node, whole) if c.found in found)
    return any(not is_awaitable_text(c.expected) for c in about)


def returned(case: Case) -> list[Draft]:
    """A coroutine that is returned where its value is meant."""
    return _returned_by(case, case.use or case.usage.uses[0])


def _returned_by(case: Case, use: Use) -> list[Draft]:
    """A coroutine that an async function returns, so that its caller would have to await twice, or a sync one
    against its annotation."""
    function, result = case.unit.function, case.result
    if function is None or use.element:
        return []
    name, against = function.node.name, f"`{function.node.name}` returns it, contrary to its annotation"
    if function in case.sources.becoming_async:
        # One `await` of a caller gave its value before, and gives it after.
        words = against if promises_value(function) else f"`{name}` becomes async, and returns it"
        return [replace(draft, implied=True) for draft in case.awaiting("AW106", words)]
    if is_returned_against_type(case, use):
        return case.awaiting("AW106", against)
    if not function.is_async:
        if not promises_value(function) or result.nominal or case.sources.resolver.declares_awaitable(function):
            return []
        return case.awaiting("AW106", against, doubtful=not result.witnessed)
    if result.nominal or (function.node.returns is not None and not _says_nothing(function.node.returns)):
        return []  # a started Task is returned on purpose, and an annotation may take a coroutine as it is
    expected = expectation(function, case.sources)
    if expected in (Expectation.COROUTINE, Expectation.ELSEWHERE):
        return []
    doubtful = expected is not Expectation.VALUE and not result.witnessed
    return case.awaiting("AW106", f"`{name}` returns it, so its callers have to `await` twice", doubtful=doubtful)


def passed_against_type(case: Case) -> list[Draft]:
    """A coroutine that goes on, alone or in a tuple that is returned, where the checker wants something else."""
    for use in case.usage.uses:
        whole = use.at.value if isinstance(use.at, ast.Return) else None
        for complaint in case.complaints_at(use.node, whole):
            is_value_wanted = complaint.expected and not is_awaitable_text(complaint.expected)
            if is_value_wanted and is_awaitable_text(headline(complaint)):
                return case.awaiting("AW108", f"{use.how}, against the declared type", doubtful=True)
    return []


def returned_or_passed(case: Case) -> list[Draft]:
    return returned(case) or passed_against_type(case)


def other_branch_awaits(case: Case) -> list[Draft]:
    """A coroutine bound to a name that another branch binds to an awaited value."""
    return case.awaiting("AW108", _two_values(case, "an awaited value in another branch"), doubtful=True)


def other_branch_has_value(case: Case) -> list[Draft]:
    """A coroutine bound to a name that the other branch binds to a value."""
    return case.awaiting("AW108", _two_values(case, "a value in the other branch"), doubtful=True)


def _two_values(case: Case, held: str) -> str:
    return f"`{case.usage.name}` holds it here, and {held}"


def stored(case: Case) -> list[Draft]:
    """A coroutine that is stored where its value is meant: by its class, by the checker, or by habit."""
    return _attribute_read_as_value(case) or passed_against_type(case) or _unusual(case)


def _attribute_read_as_value(case: Case) -> list[Draft]:
    """A coroutine stored in an attribute of which the class only ever uses the value."""
    use = case.use
    if use is None or use.element or not isinstance(use.at, ast.Attribute):
        return []
    kinds = _kinds_of_reads(case, use.at)
    if not kinds & {UseKind.VALUE, UseKind.ITERATE} or kinds & ASYNCHRONOUS:
        return []
    words = f"it is stored in `{ast.unparse(use.at)}`, which its class uses as a value"
    return case.awaiting("AW108", words, doubtful=True)


def _kinds_of_reads(case: Case, attribute: ast.Attribute) -> set[UseKind]:
    """How the classes that share the attribute of an instance use what is kept in it."""
    function = case.unit.function
    known = case.sources.resolver.classes.attribute_uses(function, attribute.attr) if function else ()
    return {use.kind for _, use in known}


def _unusual(case: Case) -> list[Draft]:
    """A coroutine assigned where we cannot follow it, though the project awaits every other one like it."""
    use = case.use
    if use is None or use.element or not isinstance(use.at, (ast.Attribute, ast.Subscript)):
        return []  # to pass it on or put it among other things is the author's choice
    habit = case.sources.statistics.of(case.site) if isinstance(use.at.ctx, ast.Store) else None
    return case.awaiting("AW108", use.how, result=replace(case.result, because=habit), doubtful=True) if habit else []


def passed_on(case: Case) -> list[Draft]:
    """A coroutine given to something of which nothing is known."""
    use, function = case.use, case.unit.function
    if (drafts := passed_against_type(case)) or use is None:
        return drafts
    if (function is not None and not function.is_async) or case.result.evidence is Evidence.INFERRED:
        return []  # sync code cannot await: to hand a coroutine on is what it is left with
    if case.result.witnessed:  # what takes it did not await it, at least once
        return case.awaiting(code_of(case, use), case.words(use), doubtful=True)
    advice = "await it if you want the value; if you want the coroutine, add `# autoawait: ignore`"
    return case.draft(code_of(case, use), case.words(use), advice=advice)


def used_in_two_ways(case: Case) -> list[Draft]:
    """A coroutine that is awaited at one place and read at another: only a person knows which is meant."""
    if case.use is None or case.result.evidence is Evidence.INFERRED:
        return []
    words = f"it is awaited or scheduled in one place, and in another {case.words(case.use)}"
    return case.draft("AW301", words, advice="await it once, where it is made, if every use wants the value")


def given_for_function(case: Case) -> list[Draft]:
    """A coroutine given to what calls the function itself."""
    if case.use is None or case.result.evidence is Evidence.INFERRED:
        return []
    advice = f"pass `{callee_of(case.node)}` and its arguments instead of calling it"
    return case.draft(code_of(case, case.use), case.words(case.use), advice=advice)


def overridden_differently(case: Case) -> list[Draft]:
    """A call of which the object decides whether it has to be awaited: a person has to make the methods agree."""
    if expects_failure(case.unit, case.node):
        return []
    return case.draft("AW304", case.result.because, advice="make all of these methods async, or none of them")


def never_awaited_in_a_run(case: Case) -> list[Draft]:
    """A coroutine that was never awaited in a run, where the code does not say at which place it should be."""
    result, uses = case.result, case.usage.uses
    is_coroutine = result.kind is Kind.COROUTINE
    is_right = is_coroutine and is_fine(case) and not says_nothing(case.usage)
    if not result.witnessed or is_right or expects_failure(case.unit, case.node):
        return []
    if is_coroutine and all(use.kind is UseKind.NEUTRAL and use.element for use in uses):
        return case.awaiting("AW101", "it is left in a collection that nothing reads")
    words = next((use.how for use in uses if use.how), "nothing is done with it")
    if result.kind is Kind.PLAIN:
        of_type = f"its type is `{result.nominal}`" if result.nominal else "its type is not awaitable"
        words = f"it gave a coroutine in a run, though {of_type}"
    elif result.kind is Kind.MAYBE:
        words = "its type allows a value too, which cannot be awaited"
    advice = "await it where its value is wanted; `# autoawait: ignore[AW303]` says that nobody wants it"
    shown = replace(result, kind=Kind.COROUTINE, because=result.witnessed)
    return case.draft("AW303", words, result=shown, advice=advice)


def awaited_in_sync_function(site: CallSite) -> list[Draft]:
    """What a sync function awaits, or iterates or enters asynchronously: Python does not compile it."""
    function, file = site.unit.function, site.unit.file
    if function is None:
        return []
    message = f"`{function.node.name}` is not async, and awaits `{callee_of(site.node)}`"
    fix = Fix((), Applicability.SAFE)
    found = Finding("AW404", file.path, file.span(site.node), message, callee_of(site.node), fix=fix)
    return [Draft(found, site, CallResult(Kind.COROUTINE), function)]


def _says_nothing(annotation: ast.expr) -> bool:
    """Whether a return annotation lets anything through, so that only the callers tell what is wanted."""
    names = {n.id for n in ast.walk(annotation) if isinstance(n, ast.Name)}
    return bool(names & {"Any", "object"}) and names.isdisjoint((*AWAITABLES, *RUNNING))
