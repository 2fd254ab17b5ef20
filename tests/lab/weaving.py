"""Chains of callers through the modules of a made-up project, from an async function up to an entry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from textwrap import indent

from tests.lab.neutral import NOUNS, VERBS, Name

PACKAGE = "app"
# A family takes three levels of a chain: itself, who calls it by its base class, and who hands a member to that.
_FAMILY_LEVELS = 3
# How a function uses what it calls.
_FORMS = (
    "value = {call}\nif value > {k}:\n    value -= {k}\nreturn value\n",
    "return {call} + n\n",
    "if {call} > {k}:\n    return n\nreturn n + {k}\n",
    'text = f"{{n}}: {{{call}}}"\nreturn len(text)\n',
    "return {call}\n",
)


@dataclass(slots=True)
class Module:
    """A module as it grows. It imports only from modules before it, so that there are no cycles."""

    name: str
    blocks: list[str] = field(default_factory=list)
    imports: dict[str, set[str]] = field(default_factory=dict)

    def add(self, text: str, *needs: Name) -> None:
        """Append a function or class, and import the names of other modules that it needs."""
        self.blocks.append(text)
        for need in needs:
            if need.module != self.name:
                self.imports.setdefault(need.module, set()).add(need.name)

    @property
    def path(self) -> str:
        return f"{self.name.replace('.', '/')}.py"

    @property
    def text(self) -> str:
        head = f'"""Module {self.name}."""\n\nfrom __future__ import annotations\n'
        lines = [f"from {module} import {', '.join(sorted(names))}\n" for module, names in sorted(self.imports.items())]
        return "\n\n".join(["\n".join([head, "".join(lines)]) if lines else head, *self.blocks])

    @property
    def lines(self) -> int:
        return self.text.count("\n")


def total_lines(modules: Iterable[Module]) -> int:
    """Of all of them together."""
    return sum(module.lines for module in modules)


@dataclass(frozen=True, slots=True)
class Chain:
    """``seed`` is the plain function that lacks an await. ``entry`` is where the chain ends: an async function, or
    ``main`` of a script. ``turned`` are all that must become async. Each is named like ``app/b.py:Class.run``."""

    seed: str
    entry: str
    turned: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Link:
    """What the next function of a chain calls: an expression, and the name that it needs."""

    call: str
    need: Name


class Weaver:
    """Makes one chain, from its end up to its entry; each link stands in the same or a later module than the last."""

    def __init__(self, chance: Random, modules: Sequence[Module], number: int) -> None:
        self.script = Module(f"{PACKAGE}.scripts.run_{number}")
        self._chance = chance
        self._modules = modules
        self._number = number
        self._turned: list[str] = []

    def chain(self, depth: int, family: int) -> Chain:
        """A chain of ``depth`` plain functions above one another; in its middle a family of so many classes, if it is
        deep enough for one."""
        has_family = family > 1 and depth > _FAMILY_LEVELS
        steps = depth - _FAMILY_LEVELS + 1 if has_family else depth
        places = sorted(self._chance.randrange(len(self._modules)) for _ in range(steps + 1))
        link = self._leaf(self._modules[places[0]])
        for level, (below, place) in enumerate(pairwise(places)):
            span = self._modules[below : place + 1]
            if has_family and level == max(steps // 2, 1):
                link = self._family(link, span, family)
            elif level % 3 == 1:
                link = self._method(level, link, span[-1])
            else:
                link = self._function(level, link, span[-1])
        seed = self._turned[0]
        return Chain(seed, self._entry(link, self._modules[places[-1]]), frozenset(self._turned))

    def _leaf(self, module: Module) -> _Link:
        name = f"fetch_{self._noun()}_{self._number}"
        module.add(f"async def {name}(n: int) -> int:\n    return n + {self._number}\n")
        return _Link(f"{name}(n)", Name(module.name, name, is_async=True))

    def _function(self, level: int, below: _Link, module: Module) -> _Link:
        name = f"{self._verb()}_{self._noun()}_{self._number}_{level}"
        module.add(f"def {name}(n: int) -> int:\n{self._body(below, 1)}", below.need)
        return _Link(f"{name}(n)", self._turns(module, name))

    def _method(self, level: int, below: _Link, module: Module) -> _Link:
        verb, name = self._verb(), f"{self._noun().title()}C{self._number}L{level}"
        constructor = "    def __init__(self, size: int) -> None:\n        self.size = size\n"
        method = f"    def {verb}(self, n: int) -> int:\n{self._body(below, 2)}"
        module.add(f"class {name}:\n{constructor}\n{method}", below.need)
        return _Link(f"{name}({level}).{verb}(n)", self._turns(module, name, verb))

    def _family(self, below: _Link, span: Sequence[Module], size: int) -> _Link:
        """A base class and its subclasses, one of which calls the link below, and who knows the base only."""
        verb, stem = self._verb(), f"{self._noun().title()}C{self._number}"
        homes = [span[0], *(span[place] for place in sorted(self._chance.choices(range(len(span)), k=size - 1)))]
        calling = self._chance.randrange(1, size)
        members: list[Name] = []
        for number, home in enumerate(homes):
            base = members[0 if self._chance.random() < 0.8 else self._chance.randrange(number)] if number else None
            body = self._body(below, 2) if number == calling else f"        return n + {number}\n"
            name = f"{stem}M{number}"
            head = f"class {name}({base.name}):" if base else f"class {name}:"
            needs = [*([base] if base else []), *([below.need] if number == calling else [])]
            home.add(f"{head}\n    def {verb}(self, n: int) -> int:\n{body}", *needs)
            members.append(self._turns(home, name, verb))
        return self._knowing(members[0], members[calling], verb, span[-1])

    def _knowing(self, base: Name, member: Name, verb: str, module: Module) -> _Link:
        """Who calls a family by its base class, and who calls that with one of its members."""
        name = f"{verb}_any_{self._noun()}_{self._number}"
        module.add(f"def {name}(n: int, member: {base.name}) -> int:\n    return member.{verb}(n)\n", base)
        calling = self._turns(module, name)
        above = f"{verb}_one_{self._noun()}_{self._number}"
        module.add(f"def {above}(n: int) -> int:\n    return {name}(n, {member.name}()) + 1\n", calling, member)
        return _Link(f"{above}(n)", self._turns(module, above))

    def _entry(self, below: _Link, module: Module) -> str:
        """A script for every second chain, for the others an async function."""
        if self._number % 2:
            self.script.add(f"def main(n: int) -> None:\n    print({below.call})\n", below.need)
            self.script.add('if __name__ == "__main__":\n    main(1)\n')
            self._turns(self.script, "main")
            return self._turned[-1]
        name = f"handle_{self._noun()}_{self._number}"
        module.add(f"async def {name}(n: int) -> int:\n{self._body(below, 1)}", below.need)
        return f"{module.path}:{name}"

    def _turns(self, module: Module, name: str, method: str = "") -> Name:
        """Note that a function must become async, or a method of a class; the name that is imported for it."""
        self._turned.append(f"{module.path}:{name}{'.' * bool(method)}{method}")
        return Name(module.name, name)

    def _body(self, below: _Link, depth: int) -> str:
        form = self._chance.choice(_FORMS)
        return indent(form.format(call=below.call, k=self._chance.randint(1, 99)), "    " * depth)

    def _verb(self) -> str:
        return self._chance.choice(VERBS)

    def _noun(self) -> str:
        return self._chance.choice(NOUNS)
