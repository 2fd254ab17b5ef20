"""The recipes of docs/editors.md in the editors that are there: from a missing await to both files right."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autoawait.project.options import Source, keys_of
from autoawait.server.client_settings import ClientSettings
from tests.paths import DOCS
from tests.server.test_server import DB, MAIN, MAIN_FIXED, ORDERS, ORDERS_FIXED

HERE = Path(__file__).parent
PAGE = DOCS / "editors.md"
BESIDE = Path(sys.executable).parent
PATIENCE = 120


def recipe(name: str) -> str:
    """The code block of docs/editors.md after a comment."""
    found = re.search(rf"<!-- recipe: {re.escape(name)} -->\n```\w*\n(.*?)^```$", PAGE.read_text("utf-8"), re.S | re.M)
    assert found, f"{PAGE.name} has a recipe {name}"
    return found[1]


def programs(name: str) -> list[str]:
    """The program on PATH, and the one that came as a package."""
    found = [shutil.which(name), shutil.which(name, path=str(BESIDE))]
    return list(dict.fromkeys(path for path in found if path))


def environment() -> dict[str, str]:
    """Ours, in which `autoawait` is the one that is tested."""
    return {**os.environ, "PATH": f"{BESIDE}{os.pathsep}{os.environ['PATH']}"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "shop"
    root.mkdir()
    (root / "pyproject.toml").write_text('[project]\nname = "shop"\nversion = "1"\n')
    for name, text in {"db.py": DB, "orders.py": ORDERS, "main.py": MAIN}.items():
        (root / name).write_text(text)
    return root


def test_the_filter_of_the_shell_fails_only_where_the_job_was_not_done(folder: Path) -> None:
    code = ORDERS + "\n\nasync def double(n: int) -> int:\n    return fetch(n) * 2\n"
    (folder / "circle").symlink_to("circle")
    outputs = {}
    for name, exit_code in {"orders.py": 0, "circle/orders.py": 1}.items():
        command = ["sh", "-c", recipe("filter"), "sh", name]
        ended = subprocess.run(
            command, cwd=folder, env=environment(), input=code.encode(), capture_output=True, check=False
        )
        assert ended.returncode == exit_code, ended.stderr.decode()
        outputs[name] = ended.stdout.decode()
    assert outputs == {"orders.py": code.replace("fetch(n) * 2", "await fetch(n) * 2"), "circle/orders.py": code}


def test_the_page_has_all_settings_and_the_real_words_of_the_filter(folder: Path) -> None:
    page = PAGE.read_text("utf-8")
    assert sorted(re.findall(r"^\| `(\w+)` \|", page, re.M)) == list(keys_of(ClientSettings, Source.EDITOR))
    shown = re.search(r"\$ autoawait (fix - .*) < orders.py > fixed.py\n(.*?)^```$", page, re.S | re.M)
    assert shown
    command = [sys.executable, "-m", "autoawait", *shown[1].split()]
    ended = subprocess.run(command, cwd=folder, input=ORDERS.encode(), capture_output=True, check=False)
    assert ended.stderr.decode() == shown[2]


# --- Neovim -----------------------------------------------------------------------------------------------------------


def version_of(nvim: str) -> tuple[int, int]:
    shown = subprocess.run([nvim, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"NVIM v(\d+)\.(\d+)", shown)
    assert found, shown
    return int(found[1]), int(found[2])


NVIMS = [pytest.param(path, id="nvim {}.{}".format(*version_of(path))) for path in programs("nvim")]
WITHOUT = pytest.param("", marks=pytest.mark.skip(reason="there is no nvim: apt-get install neovim"), id="nvim")


@pytest.mark.parametrize("nvim", NVIMS or [WITHOUT])
def test_neovim_goes_from_the_diagnostic_to_both_files_right(nvim: str, folder: Path, tmp_path: Path) -> None:
    init = tmp_path / "init.lua"
    init.write_text(recipe("neovim-0.11" if version_of(nvim) >= (0, 11) else "neovim-0.7"))
    command = [nvim, "--headless", "-u", str(init), "-i", "NONE", "-n", "-c", f"luafile {HERE / 'session.lua'}"]
    for name in ("XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        (tmp_path / name).mkdir()
    homes = {name: str(tmp_path / name) for name in ("XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")}
    ended = subprocess.run(
        command, cwd=folder, env={**environment(), **homes}, capture_output=True, timeout=PATIENCE, check=False
    )
    seen = json.loads((folder / "session.json").read_text()) if (folder / "session.json").exists() else {}
    assert (ended.returncode, seen.get("problem")) == (0, None), ended.stderr.decode()
    assert seen["diagnostic"] == {
        "line": 4,
        "column": 11,
        "code": "AW102",
        "source": "autoawait",
        "message": "`fetch(...)` is used as an operand without `await`\n`fetch` is an async function",
    }
    assert seen["titles"] == ["autoawait: await `fetch(...)` and make the callers async (1 function, 2 files)"]
    assert (folder / "orders.py").read_text() == ORDERS_FIXED
    assert (folder / "main.py").read_text() == MAIN_FIXED


# --- Emacs ------------------------------------------------------------------------------------------------------------


def test_emacs_goes_from_the_diagnostic_to_both_files_right(folder: Path, tmp_path: Path) -> None:
    emacs = shutil.which("emacs")
    init = tmp_path / "init.el"
    init.write_text("(package-initialize)\n" + recipe("emacs"))
    if (
        not emacs
        or subprocess.run([emacs, "--batch", "-q", "-l", str(init)], capture_output=True, check=False).returncode
    ):
        pytest.skip("there is no Emacs with eglot: apt-get install emacs-nox elpa-eglot")
    command = [emacs, "--batch", "-q", "-l", str(init), "-l", str(HERE / "session.el")]
    ended = subprocess.run(
        command,
        cwd=folder,
        env=environment(),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert ended.returncode == 0, ended.stderr.decode()
    assert "`fetch(...)` is used as an operand without `await`" in (folder / "session.txt").read_text()
    assert (folder / "orders.py").read_text() == ORDERS_FIXED
    assert (folder / "main.py").read_text() == MAIN_FIXED
