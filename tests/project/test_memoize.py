"""Answers that are kept with the thing that they are about."""

from __future__ import annotations

import gc
import weakref

from autoawait.project.memoize import memoize


class Thing:
    pass


def test_a_question_about_one_thing_is_worked_out_once() -> None:
    asked: list[Thing] = []

    @memoize
    def question(thing: Thing) -> int | None:
        asked.append(thing)
        return len(asked) if len(asked) > 1 else None

    first, second = Thing(), Thing()
    assert [question(first), question(second), question(first), question(second)] == [None, 2, None, 2]
    assert len(asked) == 2


def test_the_answer_goes_with_the_thing() -> None:
    @memoize
    def question(_: Thing) -> Thing:
        return Thing()

    thing = Thing()
    gone = weakref.ref(question(thing))
    assert gone() is not None
    del thing
    gc.collect()
    assert gone() is None
