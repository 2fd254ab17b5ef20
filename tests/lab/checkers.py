"""The type checkers beside us: how each is asked about a project, and how its answer is read.

Each runs with its defaults and the rules, off by default, that a missing ``await`` sets off (``extras``); tried on a
module with one such mistake a function, these notice (``+``), by an extra rule only (``e``) or not at all (``-``):

| mistake                                     | ty | pyrefly | mypy | basedpyright |
| ------------------------------------------- | -- | ------- | ---- | ------------ |
| statement, of a coroutine                   | +  | +       | +    | +            |
| statement, of an ``Awaitable``              | -  | e       | e    | e            |
| attribute, subscript, operand, ``<``        | +  | +       | +    | +            |
| argument, ``return`` of a declared type     | +  | +       | +    | +            |
| iterated, unpacked                          | +  | +       | +    | +            |
| condition, ``not``, ``and``                 | +  | e       | e    | e            |
| ``assert``                                  | +  | e       | e    | -            |
| condition on an ``Awaitable``               | -  | e       | e    | -            |
| ``f() == 3``, ``f() in [1]``, as a value    | -  | -       | e    | e            |
| ``if f() == 3``, ``if f() is None``         | e  | -       | e    | e            |
| ``isinstance(f(), int)``                    | -  | -       | -    | e            |
| f-string, element, argument of ``object``   | -  | -       | -    | -            |
| assigned and not used, ``_ = f()``          | -  | -       | -    | -            |

Where the rules are described: ``ty explain rule``; https://pyrefly.org/en/docs/error-kinds;
https://mypy.readthedocs.io/en/stable/error_code_list2.html and ``mypy --help``;
https://docs.basedpyright.com/latest/configuration/config-files. pyrefly without a configuration is content with its
preset ``basic``, and basedpyright asks for annotations everywhere; both run as a project that has configured them.
Errors and warnings count, what is less than that does not.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.lab.environments import LabError, Locked, cache, interpreter, own_script
from tests.lab.packages import Project
from tests.lab.process import Run, completed

# Made by ``pip freeze`` after ``pip install mypy pyrefly basedpyright``, with Python 3.11.
LOCK = Path(__file__).with_name("peers.txt")

_COUNTED = frozenset({"error", "warning", "warn"})

_BASEDPYRIGHT_EXTRAS = (
    "reportUnnecessaryComparison",
    "reportUnnecessaryContains",
    "reportUnnecessaryIsInstance",
    "reportUnusedCallResult",
)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What a tool says of a place: ``path`` is below the project's root, ``line`` 1-based."""

    path: Path
    line: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Checker:
    """A type checker. ``words`` follow its ``program``, run in the project's root, with ``{interpreter}`` and
    ``{environment}`` for the project's; ``read`` takes its output; ``settings`` are files it finds in the root;
    ``extras`` the codes that are off by default; ``fixing`` what makes its ``words`` a batch fix, if it has one."""

    name: str
    version: str
    program: Path
    words: tuple[str, ...]
    read: Callable[[bytes], Iterable[Diagnostic]]
    extras: frozenset[str] = frozenset()
    settings: Mapping[str, str] = field(default_factory=dict)
    fixing: tuple[str, ...] = ()

    def command(self, project: Project) -> tuple[str | Path, ...]:
        """What is run in the root of a project."""
        places = {"interpreter": interpreter(project.python), "environment": project.python}
        return (self.program, *(word.format_map(places) for word in self.words))

    def settle(self, project: Project) -> None:
        """Write its settings into a copy of a project."""
        for name, text in self.settings.items():
            (project.root / name).write_text(text, encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a checker said of a whole project, and what that took."""

    diagnostics: tuple[Diagnostic, ...]
    seconds: float
    megabytes: float


def checkers() -> list[Checker]:
    """All of them, installed where they are not yet: ty is autoawait's own, the others have an environment."""
    peers = environment()
    peers.make()
    pins = dict(line.split("==") for line in LOCK.read_text().splitlines())
    return [
        own_ty(),
        pyrefly(peers.script("pyrefly"), pins["pyrefly"]),
        mypy(peers.script("mypy"), pins["mypy"]),
        basedpyright(peers.script("basedpyright"), pins["basedpyright"]),
    ]


def own_ty() -> Checker:
    """The one that autoawait itself asks."""
    return ty(own_script("ty"), version("ty"))


def environment() -> Locked:
    """That of the checkers which autoawait has not installed itself."""
    return Locked(cache() / "peers", LOCK, cache() / "peers" / "stamp")


def ty(program: Path, version: str) -> Checker:
    extra = "redundant-condition-strict"
    words = ("check", ".", "--python", "{environment}", "--output-format", "gitlab", "--warn", extra)
    return Checker("ty", version, program, words, read_ty, frozenset({extra}), fixing=("--fix",))


def pyrefly(program: Path, version: str) -> Checker:
    extras = ("implicit-bool", "unused-call-result")
    words = ("check", "--preset", "default", "--min-severity", "warn", "--output-format", "json")
    warn = [word for extra in extras for word in ("--warn", extra)]
    environment = ("--python-interpreter-path", "{interpreter}")
    return Checker("pyrefly", version, program, (*words, *warn, *environment), read_pyrefly, frozenset(extras))


def mypy(program: Path, version: str) -> Checker:
    cold = ("--config-file=", "--cache-dir=/dev/null", "--output=json", "--check-untyped-defs")
    codes = ("--enable-error-code=unused-awaitable", "--enable-error-code=truthy-bool")
    words = (*cold, *codes, "--strict-equality", "--strict-equality-for-none", "--python-executable={interpreter}", ".")
    return Checker(
        "mypy", version, program, words, read_mypy, frozenset({"unused-awaitable", "truthy-bool", "comparison-overlap"})
    )


def basedpyright(program: Path, version: str) -> Checker:
    settings: dict[str, object] = {"typeCheckingMode": "standard", **dict.fromkeys(_BASEDPYRIGHT_EXTRAS, "warning")}
    words = ("--outputjson", "--pythonpath", "{interpreter}")
    files = {"pyrightconfig.json": json.dumps(settings)}
    extras = frozenset(_BASEDPYRIGHT_EXTRAS)
    return Checker("basedpyright", version, program, words, read_basedpyright, extras, files)


def inspect(checker: Checker, project: Project) -> Inspection:
    """Check a copy of a project. Raises LabError if the checker did not get through."""
    run = _run(checker, project)
    try:
        found = tuple(_below(one, project.root) for one in checker.read(run.output))
    except (ValueError, KeyError) as error:
        raise LabError(f"{checker.name} on {project.name} said what cannot be read: {error!r}") from error
    return Inspection(found, run.seconds, run.megabytes)


def fix(checker: Checker, project: Project) -> dict[Path, bytes]:
    """Let a checker fix a copy of a project in place; the files that it changed, with their new bytes."""
    before = {path: path.read_bytes() for path in project.files()}
    _run(checker, project, checker.fixing)
    after = {path: path.read_bytes() for path in before}
    return {path: data for path, data in after.items() if data != before[path]}


def _run(checker: Checker, project: Project, more: Iterable[str] = ()) -> Run:
    checker.settle(project)
    return completed(f"{checker.name} on {project.name}", (*checker.command(project), *more), project.root)


def _below(said: Diagnostic, root: Path) -> Diagnostic:
    """The same in places below the root, which is another for each copy."""
    path = (root / said.path).relative_to(root)
    return Diagnostic(path, said.line, said.code, said.message.replace(str(root), "."))


def read_ty(output: bytes) -> Iterator[Diagnostic]:
    """From ``--output-format gitlab``, whose descriptions begin with the code."""
    for said in json.loads(output):
        if said["severity"] != "info":
            code, place = said["check_name"], said["location"]
            message = said["description"].removeprefix(f"{code}: ")
            yield Diagnostic(Path(place["path"]), place["positions"]["begin"]["line"], code, message)


def read_pyrefly(output: bytes) -> Iterator[Diagnostic]:
    """From ``--output-format json``."""
    for said in json.loads(output)["errors"]:
        if said["severity"] in _COUNTED:
            yield Diagnostic(Path(said["path"]), said["line"], said["name"], said["description"])


def read_mypy(output: bytes) -> Iterator[Diagnostic]:
    """From ``--output=json``, one object a line (an empty one if there is nothing to say); its notes explain errors."""
    for line in filter(bytes.strip, output.splitlines()):
        said: dict[str, Any] = json.loads(line)
        if said["severity"] in _COUNTED:
            yield Diagnostic(Path(said["file"]), said["line"], said["code"] or "", said["message"])


def read_basedpyright(output: bytes) -> Iterator[Diagnostic]:
    """From ``--outputjson``, whose lines are 0-based and whose complaints of syntax have no rule."""
    for said in json.loads(output)["generalDiagnostics"]:
        if said["severity"] in _COUNTED:
            line = said["range"]["start"]["line"] + 1
            yield Diagnostic(Path(said["file"]), line, said.get("rule", ""), said["message"])
