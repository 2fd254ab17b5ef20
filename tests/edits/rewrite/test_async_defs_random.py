"""Random modules with random edits of functions that turn: what is made is what is proved, and nothing is lost."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.edits.proof import prove
from autoawait.edits.rewrite import rewrite
from autoawait.project.source import SourceFile
from tests.edits.rewriting import PATH, TARGET, applied, loaded

SIMPLE = [
    "import a",
    "import a; from b import c",
    "from b import (\n    c,\n    d as e,  # é\n)",
    "from b import (\n    c\n)",
    "from b import c, \\\n    d  # why",
    "x = r(f())",
    "x = r(  # why\n    f()\n).y; z = r(f())",
    "x: 'é' = f(\n    1\n)",
    "'''\n# é\n'''",
    "# why",
    "",
    "\f",
    "if r(f()): x = r(f())",
    "def g(x: int = r(f())) -> 'int': return r(f())",
    "@d\n# why\ndef g(): r(f())",
]
HEADS = [
    "def g():",
    "@d\n@r(f())  # why\ndef g(x: int = 1, *, y='é') -> Iterator[int]:  # why",
    "class G(b):",
    "if f():",
    "with r(f()) as x, f():",
    "for x in r(f()):",
]


def nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A block with blocks in it."""
    return st.tuples(st.sampled_from(HEADS), st.sampled_from([" ", "    ", "\t"]), st.lists(inner, max_size=3)).map(
        lambda parts: "\n".join([parts[0], *indented(parts[1], [*parts[2], "pass"])])
    )


def indented(step: str, blocks: Sequence[str]) -> Iterator[str]:
    for line in "\n".join(blocks).split("\n"):
        yield step + line if line.strip() else line


MODULES = st.tuples(
    st.lists(st.recursive(st.sampled_from(SIMPLE), nested, max_leaves=6), max_size=6),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\ufeff"]),
    st.booleans(),
)


def possible(source: SourceFile) -> list[Edit]:
    """An edit of each kind for each node that can take it, only one for each expression."""
    edits: list[Edit] = []
    for node in ast.walk(source.tree):
        edits += [Edit(PATH, source.span(node), kind, text=text) for kind, text in kinds_for(source, node)]  # type: ignore[arg-type]
    return edits


def kinds_for(source: SourceFile, node: ast.AST) -> Iterator[tuple[EditKind, str]]:
    if isinstance(node, ast.FunctionDef):
        yield from [(EditKind.ASYNC_DEF, ""), (EditKind.DECORATE, "k.é"), (EditKind.DECORATE, "a(1)")]
    elif isinstance(node, ast.ImportFrom):
        yield from [(EditKind.IMPORT_NAME, "n"), (EditKind.IMPORT_NAME, "c as e")]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        yield (EditKind.UNWRAP, "") if node.func.id == "r" else (EditKind.AWAIT, "")
    elif isinstance(node, ast.Name) and node.id in ("int", "d", "b"):
        yield EditKind.REPLACE, "AsyncIterator[é]"
    elif isinstance(node, ast.Constant) and node.value in ("int", "é"):
        yield EditKind.REPLACE, "é"
    elif isinstance(node, ast.For):
        yield EditKind.ASYNC_FOR, ""
    if node in source.tree.body:
        yield from [(EditKind.IMPORT_AFTER, "import n"), (EditKind.IMPORT_AFTER, "from m import n")]
        yield EditKind.GROUP_AFTER, "import o"
        if not (node is source.tree.body[0] and isinstance(node, ast.Expr)):
            yield from [(EditKind.IMPORT_BEFORE, "import n"), (EditKind.IMPORT_BEFORE, "import é")]
            yield EditKind.GROUP_BEFORE, "import o"


def comments(body: bytes) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(body.decode(), newline="").readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


@settings(max_examples=100)
@given(MODULES, st.data())
def test_any_edits_together_are_made_and_proved(module: tuple[list[str], str, str, bool], data: st.DataObject) -> None:
    blocks, newline, mark, ends = module
    text = "\n".join(blocks) + ("\n" if ends else "")
    source = loaded((mark + text.replace("\n", newline)).encode())
    offered = possible(source)
    edits = data.draw(st.lists(st.sampled_from(offered), unique=True)) if offered else []
    result = rewrite(source, edits)
    # What makes no sense where it stands, an await in a plain function, is no concern here: no compilation.
    assert (prove(source, edits, result.data, TARGET) or "does not compile").endswith(
        ("does not compile", "outside function", "outside async function")
    )
    after = result.data.decode().removeprefix(mark).encode()
    assert comments(after) == comments(source.body)
    texts = [text for edit in result.texts for text in result.texts[edit]]
    assert ast.dump(ast.parse(applied(source.body, texts))) == ast.dump(ast.parse(after))
    for edit in edits:
        alone = rewrite(source, [edit]).data.decode().removeprefix(mark).encode()
        found = applied(source.body, result.texts[edit])
        assert found == alone or ast.dump(ast.parse(found)) == ast.dump(ast.parse(alone))


def test_a_line_that_is_the_beginning_of_another_is_not_taken_for_it() -> None:
    source = loaded(b"import a; from b import c\nimport a")
    [name] = [edit for edit in possible(source) if edit.kind is EditKind.IMPORT_NAME and edit.text == "n"]
    last = [edit for edit in possible(source) if edit.kind is EditKind.IMPORT_AFTER and edit.text == "import n"][-1]
    result = rewrite(source, [name, last])
    assert result.data == b"import a; from b import c, n\nimport a\nimport n"
    assert prove(source, [name, last], result.data, TARGET) is None
