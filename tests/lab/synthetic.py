"""Projects of any size that are made up, of which it is known what must become async.

A *chain* is what propagation has to follow: an async function at its end, the plain function above that calls it and
lacks the ``await`` (the *seed*), plain callers above one another through many modules, among them methods and one
family of overrides, and at the top an *entry*: an async function, or a script that calls ``main()``. All else is
neutral: nothing of it is missing anything, though its methods have the same names.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.lab.neutral import Name, neutral
from tests.lab.weaving import PACKAGE, Chain, Module, Weaver, total_lines

_MODULE_LINES = 400
_PACKAGE_MODULES = 12
# So many lines have one chain, whatever the size of the project: a chain of the usual size takes a fifth of them.
_CHAIN_LINES = 2_000
# What a neutral function may call stands at most so many functions before it.
_SIGHT = 200


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a project is to be like: its ``lines``, the ``depth`` of its chains in functions that turn, the classes of a
    ``family``, the share of the neutral functions that is async."""

    lines: int
    depth: int = 30
    family: int = 50
    async_share: float = 0.2
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Synthetic:
    """A project as texts by their paths, and what is known of it."""

    files: Mapping[str, str]
    chains: tuple[Chain, ...]

    @property
    def lines(self) -> int:
        return sum(text.count("\n") for name, text in self.files.items() if name.endswith(".py"))

    @property
    def turned(self) -> frozenset[str]:
        """All functions that must become async."""
        return frozenset(name for chain in self.chains for name in chain.turned)

    def write(self, root: Path) -> None:
        """Lay it out in a folder."""
        for name, text in self.files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def synthetic(recipe: Recipe) -> Synthetic:
    """The project of a recipe: always the same one for the same recipe."""
    chance = Random(f"{recipe}")
    modules = [Module(_module_name(number)) for number in range(max(recipe.lines // _MODULE_LINES, 4))]
    weavers = [Weaver(chance, modules, number) for number in range(max(recipe.lines // _CHAIN_LINES, 1))]
    chains = tuple(weaver.chain(recipe.depth, recipe.family) for weaver in weavers)
    scripts = [weaver.script for weaver in weavers if weaver.script.blocks]
    _fill(chance, modules, recipe.lines - total_lines(scripts), recipe.async_share)
    files = {module.path: module.text for module in [*modules, *scripts]}
    packages = {PACKAGE, *(Path(path).parent.as_posix() for path in files)}
    marks = {f"{package}/__init__.py": "" for package in packages}
    about = {"pyproject.toml": '[project]\nname = "synthetic"\nversion = "0"\nrequires-python = ">=3.10"\n'}
    return Synthetic(dict(sorted((files | marks | about).items())), chains)


def asynchronous(files: Mapping[str, str]) -> frozenset[str]:
    """The functions that are async, named as those of a chain."""
    return frozenset(name for name, node in functions(files) if isinstance(node, ast.AsyncFunctionDef))


def functions(files: Mapping[str, str]) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """All functions and methods of such a project, named as those of a chain."""
    for path, text in files.items():
        for node in ast.parse(text).body if path.endswith(".py") else ():
            owner = f"{node.name}." if isinstance(node, ast.ClassDef) else ""
            for inner in node.body if isinstance(node, ast.ClassDef) else [node]:
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield f"{path}:{owner}{inner.name}", inner


def _module_name(number: int) -> str:
    return f"{PACKAGE}.part_{number // _PACKAGE_MODULES:03}.module_{number:04}"


def _fill(chance: Random, modules: Sequence[Module], lines: int, async_share: float) -> None:
    """Add neutral code until all modules together have so many lines, the same to each."""
    known: list[Name] = []
    rest = lines - total_lines(modules)
    for done, module in enumerate(modules):
        height = module.lines
        wanted = height + max(rest, 0) // (len(modules) - done)
        while module.lines < wanted:
            block = neutral(chance, module.name, len(known), known[-_SIGHT:], async_share)
            module.add(block.text, *block.needs)
            known.append(block.name)
        rest -= module.lines - height
