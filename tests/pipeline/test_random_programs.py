"""The tool's promises, held by random programs: ``python -m tests.random_programs`` tries thousands of others."""

from __future__ import annotations

import pytest

from tests.random_programs.executions import Ran
from tests.random_programs.known import KNOWN
from tests.random_programs.mutants import mutant_of
from tests.random_programs.promises import Lot, broken_promises
from tests.random_programs.trials import edits_of, right


@pytest.mark.parametrize(
    "lot", [Lot(0, range(30), False, KNOWN), Lot(0, range(30, 60), True, KNOWN)], ids=["own", "shared"]
)
def test_what_is_right_stays_and_what_is_repaired_is_right_again(lot: Lot) -> None:
    assert [str(broken) for broken in broken_promises(lot)] == []


def test_programs_that_lack_an_await_are_repaired_and_what_else_they_become_is_seen() -> None:
    lot = Lot(0, range(12), known=KNOWN)
    files = {f"p{number}": lot.program(number).files for number in lot.numbers}
    wanted = right(files)
    mutants = {name: mutant for name, one in files.items() if (mutant := mutant_of(one, name))}
    assert sum(edit.is_as_wanted for edit in edits_of(mutants, wanted) if edit.mode == "unsafe") > len(mutants) / 3
    others = {name: Ran("something else", "") for name in wanted}
    assert not any(edit.is_as_wanted for edit in edits_of(mutants, others))


def test_all_programs_are_right_with_or_without_what_the_tool_fails_on() -> None:
    lot = Lot(0, range(100, 160), is_shared=True)
    answers = right({f"p{number}": lot.program(number).files for number in lot.numbers})
    assert all(ran.printed for ran in answers.values())
