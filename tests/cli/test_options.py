"""Every command and option explains itself, and none is without effect.

``EFFECTS`` has a row for each argument and option of each command: a run without it, and what is added for a run with
it. A new one without a row fails here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from autoawait import cli
from tests.projects import write_project

# A project in which every option has something to do.
FILES = {
    "pyproject.toml": '[project.scripts]\nshop = "a:main"\n',
    "other.toml": '[tool.autoawait]\nexclude = ["b.py"]\nignore-calls = ["f"]\n',
    "run.log": "a.py:17: RuntimeWarning: coroutine 'f' was never awaited\n  f()\n",
    "known.json": '{"version": 1, "findings": [{"path": "b.py", "scope": "other", "text": "f()", "code": "AW101"}]}',
    "known.toml": '[tool.autoawait]\nbaseline = "known.json"\n',
    "env/pyvenv.cfg": f"home = {Path(sys.base_prefix) / 'bin'}\nversion = {sys.version.split()[0]}\n",
    f"env/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages/thing.py": "async def go() -> int: ...\n",
    "env/bin/python": "",
    "a.py": """\
        import thing


        async def f() -> int:
            return 1


        async def numbers():
            yield 1


        def plain() -> int:
            return f() + 1


        async def report(x) -> None:
            f()
            print(plain(), next(numbers()))
            thing.go()
            await x.habit()
            await x.habit()
            x.habit()


        def main() -> None:
            f()
        """,
    "pkg/__init__.py": "",
    "pkg/c.py": "",
    "pkg/inner.py": "async def g() -> int: ...\n",
    "b.py": "from a import f\n\n\nasync def other() -> None:\n    f()\n",
}
BUFFER = "from .inner import g\n\n\nasync def other() -> None:\n    print(g() + 1)\n"

_EXIT = '{"jsonrpc": "2.0", "method": "exit"}'
FAREWELL = f"Content-Length: {len(_EXIT)}\r\n\r\n{_EXIT}"  # all that an editor says to the server


@dataclass(frozen=True)
class Effect:
    """A run of a command without something, and what is ``added`` for the run with it. ``typed`` is standard input."""

    base: tuple[str, ...]
    added: tuple[str, ...]
    typed: str = ""


def _of_both(command: str) -> Iterator[tuple[str, Effect]]:
    """What ``fix`` and ``check`` have in common."""
    yield "paths", Effect((command,), ("b.py",))
    yield "--unsafe-fixes", Effect((command,), ("--unsafe-fixes",))
    yield "--no-unsafe-fixes", Effect((command, "--unsafe-fixes"), ("--no-unsafe-fixes",))
    yield "--propagate", Effect((command, "--no-propagate"), ("--propagate",))
    yield "--no-propagate", Effect((command,), ("--no-propagate",))
    yield "--bridge", Effect((command,), ("--bridge",))
    yield "--no-bridge", Effect((command, "--bridge"), ("--no-bridge",))
    yield "--python", Effect((command,), ("--python", "env"))
    yield "--target-version", Effect((command,), ("--target-version", "3.9"))
    yield "--exclude", Effect((command,), ("--exclude", "b.py"))
    yield "--baseline", Effect((command,), ("--baseline", "known.json"))
    yield "--no-baseline", Effect((command, "--config", "known.toml"), ("--no-baseline",))
    yield "--output-format", Effect((command,), ("--output-format", "concise"))
    yield "--statistics", Effect((command,), ("--statistics",))
    yield "--exit-zero", Effect((command,), ("--exit-zero",))
    yield "--config", Effect((command,), ("--config", "other.toml"))
    yield "--stdin-filename", Effect((command, "-"), ("--stdin-filename", "pkg/c.py"), BUFFER)
    yield "--from-log", Effect((command,), ("--from-log", "run.log"))
    yield "--color", Effect((command,), ("--color", "always"))
    yield "--quiet", Effect((command,), ("--quiet",))
    yield "--verbose", Effect((command,), ("--verbose",))


def _of_questions(command: str, asked: str, form: tuple[str, str], config: str) -> Iterator[tuple[str, Effect]]:
    """What ``why`` and ``graph`` have in common."""
    yield "--python", Effect((command, asked), ("--python", "env"))
    yield form[0], Effect((command, asked), form)
    yield "--config", Effect((command, config), ("--config", "other.toml"))
    yield "--color", Effect((command, asked), ("--color", "always"))


EFFECTS: dict[tuple[str, str], Effect] = {
    ("", "--version"): Effect((), ("--version",)),
    ("", "--show-completion"): Effect((), ("--show-completion",)),
    ("", "--install-completion"): Effect((), ("--install-completion",)),
    **{("fix", name): effect for name, effect in _of_both("fix")},
    ("fix", "--diff"): Effect(("fix",), ("--diff",)),
    ("fix", "--interactive"): Effect(
        ("fix",), ("--interactive",)
    ),  # test_interactive.py has what it does on a terminal
    **{("check", name): effect for name, effect in _of_both("check")},
    ("check", "--update-baseline"): Effect(("check", "--baseline", "known.json"), ("--update-baseline",)),
    ("explain", "code"): Effect(("explain",), ("AW101",)),
    ("why", "place"): Effect(("why",), ("a.py:17",)),
    **{("why", n): e for n, e in _of_questions("why", "a.py:19", ("--output-format", "json"), "a.py:17")},
    ("graph", "function"): Effect(("graph",), ("report",)),
    ("server", "--verbose"): Effect(("server",), ("--verbose", "--verbose"), FAREWELL),
    **{("graph", n): e for n, e in _of_questions("graph", "report", ("--format", "dot"), "other")},
}
COMMANDS: Mapping[str, Any] = {"": (ROOT := typer.main.get_command(cli.app)), **ROOT.commands}  # type: ignore[attr-defined]


def parameters(command: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 (a class that Typer keeps to itself)
    """The arguments of a command by their names, and its options by each word that says something else."""
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            yield parameter.name, parameter
        elif parameter.name != "help":
            yield max(parameter.opts, key=len), parameter
            yield from ((word, parameter) for word in parameter.secondary_opts)


ALL = {(name, word): parameter for name, command in COMMANDS.items() for word, parameter in parameters(command)}


# --- help -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_says_what_it_does(name: str) -> None:
    command = COMMANDS[name]
    first = (command.help or "").partition("\n\n")[0].strip()
    assert first.endswith(".") and len(first) > 20
    shown = " ".join(CliRunner().invoke(cli.app, [*name.split(), "--help"]).output.split())
    assert " ".join(first.split()) in shown
    if name:
        listed = " ".join(CliRunner().invoke(cli.app, ["--help"]).output.split())
        assert f"{name} {first}" in listed  # whole, not cut to fit


@pytest.mark.parametrize(("name", "word"), ALL)
def test_each_option_is_explained(name: str, word: str) -> None:
    parameter = ALL[name, word]
    assert not parameter.hidden
    assert parameter.help and len(parameter.help) > 15
    assert parameter.help.rstrip().endswith(".")
    shown = " ".join(CliRunner().invoke(cli.app, [*name.split(), "--help"]).output.split())
    assert " ".join(parameter.help.split()).split(" [")[0] in shown


def test_help_is_also_printed_for_the_short_option() -> None:
    for name in COMMANDS:
        long, short = (CliRunner().invoke(cli.app, [*name.split(), option]) for option in ("--help", "-h"))
        assert (long.exit_code, long.output) == (0, short.output)


# --- effects ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """All that a run leaves: what it says, and what files hold afterwards."""

    code: int
    stdout: str
    stderr: str
    files: Mapping[str, bytes]


def run(folder: Path, arguments: tuple[str, ...], typed: str = "") -> Seen:
    """Run a command on a fresh copy of the project, always in the same place."""
    shutil.rmtree(folder, ignore_errors=True)
    write_project(folder, FILES)
    if "completion" in "".join(arguments):
        done = in_shell(folder, *arguments)
    else:
        done = (as_a_server if "server" in arguments else in_process)(folder, arguments, typed)
    return Seen(
        *done, {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    )


def in_process(folder: Path, arguments: tuple[str, ...], typed: str) -> tuple[int, str, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name in ("VIRTUAL_ENV", "NO_COLOR", "FORCE_COLOR"):  # what is set where the tests run is no part of them
            patch.delenv(name, raising=False)
        done = CliRunner().invoke(cli.app, arguments, input=typed)
    assert "Traceback" not in done.stderr and "No such option" not in done.stderr
    return done.exit_code, done.stdout, done.stderr


def as_a_server(folder: Path, arguments: tuple[str, ...], typed: str) -> tuple[int, str, str]:
    """The server takes standard input and the logging of its process."""
    command = [sys.executable, "-m", "autoawait", *arguments]
    done = subprocess.run(command, cwd=folder, input=typed, capture_output=True, text=True, check=False, timeout=60)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


def in_shell(folder: Path, *arguments: str) -> tuple[int, str, str]:
    """Completion asks which shell it is run from, and writes into the home directory."""
    command = ["bash", "-c", '"$0" -m autoawait "$@"; exit $?', sys.executable, *arguments]
    home = folder / "home"
    home.mkdir()
    env = {**os.environ, "HOME": str(home)}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("options") / "project"


@pytest.fixture(scope="module")
def without(folder: Path) -> dict[tuple[tuple[str, ...], str], Seen]:
    """The runs without anything added, each made once."""
    return {}


def test_there_is_a_row_for_each_option_and_no_other() -> None:
    assert set(EFFECTS) == set(ALL)


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
@pytest.mark.parametrize(("name", "word"), EFFECTS)
def test_no_option_is_without_effect(
    folder: Path, without: dict[tuple[tuple[str, ...], str], Seen], name: str, word: str
) -> None:
    effect = EFFECTS[name, word]
    assert word in effect.added or not word.startswith("-")
    key = (effect.base, effect.typed)
    if key not in without:
        without[key] = run(folder, effect.base, effect.typed)
    seen = run(folder, (*effect.base, *effect.added), effect.typed)
    assert seen != without[key]


def test_without_an_option_two_runs_are_the_same(folder: Path) -> None:
    assert run(folder, ("fix",)) == run(folder, ("fix",))
    assert run(folder, ("graph", "report")) == run(folder, ("graph", "report"))
