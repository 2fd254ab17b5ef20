"""The only module that writes files of the user: whole, or not at all.

New contents first go to temporary files beside the old ones; only when all of a connected set are on
disk is each moved over its target, which the operating system does in one step.
"""

from __future__ import annotations

import os
import signal
import stat
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from autoawait.diagnostics.finding import Change, Fix


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was not written (or, where the reason says so, could not be put back)."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class WriteReport:
    """What became of the changes: every file is in one of the two."""

    written: tuple[Path, ...] = ()
    refused: tuple[Refusal, ...] = ()


def write_changes(changes: Sequence[Change], groups: Iterable[frozenset[Path]] = ()) -> WriteReport:
    """Replace each changed file by its new bytes; files of one group all or none.

    A file that no longer has its ``before`` bytes, is read-only, or for which the disk has no room keeps
    its group from being written and is named in the report. Permissions stay, and the owner where that is
    allowed; of a symbolic link the target is replaced. A file in no group stands for itself.

    An interrupt (Ctrl-C) before the first file is replaced undoes everything and goes on as
    KeyboardInterrupt; one that comes later waits for the few moves that are left. No temporary file stays.
    """
    sets = _sets(changes, groups)
    staged: dict[Path, _Staged] = {}
    with _interrupts_held() as interrupted:
        try:
            reports = [_stage(group, staged, interrupted) for group in sets]
            if interrupted.is_set():
                raise KeyboardInterrupt
            reports += [_replace([staged[c.path] for c in group if c.path in staged]) for group in sets]
        finally:
            for item in staged.values():
                item.temporary.unlink(missing_ok=True)
    written = tuple(path for report in reports for path in report.written)
    return WriteReport(written, tuple(refusal for report in reports for refusal in report.refused))


def connected_files(fixes: Iterable[Fix]) -> list[frozenset[Path]]:
    """The sets of files that belong together: a chain of fixes leads from each file of a set to each other."""
    sets: list[frozenset[Path]] = []
    for joined in {frozenset(edit.path for edit in fix.edits) for fix in fixes}:
        apart = [other for other in sets if not other & joined]
        sets = [*apart, joined.union(*(other for other in sets if other & joined))]
    return sorted(sets, key=sorted)


def write_file(path: Path, data: bytes) -> None:
    """Give a file of our own, which may not exist yet, its content in one step; of a symbolic link the target.

    Raises OSError, and then the file is as it was. Permissions stay; those of a new file are the usual ones.
    """
    target = path.resolve()
    temporary = _temporary(target, data)
    try:
        temporary.chmod(stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask())
        os.replace(temporary, target)  # noqa: PTH105
    finally:
        temporary.unlink(missing_ok=True)


def _temporary(target: Path, data: bytes) -> Path:
    """A new file with these bytes, on disk, beside a target. Raises OSError, leaving nothing behind."""
    number, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".autoawait", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(number, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _umask() -> int:
    mask = os.umask(0o077)  # there is no way to read it but to set it
    os.umask(mask)
    return mask


@dataclass(frozen=True, slots=True)
class _Staged:
    """A change whose new bytes are on disk under another name."""

    change: Change
    target: Path
    temporary: Path


def _sets(changes: Sequence[Change], groups: Iterable[frozenset[Path]]) -> list[list[Change]]:
    by_path = {change.path: change for change in changes}
    sets = [[by_path.pop(path) for path in sorted(group) if path in by_path] for group in groups]
    return [*filter(None, sets), *([change] for change in by_path.values())]


def _stage(group: list[Change], staged: dict[Path, _Staged], interrupted: threading.Event) -> WriteReport:
    """Put the new bytes of a group beside its files, adding to ``staged``; on failure nothing of the group is added."""
    for change in group:
        if interrupted.is_set():
            break
        try:
            staged[change.path] = _beside(change)
        except OSError as error:
            for item in (staged.pop(c.path) for c in group if c.path in staged):
                item.temporary.unlink(missing_ok=True)
            return _refusal(group, change.path, f"cannot be written: {error.strerror or error}")
    return WriteReport()


def _beside(change: Change) -> _Staged:
    """Write the new bytes to a temporary file beside the target. Raises OSError, leaving nothing behind."""
    target = change.path.resolve(strict=True)
    status = target.stat()
    # Moving a file over another asks only for the directory's permission; a read-only file means what it says.
    if not (status.st_mode & 0o222 and os.access(target, os.W_OK)):
        raise PermissionError(0, "it is read-only")
    temporary = _temporary(target, change.after)
    try:
        _take_over(temporary, status)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return _Staged(change, target, temporary)


def _take_over(temporary: Path, status: os.stat_result) -> None:
    """Give a new file the owner and permissions of the old one."""
    if hasattr(os, "chown"):
        own = temporary.stat()
        if (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid):
            with suppress(PermissionError):  # only root may give files away; else the writer owns it now
                os.chown(temporary, status.st_uid, status.st_gid)
    temporary.chmod(stat.S_IMODE(status.st_mode))


def _replace(group: list[_Staged]) -> WriteReport:
    """Move the staged files of a group over their targets, or put back those already moved."""
    changes = [item.change for item in group]
    for item in group:
        if reason := _changed_meanwhile(item):
            return _refusal(changes, item.change.path, reason)
    for number, item in enumerate(group):
        try:
            os.replace(item.temporary, item.target)  # noqa: PTH105 (one word for it in this module and in the tests)
        except OSError as error:
            report = _refusal(changes, item.change.path, f"cannot be replaced: {error.strerror or error}")
            lost = {failure.path: failure for failure in _put_back(group[:number])}
            return WriteReport((), tuple(lost.get(refusal.path, refusal) for refusal in report.refused))
    return WriteReport(tuple(change.path for change in changes))


def _changed_meanwhile(item: _Staged) -> str:
    try:
        now = item.target.read_bytes()
    except OSError as error:
        return f"cannot be read again: {error.strerror or error}"
    return "" if now == item.change.before else "was changed while autoawait was running; run it again"


def _put_back(group: list[_Staged]) -> list[Refusal]:
    """Restore the old bytes; what cannot be restored is said."""
    failures: list[Refusal] = []
    for item in group:
        try:
            old = _beside(Change(item.target, item.change.after, item.change.before))
            try:
                os.replace(old.temporary, old.target)  # noqa: PTH105
            finally:
                old.temporary.unlink(missing_ok=True)
        except OSError as error:
            reason = f"was changed and cannot be put back: {error.strerror or error}"
            failures.append(Refusal(item.change.path, reason))
    return failures


def _refusal(group: Sequence[Change], culprit: Path, reason: str) -> WriteReport:
    others = "not written, because its changes depend on those in " + str(culprit)
    return WriteReport((), tuple(Refusal(c.path, reason if c.path == culprit else others) for c in group))


@contextmanager
def _interrupts_held() -> Iterator[threading.Event]:
    """While this lasts an interrupt sets the event, instead of being raised between any two instructions."""
    interrupted = threading.Event()
    if threading.current_thread() is not threading.main_thread():  # interrupts go to the main thread only
        yield interrupted
        return
    previous = signal.signal(signal.SIGINT, lambda *_: interrupted.set())
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, previous)
