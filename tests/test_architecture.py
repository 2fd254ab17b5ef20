"""Who may import whom, and who may do what; read from our own source and from ARCHITECTURE.md."""

from __future__ import annotations

import ast
import keyword
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.paths import ROOT

PACKAGE = ROOT / "autoawait"


def module_name(path: Path) -> str:
    """The dotted name below autoawait; empty for the package itself."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


TREES: Mapping[str, ast.Module] = {
    module_name(path): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))
}
# The package's own version and ``python -m`` are no parts of the machine.
PARTS = {name: tree for name, tree in TREES.items() if name not in ("", "__main__")}


def imported(tree: ast.Module) -> Iterator[str]:
    """The dotted names that a module imports; for ``from package import module`` the module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def own_imports(name: str) -> set[str]:
    """The modules of ours that a module imports."""
    found = set()
    for full in imported(TREES[name]):
        if full.startswith("autoawait."):
            target = full.removeprefix("autoawait.")
            while target not in TREES:  # a name in a module: take the module
                target = target.rpartition(".")[0]
            found.add(target)
    return found - {"", name}


def part(name: str) -> str:
    """The module or package directly below autoawait."""
    return name.partition(".")[0]


def layers(text: str) -> dict[str, int]:
    """The number of the line on which each part stands."""
    block = re.search(r"^```layers\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert block, "ARCHITECTURE.md has a block of layers"
    return {name: number for number, line in enumerate(block[1].splitlines()) for name in line.split()}


LAYERS = layers((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"))


def test_the_table_names_every_part_and_no_other() -> None:
    assert set(LAYERS) == {part(name) for name in PARTS}


@pytest.mark.parametrize("name", PARTS)
def test_imports_go_upwards(name: str) -> None:
    others = {part(target) for target in own_imports(name)} - {part(name)}
    assert [other for other in sorted(others) if LAYERS[other] >= LAYERS[part(name)]] == []


def test_there_are_no_import_cycles() -> None:
    order = TopologicalSorter({name: own_imports(name) for name in TREES})
    assert len(list(order.static_order())) == len(TREES)


@pytest.mark.parametrize(
    ("library", "only"),
    [
        ("libcst", {"edits"}),
        ("typer", {"cli"}),
        ("rich", {"cli"}),
        ("pygls", {"server"}),
        ("lsprotocol", {"server"}),
    ],
)
def test_a_library_has_one_user(library: str, only: set[str]) -> None:
    users = {part(name) for name, tree in PARTS.items() if any(part(full) == library for full in imported(tree))}
    assert users == only


# The one module outside of ``types`` that knows which checker stands behind the engine: it starts it.
STARTS_THE_CHECKER = "pipeline.session"


def test_what_a_checker_says_is_read_in_one_room() -> None:
    used = {name: {t for t in own_imports(name) if t == "types.ty" or t.startswith("types.ty.")} for name in PARTS}
    others = {name: targets for name, targets in used.items() if part(name) != "types" and targets}
    assert others == {STARTS_THE_CHECKER: {"types.ty.client"}}


def reads_messages(tree: ast.Module) -> bool:
    """Whether code searches the message of a complaint: by a regular expression, ``in``, or a method of text."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=value), args=args):
                asked = [value, *args]
            case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()], comparators=compared):
                asked = [left, *compared]
            case _:
                continue
        if any(isinstance(one, ast.Attribute) and one.attr == "message" for one in asked) and any(
            isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and "complain" in one.value.id
            for one in asked
        ):
            return True
    return False


def test_only_types_searches_the_words_of_complaints() -> None:
    assert {name for name, tree in PARTS.items() if part(name) != "types" and reads_messages(tree)} == set()


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("OVERRIDE.search(complaint.message)", True),
        ("complaint.message.startswith('Override')", True),
        ("'None' in complaint.message", True),
        ("complaint.message", False),
        ("headline(complaint)", False),
        ("error.message.startswith('x')", False),
    ],
)
def test_what_reads_messages(code: str, answer: bool) -> None:
    assert reads_messages(ast.parse(code)) is answer


# What only one command needs, and takes longer to load than the others may take to start. Nothing above it imports the
# part; a test of it looks that no other command loads what it needs.
LATE = {"cli.server_command": {"autoawait.server.language_server"}}


@pytest.mark.parametrize("name", PARTS)
def test_imports_stand_at_the_top(name: str) -> None:
    hidden = [
        node.lineno
        for outer in ast.walk(PARTS[name])
        if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)) or is_type_checking(outer)
        for node in ast.walk(outer)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        and not (isinstance(node, ast.ImportFrom) and node.module in LATE.get(name, ()))
    ]
    assert hidden == []


def test_what_is_imported_late_is_imported_there_only() -> None:
    users = {name for name in PARTS if any(part(target) == "server" for target in own_imports(name))}
    assert {name for name in users if part(name) != "server"} == set(LATE)


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


# What a call does, by the last name of its callee.
WRITING = {"write_text", "write_bytes", "replace", "rename", "unlink", "mkstemp", "fdopen", "symlink_to", "touch"}
RUNNING = {"exec", "eval", "import_module", "run_module", "run_path", "__import__"}


def calls(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Receiver and last name of every call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield ast.unparse(node.func.value), node.func.attr
            elif isinstance(node.func, ast.Name):
                yield "", node.func.id


def writes(tree: ast.Module) -> bool:
    for receiver, name in calls(tree):
        # str.replace and dataclasses.replace are other things
        if name in WRITING and (name != "replace" or receiver == "os"):
            return True
    return any(opens_for_writing(node) for node in ast.walk(tree) if isinstance(node, ast.Call))


def opens_for_writing(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    words = [a.value for a in (*call.args, *(k.value for k in call.keywords)) if isinstance(a, ast.Constant)]
    return name == "open" and any(
        isinstance(word, str) and re.fullmatch("[rwaxbt+]*[wax+][bt+]*", word) for word in words
    )


def test_one_module_writes_files() -> None:
    assert {name for name, tree in PARTS.items() if writes(tree)} == {"edits.write"}


def test_one_part_prints_and_exits() -> None:
    def speaks(tree: ast.Module) -> bool:
        streams = {"sys.stdout", "sys.stderr", "sys.stdin"}
        said = {("", "print"), ("typer", "echo"), ("sys", "exit"), ("os", "_exit"), ("", "exit")}
        named = any(isinstance(node, ast.Attribute) and ast.unparse(node) in streams for node in ast.walk(tree))
        return named or not said.isdisjoint(calls(tree))

    assert {part(name) for name, tree in PARTS.items() if speaks(tree)} == {"cli"}


def test_nothing_runs_the_code_of_the_user() -> None:
    assert {name for name, tree in PARTS.items() if RUNNING & {called for _, called in calls(tree)}} == set()


@pytest.mark.parametrize("name", TREES)
def test_files_and_functions_are_short(name: str) -> None:
    tree = TREES[name]
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    assert [f.name for f in functions if (f.end_lineno or 0) - f.lineno + 1 > 60] == []
    assert max((getattr(node, "end_lineno", 0) for node in tree.body), default=0) <= 350


def test_most_functions_are_far_shorter() -> None:
    lengths = sorted(
        (node.end_lineno or 0) - node.lineno + 1
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    )
    assert lengths[len(lengths) * 95 // 100] <= 21


# --- the house: twelve rooms, each with a question, a face and what it must not know --------------------------------

ROOMS = {
    "cli", "server", "pipeline", "propagation", "detection", "edits",
    "resolution", "dataflow", "diagnostics", "types", "knowledge", "project",
}  # fmt: skip


def test_the_package_is_twelve_rooms_and_nothing_else() -> None:
    entries = {path.name for path in PACKAGE.iterdir() if path.name != "__pycache__"}
    assert entries == ROOMS | {"__init__.py", "__main__.py", "py.typed"}
    assert all((PACKAGE / room / "__init__.py").is_file() for room in ROOMS)


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_room_says_its_question_its_face_and_what_it_must_not_know(room: str) -> None:
    question, _, rest = (ast.get_docstring(TREES[room]) or "").partition("\n\n")
    assert question.endswith(".")
    assert any(line.startswith("Face: ") for line in rest.splitlines())
    assert "must not" in " ".join(rest.split())


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_what_a_face_names_is_in_the_room(room: str) -> None:
    docstring = ast.get_docstring(TREES[room]) or ""
    assert [name for name in face(docstring) if not is_in_room(room, name)] == []


def face(docstring: str) -> list[str]:
    """The names that a docstring gives between "Face:" and what the room must not know; no keywords, no files."""
    text = docstring.partition("Face:")[2].partition("must not")[0]
    names: list[str] = re.findall(r"``([\w.]+)``", text)
    return [name for name in names if not keyword.iskeyword(name) and not name.endswith(".toml")]


def is_in_room(room: str, name: str) -> bool:
    """Whether a name is a module, or defined in a module of the room: the one that it names, or any."""
    module, _, last = name.rpartition(".")
    if name in TREES or f"{room}.{name}" in TREES:
        return True
    where = [f"{room}.{module}"] if module else [other for other in TREES if part(other) == room]
    return any(last in defined(TREES[other]) for other in where if other in TREES)


def defined(tree: ast.Module) -> set[str]:
    """The names that the statements of a module bind, but for imports."""
    names = set()
    for statement in tree.body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(statement.name)
        elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return names


def test_no_class_has_the_name_of_another() -> None:
    places = defaultdict(list)
    for name, tree in TREES.items():
        for statement in tree.body:
            if isinstance(statement, ast.ClassDef):
                places[statement.name].append(name)
    assert {name: modules for name, modules in places.items() if len(modules) > 1} == {}


# What only one module of another room uses and yet is no private part of it: a step or an answer of its own room. Not
# listed: the tables of ``knowledge``, which are there whoever reads them.
FOR_ONE = {
    "detection.detectors": "the decision of detection; the plan calls the steps",
    "detection.runtime_log.outcomes": "what becomes of a log; the analysis asks for it",
    "edits.write": "the one module that writes files; the command line decides when",
    "pipeline.fix_selection": "some fixes of a plan; the command line asks which",
    "pipeline.queries.chain": "an answer of the pipeline that one command prints",
    "pipeline.queries.why": "an answer of the pipeline that one command prints",
    "project.packaging_entry_points": "what pyproject.toml says of entry points",
    "propagation.attach": "the last step of propagation; the plan calls the steps",
    "propagation.forwarders": "a step of propagation; the plan calls the steps",
    "server.language_server": "the face of the server; its command starts it",
    "types.remembering_engine": "an engine around another; the analysis opens it",
    "types.ty.client": "the face of ty; the session starts it",
}


def test_what_one_module_uses_stands_beside_it() -> None:
    users = defaultdict(set)
    for name in TREES:
        for target in own_imports(name):
            users[target].add(name)
    alone = {name: next(iter(found)) for name, found in users.items() if len(found) == 1 and "." in name}
    elsewhere = {name for name, user in alone.items() if part(user) != part(name) != "knowledge"}
    assert sorted(elsewhere - set(FOR_ONE)) == []
    assert sorted(set(FOR_ONE) - set(TREES)) == []


# --- the checks themselves, on code that breaks the rules -------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("open(p, 'w')", True),
        ("p.open(mode='ab')", True),
        ("p.open('r+')", True),
        ("os.replace(a, b)", True),
        ("p.write_text('')", True),
        ("open(p)", False),
        ("p.open('rb')", False),
        ("s.replace('w', 'x')", False),
        ("replace(outcome, x=1)", False),
    ],
)
def test_what_writes(code: str, answer: bool) -> None:
    assert writes(ast.parse(code)) is answer


def test_what_a_face_is() -> None:
    docstring = "Files.\n\nFace: ``discover``, ``source.SourceFile``, ``await`` and\n``a.toml``. It must not ``print``."
    assert face(docstring) == ["discover", "source.SourceFile"]
    assert is_in_room("project", "discover") and is_in_room("project", "source.SourceFile")
    assert is_in_room("types", "types.ty") and is_in_room("types", "ty")
    assert not is_in_room("project", "Finding") and not is_in_room("project", "discovery.SourceFile")
