"""The proof of the edits of a function that turns: wrong results of each kind are found."""

from __future__ import annotations

import pytest

from autoawait.diagnostics.finding import EditKind
from autoawait.edits.proof import prove
from autoawait.edits.proof.async_def_text import ExpectationError
from autoawait.edits.proof.expectation import expected_tree
from tests.edits.rewriting import TARGET, Planned, loaded, planned

ASYNC_DEF, DECORATE, REPLACE = EditKind.ASYNC_DEF, EditKind.DECORATE, EditKind.REPLACE
WRAP, UNWRAP, AWAIT = EditKind.WRAP, EditKind.UNWRAP, EditKind.AWAIT
NAME, AFTER, BEFORE = EditKind.IMPORT_NAME, EditKind.IMPORT_AFTER, EditKind.IMPORT_BEFORE


def proof_of(before: str, result: str, *kinds: Planned) -> str | None:
    plain, edits = planned(before, *kinds)
    return prove(loaded(plain.encode()), edits, result.encode(), TARGET)


WRONG: list[tuple[str, str, Planned, str]] = [
    ("«def f(): pass»\n", "def f(): pass\n", ASYNC_DEF, "expected `async def f(): …`, found `def f(): …`"),
    ("«def f(): pass»\n", "async def g(): pass\n", ASYNC_DEF, "expected `'f'`, found `'g'`"),
    ("«def f(x): pass»\n", "async def f(x=1): pass\n", ASYNC_DEF, "expected `0 parts`"),
    ("«def f():\n    x» #\n", "async def f():\n    x ##\n", ASYNC_DEF, "hold no edit and have changed"),
    ("#\n@a #\n«def f():\n    x»\n", "#\n@a ##\nasync def f():\n    x\n", ASYNC_DEF, "lines 1 to 2 hold no edit"),
    ("«def f(): yield from x»", "async def f(): yield from x", ASYNC_DEF, "'yield from' inside async function"),
    ("«def f():\n  yield\n  return 1»", "async def f():\n  yield\n  return 1", ASYNC_DEF, "'return' with value"),
    ("«def f(): pass»", "@b\ndef f(): pass", (DECORATE, "a"), "expected `'a'`, found `'b'`"),
    ("@a\n«def f(): pass»", "@b\n@a\ndef f(): pass", (DECORATE, "b"), "expected `'a'`, found `'b'`"),
    ("«def f(): pass»", "def f(): pass", (DECORATE, "a"), "expected `1 parts`"),
    ("«def f():\n  x» #\ny", "@a\ndef f():\n  x\ny", (DECORATE, "a"), "hold no edit"),
    ("x = «a»", "x = a", (REPLACE, "b"), "expected `'b'`, found `'a'`"),
    ("def f() -> «'A'»: pass", "def f() -> B: pass", (REPLACE, "B"), "expected `'B'`, found `B`"),
    ("def f() -> «A»: pass", "def f() -> 'B': pass", (REPLACE, "B"), "expected `B`, found `'B'`"),
    ("x: «'A'»\ny: 'A'", "x: 'B'\ny: 'B'", (REPLACE, "B"), "expected `'A'`, found `'B'`"),
    ("x = «y» + 1", "x = a or b + 1", (REPLACE, "a or b"), "expected `(a or b) + 1`"),
    ("x = «y»", "x = await z", (REPLACE, "await z"), "'await' outside function"),
    ("x = «main()»", "x = run(main)", (WRAP, "run"), "expected `main()`, found `main`"),
    ("x = «main()».y", "x = run(main().y)", (WRAP, "run"), "expected `run(main()).y`"),
    ("x = «run(main())»", "x = run()", UNWRAP, "found `'run'`"),
    ("«from m import a»", "from m import b, a", (NAME, "b"), "expected `'a'`, found `'b'`"),
    ("«from m import a»", "from m import a as b", (NAME, "b"), "expected `2 parts`"),
    ("«from m import b»", "from m import b, b", (NAME, "b"), "expected `1 parts`"),
    ("«from m import a»", "from n import a, b", (NAME, "b"), "expected `'m'`"),
    ("«a»\nb\n", "import c\na\nb\n", (AFTER, "import c"), "expected `a`, found `import c`"),
    ("«a»\nb\n", "a\nb\nimport c\n", (AFTER, "import c"), "expected `import c`, found `b`"),
    ("«a»\nb\n", "a\nimport d\nb\n", (AFTER, "import c"), "expected `'c'`, found `'d'`"),
    ("«a»\nb\n", "a\nimport c\nimport c\nb\n", (AFTER, "import c"), "expected `3 parts`"),
    ("«a»\nb\n", "a\nimport c  # more\nb\n", (AFTER, "import c"), "more than imports has come in before line 2"),
    ("«a»\nb\n", "a\n# more\nimport c\nb\n", (AFTER, "import c"), "more than imports has come in before line 2"),
    ("«a» #\nb\n", "a\nimport c\nb\n", (AFTER, "import c"), "lines 1 to 1 hold no edit"),
    ("«a»", "a \nimport c", (AFTER, "import c"), "more than imports"),
    ("«a»", "a\nimport c\n# more", (AFTER, "import c"), "more than imports"),
    ("«a»; b\nc\n", "a\nimport c; b\nc\n", (AFTER, "import c"), "expected `b`"),
    ("«a»\n", "# more\nimport c\na\n", (BEFORE, "import c"), "more than imports has come in before line 1"),
    ("# one\n«a»\n", "import c\na\n", (BEFORE, "import c"), "hold no edit"),
    ("x\n\n# one\n«a»\n", "x\n# one\n\nimport c\na\n", (BEFORE, "import c"), "hold no edit"),
    ("«from __future__ import annotations»\n", "import c\n\nfrom __future__ import annotations\n", (BEFORE, "import c"),
     "from __future__ imports must occur at the beginning"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "result", "kind", "reason"), WRONG)
def test_a_wrong_result_is_found(before: str, result: str, kind: Planned, reason: str) -> None:
    assert reason in (proof_of(before, result, kind) or "nothing")


RIGHT: list[tuple[str, str, Planned]] = [
    ("«def f(): yield»", "async def f(): yield", ASYNC_DEF),
    ("«def f(): g(x for x in y)»", "async def f(): g(x for x in y)", ASYNC_DEF),
    ("# x\n«a»\n", "import c\n# x\na\n", (BEFORE, "import c")),
    ("# x\n«a»\n", "# x\nimport c\n\n\n\na\n", (BEFORE, "import c")),
    ("«a»\n", "a\n\nimport c\n", (AFTER, "import c")),
    ("«from m import a»", "from m import (\n    a, b\n)", (NAME, "b")),
    ("x = «a»", "x = (  b)", (REPLACE, "b")),
]


@pytest.mark.parametrize(("before", "result", "kind"), RIGHT)
def test_any_layout_of_the_right_result_will_do(before: str, result: str, kind: Planned) -> None:
    assert proof_of(before, result, kind) is None


MISFITS: list[tuple[str, Planned, str]] = [
    ("«async def f(): pass»", ASYNC_DEF, "0 nodes"),
    ("«class A: pass»", ASYNC_DEF, "0 nodes"),
    ("«class A: pass»", (DECORATE, "a"), "0 nodes"),
    ("«def f(): pass»", (DECORATE, "a b"), "the text of the edit 'decorate' is no expression: 'a b'"),
    ("x = f'«a»{b}'", (REPLACE, "b"), "0 nodes"),
    ("x = «a»", (REPLACE, "a b"), "the text of the edit 'replace' is no expression: 'a b'"),
    ("x = «a»", (WRAP, ""), "the text of the edit 'wrap' is no expression: ''"),
    ("x = «f(*a)»", UNWRAP, "0 nodes"),
    ("x = «f(a, b)»", UNWRAP, "0 nodes"),
    ("x = «f(a, b=1)»", UNWRAP, "0 nodes"),
    ("«from m import *»", (NAME, "a"), "0 nodes"),
    ("«from m import b»", (NAME, "a, c"), "the text of the edit 'import name' is no name to import: 'a, c'"),
    ("«from m import b»", (NAME, "1"), "the text of the edit 'import name' is no name to import: '1'"),
    ("if x:\n  «a»", (AFTER, "import b"), "0 nodes"),
    ("«a»", (AFTER, "b"), "the text of the edit 'import after' is no import: 'b'"),
    ("«a»", (BEFORE, "import b\nc"), "the text of the edit 'import before' is no import"),
    ("«'a'»", (BEFORE, "import b"), "0 nodes"),
]


@pytest.mark.parametrize(("before", "kind", "reason"), MISFITS)
def test_an_edit_that_does_not_fit_has_no_expectation(before: str, kind: Planned, reason: str) -> None:
    plain, edits = planned(before, kind)
    source = loaded(plain.encode())
    with pytest.raises(ExpectationError) as error:
        expected_tree(source, edits)
    assert reason in str(error.value)
    assert prove(source, edits, source.data, TARGET) == str(error.value)


def test_an_await_in_a_generator_expression_is_found_in_a_function_that_turns_too() -> None:
    before = "«def f(): g(«h(x)» for x in y)»"
    reason = proof_of(before, "async def f(): g(await h(x) for x in y)", ASYNC_DEF, AWAIT)
    assert reason == "line 1: the generator expression would become asynchronous"


def test_an_await_in_a_function_that_does_not_turn_is_found() -> None:
    assert "'await' outside async function" in str(proof_of("def f(): «g()»", "def f(): await g()", AWAIT))
    assert proof_of("«def f(): «g()»»", "async def f(): await g()", ASYNC_DEF, AWAIT) is None
    inner = "«def f():\n    def h(): «g()»»", "async def f():\n    def h(): await g()"
    assert "'await' outside async function" in str(proof_of(*inner, ASYNC_DEF, AWAIT))
