"""What the user has set in the editor: the command line's options by the names that editors give them."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from autoawait.project.settings import Overrides

SECTION = "autoawait"
_DELAY = 200  # milliseconds; people who type pause longer only when they have said something


class Hover(Enum):
    """Which of the calls that were left alone are told about: those that give something async, or of which it is not
    known; all; none."""

    ASYNC = "async"
    ALL = "all"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """``overrides`` and ``config`` are the command line's; ``delay`` is how many seconds without a change pass
    before the next analysis."""

    overrides: Overrides = field(default_factory=Overrides)
    config: Path | None = None
    delay: float = _DELAY / 1000
    hover: Hover = Hover.ASYNC


# What a client may set, and what each must be.
KINDS: Mapping[str, str] = {
    "bridge": "true or false",
    "config": "a string",
    "debounce": "a number of milliseconds",
    "exclude": "a list of strings",
    "hover": '"async", "all" or "off"',
    "propagate": "true or false",
    "python": "a string",
    "targetVersion": "a string",
    "unsafeFixes": "true or false",
}


def chosen(settings: object, folder: Path | None) -> tuple[ClientSettings, list[str]]:
    """The choices that a client's settings make, and what is wrong with the others, a sentence each.

    ``settings`` is what it sent, as JSON is read; they may stand below "autoawait" or "settings". Paths are meant from
    ``folder`` on. What is null, or wrong, is as if it were not there.
    """
    problems: list[str] = []
    values: dict[str, object] = {}
    for key, value in _own(settings).items():
        if key not in KINDS:
            near = difflib.get_close_matches(key, KINDS, n=1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            problems.append(f"{SECTION}.{key}: no such setting; {hint}There are: {', '.join(KINDS)}")
        elif value is not None and not _fits(key, value):
            problems.append(f"{SECTION}.{key}: must be {KINDS[key]}, not {value!r}")
        elif value is not None:
            values[key] = value
    overrides = Overrides(
        exclude=tuple(_texts(values.get("exclude"))),
        python=_path(values.get("python"), folder),
        target_version=_text(values.get("targetVersion")),
        unsafe_fixes=_flag(values.get("unsafeFixes")),
        propagate=_flag(values.get("propagate")),
        bridge=_flag(values.get("bridge")),
    )
    delay, hover = values.get("debounce", _DELAY), values.get("hover", Hover.ASYNC.value)
    assert isinstance(delay, (int, float))
    return ClientSettings(overrides, _path(values.get("config"), folder), delay / 1000, Hover(hover)), problems


def merged(settings: object, above: object) -> Mapping[str, object]:
    """Settings with others above them, of which null says nothing."""
    return {**_own(settings), **{key: value for key, value in _own(above).items() if value is not None}}


def _own(settings: object) -> Mapping[str, object]:
    if not isinstance(settings, dict):
        return {}
    for name in (SECTION, "settings"):
        if isinstance(settings.get(name), dict):
            return _own(settings[name])
    return settings


def _fits(key: str, value: object) -> bool:
    kind = KINDS[key]
    if key == "hover":
        return value in [hover.value for hover in Hover]
    if key == "debounce":
        return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 60_000
    if kind == "a list of strings":
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return isinstance(value, bool if kind == "true or false" else str)


def _texts(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _path(value: object, folder: Path | None) -> Path | None:
    if not isinstance(value, str):
        return None
    path = Path(value).expanduser()
    return folder / path if folder else path
