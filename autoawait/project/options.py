"""The options, each stated once: its type, its default, where it may be given, and its help.

An option is a field of a frozen dataclass. ``Options`` has those that concern a project; the command line
(``cli.job``) and the language server (``server.client_settings``) state their own around it in the same way. The
keys of ``[tool.autoawait]``, the flags of the commands and the settings of an editor follow from the fields:

    field             command line       pyproject.toml     editor
    target_version    --target-version   target-version     targetVersion
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from enum import Enum, Flag, auto
from pathlib import Path
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

_LONGEST = 60_000  # milliseconds that an editor may ask us to wait
_Owner = TypeVar("_Owner")


class Source(Flag):
    """Where an option may be given."""

    COMMAND = auto()  # a flag
    FILE = auto()  # a key of [tool.autoawait]
    EDITOR = auto()  # a setting that a language client sends


_ANYWHERE = Source.COMMAND | Source.FILE | Source.EDITOR
EDITING = ("fix", "check")  # the commands that look for what to edit
COMMANDS = (*EDITING, "why", "graph")


def option(
    help: str,  # noqa: A002 - as Typer calls it
    default: Any = MISSING,  # noqa: ANN401 - as ``dataclasses.field``
    *,
    sources: Source = Source.COMMAND,
    metavar: str | None = None,
    commands: tuple[str, ...] = EDITING,
    short: str = "",
    is_argument: bool = False,
) -> Any:  # noqa: ANN401
    """A field that is an ``Option``; a required one without a default."""
    stated = (help, sources, metavar, commands, short, is_argument)
    return field(default=default, metadata={"option": stated})


@dataclass(frozen=True, slots=True)
class Options:
    """What one source says of a project; None, or an empty list, where it says nothing."""

    unsafe_fixes: bool | None = option(
        "Also apply unsafe fixes: likely what you want, but not certain.", None, sources=_ANYWHERE
    )
    propagate: bool | None = option(
        "Allow sync functions to become async, along with their callers.", None, sources=_ANYWHERE
    )
    bridge: bool | None = option(
        "Allow Click and Typer commands and console scripts, which stay sync, to start an event loop: "
        "`asyncio.run(...)` around the calls in them.",
        None,
        sources=_ANYWHERE,
    )
    python: Path | None = option(
        "Interpreter or virtual environment with the packages that the code uses.",
        None,
        sources=_ANYWHERE,
        metavar="PATH",
        commands=COMMANDS,
    )
    target_version: str | None = option(
        "Oldest Python version the code must run on, such as 3.11.", None, sources=_ANYWHERE, metavar="VERSION"
    )
    exclude: tuple[str, ...] = option(
        "Skip files that match, as in .gitignore. May be repeated.", (), sources=_ANYWHERE, metavar="GLOB"
    )
    ignore_calls: tuple[str, ...] = option("", (), sources=Source.FILE)
    baseline: Path | None = option(
        "Neither report nor fix the findings listed in this file, which `check --update-baseline` writes.",
        None,
        sources=Source.COMMAND | Source.FILE,
        metavar="FILE",
    )
    no_baseline: bool = option("Ignore the baseline of the settings: report and fix what it lists, too.", False)
    config: Path | None = option(
        "Read [tool.autoawait] from this file instead of pyproject.toml.",
        None,
        sources=Source.COMMAND | Source.EDITOR,
        metavar="FILE",
        commands=COMMANDS,
    )


@dataclass(frozen=True, slots=True)
class Option:
    """An option: its field's name, type and default, and what the field states.

    ``help``      the sentence of ``--help``; empty where no command takes it
    ``commands``  those that take it, if their dataclass has it at all
    ``short``     its flag of one letter
    """

    name: str
    type: Any
    default: Any
    help: str
    sources: Source
    metavar: str | None
    commands: tuple[str, ...]
    short: str
    is_argument: bool

    @property
    def may_be_unset(self) -> bool:
        """Whether None is a value of its own: nothing is said."""
        return NoneType in get_args(self.type)

    @property
    def kind(self) -> type:
        """The class of its values, None aside; ``tuple`` for a list."""
        if self.may_be_unset:
            return next(part for part in get_args(self.type) if part is not NoneType)
        return get_origin(self.type) or self.type

    @property
    def expected(self) -> str:
        """What an error says a value must be."""
        if issubclass(self.kind, Enum):
            *most, last = (f'"{member.value}"' for member in self.kind)
            return f"{', '.join(most)} or {last}"
        return {
            bool: "true or false",
            str: "a string",
            Path: "a string",
            tuple: "a list of strings",
            float: "a number of milliseconds",
        }[self.kind]

    def value_of(self, written: object, path_of: Callable[[str], Path]) -> Any:  # noqa: ANN401
        """The value of what TOML or JSON has; None where it does not fit."""
        kind = self.kind
        match written:
            case bool():
                return written if kind is bool else None
            case str() if kind is Path:
                return path_of(written)
            case str() if issubclass(kind, Enum):
                return next((member for member in kind if member.value == written), None)
            case str():
                return written if kind is str else None
            case list() if kind is tuple and all(isinstance(item, str) for item in written):
                return tuple(written)
            case int() | float() if kind is float and 0 <= written <= _LONGEST:
                return written
        return None


def options_of(owner: type) -> Iterator[Option]:
    """The options of a dataclass, those of the dataclasses in its fields at their place among them."""
    types = get_type_hints(owner)
    for part in fields(owner):
        if _holds_options(types[part.name]):
            yield from options_of(types[part.name])
        elif "option" in part.metadata:
            yield Option(part.name, types[part.name], part.default, *part.metadata["option"])


def keys_of(owner: type, source: Source) -> dict[str, Option]:
    """The options that a file or an editor may set, by their keys there, in alphabetical order."""
    found = {_key(one.name, source): one for one in options_of(owner) if source in one.sources}
    return dict(sorted(found.items()))


def read_values(
    owner: type, source: Source, written: Mapping[str, object], path_of: Callable[[str], Path]
) -> tuple[dict[str, Any], list[str]]:
    """The values of what a file or an editor says, by the names of the options; and what is wrong, a sentence each.

    What is null, an empty path, or wrong is left out.
    """
    known = keys_of(owner, source)
    values: dict[str, Any] = {}
    problems: list[str] = []
    for key, value in written.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"the settings are {', '.join(known)}"
            problems.append(f"{key}: unknown setting; {hint}")
        elif value is not None and not (value == "" and known[key].kind is Path):
            values[known[key].name] = known[key].value_of(value, path_of)
            if values[known[key].name] is None:
                problems.append(f"{key}: must be {known[key].expected}, not {value!r}")
    return values, problems


def built(owner: type[_Owner], values: Mapping[str, Any]) -> _Owner:
    """An instance by the values of its options, nested ones too; None and an empty list count as not given."""
    given: dict[str, Any] = {}
    for name, hint in get_type_hints(owner).items():
        value = built(hint, values) if _holds_options(hint) else values.get(name)
        if value not in (None, []):
            given[name] = tuple(value) if isinstance(value, list) else value
    return owner(**given)


def merged(lower: Options, upper: Options) -> Options:
    """Both as one: what the upper says counts, and lists are added to those of the lower."""
    values: dict[str, Any] = {}
    for part in fields(Options):
        below, above = getattr(lower, part.name), getattr(upper, part.name)
        values[part.name] = (*below, *above) if isinstance(above, tuple) else below if above is None else above
    return Options(**values)


def _holds_options(hint: object) -> bool:
    return is_dataclass(hint)


def flag_of(name: str) -> str:
    """The long flag of an option."""
    return f"--{name.replace('_', '-')}"


def _key(name: str, source: Source) -> str:
    first, *others = name.split("_")
    return "-".join([first, *others]) if source is Source.FILE else first + "".join(map(str.capitalize, others))
