"""Finds the ty executable and checks its version."""

from __future__ import annotations

import importlib.metadata
import re
import shutil
from functools import cache

from ty import find_ty_bin

from autoawait.types.engine import EngineError

_REQUIREMENT = re.compile(r"ty\s*\(?([<>=!][^;)]*)")
_BOUND = re.compile(r"([<>]=?|[=!]=)\s*([\d.]+)")
_RELEASE = re.compile(r"\d+(?:\.\d+)*")


def find_ty() -> str:
    """The ty executable of our own environment, else the one on PATH. Raises EngineError if there is none."""
    try:
        return find_ty_bin()
    except FileNotFoundError:
        found = shutil.which("ty")
    if found is None:
        raise EngineError("the type engine (ty) is not installed; run `pip install ty` in autoawait's environment")
    return found


@cache
def supported_range() -> str:
    """The versions of ty that our own package requires, such as ``>=1,<2``; empty if it is not installed."""
    try:
        requirements = importlib.metadata.requires("autoawait") or []
    except importlib.metadata.PackageNotFoundError:
        return ""
    return next((match[1].strip() for line in requirements if (match := _REQUIREMENT.match(line))), "")


def version_problem(version: str, supported: str) -> str:
    """An error message if this version of ty is not supported, else empty."""
    if all(_satisfies(version, operator, bound) for operator, bound in _BOUND.findall(supported)):
        return ""
    return f"the type engine (ty) has version {version or 'unknown'}, but autoawait needs ty{supported}"


def _satisfies(version: str, operator: str, bound: str) -> bool:
    have, want = _numbers(version), _numbers(bound)
    if "=" in operator and have == want:
        return operator != "!="
    return have != want if operator == "!=" else have < want if operator[0] == "<" else have > want and operator != "=="


def _numbers(version: str) -> tuple[int, ...]:
    match = _RELEASE.match(version)
    return tuple(map(int, match[0].split("."))) if match else ()
