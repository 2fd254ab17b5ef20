"""The logs that ``--from-log`` names."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from autoawait.evidence.log import Log, decoded, load_log


def logs_of(paths: Iterable[Path]) -> tuple[Log, ...]:
    """Each log once, ``-`` being standard input. Raises LogError for one that cannot be read."""
    return tuple(
        decoded("stdin", sys.stdin.buffer.read()) if path == Path("-") else load_log(path)
        for path in dict.fromkeys(paths)
    )
