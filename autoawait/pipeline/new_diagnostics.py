"""The complaints of the checker that edits have brought, and what they say."""

from __future__ import annotations

import re
from collections import Counter

from autoawait.detection.survey import UNAWAITED
from autoawait.diagnostics.suppression import silenced
from autoawait.project.source import SourceFile
from autoawait.types.checker_diagnostics import (
    headline,
    is_about_override,
    is_about_suppression,
    is_on_none,
    is_seen_in_part,
    names_async,
    subject,
    without_attribute,
)
from autoawait.types.engine import ASYNC_KINDS, AWAITABLE_KINDS, Checked, CheckerDiagnostic, Kind
from autoawait.types.type_expr import kind_of, union_parts

INVALID_AWAIT = "invalid-await"


def new_complaints(before: Checked, after: Checked) -> list[CheckerDiagnostic]:
    """The complaints that are new. Both sides speak of places before the edits.

    A complaint is not new where the checker had the same before, where it complained of the awaitable
    itself at this place (now it sees the value), or where it took the code for unreachable. A warning that is about
    the value that is now seen, such as its truth, is the author's.
    """
    # What follows the first line explains, and names types that may be seen more exactly now.
    known = Counter((c.code, headline(c)) for c in before.complaints)
    grave = (c for c in after.complaints if c.is_error or _is_about_async(c))
    fresh = [
        c for c in grave if not (is_about_suppression(c) or _was_about_awaitable(before, c) or _was_there(before, c))
    ]
    new: list[CheckerDiagnostic] = []
    for complaint in fresh:
        key = (complaint.code, headline(complaint))
        if known[key]:
            known[key] -= 1
        elif not any(start <= complaint.start <= end for start, end in before.unreachable):
            new.append(complaint)
    return new


def is_silenced(complaint: CheckerDiagnostic, source: SourceFile) -> bool:
    """Whether the author has told another checker to be silent of this line, and no coroutine is what is wrong there.

    ty heeds only comments without a code or with one of its own.
    """
    is_async = complaint.found in ASYNC_KINDS or names_async(complaint)
    return not is_async and complaint.start.line in silenced(source)


def still_lacks_await(complaint: CheckerDiagnostic) -> bool:
    """Whether a complaint is that something typed as awaitable has no such attribute: what an edit makes is a
    coroutine; this was there before, and still lacks its own ``await``."""
    lacking = without_attribute(complaint)
    return bool(lacking) and kind_of(lacking) is Kind.AWAITABLE


def is_about_value(complaint: CheckerDiagnostic) -> bool:
    """Whether a complaint is of what the code does with a value that the checker sees only now: of its plain type, of
    that it may be None, or of how one method overrides another."""
    return _is_about_types(complaint) or _is_about_none(complaint) or is_about_override(complaint)


def _is_about_types(complaint: CheckerDiagnostic) -> bool:
    """Whether a complaint holds one plain type against another: the value was as wrong before, only nobody saw it.

    Where a class no longer fits because a method of it is async now, the explanation says so.
    """
    if names_async(complaint):
        return False
    is_plain = complaint.found not in (*ASYNC_KINDS, Kind.MAYBE)
    return is_plain and bool(complaint.expected) and kind_of(complaint.expected) is Kind.PLAIN


def _is_about_none(complaint: CheckerDiagnostic) -> bool:
    """Whether a complaint is that a value may be None: to await it gives no other, and what the code does with that was
    as right or wrong before."""
    return is_on_none(complaint) and not names_async(complaint)


def _was_there(before: Checked, complaint: CheckerDiagnostic) -> bool:
    """Whether the checker complained of the same thing at the same place, and only says more exactly now what is amiss:
    of a manager that has one of its two methods, say, which of them is missing. What did not fit a type that is
    expected there, and was no awaitable itself, does not fit it still; of what could not be awaited, a part now can."""
    return any(
        (_sort(old), old.start, old.end) == (_sort(complaint), complaint.start, complaint.end)
        and headline(old) != headline(complaint)
        and _is_no_worse(old, complaint)
        for old in before.complaints
    )


def _is_no_worse(old: CheckerDiagnostic, complaint: CheckerDiagnostic) -> bool:
    """Whether of two complaints of one sort at one place the second is about no more than the first."""
    if complaint.code == INVALID_AWAIT:
        return _not_awaitable(complaint) <= _not_awaitable(old)
    return _is_as_unfit(old, complaint) if complaint.expected else _is_as_amiss(old, complaint)


def _not_awaitable(complaint: CheckerDiagnostic) -> set[str]:
    """The types of what cannot be awaited, of a union those that are the reason for it."""
    return {part for part in union_parts(subject(complaint)) if kind_of(part) not in AWAITABLE_KINDS}


def _sort(complaint: CheckerDiagnostic) -> str:
    """What a complaint is about in general: ty has several codes for an override that does not fit."""
    return "override" if is_about_override(complaint) else complaint.code


def _is_as_unfit(old: CheckerDiagnostic, complaint: CheckerDiagnostic) -> bool:
    return old.expected == complaint.expected and not {old.found, complaint.found} & ASYNC_KINDS


def _is_as_amiss(old: CheckerDiagnostic, complaint: CheckerDiagnostic) -> bool:
    if old.expected or not _is_known_better(subject(old), subject(complaint)):
        return False
    return is_about_override(complaint) or old.found is complaint.found is not Kind.COROUTINE


def _is_known_better(before: str, after: str) -> bool:
    """Whether a type is the one it was before, or what was unknown in it is known now."""
    return re.fullmatch(".+".join(map(re.escape, before.split("Unknown"))), after) is not None


def _is_about_async(complaint: CheckerDiagnostic) -> bool:
    return complaint.found in ASYNC_KINDS or complaint.suggests_async or complaint.code in UNAWAITED


def _was_about_awaitable(before: Checked, complaint: CheckerDiagnostic) -> bool:
    """Whether a complaint takes the place of one about the awaitable, and shows more than the same mistake again.

    A value that may be None is complained of as the author would see it with the `await` in place; the
    same complaint about another type shows that the missing `await` was not the mistake.
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
