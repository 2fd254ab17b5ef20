"""The proof lets right results pass and finds what is wrong with the others."""

from __future__ import annotations

import ast
import sys
import types
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.edits.proof import prove
from autoawait.edits.proof.async_def_text import ExpectationError
from autoawait.edits.proof.comparison import first_difference
from autoawait.edits.proof.expectation import expected_tree
from autoawait.edits.proof.legality import compile_errors, new_async_generators
from autoawait.project.source import Span
from tests.edits.rewriting import PATH, TARGET, inside, loaded, planned


def proof_of(before: str, result: str, *kinds: EditKind, target: tuple[int, int] = TARGET) -> str | None:
    plain, edits = planned(before, *kinds)
    return prove(loaded(plain.encode()), edits, result.encode(), target)


WRONG = [
    ("x = «f()».y", "x = await f().y", "expected `(await f()).y`, found `await f().y`"),
    ("x = «f()»", "x = f()", "expected `await f()`, found `f()`"),
    ("x = «f()», f()", "x = f(), await f()", "line 2"),
    ("x = «f()» if y < z else 1", "x = await f() if y > z else 1", "expected `Lt`, found `Gt`"),
    ("x = «f()»\nf'{x}'", "x = await f()\nf'{y}'", "expected `'x'`, found `'y'`"),
    ("x = «f()», f()", "x = await f(), await f()", "expected `f()`, found `await f()`"),
    ("x = «f()»", "x = await f(1)", "expected `0 parts`"),
    ("x = «f()»", "x = await f(), 1", "found `(await f(), 1)`"),
    ("x = «f()»", "x = await g()", "expected `'f'`, found `'g'`"),
    ("x = «f(1)»", "x = await f(True)", "expected `1`, found `True`"),
    ("x = «f()»", "x = await f()\ny", "expected `1 parts`, found `2 parts`"),
    ("x = «f()»", "x = (await f(", "does not parse"),
    ("x = f'{«f()»}'", "x = f'{f()}'", "expected `await f()`"),
    ("x = f'{«f()»=}'", "x = f'{await f()}'", "line 2"),
    ("x = f'{«f()»=}'", "x = f'f()={await f()!r}'", "line 2"),
    ("x = f'a={«f()»}'", "x = f'b={await f()}'", "expected `'a='`"),
    ("x = f'{«f()»}'", "x = await f()", "expected an f-string, found `await f()`"),
    ("x = f'{«f()»} {y} z'", "x = f'{await f()} {y!s} z'", "line 2"),
]


@pytest.mark.parametrize(("before", "result", "reason"), WRONG)
def test_a_wrong_result_is_found(before: str, result: str, reason: str) -> None:
    assert reason in (proof_of(inside(before), inside(result)) or "nothing")


WRONG_KINDS = [
    ("«for x in y: pass»", "for x in y: pass", EditKind.ASYNC_FOR),
    ("«for x in y: pass»", "async for x in z: pass", EditKind.ASYNC_FOR),
    ("«with a, b: pass»", "async with a:\n        with b: pass", EditKind.ASYNC_WITH),
    ("[x for x in «y»]", "[x for x in y]", EditKind.ASYNC_CLAUSE),
    ("sum«(x for x in y)»", "sum({x for x in y})", EditKind.LIST_OF_GENEXP),
    ("z = «list(y)»", "z = [y async for y in y]", EditKind.COLLECT_LIST),
    ("z = «list(y)»", "z = [x for x in y]", EditKind.COLLECT_LIST),
    ("z = «set(y)»", "z = [x async for x in y]", EditKind.COLLECT_SET),
    ("z = «y»", "z = [x async for x in z]", EditKind.COLLECT),
    ("z = «next(y)»", "z = anext(y)", EditKind.ANEXT),
    ("z = «next(y)»", "z = await y.__anext__", EditKind.ANEXT_METHOD),
    ("z = «await y»", "z = await y", EditKind.UNAWAIT),
    ("«yield from y»", "async for item in y:\n        yield other", EditKind.YIELD_FROM),
    ("«yield from y»", "async for y in y:\n        yield y", EditKind.YIELD_FROM),
    (
        "item = 1; z\n«yield from y»",
        "item = 1; z\nasync for item in y:\n    yield item",
        EditKind.YIELD_FROM,
    ),
]


@pytest.mark.parametrize(("before", "result", "kind"), WRONG_KINDS)
def test_a_wrong_result_of_each_kind_is_found(before: str, result: str, kind: EditKind) -> None:
    assert (proof_of(inside(before), inside(result), kind) or "nothing").startswith("line ")


@pytest.mark.parametrize("name", ["item", "it", "x"])
def test_any_new_name_will_do_for_a_loop(name: str) -> None:
    result = inside(f"async for {name} in y:\n        yield {name}")
    assert proof_of(inside("«yield from y»"), result, EditKind.YIELD_FROM) is None


def test_names_of_any_sort_are_taken() -> None:
    for used in ["import a as item", "def item(): pass", "global item", "z.item", "g(item=1)", "lambda item: 1"]:
        result = inside(f"{used}\nasync for item in y:\n    yield item")
        reason = proof_of(inside(f"{used}\n«yield from y»"), result, EditKind.YIELD_FROM)
        assert reason == "line 3: expected a new name, found `item`"


MISFITS = [
    ("x = f«()»", EditKind.AWAIT),
    ("x = «f()»", EditKind.UNAWAIT),
    ("x = «[y for y in z]»", EditKind.LIST_OF_GENEXP),
    ("x = «list(*y)»", EditKind.COLLECT_LIST),
    ("x = «list(y, z)»", EditKind.COLLECT_LIST),
    ("x = «list()»", EditKind.COLLECT_LIST),
    ("x = «tuple(y)»", EditKind.COLLECT_LIST),
    ("x = «y()(z)»", EditKind.ANEXT),
    ("x = «set(y, z=1)»", EditKind.COLLECT_SET),
    ("x = «next(y, z)»", EditKind.ANEXT_METHOD),
    ("x = «next(y, z, w)»", EditKind.ANEXT),
    ("«with y: pass»", EditKind.ASYNC_FOR),
    ("«for x in y: pass»", EditKind.ASYNC_WITH),
    ("«async for x in y: pass»", EditKind.ASYNC_FOR),
    ("[x async for x in «y»]", EditKind.ASYNC_CLAUSE),
    ("«f()»", EditKind.YIELD_FROM),
    ("x = «f()»", EditKind.YIELD_FROM),
]


@pytest.mark.parametrize(("before", "kind"), MISFITS)
def test_an_edit_without_its_node_has_no_expectation(before: str, kind: EditKind) -> None:
    plain, edits = planned(inside(before), kind)
    source = loaded(plain.encode())
    with pytest.raises(ExpectationError, match=f"line 2: 0 nodes for the edit '{kind.value}'"):
        expected_tree(source, edits)
    assert prove(source, edits, source.data, TARGET) == f"line 2: 0 nodes for the edit '{kind.value}'"


def test_a_qualified_next_keeps_its_module() -> None:
    assert proof_of(inside("«b.next(y)»"), inside("await b.anext(y)"), EditKind.ANEXT) is None


ILLEGAL = [
    ("x = «f()»\n", "x = await f()\n", "'await' outside function"),
    ("def g():\n    «f()»\n", "def g():\n    await f()\n", "'await' outside async function"),
    (inside("x = lambda: «f()»"), inside("x = lambda: await f()"), "'await' outside async function"),
    (inside("class A:\n    x = «f()»"), inside("class A:\n    x = await f()"), "'await' outside function"),
    ("from __future__ import annotations\n" + inside("x: «f()» = 1"),
     "from __future__ import annotations\n" + inside("x: await f() = 1"), "annotation"),
    (inside("x: «f()» = 1"), inside("x: await f() = 1"), "line 2: await in an annotation"),
    (inside("def g() -> «f()»: pass"), inside("def g() -> await f(): pass"), "line 2: await in an annotation"),
    (inside("def g(*a: «f()»): pass"), inside("def g(*a: await f()): pass"), "line 2: await in an annotation"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "result", "reason"), ILLEGAL)
def test_an_await_where_none_may_stand_is_found(before: str, result: str, reason: str) -> None:
    assert reason in (proof_of(before, result) or "nothing")


SILENT = [
    ("sum(«f(x)» for x in y)", "sum(await f(x) for x in y)"),
    ("sum(x for x in y if «f(x)»)", "sum(x for x in y if await f(x))"),
    ("sum(x for x in y for z in «f(x)»)", "sum(x for x in y for z in await f(x))"),
    ("sum((lambda a=«f(x)»: a) for x in y)", "sum((lambda a=await f(x): a) for x in y)"),
    ("sum([«f(x)» for x in y] for y in z)", "sum([await f(x) for x in y] for y in z)"),
    ("sum((z for z in «f(x)») for x in y)", "sum((z for z in await f(x)) for x in y)"),
]


@pytest.mark.parametrize(("before", "result"), SILENT)
def test_a_generator_expression_that_turns_asynchronous_is_found(before: str, result: str) -> None:
    assert proof_of(inside(before), inside(result)) == "line 2: the generator expression would become asynchronous"


def test_so_is_one_by_its_clause() -> None:
    before, result = inside("sum(x for x in «y»)"), inside("sum(x async for x in y)")
    assert "would become asynchronous" in str(proof_of(before, result, EditKind.ASYNC_CLAUSE))


@pytest.mark.parametrize(
    ("before", "result"),
    [
        ("sum(x for x in «f()»)", "sum(x for x in await f())"),
        ("g(«f(x)» async for x in y)", "g(await f(x) async for x in y)"),
        ("g([«f(x)» for x in y])", "g([await f(x) for x in y])"),
        ("g((z for z in «f(1)»))", "g((z for z in await f(1)))"),
    ],
)
def test_one_that_does_not_turn_is_fine(before: str, result: str) -> None:
    assert proof_of(inside(before), inside(result)) is None


def test_what_turns_asynchronous_is_what_python_compiles_to_an_async_generator() -> None:
    for _, result in SILENT:
        text = inside(result)
        flags = [code.co_flags for code in codes(compile(text, "x", "exec")) if code.co_name == "<genexpr>"]
        found = new_async_generators(ast.parse(""), ast.parse(text))
        assert len(found) == sum(bool(flag & 0x200) for flag in flags) > 0  # CO_ASYNC_GENERATOR


def codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from codes(constant)


NESTED = [
    ("[[await f(x) for x in y] for y in z]", False),
    ("[[x async for x in y] for y in z]", False),
    ("{1: {x async for x in y} for y in z}", False),
    ("[x for x in y if {await f(): 1 for z in x}]", False),
    ("g([await f(x) for x in y] for y in z)", False),
    ("[[[await f(x) for x in y] for y in z] async for z in w]", False),
    ("[[await f(x) for x in y] async for y in z]", True),
    ("[(await f(y), [await f(x) for x in y]) for y in z]", True),
    ("[x for x in [await f(y) for y in z]]", True),
    ("[g(x async for x in y) for y in z]", True),
    ("[await f(x) for x in y]", True),
    ("[[x for x in await f(y)] for y in z]", True),
]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="the running Python refuses it itself")
@pytest.mark.parametrize(("text", "is_old"), NESTED)
def test_an_asynchronous_comprehension_in_a_synchronous_one_needs_python_311(text: str, is_old: bool) -> None:
    assert compile_errors(inside(text), PATH, (3, 11)) is None
    assert (compile_errors(inside(text), PATH, (3, 10)) is None) is is_old


def test_what_the_target_version_does_not_have() -> None:
    assert "anext() needs Python 3.10" in str(
        proof_of(inside("«next(y)»"), inside("await anext(y)"), EditKind.ANEXT, target=(3, 9))
    )
    assert proof_of(inside("«next(y)»"), inside("await y.__anext__()"), EditKind.ANEXT_METHOD, target=(3, 8)) is None
    decorated = inside("@await f()\ndef g(): pass")
    assert compile_errors(decorated, PATH, (3, 8)) == "line 2: await in a decorator needs Python 3.9"
    assert compile_errors(decorated, PATH, (3, 9)) is None
    assert compile_errors(inside("@g(await f())\ndef g(): pass"), PATH, (3, 8)) is None


def test_a_file_that_was_too_new_for_the_target_may_stay_so() -> None:
    before = inside("match a:\n    case 1: «f()»")
    result = before.replace("«f()»", "await f()")
    assert compile_errors(result, PATH, (3, 9)) is not None
    assert proof_of(before, result, target=(3, 9)) is None
    before = inside("@await f()\ndef g(): pass\n«f()»")
    assert proof_of(before, before.replace("«f()»", "await f()"), target=(3, 8)) is None


def test_a_file_may_not_become_too_new_for_the_target() -> None:
    before, result = inside("if «f()»: pass"), inside("match await f():\n    case _: pass")
    assert "only supported in Python 3.10" in str(proof_of(before, result, target=(3, 9)))


@pytest.mark.parametrize(
    ("result", "is_right"),
    [
        ("# one\nx = 1\nasync def g():\n    await f()\n    # two\n    y\n# three\n", True),
        ("# one\nx = 1\nasync def g():\n    await  f()\n    # two\n    y\n# three\n", True),
        ("# ONE\nx = 1\nasync def g():\n    await f()\n    # two\n    y\n# three\n", False),
        ("x = 1\nasync def g():\n    await f()\n    # two\n    y\n# three\n", False),
        ("# one\nx = 1\nasync def g():\n    await f()\n    # TWO\n    y\n# three\n", False),
        ("# one\nx = 1\nasync def g():\n    await f()\n    # two\n    y\n# three", False),
        ("# one\nx = 1\nasync def g():\n    await f()\n    # two\n    y\n # three\n", False),
        ("# one\nx =  1\nasync def g():\n    await f()\n    # two\n    y\n# three\n", False),
        ("# one\nx = 1\nasync def g():\n    await f()\n    y\n    # two\n# three\n", False),
    ],
)
def test_lines_without_an_edit_stay_as_they_are(result: str, is_right: bool) -> None:
    before = "# one\nx = 1\nasync def g():\n    «f()»\n    # two\n    y\n# three\n"
    assert (proof_of(before, result) is None) is is_right


@pytest.mark.parametrize(
    ("before", "result", "reason"),
    [
        ("if «f()»:\n    a\n    b\nelse:\n    c", "if await f():\n    a\n    b\nelse:\n    c", None),
        ("if «f()»:\n    a\n    b # b\nc", "if await f():\n    a\n    b # B\nc", "hold no edit and have changed"),
        ("try:\n    a\nexcept «f()»:\n    b #", "try:\n    a\nexcept await f():\n    b # B", "hold no edit"),
        (
            "match a:\n    case 1 if «f()»:\n        b #",
            "match a:\n    case 1 if await f():\n        b",
            "hold no edit",
        ),
        ("@«f()»\ndef g():\n    a #", "@await f()\ndef g():\n    a", "hold no edit"),
        ("a #\na #\n«f()»\na #", "a #\na\nawait f()\na #", "lines 1 to 3 hold no edit"),
        ("«f()»\na #\na\n«f()»", "await f()\na\na\nawait f()", "lines 3 to 4 hold no edit"),
        ("«f()»\na\n«f()»", "await f(); a\n\nawait f()", "lines 3 to 3 hold no edit"),
    ],
)
def test_only_the_statement_of_an_edit_may_change(before: str, result: str, reason: str | None) -> None:
    found = proof_of(inside(before), inside(result))
    assert found is None if reason is None else reason in str(found)


def test_the_same_run_of_lines_is_found_whole() -> None:
    before = inside("«f()»\n# a\n«f()»\nx = '''\n    # a\n'''")
    result = before.replace("«f()»", "await f()")
    assert proof_of(before, result) is None
    assert "hold no edit" in str(proof_of(before, result.replace("    # a\n    await", "    #\n    await")))


def test_comments_below_the_body_of_a_with_belong_to_it() -> None:
    before = inside("«with a, b:\n    c»\n\n    # d\n# e\nf")
    _, (edit,) = planned(before, EditKind.ASYNC_WITH)
    edit = Edit(PATH, edit.span, edit.kind, (1,))
    source = loaded(planned(before)[0].encode())
    good = inside("with a:\n    async with b:\n        c\n\n        # d\n# e\nf")
    assert prove(source, [edit], good.encode(), TARGET) is None
    assert "hold no edit" in str(prove(source, [edit], good.replace("# e", "# E").encode(), TARGET))


def test_encoding_and_byte_order_mark_stay() -> None:
    data = b"# coding: latin-1\nx = '\xe9'\n" + inside("f()\n").encode()
    source = loaded(data)
    call = next(node for node in ast.walk(source.tree) if isinstance(node, ast.Call))
    edit = Edit(PATH, source.span(call), EditKind.AWAIT)
    good = data.replace(b"f()", b"await f()")
    assert prove(source, [edit], good, TARGET) is None
    assert "expected" in str(prove(source, [edit], good.decode("latin-1").encode(), TARGET))
    marked = loaded(b"\xef\xbb\xbf" + inside("f()\n").encode())
    edit = Edit(PATH, marked.span(next(n for n in ast.walk(marked.tree) if isinstance(n, ast.Call))), EditKind.AWAIT)
    result = inside("await f()\n").encode()
    assert prove(marked, [edit], b"\xef\xbb\xbf" + result, TARGET) is None
    assert prove(marked, [edit], result, TARGET) == "the byte order mark or the encoding has changed"
    assert "decode" in str(prove(marked, [edit], result + b"\xff", TARGET))


def test_no_edits_and_no_change_is_a_proof() -> None:
    source = loaded(b"x = 1\n")
    assert prove(source, [], b"x = 1\n", TARGET) is None
    assert prove(source, [], b"x = 1 \n", TARGET) == "lines 1 to 2 hold no edit and have changed"


def test_an_edit_outside_of_every_statement() -> None:
    source = loaded(b"# only a comment\n")
    assert "0 nodes" in str(prove(source, [Edit(PATH, Span(2, 6), EditKind.AWAIT)], source.data, TARGET))


def test_texts_that_are_no_python_have_a_reason() -> None:
    assert "does not parse" in str(compile_errors("x = ", Path("x.py"), (3, 11)))
    assert "does not parse" in str(compile_errors("x = '\0'", Path("x.py"), (3, 11)))
    assert "line 1: the result does not compile" in str(compile_errors("return", Path("x.py"), (3, 11)))
    assert compile_errors("x = '\\d'", Path("x.py"), (3, 20)) is None


def test_what_python_warns_of_is_neither_shown_nor_an_error() -> None:
    before = inside("x = 1if «f()» else '\\d'\nx = f'{0x1for y if «f()» else 2=}'\nassert (x, 'always')\n")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert proof_of(before, before.replace("«", "await ").replace("»", "")) is None
        assert "expected" in str(proof_of(before, before.replace("«", "").replace("»", "")))


def test_what_is_proved_is_not_run() -> None:
    assert compile_errors("raise SystemExit\nimport no_such_module", Path("x.py"), (3, 11)) is None


def test_a_difference_far_inside_is_named_shortly() -> None:
    expected = ast.parse("x = " + "[" * 5 + "a" * 90 + "]" * 5)
    found = str(first_difference(expected, ast.parse("x = " + "[" * 5 + "b" * 90 + "]" * 5)))
    assert found.startswith("line 1: expected `") and len(found) < 220
    assert first_difference(ast.parse("def g():\n    a\n    b\n"), ast.parse("class g:\n    a\n")) == (
        "line 1: expected `def g(): …`, found `class g: …`"
    )
