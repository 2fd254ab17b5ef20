"""Every golden case gives what its directory says, and stays what it is when run again."""

from __future__ import annotations

import ast
import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.golden import Case, Result, all_cases, rewrite, run_all
from tests.paths import FIXTURES, ROOT

CASES = all_cases()


def _parameters(cases: list[Case]) -> list[object]:
    marks = {case: [pytest.mark.skipif(True, reason=case.lacks)] if case.lacks else [] for case in cases}
    return [pytest.param(case, id=case.name, marks=marks[case]) for case in cases]


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    return run_all([case for case in CASES if not case.lacks], "before", tmp_path_factory.mktemp("before"))


@pytest.fixture(scope="session")
def second_results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    changing = [case for case in CASES if case.changes and not case.lacks]
    return run_all(changing, "after", tmp_path_factory.mktemp("after"))


@pytest.fixture(scope="session")
def cautious_results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """What happens to the cases of ``unsafe = true`` when nobody asked for unsafe fixes."""
    daring = [case for case in CASES if case.mode.unsafe and not case.lacks]
    return run_all(daring, "before", tmp_path_factory.mktemp("cautious"), unsafe=False)


@pytest.mark.parametrize("case", _parameters(CASES))
def test_gives_what_the_case_says(case: Case, results: dict[str, Result], request: pytest.FixtureRequest) -> None:
    result = results[case.name]
    if request.config.getoption("--update-fixtures"):
        rewrite(case, result)
        return
    for name, data in case.after.items():
        assert result.files[name].decode("latin-1") == data.decode("latin-1"), name
    if case.expected is not None:
        assert list(result.findings) == list(case.expected)


@pytest.mark.parametrize("case", _parameters([case for case in CASES if case.changes]))
def test_changes_nothing_when_run_again(case: Case, second_results: dict[str, Result]) -> None:
    assert second_results[case.name].files == case.after


@pytest.mark.parametrize("case", _parameters([case for case in CASES if case.changes]))
def test_reports_all_that_a_run_on_the_result_reports(
    case: Case, results: dict[str, Result], second_results: dict[str, Result]
) -> None:
    """Lines may have moved, but each finding is one of the same file and code: so `fix` exits with 0 only if `check`
    right after it does."""
    assert _by_file_and_code(second_results[case.name].findings) <= _by_file_and_code(results[case.name].left)


def _by_file_and_code(lines: Iterable[str]) -> Counter[tuple[str, str]]:
    parts = (line.rsplit(" ", 2) for line in lines)
    return Counter((place.split(":")[0], code) for place, code, _ in parts)


@pytest.mark.parametrize("case", _parameters([case for case in CASES if case.mode.unsafe]))
def test_unsafe_fixes_wait_for_consent(case: Case, cautious_results: dict[str, Result]) -> None:
    assert case.expected and all(line.endswith((" unsafe", " none")) for line in case.expected)
    cautious = cautious_results[case.name]
    assert cautious.files == case.before
    assert Counter(cautious.findings) <= Counter(case.expected)
    # What is left to a person once a fix is made is told with it.
    assert all(line.endswith(" none") for line in Counter(case.expected) - Counter(cautious.findings))


@pytest.mark.parametrize("case", _parameters(CASES))
def test_the_input_parses_and_the_result_compiles(case: Case) -> None:
    for name, data in case.before.items():
        if is_sound_python(case, name):
            ast.parse(data, name, feature_version=case.mode.target)
            tree = ast.parse(case.after[name], name, feature_version=case.mode.target)
            compile(tree, name, "exec", dont_inherit=True)


def is_sound_python(case: Case, name: str) -> bool:
    return name.endswith((".py", ".pyi")) and name not in case.broken


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 120


def test_cases_live_in_rooms_by_question() -> None:
    questions = Counter(case.folder.relative_to(FIXTURES).parent for case in CASES)
    assert {question.parts[0] for question in questions} <= {path.name for path in (ROOT / "autoawait").iterdir()}
    assert all(len(question.parts) == 2 for question in questions)
    assert max(questions.values()) <= 70


def test_each_file_is_of_a_case() -> None:
    cases = [case.folder for case in CASES]
    files = [path for path in FIXTURES.rglob("*.*") if path.is_file() and "__pycache__" not in path.parts]
    owned = {path for folder in cases for path in folder.rglob("*")}
    demo = [path for path in files if path.relative_to(FIXTURES).parts[0] in ("demo", "demo.diff")]
    assert [path for path in files if path not in owned and path not in demo] == []


def test_more_cases_leave_the_code_alone_than_change_it() -> None:
    changing = sum(case.changes for case in CASES)
    assert changing < len(CASES) - changing


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_names_are_sentences_and_expectations_readable(case: Case) -> None:
    words = case.folder.name.split("-")
    assert len(words) >= 4
    assert all(word.isalnum() and word.islower() for word in words if not word.isdigit())
    for line in case.expected or ():
        place, code, applicability = line.rsplit(" ", 2)
        path, number, _ = place.split(":")
        assert path in case.before
        assert 1 <= int(number) <= case.before[path].count(b"\n") + 1
        assert code[:2] == "AW" and code[2:].isdigit()
        assert applicability in {"safe", "unsafe", "none"}


def test_rewriting_a_case_by_what_it_wants_changes_nothing(tmp_path: Path) -> None:
    for case in CASES:
        copy = tmp_path / case.name
        shutil.copytree(case.folder, copy, ignore=shutil.ignore_patterns("__pycache__"))
        wanted = _contents(copy)
        rewrite(replace(case, folder=copy), Result(case.after, case.expected or ()))
        assert _contents(copy) == wanted


def test_rewriting_a_case_records_what_the_tool_did(tmp_path: Path) -> None:
    case = next(case for case in CASES if case.changes and case.expected and not case.has_root)
    copy = tmp_path / "case"
    shutil.copytree(case.folder, copy)
    rewrite(replace(case, folder=copy), Result(case.before, ("before.py:1: AW302 none",)))
    assert not (copy / "after.py").exists()
    assert (copy / "expected.txt").read_text(encoding="utf-8") == "before.py:1: AW302 none\n"


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
