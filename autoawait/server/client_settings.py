"""What the user has set in the editor: the command line's options by the names that editors give them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from autoawait.project.options import Options, Source, built, option, read_values

SECTION = "autoawait"


class Hover(Enum):
    """Which of the calls that were left alone are explained: those that give something async or unknown; all; none."""

    ASYNC = "async"
    ALL = "all"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """``options`` are the command line's; ``debounce`` is how many milliseconds without a change pass before the next
    analysis: people who type pause longer only when they have said something."""

    options: Options = field(default_factory=Options)
    debounce: float = option("", 200, sources=Source.EDITOR)
    hover: Hover = option("", Hover.ASYNC, sources=Source.EDITOR)

    @property
    def delay(self) -> float:
        """``debounce`` in seconds."""
        return self.debounce / 1000


def read_settings(sent: object, folder: Path | None) -> tuple[ClientSettings, list[str]]:
    """The settings that a client has sent, and what is wrong in them, a sentence each.

    They may stand below "autoawait" or "settings". Paths are relative to ``folder``. What is null, or wrong, is as if
    it were not there.
    """
    above = folder or Path()
    values, problems = read_values(
        ClientSettings, Source.EDITOR, _own(sent), lambda text: above / Path(text).expanduser()
    )
    return built(ClientSettings, values), [f"{SECTION}.{problem}" for problem in problems]


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
