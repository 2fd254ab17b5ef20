"""Where an import that comes in stands: where isort and ruff would put it, and no needless empty lines."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from autoawait.diagnostics.finding import Edit
from autoawait.edits.proof import prove
from autoawait.edits.rewrite import rewrite
from autoawait.propagation.def_edits.imports import module_import, name_import, top_names
from tests.edits.rewriting import TARGET, loaded

OWN = frozenset({"app", "store"})

# (what is imported, the file before, after)
STANDARD = [
    ("asyncio", "import sys\n", "import asyncio\nimport sys\n"),
    ("asyncio", "import abc\nimport sys\n", "import abc\nimport asyncio\nimport sys\n"),
    ("asyncio", "import abc\nimport os.path\n\nimport app\n",
     "import abc\nimport asyncio\nimport os.path\n\nimport app\n"),
    ("asyncio", "import abc\n\nx = 1\n", "import abc\nimport asyncio\n\nx = 1\n"),
    ("asyncio", "import array as a, abc\nx = 1\n", "import array as a, abc\nimport asyncio\nx = 1\n"),
    ("asyncio", "from pathlib import Path\n", "import asyncio\nfrom pathlib import Path\n"),
    ("asyncio", "from abc import ABC\nimport sys\n", "import asyncio\nfrom abc import ABC\nimport sys\n"),
    ("asyncio", "import sys\nimport app\n", "import asyncio\nimport sys\nimport app\n"),
    ("asyncio", "import sys\nimport trio\nimport abc\n", "import asyncio\nimport sys\nimport trio\nimport abc\n"),
    ("asyncio", "import app\n", "import asyncio\n\nimport app\n"),
    ("asyncio", "import trio\n", "import asyncio\n\nimport trio\n"),
    ("asyncio", "from . import app\nimport sys\n", "import asyncio\n\nfrom . import app\nimport sys\n"),
    ("asyncio", "'''doc'''\n\nimport sys\n", "'''doc'''\n\nimport asyncio\nimport sys\n"),
    ("asyncio", "'''doc'''\n\nimport app\n", "'''doc'''\n\nimport asyncio\n\nimport app\n"),
    ("asyncio", "from __future__ import annotations\n\nimport sys\n",
     "from __future__ import annotations\n\nimport asyncio\nimport sys\n"),
]  # fmt: skip

FOREIGN = [
    ("trio", "import app\n", "import trio\n\nimport app\n"),
    ("trio", "from .app import x\n", "import trio\n\nfrom .app import x\n"),
    ("trio", "from store.shelf import x\n", "import trio\n\nfrom store.shelf import x\n"),
    ("trio", "import sys\n\nimport app\n", "import sys\n\nimport trio\n\nimport app\n"),
    ("pytest", "from httpx import get\n", "import pytest\nfrom httpx import get\n"),
    ("pytest", "import sys\n\nfrom httpx import get\n\nimport app\n",
     "import sys\n\nimport pytest\nfrom httpx import get\n\nimport app\n"),
    ("pytest", "import starlette\n", "import pytest\nimport starlette\n"),
    ("pytest", "import httpx\n\nimport app\n", "import httpx\nimport pytest\n\nimport app\n"),
    ("pytest", "import sys\n\nx = 1\n", "import sys\n\nimport pytest\n\nx = 1\n"),
    ("pytest", "'''doc'''\nimport sys\nfrom os import path\n\n\ndef f(): ...\n",
     "'''doc'''\nimport sys\nfrom os import path\n\nimport pytest\n\n\ndef f(): ...\n"),
]  # fmt: skip

NONE_YET = [
    ("asyncio", "x = 1\n", "import asyncio\n\nx = 1\n"),
    ("asyncio", "def f(): ...\n", "import asyncio\n\n\ndef f(): ...\n"),
    ("asyncio", "x = 1\nimport sys\n", "import asyncio\n\nx = 1\nimport sys\n"),
    ("asyncio", "'''doc'''\n\n\ndef f(): ...\n", "'''doc'''\n\nimport asyncio\n\n\ndef f(): ...\n"),
    ("pytest", "from __future__ import annotations\n\nx = 1\n",
     "from __future__ import annotations\n\nimport pytest\n\nx = 1\n"),
    ("pytest", "x = 1\n", "import pytest\n\nx = 1\n"),
]  # fmt: skip

NAMES = [
    ("import abc\n", "import abc\nfrom contextlib import closing\n"),
    ("import abc\nimport sys\n\nimport app\n",
     "import abc\nimport sys\nfrom contextlib import closing\n\nimport app\n"),
    ("import sys\nfrom abc import ABC\n", "import sys\nfrom abc import ABC\nfrom contextlib import closing\n"),
    ("import sys\nfrom os import path\n", "import sys\nfrom contextlib import closing\nfrom os import path\n"),
    ("from os import path\n", "from contextlib import closing\nfrom os import path\n"),
    ("import app\n", "from contextlib import closing\n\nimport app\n"),
    ("x = 1\n", "from contextlib import closing\n\nx = 1\n"),
    ("import sys\nfrom .contextlib import suppress\n",
     "import sys\nfrom contextlib import closing\nfrom .contextlib import suppress\n"),
]  # fmt: skip


def check(before: str, after: str, *wanted: str) -> None:
    """The modules, or names of contextlib, are imported at these places, which is proved."""
    source = loaded(before.encode())
    edits = [e for name in wanted if (e := edit_for(before, name)) is not None]
    result = rewrite(source, edits)
    assert result.data.decode() == after
    assert prove(source, edits, result.data, TARGET) is None


def edit_for(before: str, name: str) -> Edit | None:
    source = loaded(before.encode())
    return name_import(source, "contextlib", name) if name == "closing" else module_import(source, name, OWN)


@pytest.mark.parametrize(("module", "before", "after"), [*STANDARD, *FOREIGN, *NONE_YET])
def test_a_module_is_imported_in_its_section(module: str, before: str, after: str) -> None:
    check(before, after, module)


@pytest.mark.parametrize(("before", "after"), NAMES)
def test_a_name_is_imported_below_the_modules_of_its_section(before: str, after: str) -> None:
    check(before, after, "closing")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import trio\n", "import asyncio\nfrom contextlib import closing\n\nimport pytest\nimport trio\n"),
        ("import sys\n", "import asyncio\nimport sys\nfrom contextlib import closing\n\nimport pytest\n"),
        ("import abc\n", "import abc\nimport asyncio\nfrom contextlib import closing\n\nimport pytest\n"),
    ],
)
def test_several_imports_come_in_together(before: str, after: str) -> None:
    check(before, after, "pytest", "closing", "asyncio")


def test_a_name_comes_to_the_others_of_its_module() -> None:
    check("from contextlib import suppress\n", "from contextlib import suppress, closing\n", "closing")


def test_what_is_imported_is_not_imported_again() -> None:
    assert module_import(loaded(b"x = 1\nimport abc, asyncio\n"), "asyncio", OWN) is None
    assert module_import(loaded(b"import asyncio as aio\n"), "asyncio", OWN) is not None


def test_ruff_finds_the_result_sorted_where_the_file_was(tmp_path: Path) -> None:
    for name in ("app/__init__.py", "app/x.py", "store/__init__.py", "store/shelf.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    cases = [(before, after) for _, before, after in [*STANDARD, *FOREIGN, *NONE_YET]] + NAMES
    for number, (before, after) in enumerate(cases):
        (tmp_path / f"before_{number}.py").write_text(before)
        (tmp_path / f"after_{number}.py").write_text(after)
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--select=I", "--output-format=json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    unsorted = {Path(each["filename"]).stem for each in json.loads(done.stdout)}
    numbers = [n for n in range(len(cases)) if f"before_{n}" not in unsorted]
    assert len(numbers) > len(cases) / 2
    assert [cases[n] for n in numbers if f"after_{n}" in unsorted] == []


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["main.py", "store.py"], {"main", "store"}),
        (["app/__init__.py", "app/db.py", "app/sub/__init__.py", "app/sub/x.py"], {"app"}),
        (["src/app/__init__.py", "src/app/db.py"], {"src", "app"}),
        (["scripts/run.py", "tests/__init__.py", "tests/test_a.py"], {"scripts", "run", "tests"}),
        (["../elsewhere/a.py"], set()),
    ],
)
def test_a_project_has_names_of_its_own(paths: list[str], names: set[str]) -> None:
    root = Path("/work/root")
    assert (
        top_names(root, [Path("/work") / path[3:] if path.startswith("../") else root / path for path in paths])
        == names
    )
