"""Findings that a project knows of and lives with for now: a file that names them, so that only new ones are reported.

    {
      "version": 1,
      "findings": [
        {"path": "shop/orders.py", "scope": "Cart.total", "text": "price(number)", "code": "AW102", "count": 2},
        ...
      ]
    }

One finding a line, sorted, so that merges and reviews are easy. Paths are relative to the file itself. ``count`` is
left out where it is 1. The code is there for the reader only; ``identity`` says what makes a finding the same.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autoawait.diagnostics.finding import Finding
from autoawait.diagnostics.fingerprint import Fingerprint, Key, identity_of
from autoawait.project.settings import Settings, SettingsError
from autoawait.project.source import SourceFile

VERSION = 1


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """A known finding, or several that are alike."""

    identity: Fingerprint
    code: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Baseline:
    """The known findings; ``file`` is where they are kept, and what their paths are relative to."""

    file: Path
    entries: tuple[Entry, ...] = ()

    def known(self, findings: Iterable[Finding], sources: Mapping[Path, SourceFile]) -> frozenset[Finding]:
        """Those of some findings that the baseline has; of more that are alike than it counts, the first ones."""
        if not self.entries:
            return frozenset()
        left = _counted(self.entries)
        known: set[Finding] = set()
        for finding, identity in self._identified(findings, sources):
            if left[identity.key] > 0:
                left[identity.key] -= 1
                known.add(finding)
        return frozenset(known)

    def gone(self, known: Iterable[Finding], sources: Mapping[Path, SourceFile], paths: Sequence[Path]) -> int:
        """How many findings below ``paths`` the baseline has that are not among ``known``: they are no more."""
        found = Counter(identity.key for _, identity in self._identified(known, sources))
        return (_counted(self._below(paths)[0]) - found).total()

    def updated(
        self, findings: Iterable[Finding], sources: Mapping[Path, SourceFile], paths: Sequence[Path]
    ) -> Baseline:
        """A baseline that has these findings, and of the old ones those that are not below ``paths``."""
        kept = self._below(paths)[1]
        seen = [Entry(identity, finding.code) for finding, identity in self._identified(findings, sources)]
        found: dict[Key, Entry] = {}
        for entry in [*kept, *seen]:
            first = found.get(entry.identity.key)
            found[entry.identity.key] = replace(first, count=first.count + entry.count) if first else entry
        return replace(self, entries=tuple(sorted(found.values())))

    def data(self) -> bytes:
        """The content of the file: JSON in UTF-8."""
        lines = ",\n".join(f"    {json.dumps(_row(entry), ensure_ascii=False)}" for entry in self.entries)
        findings = f"[\n{lines}\n  ]" if lines else "[]"
        text = f'{{\n  "version": {VERSION},\n  "findings": {findings}\n}}\n'
        # A name that is not UTF-8 has surrogates, which JSON writes in just this way.
        return text.encode("utf-8", errors="backslashreplace")

    def _identified(
        self, findings: Iterable[Finding], sources: Mapping[Path, SourceFile]
    ) -> Iterator[tuple[Finding, Fingerprint]]:
        folder = self.file.resolve().parent
        return ((finding, identity_of(finding, sources.get(finding.path), folder)) for finding in findings)

    def _below(self, paths: Sequence[Path]) -> tuple[list[Entry], list[Entry]]:
        """The entries about files at or below some paths, and the others."""
        folder, tops = self.file.resolve().parent, [path.resolve() for path in paths]
        below: list[Entry] = []
        others: list[Entry] = []
        for entry in self.entries:
            path = Path(os.path.normpath(folder / entry.identity.path))
            (below if any(path.is_relative_to(top) for top in tops) else others).append(entry)
        return below, others


NO_BASELINE = Baseline(Path())


def baseline_of(settings: Settings) -> Baseline:
    """The baseline that the settings name, empty if they name none.

    Raises SettingsError if there is no such file, it cannot be read, or is not a baseline.
    """
    return read_baseline(settings.baseline) if settings.baseline else NO_BASELINE


def read_baseline(file: Path) -> Baseline:
    """The baseline in a file. Raises SettingsError as ``baseline_of`` does."""
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SettingsError(f"{file}: baseline not found; create it with --update-baseline") from error
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{file}: is not a valid baseline: {error}") from error
    version = document.get("version") if isinstance(document, dict) else None
    if version != VERSION:
        raise SettingsError(f"{file}: is not a baseline of version {VERSION}; --update-baseline will not overwrite it")
    rows = document.get("findings")
    if not isinstance(rows, list):
        raise SettingsError(f"{file}: is not a valid baseline: it has no list of findings")
    return Baseline(file, tuple(_entry(row, file) for row in rows))


def _counted(entries: Iterable[Entry]) -> Counter[Key]:
    counts: Counter[Key] = Counter()
    for entry in entries:
        counts[entry.identity.key] += entry.count
    return counts


def _row(entry: Entry) -> dict[str, object]:
    identity = entry.identity
    row: dict[str, object] = {"path": identity.path, "scope": identity.scope, "text": identity.text, "code": entry.code}
    return {**row, "count": entry.count} if entry.count > 1 else row


def _entry(row: object, file: Path) -> Entry:
    if isinstance(row, dict):
        words = [row.get(name) for name in ("path", "scope", "text", "code")]
        count = row.get("count", 1)
        if all(isinstance(word, str) for word in words) and isinstance(count, int) and count > 0:
            path, scope, text, code = map(str, words)
            return Entry(Fingerprint(path, scope, text), code, count)
    raise SettingsError(f"{file}: is not a valid baseline: {json.dumps(row, ensure_ascii=False)[:80]} is not a finding")
