"""What the tool promises about programs: those that are right stay as they are, and what is repaired is right again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.random_programs.mutants import Files, mutant_of, mutants_of
from tests.random_programs.programs import Program, draw_program
from tests.random_programs.trials import Edited, edits_of, right


@dataclass(frozen=True, slots=True)
class Lot:
    """Which programs are drawn: of which seed and numbers, with shared names or without, without which features."""

    seed: int
    numbers: Sequence[int]
    is_shared: bool = False
    known: Sequence[frozenset[str]] = ()

    def program(self, number: int, only: int | None = None, layout: str = "") -> Program:
        """One of them, or a part of it."""
        return draw_program(self.seed, number, self.is_shared, self.known, only, layout)


@dataclass(frozen=True, slots=True)
class Broken:
    """A promise that is broken; ``is_wound`` where it is that of a program that lacked an await.

    ``edited`` is of the smallest part of the program that shows it too, else of the whole program.
    """

    number: int
    is_wound: bool
    edited: Edited
    features: frozenset[str]

    def __str__(self) -> str:
        promise = "lacked one await, and is not repaired" if self.is_wound else "was right"
        files = "".join(f"# {file}\n{text}\n" for file, text in self.edited.before.items() if text)
        why = self.edited.ran.complained.strip().splitlines()[-1:]
        features = ", ".join(sorted(self.features))
        head = f"program {self.number} {promise}; edited by the {self.edited.mode} fixes"
        return f"{head}\n{features}\n{files}\n{self.edited.diff}\n{''.join(why)}\n"


def broken_promises(lot: Lot) -> Iterator[Broken]:
    """Every promise that is broken on a lot of programs, once a program, with its smallest part that shows it."""
    programs = {f"p{number}": lot.program(number) for number in lot.numbers}
    files = {name: program.files for name, program in programs.items()}
    wanted = right(files)
    edited = _first(edits_of(files, wanted))
    mutants = {name: mutant_of(one, f"{lot.seed} {name}") for name, one in files.items() if name not in edited}
    wounded = {name: mutant for name, mutant in mutants.items() if mutant}
    unhealed = _first(edit for edit in edits_of(wounded, wanted) if not edit.is_as_wanted)
    for is_wound, found in ((False, edited), (True, unhealed)):
        smaller = _reduced(lot, found, is_wound) if found else {}
        for name, edit in found.items():
            part, features = smaller.get(name, (edit, programs[name].features))
            yield Broken(int(name[1:]), is_wound, part, features)


def _first(edits: Sequence[Edited] | Iterator[Edited]) -> dict[str, Edited]:
    """The first edit of each program; those of the safe fixes come first."""
    found: dict[str, Edited] = {}
    for edit in edits:
        found.setdefault(edit.name, edit)
    return found


def _reduced(lot: Lot, found: Mapping[str, Edited], is_wound: bool) -> dict[str, tuple[Edited, frozenset[str]]]:
    """Of each program its smallest part that shows the same, if any does."""
    parts: dict[str, Program] = {}
    whose: dict[str, str] = {}
    for name, number in ((name, int(name[1:])) for name in found):
        for only in range(3):
            for layout in ("", "one module"):
                part = lot.program(number, only, layout)
                if part.features - {f for f in part.features if f.startswith("layout")}:
                    new = f"p{len(parts)}part"
                    parts[new], whose[new] = part, name
    files = {new: _moved(part.files, new) for new, part in parts.items()}
    wanted = right(files)
    if is_wound:
        files = {
            f"{new}of{n}": _moved(one, f"{new}of{n}") for new in files for n, one in enumerate(mutants_of(files[new]))
        }
        wanted = {name: wanted[name.partition("of")[0]] for name in files}
    results: dict[str, tuple[Edited, frozenset[str]]] = {}
    for edit in edits_of(files, wanted):
        new = edit.name.partition("of")[0]
        if (is_wound and edit.is_as_wanted) or edit.mode != found[whose[new]].mode:
            continue
        before = results.get(whose[new])
        if before is None or _size(edit.before) < _size(before[0].before):
            results[whose[new]] = (edit, parts[new].features)
    return results


def _moved(files: Files, package: str) -> Files:
    """The program in a package of another name."""
    return {
        file: re.sub(r"^from p\w+\.(?=\w+ import)", f"from {package}.", text, flags=re.M)
        for file, text in files.items()
    }


def _size(files: Files) -> int:
    return sum(map(len, files.values()))
