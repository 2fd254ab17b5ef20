"""The language server as an editor drives it: a process, asked and answered over its pipes."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autoawait.diagnostics.rules import RULES
from tests.server.client import EVERYTHING, Editor, Message, RefusedError, editor

DB = "async def fetch(n: int) -> int:\n    return n\n"
ORDERS = "from db import fetch\n\n\ndef total(n: int) -> int:\n    return fetch(n) + 1\n"
MAIN = "from orders import total\n\n\nasync def main() -> None:\n    print(total(3))\n"
ORDERS_FIXED = ORDERS.replace("def total", "async def total").replace("return fetch", "return await fetch")
MAIN_FIXED = MAIN.replace("total(3)", "await total(3)")
# A call whose value is dropped: what the safe fix of one file looks like.
JOBS = "from db import fetch\n\n\nasync def job() -> None:\n    fetch(1)\n    fetch(2)\n"
JOBS_FIXED = JOBS.replace("    fetch", "    await fetch")
# Only likely: nothing says what `item` is, but the project awaits `item.save()` everywhere else.
LIKELY = (
    "async def one(item):\n    await item.save()\n\n\nasync def two(item):\n    await item.save()\n\n\n"
    "async def three(item):\n    await item.save()\n\n\nasync def four(item):\n    item.save()\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project of four files."""
    root = tmp_path.resolve() / "shop"
    root.mkdir()
    (root / "pyproject.toml").write_text('[project]\nname = "shop"\nversion = "1"\n')
    for name, text in {"db.py": DB, "orders.py": ORDERS, "main.py": MAIN, "jobs.py": JOBS}.items():
        (root / name).write_text(text)
    return root


def codes(diagnostics: list[Message]) -> list[str]:
    return [diagnostic["code"] for diagnostic in diagnostics]


def whole(text: str) -> Message:
    return {"start": {"line": 0, "character": 0}, "end": {"line": text.count("\n"), "character": 0}}


# --- the way of a fix -------------------------------------------------------------------------------------------------


def test_a_fix_goes_through_all_files_in_one_edit(folder: Path) -> None:
    orders, main = folder / "orders.py", folder / "main.py"
    with editor(folder) as client:
        client.open(orders)
        client.open(main)
        [found] = client.diagnostics(orders)
        assert (found["code"], found["source"], found["severity"]) == ("AW102", "autoawait", 2)
        assert found["range"] == {"start": {"line": 4, "character": 11}, "end": {"line": 4, "character": 19}}
        assert found["message"] == "`fetch(...)` is used as an operand without `await`\n`fetch` is an async function"
        related = [
            (info["location"]["uri"].rpartition("/")[2], info["message"]) for info in found["relatedInformation"]
        ]
        assert related == [
            ("db.py", "async def fetch(n: int) -> int:"),
            ("orders.py", "becomes async: def total(n: int) -> int:"),
            ("main.py", "also changes: print(total(3))"),
        ]
        assert found["data"]["applicability"] == "safe"
        assert client.diagnostics(main) == []

        [action] = client.actions(orders, found["range"], "quickfix")
        assert action["title"] == "autoawait: await `fetch(...)` and make the callers async (1 function, 2 files)"
        assert (action["isPreferred"], action["diagnostics"]) == (True, [found])
        client.apply(action["edit"])
        assert (client.texts[orders], client.texts[main]) == (ORDERS_FIXED, MAIN_FIXED)
        assert client.diagnostics(orders) == client.diagnostics(main) == []


def test_files_that_are_not_open_are_edited_on_disk(folder: Path) -> None:
    orders = folder / "orders.py"
    with editor(folder) as client:
        client.open(orders)
        [found] = client.diagnostics(orders)
        [action] = client.actions(orders, found["range"])
        assert [c["textDocument"]["version"] for c in action["edit"]["documentChanges"]] == [None, 1]
        client.apply(action["edit"])
    assert (folder / "main.py").read_text() == MAIN_FIXED


def test_a_change_on_disk_that_nobody_told_of_keeps_the_fix_from_being_offered(folder: Path) -> None:
    orders = folder / "orders.py"
    with editor(folder) as client:
        client.open(orders)
        [found] = client.diagnostics(orders)
        (folder / "main.py").write_text("# new\n" + MAIN)
        assert client.actions(orders, found["range"]) == []
        client.notify(
            "workspace/didChangeWatchedFiles", {"changes": [{"uri": (folder / "main.py").as_uri(), "type": 2}]}
        )
        [action] = client.actions(orders, found["range"])
        client.apply(action["edit"])
    assert (folder / "main.py").read_text() == "# new\n" + MAIN_FIXED


def test_diagnostics_follow_what_is_typed(folder: Path) -> None:
    jobs = folder / "jobs.py"
    with editor(folder) as client:
        client.open(jobs)
        assert codes(client.diagnostics(jobs)) == ["AW101", "AW101"]
        client.type(jobs, JOBS.replace("    fetch(1)", "    await fetch(1)"))
        assert [d["range"]["start"]["line"] for d in client.diagnostics(jobs)] == [5]
        client.type(jobs, JOBS_FIXED)
        assert client.diagnostics(jobs) == []
        client.type(jobs, "def f(:\n")
        [broken] = client.diagnostics(jobs)
        assert (broken["code"], broken["severity"]) == ("AW901", 1)


def test_a_file_is_seen_as_its_neighbour_has_it_in_the_editor(folder: Path) -> None:
    db, jobs = folder / "db.py", folder / "jobs.py"
    with editor(folder) as client:
        client.open(jobs)
        client.open(db, DB.replace("async def", "def"))
        assert client.diagnostics(db) == []
        assert client.diagnostics(jobs) == []
        client.type(db, DB)
        client.wait(lambda: len(client.published[jobs]["diagnostics"]) == 2, "both files to be analysed anew")
        client.type(db, DB.replace("async def", "def"))
        client.wait(lambda: client.published[jobs]["diagnostics"] == [], "the same")
        client.close(db)  # without saving: what is on disk is async
        client.wait(lambda: len(client.published[jobs]["diagnostics"]) == 2, "what is on disk to count again")
        assert client.published[db]["diagnostics"] == []


def test_a_new_file_counts_before_it_is_saved(folder: Path) -> None:
    new = folder / "new.py"
    with editor(folder) as client:
        client.open(new, JOBS)
        assert codes(client.diagnostics(new)) == ["AW101", "AW101"]
        client.save(new)
        client.settle(0.5)
        assert codes(client.diagnostics(new)) == ["AW101", "AW101"]


def test_saving_shows_what_else_was_written(folder: Path) -> None:
    jobs = folder / "jobs.py"
    with editor(folder) as client:
        client.open(jobs)
        assert len(client.diagnostics(jobs)) == 2
        (folder / "db.py").write_text(DB.replace("async def", "def"))
        client.save(jobs)
        client.wait(lambda: client.published[jobs]["diagnostics"] == [], "db.py to be read again")
        (folder / "db.py").unlink()
        (folder / "db").mkdir()
        (folder / "db" / "__init__.py").write_text(DB)
        client.save(jobs)
        client.wait(lambda: len(client.published[jobs]["diagnostics"]) == 2, "a new file to be found")


# --- all fixes of a file ----------------------------------------------------------------------------------------------


def test_fix_all_applies_what_is_safe_and_stays_in_the_file(folder: Path) -> None:
    orders, jobs = folder / "orders.py", folder / "jobs.py"
    with editor(folder) as client:
        client.open(jobs)
        client.open(orders)
        for only in ("source.fixAll", "source.fixAll.autoawait", "source"):
            [action] = client.actions(jobs, whole(JOBS), only)
            assert action["kind"] == "source.fixAll.autoawait"
        [change] = action["edit"]["documentChanges"]
        assert change["textDocument"] == {"uri": jobs.as_uri(), "version": 1}
        client.apply(action["edit"])
        assert client.texts[jobs] == JOBS_FIXED
        assert client.actions(jobs, whole(JOBS), "source.fixAll") == []
        assert client.actions(orders, whole(ORDERS), "source.fixAll") == []  # its callers are elsewhere


# The second: a statement is split, what stands in it moves to the right, and one line of that is edited as well.
IN_A_LIST = JOBS + "\n\nasync def more() -> int:\n    return [fetch(n) + 1 for n in range(3)][0]\n"
IN_EACH_OTHER = JOBS + (
    "\n\nclass Lock:\n    async def __aenter__(self) -> int:\n        return 1\n\n"
    "    async def __aexit__(self, *raised: object) -> None:\n        return None\n\n\n"
    "async def more() -> None:\n"
    "    with open('x') as file, Lock() as lock:\n        fetch(3)\n        print(file, lock)\n"
)


@pytest.mark.parametrize("text", [IN_A_LIST, IN_EACH_OTHER], ids=["in a list", "in each other"])
def test_fix_all_does_what_the_filter_does(folder: Path, text: str) -> None:
    both = folder / "both.py"
    both.write_text(text)
    command = [sys.executable, "-m", "autoawait", "fix", "-", "--quiet", "--stdin-filename", str(both)]
    filtered = subprocess.run(command, input=both.read_bytes(), capture_output=True, check=False)
    with editor(folder) as client:
        client.open(both)
        [action] = client.actions(both, whole(client.texts[both]), "source.fixAll")
        client.apply(action["edit"])
        assert client.texts[both] == filtered.stdout.decode()
        assert client.texts[both].count("await ") == 3


# --- what is not certain ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("can_resolve", [True, False])
def test_an_unsafe_fix_is_told_apart_and_made_when_it_is_chosen(folder: Path, can_resolve: bool) -> None:
    path = folder / "likely.py"
    path.write_text(LIKELY)
    support = EVERYTHING if can_resolve else {**EVERYTHING, "textDocument": {"codeAction": {}}}
    with editor(folder, capabilities=support) as client:
        client.open(path)
        [found] = client.diagnostics(path)
        assert found["data"]["applicability"] == "unsafe"
        [action] = client.actions(path, found["range"])
        assert action["title"] == "autoawait: await `item.save(...)` (unsafe)"
        assert not action["isPreferred"]
        assert ("edit" in action) is not can_resolve
        if can_resolve:
            action = client.ask("codeAction/resolve", action)
        client.apply(action["edit"])
        assert client.texts[path] == LIKELY.replace("four(item):\n    item", "four(item):\n    await item")
        assert client.diagnostics(path) == []


def test_an_action_of_an_older_text_is_refused(folder: Path) -> None:
    path = folder / "likely.py"
    path.write_text(LIKELY)
    with editor(folder) as client:
        client.open(path)
        [action] = client.actions(path, whole(LIKELY), "quickfix")
        client.type(path, "\n" + LIKELY)
        with pytest.raises(RefusedError) as refused:
            client.ask("codeAction/resolve", action)
        assert refused.value.code == -32801


# --- why --------------------------------------------------------------------------------------------------------------


def test_a_hover_tells_why_a_call_is_flagged_and_why_another_is_not(folder: Path) -> None:
    path = folder / "mixed.py"
    path.write_text(
        "import asyncio\nfrom db import fetch\nimport nowhere\n\n\nasync def mixed() -> None:\n    fetch(1)\n"
        "    task = asyncio.create_task(fetch(2))\n    await task\n    nowhere.thing(3)\n    print(4)\n"
    )
    with editor(folder) as client:
        client.open(path)
        flagged = client.hover(path, "fetch(1)")
        assert flagged.startswith(f"**autoawait AW101 {RULES['AW101'].name}**\n\n`fetch(...)` is never awaited")
        assert f"[db.py:1:11]({(folder / 'db.py').as_uri()}#L1,11)" in flagged
        assert client.hover(path, "fetch(2)") == "autoawait: `fetch` gives coroutine, left alone: it is passed on"
        assert client.hover(path, "nowhere.thing").startswith("autoawait: `nowhere.thing` gives unknown")
        assert client.hover(path, "print(4)") == ""
        assert client.hover(path, "import asyncio") == ""


def test_the_hover_is_as_wide_as_is_chosen(folder: Path) -> None:
    path = folder / "plain.py"
    path.write_text(
        "import asyncio\nfrom db import fetch\n\n\n"
        "async def f() -> None:\n    print(4)\n    asyncio.create_task(fetch(2))\n"
    )
    with editor(folder, options={"hover": "all"}) as client:
        client.open(path)
        assert client.hover(path, "print(4)") == "autoawait: `print` gives plain, left alone: nothing is done with it"
        client.settings = {"shop": {"hover": "off"}}
        client.notify("workspace/didChangeConfiguration", {"settings": {"autoawait": {"hover": "off"}}})
        assert client.hover(path, "fetch(2)") == ""


# --- settings, folders, environments ----------------------------------------------------------------------------------


def test_each_folder_has_its_own_settings(folder: Path, tmp_path: Path) -> None:
    other = tmp_path.resolve() / "other"
    other.mkdir()
    for root in (folder, other):
        (root / "likely.py").write_text(LIKELY)
    support = {**EVERYTHING, "workspace": {"configuration": True, "workspaceEdit": {"documentChanges": True}}}
    client = Editor([folder, other], support, {"debounce": 50})
    client.settings = {"other": {"unsafeFixes": True}, "shop": {"unsafeFixes": None}}
    client.start()
    for root in (folder, other):
        client.open(root / "likely.py")
    [there] = client.actions(other / "likely.py", whole(LIKELY), "source.fixAll")
    assert there["edit"]["documentChanges"][0]["edits"][0]["newText"] == "await "
    assert client.actions(folder / "likely.py", whole(LIKELY), "source.fixAll") == []
    assert client.leave() == 0


def test_what_is_set_wrongly_is_named_and_the_rest_holds(folder: Path) -> None:
    options = {"unsafeFix": True, "debounce": "long", "propagate": False}
    with editor(folder, options=options) as client:
        client.open(folder / "orders.py")
        assert codes(client.diagnostics(folder / "orders.py")) == ["AW402"]  # propagate is off
        assert [text.partition(";")[0] for text in client.shown] == [
            "autoawait: autoawait.unsafeFix: unknown setting",
            "autoawait: autoawait.debounce: must be a number of milliseconds, not 'long'",
        ]
        assert "did you mean 'unsafeFixes'?" in client.shown[0]


def test_a_setting_that_leads_nowhere_is_shown_once_and_can_be_mended(folder: Path) -> None:
    jobs = folder / "jobs.py"
    with editor(folder, options={"python": "nowhere"}) as client:
        client.open(jobs)
        client.wait(lambda: bool(client.shown), "a message")
        assert "nowhere does not exist" in client.shown[0]
        client.type(jobs, JOBS + "\n")
        client.settle(1)
        assert len(client.shown) == 1
        client.notify("workspace/didChangeConfiguration", {"settings": {"autoawait": {"python": sys.prefix}}})
        assert len(client.diagnostics(jobs)) == 2


def test_the_configuration_on_disk_is_read_again(folder: Path) -> None:
    jobs = folder / "jobs.py"
    with editor(folder) as client:
        client.open(jobs)
        assert len(client.diagnostics(jobs)) == 2
        with (folder / "pyproject.toml").open("a") as file:
            file.write('[tool.autoawait]\nignore-calls = ["db.fetch"]\n')
        client.save(jobs)
        client.wait(lambda: client.published[jobs]["diagnostics"] == [], "the new configuration")


def test_what_the_baseline_knows_is_not_shown_nor_fixed(folder: Path) -> None:
    jobs = folder / "jobs.py"
    with editor(folder) as client:
        client.open(jobs)
        first, _ = client.diagnostics(jobs)
    with (folder / "pyproject.toml").open("a") as file:
        file.write('[tool.autoawait]\nbaseline = "known.json"\n')
    command = [sys.executable, "-m", "autoawait", "check", "jobs.py", "--update-baseline"]
    subprocess.run(command, cwd=folder, check=True)
    with editor(folder) as client:
        client.open(jobs)
        assert client.diagnostics(jobs) == []
        assert client.actions(jobs, first["range"]) == client.actions(jobs, whole(JOBS), "source.fixAll") == []
        client.type(jobs, JOBS.replace("    fetch(1)", "    fetch(1)\n    fetch(1)"))
        client.wait(lambda: len(client.published[jobs]["diagnostics"]) == 1, "the one that is new")


def test_a_file_outside_of_all_folders_has_its_own_project(folder: Path, tmp_path: Path) -> None:
    loose = tmp_path.resolve() / "loose"
    loose.mkdir()
    (loose / "db.py").write_text(DB)
    (loose / "script.py").write_text(JOBS)
    with editor() as client:
        client.open(loose / "script.py")  # nothing marks a project here: its neighbours are read
        assert len(client.diagnostics(loose / "script.py")) == 2
        client.open(folder / "orders.py")  # a pyproject.toml does
        [action] = client.actions(folder / "orders.py", whole(ORDERS), "quickfix")
        assert len(action["edit"]["documentChanges"]) == 2


def test_what_the_project_leaves_out_is_left_alone(folder: Path) -> None:
    (folder / ".venv").mkdir()
    installed = folder / ".venv" / "installed.py"
    installed.write_text(JOBS)
    with editor(folder) as client:
        client.open(installed)
        assert client.diagnostics(installed) == []
        client.notify("textDocument/didOpen", {"textDocument": _untitled()})
        client.open(folder / "jobs.py")
        assert len(client.diagnostics(folder / "jobs.py")) == 2


def _untitled() -> Message:
    return {"uri": "untitled:Untitled-1", "languageId": "python", "version": 1, "text": JOBS}


# --- places -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 16), ("utf-16", 14), ("utf-32", 13)])
def test_columns_count_as_both_agreed(folder: Path, encoding: str, column: int) -> None:
    path = folder / "wide.py"
    line = '    x = "😀"; fetch(1)  # end'
    text = JOBS.partition("    fetch")[0] + line + "\n\f\nY = 1\n"
    support = {**EVERYTHING, "general": {"positionEncodings": [encoding]}}
    with editor(folder, capabilities=support) as client:
        assert client.capabilities["positionEncoding"] == encoding
        client.open(path, text)
        [found] = client.diagnostics(path)
        assert found["range"]["start"] == {"line": 4, "character": column}
        assert found["range"]["end"] == {"line": 4, "character": column + len("fetch(1)")}
        [action] = client.actions(path, {"start": found["range"]["end"], "end": found["range"]["end"]}, "quickfix")
        [edit] = action["edit"]["documentChanges"][0]["edits"]
        assert edit["range"]["start"] == found["range"]["start"]
        behind = {"line": 4, "character": column + len("fetch(1)") + 1}
        assert client.actions(path, {"start": behind, "end": behind}, "quickfix") == []


def test_other_encodings_and_line_ends_are_no_matter(folder: Path) -> None:
    path = folder / "latin.py"
    text = "# -*- coding: latin-1 -*-\r\n" + JOBS.replace("fetch(1)", "x = 'é'; fetch(1)").replace("\n", "\r\n")
    path.write_bytes(text.encode("latin-1"))
    with editor(folder) as client:
        client.open(path, text)
        [action] = client.actions(path, whole(text), "source.fixAll")
        client.apply(action["edit"])
        assert client.texts[path] == text.replace("fetch(", "await fetch(")
        assert client.diagnostics(path) == []


# --- beginnings, interruptions, ends ----------------------------------------------------------------------------------


def test_a_question_that_is_taken_back_is_answered_so(folder: Path) -> None:
    with editor(folder) as client:
        client.open(folder / "jobs.py")
        number = client.post(
            "textDocument/hover",
            {"textDocument": {"uri": (folder / "jobs.py").as_uri()}, "position": {"line": 4, "character": 4}},
        )
        client.notify("$/cancelRequest", {"id": number})
        with pytest.raises(RefusedError) as refused:
            client.result(number)
        assert refused.value.code == -32800
        assert client.hover(folder / "jobs.py", "fetch(1)")


def test_many_changes_are_one_analysis(folder: Path) -> None:
    jobs = folder / "jobs.py"
    with editor(folder, options={"debounce": 300}) as client:
        client.open(jobs)
        client.diagnostics(jobs)
        versions = []
        for number in range(10):
            client.type(jobs, JOBS + f"\n# {number}\n")
            client.settle(0.02)
            versions.append(client.published[jobs]["version"])
        assert set(versions) == {1}
        assert len(client.diagnostics(jobs)) == 2


def test_a_newer_change_stops_what_is_under_way(folder: Path) -> None:
    jobs = folder / "jobs.py"
    with editor(folder, options={"debounce": 0}) as client:
        client.open(jobs)
        for number in range(30):
            client.type(jobs, JOBS + f"\n# {number}\n")
        client.type(jobs, JOBS_FIXED)
        assert client.diagnostics(jobs) == []
        client.type(jobs, JOBS)
        assert len(client.diagnostics(jobs)) == 2


def test_an_engine_that_dies_is_started_again(folder: Path) -> None:
    jobs = folder / "jobs.py"
    with editor(folder) as client:
        client.open(jobs)
        for text in (JOBS, JOBS + "\n", JOBS + "\n\n"):
            client.type(jobs, text)
            assert len(client.diagnostics(jobs)) == 2
            [engine] = engines(client)
            subprocess.run(["kill", f"-{signal.SIGKILL.value}", engine], check=True)


def test_one_engine_serves_all_analyses_and_ends_with_the_server(folder: Path) -> None:
    jobs = folder / "jobs.py"
    client = Editor([folder], EVERYTHING, None)
    client.start()
    client.open(jobs)
    client.diagnostics(jobs)
    before = engines(client)
    client.open(folder / "orders.py")
    client.diagnostics(folder / "orders.py")
    assert engines(client) == before and len(before) == 1
    assert client.leave() == 0
    assert subprocess.run(["ps", "-p", before[0]], capture_output=True, check=False).returncode == 1


def engines(client: Editor) -> list[str]:
    """The process ids of the type engines of a server."""
    command = ["pgrep", "-P", str(client.process.pid)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()


@pytest.mark.parametrize("farewell", ["exit", ""])
def test_without_a_farewell_the_server_ends_all_the_same(folder: Path, farewell: str) -> None:
    client = Editor([folder], EVERYTHING, None)
    client.start()
    client.open(folder / "jobs.py")
    client.diagnostics(folder / "jobs.py")
    [engine] = engines(client)
    if farewell:
        client.notify(farewell, None)
    else:
        assert client.process.stdin
        client.process.stdin.close()
    assert client.process.wait(20) == 1
    until = time.monotonic() + 5
    while subprocess.run(["ps", "-p", engine], capture_output=True, check=False).returncode == 0:
        assert time.monotonic() < until, "the type engine outlives the server"
        time.sleep(0.05)


def test_a_check_does_not_load_the_protocol(folder: Path) -> None:
    code = (
        "import sys, autoawait.cli; print([m for m in sys.modules if m.startswith(('pygls', 'lsprotocol', 'asyncio'))])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown == "[]\n"
