"""What a file may be called and contain."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import pytest

from autoawait.project.source import BrokenFile, SourceFile, load

WARNED = b"x = 1if y else '\\d'\nassert (x, 'always')\nx is 'a'\n"


@pytest.mark.parametrize("name", [b"bad\xff.py", b"bad\xff/x.py"])
def test_a_name_that_is_not_utf_8_takes_no_part(tmp_path: Path, name: bytes) -> None:
    path = tmp_path / os.fsdecode(name)
    for data in (None, b"x = 1\n"):
        assert load(path, data) == BrokenFile(path, "AW902", "has a name that is not UTF-8")
    assert isinstance(load(tmp_path / "g\u00fcte \u65e5\u672c.py", b"x = 1\n"), SourceFile)


def test_what_python_warns_of_is_neither_shown_nor_an_error() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert isinstance(load(Path("m.py"), WARNED), SourceFile)
