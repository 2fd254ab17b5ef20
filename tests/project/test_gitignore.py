"""Single patterns; whole trees are judged beside git in test_discovery."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoawait.project.gitignore import PatternError, ignores

TOP = Path(os.sep, "top")
SUFFIXES = (".py", ".py ")


def verdict(line: str, name: str) -> bool | None:
    """What one pattern says of a path below the top; a name that ends in / is a directory."""
    path = TOP / name
    return ignores(str(TOP), [line], SUFFIXES).verdict(str(path), path.name, name.endswith("/"))


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("a.py", "a.py"),
        ("a.py", "x/a.py"),
        ("/a.py", "a.py"),
        ("*.py", "x/y/b.py"),
        ("x/*.py", "x/a.py"),
        ("gen", "gen/"),
        ("gen/", "x/gen/"),
        ("**/gen", "gen/"),
        ("**/gen", "x/y/gen/"),
        ("x/**", "x/y/a.py"),
        ("x/**/a.py", "x/a.py"),
        ("x/**/a.py", "x/y/z/a.py"),
        ("?.py", "a.py"),
        ("[ab].py", "b.py"),
        ("[!b].py", "a.py"),
        ("[^b].py", "a.py"),
        ("[]a].py", "].py"),
        ("[[].py", "[.py"),
        ("a.py   ", "a.py"),
        ("\\#a.py", "#a.py"),
        ("\\!a.py", "!a.py"),
        ("a\\*.py", "a*.py"),
        ("a.py\\ ", "a.py "),
        ("[a.py", "[a.py"),
    ],
)
def test_matches(line: str, name: str) -> None:
    assert verdict(line, name) is True


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("/a.py", "x/a.py"),
        ("gen/", "gen"),
        ("x/*.py", "x/y/a.py"),
        ("x/*.py", "y/x/a.py"),
        ("x/**", "x/"),
        ("a?b.py", "a/b.py"),
        ("x[/]a.py", "x/a.py"),
        ("A.py", "a.py"),
        ("a", "a.py"),
        ("# a.py", "a.py"),
        ("", "a.py"),
        ("   ", "a.py"),
        ("*.log", "a.py"),
        ("gen", "gen/a.py"),
    ],
)
def test_says_nothing(line: str, name: str) -> None:
    assert verdict(line, name) is None


def test_the_last_pattern_wins() -> None:
    rules = ignores(f"{TOP}{os.sep}", ["*.py", "!a.py", "gen/", "!gen"], SUFFIXES)
    assert rules.verdict(str(TOP / "a.py"), "a.py", False) is False
    assert rules.verdict(str(TOP / "b.py"), "b.py", False) is True
    assert rules.verdict(str(TOP / "gen"), "gen", True) is False


@pytest.mark.parametrize("line", ["!", "/", "a\\", "!/", "[z-a].py"])
def test_what_is_no_pattern_is_an_error(line: str) -> None:
    with pytest.raises(PatternError, match="is not a pattern"):
        ignores(str(TOP), [line], SUFFIXES)


PARTS = st.sampled_from(["a", "b.py", "*", "**", "?.py", "[ab]", "[!a]*", "*.py", "a*", "\\a"])
PATTERNS = st.builds(
    lambda negated, rooted, parts, folder: negated + rooted + "/".join(parts) + folder,
    st.sampled_from(["", "", "!"]),
    st.sampled_from(["", "", "/"]),
    st.lists(PARTS, min_size=1, max_size=3),
    st.sampled_from(["", "", "/"]),
)
PATHS = [f"{folder}{name}" for folder in ("", "a/", "b/", "a/b/", "b/a/a/") for name in ("a.py", "b.py", "ab.py")]


@settings(max_examples=60)
@given(st.lists(PATTERNS, min_size=1, max_size=4))
def test_git_agrees(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    root = _repository(tmp_path_factory)
    (root / ".gitignore").write_text("\n".join(lines) + "\n", encoding="utf-8")
    asked = subprocess.run(
        ["git", "-C", str(root), "check-ignore", "--no-index", "--stdin"],
        input="\n".join(PATHS),
        capture_output=True,
        text=True,
        check=False,
    )
    rules = ignores(str(root), lines, (".py",))

    def is_ignored(path: str) -> bool:
        parts = path.split("/")
        folders = ["/".join(parts[: count + 1]) for count in range(len(parts) - 1)]
        return any(rules.verdict(str(root / f), f.rpartition("/")[2], True) for f in folders) or bool(
            rules.verdict(str(root / path), parts[-1], False)
        )

    assert [path for path in PATHS if is_ignored(path)] == asked.stdout.split()


def _repository(factory: pytest.TempPathFactory) -> Path:
    """One repository for all examples: hypothesis does not renew fixtures."""
    root = factory.getbasetemp() / "ignored-repository"
    if not root.exists():
        subprocess.run(["git", "init", "-q", str(root)], check=True)
    return root
