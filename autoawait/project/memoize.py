"""Answers about one thing alone, kept for as long as the thing is.

A project is looked at several times in one run, and many times by an editor, while most of its files stay what they
are: what follows from one file is worked out once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

_Thing = TypeVar("_Thing")
_Answer = TypeVar("_Answer")


def memoize(question: Callable[[_Thing], _Answer]) -> Callable[[_Thing], _Answer]:
    """A function of one thing (compared by identity) that is worked out once for each.

    What it gives must not hold the thing itself, which would then never go.
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
