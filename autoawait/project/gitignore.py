"""The patterns of ``.gitignore`` files, as git reads them.

The walk asks about one directory entry at a time and never enters an ignored directory, so a pattern only has to
match the entry itself, not its parents. This is simpler than a general matcher and exact; a test compares the
verdicts with those of git.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_BRACKET = re.compile(r"\[([!^]?)(\]?[^\]]*)\]")
_PATTERN_SYNTAX = re.compile(r"[*?\[\]\\]")


class PatternError(ValueError):
    """A line is not a valid pattern. The message quotes it."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line of a file. Its regex matches a whole name, or a path relative to the file's directory."""

    regex: re.Pattern[str]
    names_only: bool
    folders_only: bool
    ignores: bool


@dataclass(frozen=True, slots=True)
class Gitignore:
    """The patterns of one file, last line first, relative to the directory ``prefix`` (which ends in a separator).

    ``for_files`` are those that can match a name with one of the wanted suffixes: most lines of an ordinary
    ``.gitignore`` cannot, and there are far more files than directories.
    """

    prefix: str
    for_folders: tuple[Pattern, ...]
    for_files: tuple[Pattern, ...]

    def verdict(self, path: str, name: str, is_folder: bool) -> bool | None:
        """True: ignored; False: explicitly not ignored; None: no pattern matches. ``name`` is the path's last part."""
        relative = path[len(self.prefix) :]
        if os.sep != "/":
            relative = relative.replace(os.sep, "/")
        for pattern in self.for_folders if is_folder else self.for_files:
            if pattern.regex.fullmatch(name if pattern.names_only else relative):
                return pattern.ignores
        return None


def ignores(folder: str, lines: Iterable[str], suffixes: tuple[str, ...]) -> Gitignore:
    """The patterns that apply below a directory, to directories and to files with these suffixes.

    Raises PatternError for a line that is not a valid pattern.
    """
    for_folders: list[Pattern] = []
    for_files: list[Pattern] = []
    for line in lines:
        pattern = parsed(line)
        if pattern:
            for_folders.insert(0, pattern)
            if not pattern.folders_only and _may_end_in(line, suffixes):
                for_files.insert(0, pattern)
    return Gitignore(folder if folder.endswith(os.sep) else folder + os.sep, tuple(for_folders), tuple(for_files))


@lru_cache(maxsize=1024)  # repositories repeat the same lines
def parsed(line: str) -> Pattern | None:
    """The pattern of a line, None for an empty line or a comment. Raises PatternError for an invalid pattern."""
    glob = _without_trailing_spaces(line)
    if not glob or glob.startswith("#"):
        return None
    negated = glob.startswith("!")
    glob = glob[negated:]
    body = glob.removesuffix("/")
    if not body or (body.endswith("\\") and not body.endswith("\\\\")):
        raise PatternError(f"{line!r} is not a pattern")
    names_only = "/" not in body
    try:
        regex = re.compile(_regex(body.removeprefix("/")), re.DOTALL)
    except re.error as error:
        raise PatternError(f"{line!r} is not a pattern: {error}") from error
    return Pattern(regex, names_only, glob.endswith("/"), not negated)


def _without_trailing_spaces(line: str) -> str:
    stripped = line.rstrip("\r\n").rstrip(" ")
    # An escaped trailing space is part of the pattern.
    return stripped + " " if stripped.endswith("\\") and len(stripped) < len(line) else stripped


def _regex(glob: str) -> str:
    """A glob as a regular expression. Only ``**`` as a whole path component matches slashes."""
    out, at = "", 0
    while at < len(glob):
        rest = glob[at:]
        starts_part = at == 0 or glob[at - 1] == "/"
        if starts_part and rest.startswith("**/"):
            out, at = out + "(?:.*/)?", at + 3
        elif starts_part and rest == "**":
            out, at = out + ".+", at + 2
        elif rest[0] == "*":
            out, at = out + "[^/]*", at + 1
        elif rest[0] == "?":
            out, at = out + "[^/]", at + 1
        elif bracket := _BRACKET.match(rest):
            members = bracket[2].replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace("^", "\\^")
            out, at = f"{out}(?!/)[{'^' if bracket[1] else ''}{members}]", at + bracket.end()
        else:
            at += rest[0] == "\\"
            out, at = out + re.escape(glob[at]), at + 1
    return out


def _may_end_in(line: str, suffixes: tuple[str, ...]) -> bool:
    """Whether a pattern can match a name with one of these suffixes, judging by its last literal part."""
    tail = _PATTERN_SYNTAX.split(_without_trailing_spaces(line))[-1]
    return any(suffix.endswith(tail) or tail.endswith(suffix) for suffix in suffixes)
