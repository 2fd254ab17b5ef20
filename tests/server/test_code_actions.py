"""What the server makes of findings and settings, without a server."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from lsprotocol import types

from autoawait.diagnostics.finding import Applicability, Edit, EditKind, Finding, Fix
from autoawait.project.options import Options, Source, keys_of
from autoawait.project.source import SourceFile, Span, load
from autoawait.project.text_edits import apply_edits
from autoawait.server import code_actions
from autoawait.server.client_settings import ClientSettings, Hover, merged, read_settings
from autoawait.server.positions import offset_of, position_of

KEYS = keys_of(ClientSettings, Source.EDITOR)
A, B = Path("a.py"), Path("b.py")


def finding(*kinds: tuple[Path, EditKind], applicability: Applicability = Applicability.SAFE) -> Finding:
    edits = tuple(Edit(path, Span(number, number + 1), kind) for number, (path, kind) in enumerate(kinds))
    return Finding("AW101", A, Span(0, 1), "", callee="self.save", fix=Fix(edits, applicability))


AWAIT, TURN = EditKind.AWAIT, EditKind.ASYNC_DEF


@pytest.mark.parametrize(
    ("found", "title"),
    [
        (finding((A, AWAIT)), "await `self.save(...)`"),
        (finding((A, AWAIT), applicability=Applicability.UNSAFE), "await `self.save(...)` (unsafe)"),
        (finding((A, AWAIT), (A, TURN)), "await `self.save(...)` and make the callers async (1 function)"),
        (
            finding((A, AWAIT), (A, TURN), (B, TURN), (B, AWAIT)),
            "await `self.save(...)` and make the callers async (2 functions, 2 files)",
        ),
        (finding((A, EditKind.ASYNC_FOR)), "iterate over `self.save(...)` with async for"),
        (finding((A, EditKind.DECORATE)), "fix `self.save(...)`"),
    ],
)
def test_a_title_says_what_a_fix_does(found: Finding, title: str) -> None:
    assert code_actions.title_of(found) == f"autoawait: {title}"


def test_an_edit_of_whole_lines_is_the_same_change() -> None:
    rng = random.Random(1)
    for _ in range(300):
        before, after = (b"".join(rng.choices([b"a\n", b"b\r\n", "é\n".encode(), b"\n", b"c"], k=6)) for _ in range(2))
        assert apply_edits(before, [code_actions._whole(A, before, after)]) == after


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_places_lead_there_and_back(encoding: str) -> None:
    source = load(A, "x = 'é😀'  # \x0c ü\r\ny = 1\n\nz = '\u2028'".encode())
    assert isinstance(source, SourceFile)
    starts = [offset for offset in range(len(source.body) + 1) if is_start(source.body, offset)]
    for offset in starts:
        position = position_of(source, offset, encoding)
        if source.body[offset - 1 : offset + 1] != b"\r\n":  # a place inside a line end is none
            assert offset_of(source, position, encoding) == offset
    assert offset_of(source, types.Position(99, 0), encoding) == len(source.body)
    assert offset_of(source, types.Position(1, 99), encoding) == source.body.index(b"y = 1") + 5


def is_start(body: bytes, offset: int) -> bool:
    """Whether a character begins at an offset."""
    return offset == len(body) or body[offset] & 0xC0 != 0x80


def test_settings_become_those_of_the_command_line() -> None:
    settings = {
        "bridge": True,
        "config": "strict.toml",
        "debounce": 500,
        "exclude": ["build"],
        "hover": "all",
        "propagate": False,
        "python": ".venv",
        "targetVersion": "3.11",
        "unsafeFixes": True,
    }
    assert settings.keys() == KEYS.keys()
    folder = Path("/work")
    options = Options(
        exclude=("build",),
        python=folder / ".venv",
        target_version="3.11",
        unsafe_fixes=True,
        propagate=False,
        bridge=True,
        config=folder / "strict.toml",
    )
    wanted = (ClientSettings(options, 500, Hover.ALL), [])
    for told in (settings, {"autoawait": settings}, {"settings": settings}, {"settings": {"autoawait": settings}}):
        assert read_settings(told, folder) == wanted
    for nothing in (None, {}, [], dict.fromkeys(KEYS), {"autoawait": None, "settings": {}}):
        assert read_settings(nothing, folder)[0] == ClientSettings()
    assert merged({"autoawait": {"python": "a", "bridge": True}}, {"python": "b", "bridge": None}) == {
        "python": "b",
        "bridge": True,
    }


@pytest.mark.parametrize("key", KEYS)
def test_a_wrong_value_is_named_with_what_would_be_right(key: str) -> None:
    for wrong in ({"a": 1}, -1 if key == "debounce" else 1.5):
        choices, problems = read_settings({key: wrong}, None)
        assert choices == ClientSettings()
        assert problems == [f"autoawait.{key}: must be {KEYS[key].expected}, not {wrong!r}"]
