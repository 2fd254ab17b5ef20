"""The whole story on one screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from autoawait.diagnostics import Outcome
from autoawait.settings import Settings


@dataclass(frozen=True, slots=True)
class Buffer:
    """A file as an editor has it, not yet saved. ``path`` may not exist on disk."""

    path: Path
    data: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """What to do: which paths may be edited, by which settings, with which unsaved buffer.

    With ``fix`` the result's ``changes`` hold the new bytes; nothing is written by ``run``.
    """

    paths: tuple[Path, ...]
    settings: Settings
    buffer: Buffer | None = None
    fix: bool = True


def run(request: Request, progress: Callable[[str], None] = lambda stage: None) -> Outcome:
    """Analyse, plan, rewrite in memory and prove. ``progress`` is told the name of each stage.

    Raises EngineError, SettingsError; never writes.
    """
    raise NotImplementedError
