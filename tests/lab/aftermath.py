"""What is left after stripped functions were made async again: every module still imports, and a second run has nothing
to do.

The modules of a package are imported in a process of their own, with the lab's environment: first those of the stripped
copy, then those of the repaired one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.lab.copies import copied, wounds_of
from tests.lab.packages import Project
from tests.lab.process import completed
from tests.lab.stripping import strip_functions
from tests.lab.tables import Table, say
from tests.lab.tool import Fixer, Said
from tests.lab.wounds import Choice

_SCRIPT = """
import importlib, json, sys, warnings
warnings.simplefilter("ignore")
sys.path.insert(0, sys.argv[1])
out, sys.stdout = sys.stdout, sys.stderr
failed = {}
for name in json.loads(sys.argv[2]):
    try:
        importlib.import_module(name)
    except BaseException as error:
        failed[name] = f"{type(error).__name__}: {error}"[:300]
json.dump(failed, out)
"""
_PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Aftermath:
    """One run on one stripped package. ``modules`` could be imported before the repair; of these ``broken`` (name and
    error) cannot be any more. ``again`` are the findings whose fixes a second run on the result makes."""

    package: str
    mode: str
    modules: int
    broken: tuple[tuple[str, str], ...]
    again: tuple[Said, ...]


def aftermath(
    project: Project, choice: Choice, fixer: Fixer, modes: Sequence[str] = ("safe", "unsafe")
) -> list[Aftermath]:
    """Strip a project, let the tool repair it in each mode, import what is left and run the tool once more.

    Raises LabError if a run of the tool or of Python did not come to its end.
    """
    wounds = wounds_of(project, strip_functions(project.files(), choice))
    names = list(_modules(project))
    with copied(project, wounds) as copy:
        before = _failures(copy, names)
    found: list[Aftermath] = []
    for mode in modes:
        with copied(project, wounds) as copy:
            fixer(copy, mode == "unsafe")
            after = {name: error for name, error in _failures(copy, names).items() if name not in before}
            again = tuple(said for said in fixer(copy, mode == "unsafe").findings if said.is_fixed)
        found.append(Aftermath(project.name, mode, len(names) - len(before), tuple(sorted(after.items())), again))
    return found


def _modules(project: Project) -> Iterator[str]:
    """The dotted names of a project's modules, but for those that start a program."""
    for path in project.files():
        parts = path.relative_to(project.root).with_suffix("").parts
        if parts[-1] != "__main__" and all(part.isidentifier() for part in parts):
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _failures(project: Project, names: Sequence[str]) -> dict[str, str]:
    """The modules that cannot be imported, each with the error."""
    python = next(project.python.glob("bin/python"), None) or project.python / "Scripts" / "python.exe"
    command = [python, "-c", _SCRIPT, project.root, json.dumps(names)]
    run = completed(f"importing {project.name}", command, project.root, timeout=_PATIENCE)
    failed: dict[str, str] = json.loads(run.output)
    return failed


def table(results: Sequence[Aftermath]) -> Table:
    """By package and mode, with a line for all."""
    rows = [(one.package, one.mode, one.modules, len(one.broken), len(one.again)) for one in results]
    for mode in dict.fromkeys(one.mode for one in results):
        of_mode = [row for row in rows if row[1] == mode]
        rows.append(("all", mode, sum(r[2] for r in of_mode), sum(r[3] for r in of_mode), sum(r[4] for r in of_mode)))
    heads = ("package", "mode", "modules that import", "broken by the repair", "fixes of a second run")
    return Table("After stripped functions are async again", heads, rows)


def list_trouble(results: Sequence[Aftermath]) -> None:
    """Print each module that no longer imports, and each fix of a second run."""
    for result in results:
        for name, error in result.broken:
            say(f"broken ({result.mode}, {result.package}) {name}: {error}")
        for said in result.again:
            say(f"again ({result.mode}, {result.package}) {said.path.name}:{said.line}: {said.code} {said.message}")
