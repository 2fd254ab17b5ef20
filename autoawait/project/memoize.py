"""Results that depend on one object alone, cached for as long as that object lives.

One run analyses a project several times, and an editor many times, while most files stay the same: whatever follows
from a single file is computed once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

_Thing = TypeVar("_Thing")
_Answer = TypeVar("_Answer")


def memoize(question: Callable[[_Thing], _Answer]) -> Callable[[_Thing], _Answer]:
    """Decorate a function of one object, compared by identity, so that it runs once for each.

    Its result must not refer to the object, which would then never be freed.
    """
    answers: WeakKeyDictionary[_Thing, _Answer] = WeakKeyDictionary()

    @wraps(question)
    def answer(thing: _Thing) -> _Answer:
        try:
            return answers[thing]
        except KeyError:
            answers[thing] = found = question(thing)
            return found

    return answer
