"""Results that are kept: a package takes minutes to measure, and most of what is asked for has been measured before."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Generic, TypeVar

from tests.lab.documents import DocumentError, from_document, from_text, text_of, to_document

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Key:
    """What was measured, on which package, and the fingerprint of all that the result depends on."""

    measurement: str
    package: str
    fingerprint: str

    @property
    def file_name(self) -> str:
        return f"{self.measurement}-{self.package}-{self.fingerprint}.json"


@dataclass(frozen=True, slots=True)
class Kept(Generic[T]):
    """The results of one measurement of one package, when they were measured (UTC), and whether just now."""

    results: tuple[T, ...]
    measured: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class _Record:
    """A file of the store. The key is repeated in it: a file that was renamed is not believed."""

    key: Key
    measured: str
    results: list[object]


@dataclass(frozen=True, slots=True)
class Store:
    """Results in a folder, a file for each key; ``is_fresh`` measures anew what is there already."""

    folder: Path
    is_fresh: bool = False

    def results(self, key: Key, cls: type[T], measure: Callable[[], Sequence[T]]) -> Kept[T]:
        """What is kept under a key, or what ``measure`` gives, which is then kept. ``cls`` is a dataclass."""
        kept = None if self.is_fresh else self.read(key, cls)
        if kept is None:
            kept = Kept(tuple(measure()), _now(), is_new=True)
            record = _Record(key, kept.measured, [to_document(result) for result in kept.results])
            _write(self.folder / key.file_name, text_of(record))
        return kept

    def read(self, key: Key, cls: type[T]) -> Kept[T] | None:
        """What is kept under a key; None if there is nothing, or something that is not what it should be."""
        try:
            record = from_text(_Record, (self.folder / key.file_name).read_text(encoding="utf-8"))
            results = tuple(from_document(cls, result) for result in record.results)
        except (OSError, UnicodeDecodeError, DocumentError):
            return None
        return Kept(results, record.measured, is_new=False) if record.key == key else None


def _write(file: Path, text: str) -> None:
    """Whole or not at all: two runs may keep the same result, and Ctrl-C may come at any time."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, suffix=".part", delete=False) as part:
        try:
            part.write(text)
            part.close()
            Path(part.name).replace(file)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise


def _now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M")
