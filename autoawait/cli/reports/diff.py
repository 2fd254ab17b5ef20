"""The changes as a patch that ``git apply`` and ``patch -p1`` take.

    --- a/shop/orders.py
    +++ b/shop/orders.py
    @@ -10,5 +10,5 @@
    -    total = fetch_order(number).total
    +    total = (await fetch_order(number)).total

It is bytes throughout: carriage returns and whatever encoding the file has stay as they are.

Names never lead upwards with ``..``, which git refuses. As those of ``git diff``, they are relative to the
top of the repository that the working directory is in; outside one, to the working directory. A file that is
not below that is named from the top of its own repository, where ``git apply`` then takes the patch. If it is
in none, the base is instead the nearest directory above that holds all such files.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from pathlib import Path

from autoawait.cli.reports.text import shown
from autoawait.diagnostics.finding import Change

_NO_NEWLINE = b"\n\\ No newline at end of file\n"
_NEEDS_QUOTES = re.compile(r'["\\\x00-\x1f\x7f]')


def patch(changes: Iterable[Change], base: Path) -> bytes:
    """A unified diff of all changes, in order of path, for someone who works in the directory ``base``."""
    ordered = sorted(changes, key=lambda change: change.path)
    tops = _tops([change.path for change in ordered], repository_top(base))
    return b"".join(_file_patch(change, shown(change.path, tops[change.path])) for change in ordered)


def repository_top(folder: Path) -> Path:
    """What patches and CI servers name files from: the top of the git repository; outside one, the directory itself."""
    resolved = folder.resolve()
    return _repository(resolved) or resolved


def _tops(paths: Iterable[Path], base: Path) -> dict[Path, Path]:
    """The directory from which each path is named."""
    tops = {path: base if path.is_relative_to(base) else _repository(path.parent) for path in paths}
    homeless = [path for path, top in tops.items() if top is None]
    above = (folder for folder in (base, *base.parents) if all(path.is_relative_to(folder) for path in homeless))
    shared = next(above, base)  # there is none on another drive
    return {path: shared if top in (None, base) else top for path, top in tops.items()}


def _repository(folder: Path) -> Path | None:
    return next((parent for parent in (folder, *folder.parents) if (parent / ".git").exists()), None)


def _file_patch(change: Change, name: str) -> bytes:
    lines = difflib.diff_bytes(
        difflib.unified_diff,
        _lines(change.before),
        _lines(change.after),
        _quoted(f"a/{name}"),
        _quoted(f"b/{name}"),
        lineterm=b"\n",
    )
    return b"".join(line if line.endswith(b"\n") else line + _NO_NEWLINE for line in lines)


def _lines(content: bytes) -> list[bytes]:
    """Lines as git counts them: a line feed ends one, and nothing else does."""
    lines = content.split(b"\n")
    return [*(line + b"\n" for line in lines[:-1]), *filter(None, lines[-1:])]


def _quoted(name: str) -> bytes:
    if not _NEEDS_QUOTES.search(name):
        # The tab ends a name that has a space in it.
        return (name + "\t" if " " in name else name).encode("utf-8", errors="surrogateescape")
    escaped = _NEEDS_QUOTES.sub(lambda m: f"\\{ord(m[0]):03o}" if m[0] < " " or m[0] > "~" else "\\" + m[0], name)
    return f'"{escaped}"'.encode("utf-8", errors="surrogateescape")
