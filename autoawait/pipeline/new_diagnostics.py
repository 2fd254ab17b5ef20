"""Which complaints of the type checker are new after the edits, and which of these are not about the edits."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from autoawait.detection.survey import UNAWAITED
from autoawait.diagnostics.suppression import silenced
from autoawait.project.source import SourceFile
from autoawait.types.checker_diagnostics import (
    headline,
    is_about_override,
    is_about_suppression,
    is_seen_in_part,
    names_async,
    quoted,
    subject,
    without_attribute,
)
from autoawait.types.engine import ASYNC_KINDS, AWAITABLE_KINDS, Checked, CheckerDiagnostic, Kind
from autoawait.types.type_expr import kind_of, union_parts

INVALID_AWAIT = "invalid-await"
# What only edits can have done to code that was sound: it does not parse, or a name is missing.
_BROKEN = frozenset({"invalid-syntax", "unresolved-reference", "unresolved-import"})


def new_complaints(before: Checked, after: Checked, scope: Callable[[int], object]) -> list[CheckerDiagnostic]:
    """The complaints that are new. All places are those before the edits; ``scope`` is the function around a line.

    A complaint is not new where the checker had the same one before, where it complained of the awaitable at this place
    (now it sees the value), or where it took the code for unreachable. Warnings count only if they are about something
    async: others, such as one about the truth of a value that is now seen, are for the author.
    """
    new: list[CheckerDiagnostic] = []
    for complaint in _unmatched(before.complaints, after.complaints, scope):
        if is_about_suppression(complaint) or not (complaint.is_error or _is_about_async(complaint)):
            continue
        if _was_about_awaitable(before, complaint) or _was_there(before, complaint):
            continue
        if not any(start <= complaint.start <= end for start, end in before.unreachable):
            new.append(complaint)
    return new


def _unmatched(
    before: Iterable[CheckerDiagnostic], after: Iterable[CheckerDiagnostic], scope: Callable[[int], object]
) -> list[CheckerDiagnostic]:
    """The complaints after the edits without those that were there before: first each is held against the same words at
    the same place, then what is left against the same words in the same function, since edits may move code."""

    def placed(complaint: CheckerDiagnostic) -> tuple[object, ...]:
        return _words(complaint), complaint.start

    def in_function(complaint: CheckerDiagnostic) -> tuple[object, ...]:
        return _words(complaint), scope(complaint.start.line)

    old, left = _without_equals([*before], [*after], placed)
    return _without_equals(old, left, in_function)[1]


def _without_equals(
    before: Sequence[CheckerDiagnostic], after: Sequence[CheckerDiagnostic], key: Callable[[CheckerDiagnostic], object]
) -> tuple[list[CheckerDiagnostic], list[CheckerDiagnostic]]:
    """Both sides without the complaints that the other side has too, one for one."""
    known, seen = Counter(map(key, before)), Counter(map(key, after))
    common = known & seen
    return _less(before, common.copy(), key), _less(after, common, key)


def _less(
    complaints: Iterable[CheckerDiagnostic], common: Counter[object], key: Callable[[CheckerDiagnostic], object]
) -> list[CheckerDiagnostic]:
    left: list[CheckerDiagnostic] = []
    for complaint in complaints:
        if common[key(complaint)] > 0:
            common[key(complaint)] -= 1
        else:
            left.append(complaint)
    return left


def _words(complaint: CheckerDiagnostic) -> tuple[str, str]:
    """The code and the first line: what follows it explains, and names types that may be seen more exactly now."""
    return complaint.code, headline(complaint)


def is_silenced(complaint: CheckerDiagnostic, source: SourceFile) -> bool:
    """Whether a comment on this line silences another type checker, and the complaint is not about something async.

    ty itself heeds only comments without a code or with one of its own.
    """
    is_async = complaint.found in ASYNC_KINDS or names_async(complaint)
    return not is_async and complaint.start.line in silenced(source)


def still_lacks_await(complaint: CheckerDiagnostic) -> bool:
    """Whether a complaint is that something typed as an awaitable lacks an attribute: an edit makes coroutines only, so
    this was there before, and still lacks an ``await`` of its own."""
    lacking = without_attribute(complaint)
    return bool(lacking) and kind_of(lacking) is Kind.AWAITABLE


def is_about_value(complaint: CheckerDiagnostic) -> bool:
    """Whether a complaint is about plain values that the checker sees only now, and so was as true before: that one is
    of the wrong type or may be None, or how one method overrides another.

    All others name an awaitable, such as a class that no longer fits because a method of it is async now (then the
    explanation says so), or say that the code itself is broken: they withdraw a fix.
    """
    if is_about_override(complaint):
        return True
    is_about_await = complaint.code == INVALID_AWAIT or _is_about_async(complaint) or names_async(complaint)
    is_awaitable_wanted = bool(complaint.expected) and kind_of(complaint.expected) in (*ASYNC_KINDS, Kind.MAYBE)
    return not (is_about_await or is_awaitable_wanted or complaint.code in _BROKEN)


def _was_there(before: Checked, complaint: CheckerDiagnostic) -> bool:
    """Whether the checker complained of the same thing at the same place, and is only more exact now."""
    return any(
        (_sort(old), old.start, old.end) == (_sort(complaint), complaint.start, complaint.end)
        and headline(old) != headline(complaint)
        and _is_no_worse(old, complaint)
        for old in before.complaints
    )


def _is_no_worse(old: CheckerDiagnostic, complaint: CheckerDiagnostic) -> bool:
    """Whether of two complaints of one sort at one place the second is about no more than the first."""
    if complaint.code == INVALID_AWAIT:  # part of what could not be awaited now can
        return _not_awaitable(complaint) <= _not_awaitable(old)
    awaitables = {text for text in quoted(complaint) if kind_of(text) in ASYNC_KINDS}
    if awaitables and awaitables <= quoted(old):  # of these the checker knew, what they meet is known better now
        return True
    if complaint.expected:  # the value does not fit the type that is expected, and was no awaitable before either
        return old.expected == complaint.expected and not {old.found, complaint.found} & ASYNC_KINDS
    if old.expected or not _is_known_better(subject(old), subject(complaint)):
        return False
    return is_about_override(complaint) or old.found is complaint.found is not Kind.COROUTINE


def _not_awaitable(complaint: CheckerDiagnostic) -> set[str]:
    """The types that cannot be awaited, of a union those of its parts."""
    return {part for part in union_parts(subject(complaint)) if kind_of(part) not in AWAITABLE_KINDS}


def _sort(complaint: CheckerDiagnostic) -> str:
    """What a complaint is about in general: ty has several codes for an override that does not fit."""
    return "override" if is_about_override(complaint) else complaint.code


def _is_known_better(before: str, after: str) -> bool:
    """Whether a type is the same as before, but for what was unknown in it."""
    return re.fullmatch(".+".join(map(re.escape, before.split("Unknown"))), after) is not None


def _is_about_async(complaint: CheckerDiagnostic) -> bool:
    return complaint.found in ASYNC_KINDS or complaint.suggests_async or complaint.code in UNAWAITED


def _was_about_awaitable(before: Checked, complaint: CheckerDiagnostic) -> bool:
    """Whether a complaint takes the place of one about the awaitable, and is not the same mistake again.

    That part of a union is wrong, such as None, the author would see with the `await` in place too; the same complaint
    about another type as a whole shows that the missing `await` was not the mistake.
    """
    if complaint.code == INVALID_AWAIT:
        return False  # what was no awaitable before is none now
    is_partial = is_seen_in_part(complaint)
    return any(
        old.found in ASYNC_KINDS
        and old.start <= complaint.end
        and complaint.start <= old.end
        and (is_partial or old.code != complaint.code)
        for old in before.complaints
    )
