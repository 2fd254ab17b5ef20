"""The command line with a log, on a small project."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from autoawait import cli
from tests.projects import write_project

Files = Mapping[str, str]


@dataclass(frozen=True)
class Told:
    """What was said of one warning: its line in the log, the coroutine, the standing, the places as ``file:line``, and
    the findings as ``CODE state``."""

    line: int
    name: str
    standing: str
    places: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()


def told(answer: Mapping[str, Any]) -> Told:
    return Told(
        answer["line"],
        answer["name"],
        answer["standing"],
        tuple(f"{place['path']}:{place['line']}" for place in answer["places"]),
        tuple(f"{finding['code']} {finding['state']}" for finding in answer["findings"]),
    )


@dataclass(frozen=True)
class Project:
    """A project in the working directory."""

    root: Path

    def run(self, *arguments: str, log: str | None = None) -> tuple[int, str]:
        """The exit code and all output of a command; ``log`` is written to ``run.log`` and read from there."""
        if log is not None:
            (self.root / "run.log").write_text(textwrap.dedent(log), encoding="utf-8")
            arguments = (*arguments, "--from-log", "run.log")
        result = CliRunner().invoke(cli.app, [*arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        return result.exit_code, result.output

    def report(self, log: str, *arguments: str) -> dict[str, Any]:
        _, output = self.run("check", *arguments, "--output-format", "json", log=log)
        document: dict[str, Any] = json.loads(output)
        return document

    def answers(self, log: str, *arguments: str) -> list[Told]:
        return [told(answer) for answer in self.report(log, *arguments)["log"]]

    def answer(self, log: str, *arguments: str) -> dict[str, Any]:
        (only,) = self.report(log, *arguments)["log"]
        found: dict[str, Any] = only
        return found


def project(folder: Path, monkeypatch: pytest.MonkeyPatch, files: Files) -> Project:
    monkeypatch.chdir(write_project(folder, {"pyproject.toml": "", **files}))
    return Project(folder)
