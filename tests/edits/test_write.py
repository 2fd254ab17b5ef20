"""Files are replaced whole and together, or not at all."""

from __future__ import annotations

import errno
import os
import signal
import stat
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from autoawait.diagnostics.finding import Applicability, Change, Edit, EditKind, Fix
from autoawait.edits import write
from autoawait.edits.write import WriteReport, connected_files, write_changes
from autoawait.project.source import Span

OLD, NEW = b"f()\r\n", b"await f()\r\n"


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / name for name in ("a.py", "b.py", "c.py")]
    for path in paths:
        path.write_bytes(OLD)
    return paths


@pytest.fixture(autouse=True)
def nothing_left_behind(tmp_path: Path) -> Iterator[None]:
    yield
    assert [path.name for path in tmp_path.rglob("*.autoawait")] == []


def changes(paths: Sequence[Path]) -> list[Change]:
    return [Change(path, OLD, NEW) for path in paths]


def contents(paths: Sequence[Path]) -> list[bytes]:
    return [path.read_bytes() for path in paths]


def reasons(report: WriteReport) -> dict[str, str]:
    return {refusal.path.name: refusal.reason for refusal in report.refused}


# --- writing ----------------------------------------------------------------------------------------------------------


def test_all_files_are_replaced(files: list[Path]) -> None:
    assert write_changes(changes(files)) == WriteReport(tuple(files))
    assert contents(files) == [NEW, NEW, NEW]


def test_no_changes_write_nothing() -> None:
    assert write_changes([]) == WriteReport()


def test_permissions_stay(files: list[Path]) -> None:
    files[0].chmod(0o754)
    write_changes(changes(files[:1]))
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o754


def test_the_owner_stays_where_that_is_allowed(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[tuple[int, int]] = []

    class Foreign:
        st_mode, st_uid, st_gid = 0o100644, 12345, 54321

    monkeypatch.setattr(write.os, "chown", lambda path, uid, gid: given.append((uid, gid)))
    write._take_over(files[0], Foreign())  # type: ignore[arg-type]
    assert given == [(12345, 54321)]

    def refuse(path: Path, uid: int, gid: int) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(write.os, "chown", refuse)
    write._take_over(files[0], Foreign())  # type: ignore[arg-type]
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o644


def test_the_target_of_a_link_is_replaced_and_the_link_stays(files: list[Path], tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    target = files[0].rename(tmp_path / "far" / "real.py")
    files[0].symlink_to(target)
    assert write_changes(changes(files[:1])).written == (files[0],)
    assert files[0].is_symlink()
    assert target.read_bytes() == NEW


# --- refusing ---------------------------------------------------------------------------------------------------------


def test_a_file_changed_meanwhile_keeps_its_set_from_being_written(files: list[Path]) -> None:
    files[1].write_bytes(b"edited\n")
    report = write_changes(changes(files), [frozenset(files[:2])])
    assert report.written == (files[2],)
    assert contents(files) == [OLD, b"edited\n", NEW]
    assert reasons(report) == {
        "a.py": f"not written, because its changes depend on those in {files[1]}",
        "b.py": "was changed while autoawait was running; run it again",
    }


def test_a_file_that_is_gone_is_named(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    files[0].unlink()
    assert reasons(write_changes(changes(files[:1]))) == {"a.py": "cannot be written: No such file or directory"}
    assert not files[0].exists()

    fsync = os.fsync

    def lose_the_target(number: int) -> None:
        fsync(number)
        files[1].unlink()

    monkeypatch.setattr(write.os, "fsync", lose_the_target)
    report = write_changes(changes(files[1:2]))
    assert reasons(report) == {"b.py": "cannot be read again: No such file or directory"}


def test_a_read_only_file_means_what_it_says(files: list[Path]) -> None:
    files[0].chmod(0o444)
    report = write_changes(changes(files), [frozenset(files[:2])])
    assert reasons(report)["a.py"] == "cannot be written: it is read-only"
    assert contents(files) == [OLD, OLD, NEW]


def test_a_directory_without_permission_is_said(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**options: object) -> tuple[int, str]:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(write.tempfile, "mkstemp", refuse)
    assert reasons(write_changes(changes(files[:1]))) == {"a.py": "cannot be written: Permission denied"}


def test_a_full_disk_leaves_the_whole_set_alone(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    fsync = os.fsync

    def fill_up(number: int) -> None:
        calls.append(number)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(number)

    monkeypatch.setattr(write.os, "fsync", fill_up)
    report = write_changes(changes(files), [frozenset(files[:2])])
    assert contents(files) == [OLD, OLD, NEW]
    assert reasons(report)["b.py"] == "cannot be written: No space left on device"


class Mover:
    """``os.replace`` that fails at the given calls."""

    def __init__(self, *failing: int) -> None:
        self.failing, self.calls, self.replace = failing, 0, os.replace

    def __call__(self, source: Path, target: Path) -> None:
        self.calls += 1
        if self.calls in self.failing:
            raise OSError(errno.EBUSY, "Device or resource busy")
        self.replace(source, target)


def test_a_move_that_fails_midway_puts_the_others_back(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write.os, "replace", Mover(3))
    report = write_changes(changes(files), [frozenset(files)])
    assert report.written == ()
    assert contents(files) == [OLD, OLD, OLD]
    assert reasons(report)["c.py"] == "cannot be replaced: Device or resource busy"


def test_what_cannot_be_put_back_is_said(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write.os, "replace", Mover(3, 4))
    report = write_changes(changes(files), [frozenset(files)])
    assert contents(files) == [NEW, OLD, OLD]
    assert reasons(report)["a.py"] == "was changed and cannot be put back: Device or resource busy"
    assert len(report.refused) == 3


# --- interrupts -------------------------------------------------------------------------------------------------------


def test_an_interrupt_while_staging_undoes_everything(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    fsync = os.fsync
    staged: list[int] = []

    def interrupt(number: int) -> None:
        fsync(number)
        staged.append(number)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(write.os, "fsync", interrupt)
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        write_changes(changes(files), [frozenset(files)])
    assert len(staged) == 1
    assert contents(files) == [OLD, OLD, OLD]
    assert signal.getsignal(signal.SIGINT) is before


def test_an_interrupt_while_moving_comes_too_late(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    replace = os.replace

    def interrupt(source: Path, target: Path) -> None:
        signal.raise_signal(signal.SIGINT)
        replace(source, target)

    monkeypatch.setattr(write.os, "replace", interrupt)
    write_changes(changes(files), [frozenset(files)])
    assert contents(files) == [NEW, NEW, NEW]


def test_it_works_outside_the_main_thread(files: list[Path]) -> None:
    worker = threading.Thread(target=write_changes, args=(changes(files),))
    worker.start()
    worker.join()
    assert contents(files) == [NEW, NEW, NEW]


# --- connected files --------------------------------------------------------------------------------------------------


def fix(*names: str) -> Fix:
    return Fix(tuple(Edit(Path(name), Span(0, 1), EditKind.AWAIT) for name in names), Applicability.SAFE)


@pytest.mark.parametrize(
    ("fixes", "sets"),
    [
        ([], []),
        ([fix("a")], ["a"]),
        ([fix("a"), fix("b")], ["a", "b"]),
        ([fix("a", "b"), fix("c"), fix("b", "d")], ["abd", "c"]),
        ([fix("a", "b"), fix("c", "d"), fix("b", "c")], ["abcd"]),
    ],
)
def test_fixes_join_files(fixes: list[Fix], sets: list[str]) -> None:
    assert connected_files(fixes) == [frozenset(map(Path, names)) for names in sets]
