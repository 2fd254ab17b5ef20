"""Bytes in, bytes out: encodings, line ends, indentation; and what is refused."""

from __future__ import annotations

import ast
import sys
import time
from collections.abc import Callable
from pathlib import Path

import libcst
import pytest

from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.edits.proof import prove
from autoawait.edits.rewrite import RewriteError, rewrite
from autoawait.project.source import SourceFile, Span
from tests.edits.rewriting import PATH, TARGET, check, inside, loaded, planned

BOM = "\ufeff"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("kind", [EditKind.AWAIT, EditKind.YIELD_FROM, EditKind.ASYNC_WITH])
def test_line_ends_are_those_of_the_file(newline: str, kind: EditKind) -> None:
    before, after, items = {
        EditKind.AWAIT: ("«f(\n1)».x", "(await f(\n1)).x", ()),
        EditKind.YIELD_FROM: ("«yield from y»", "async for item in y:\n    yield item", ()),
        EditKind.ASYNC_WITH: ("«with a, b:\n    x»", "with a:\n    async with b:\n        x", (1,)),
    }[kind]
    check(
        inside(f"{before}\nz\n").replace("\n", newline),
        inside(f"{after}\nz\n").replace("\n", newline),
        kind,
        items=items,
    )


@pytest.mark.parametrize("end", ["", "\n", "\n\n", "  # end", "\n# end"])
def test_the_end_of_the_file_stays(end: str) -> None:
    check(inside("«f()».x") + end, inside("(await f()).x") + end)
    check(
        inside("«yield from y»") + end,
        inside(f"async for item in y:{end if '  #' in end else ''}\n    yield item") + ("" if "  #" in end else end),
        EditKind.YIELD_FROM,
    )


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "x = 'é€😀'; «f('é')».x"),
        ("utf-8-sig", "x = 'é'; «f('é')».x"),
        ("latin-1", "x = 'é'; «f('é')».x"),
        ("cp1252", "x = '€'; «f('€')».x"),
        ("shift_jis", "x = 'こんにちは'; «f('世界')».x"),
    ],
)
def test_the_encoding_stays(encoding: str, text: str) -> None:
    cookie = "" if "utf" in encoding else f"# -*- coding: {encoding} -*-\n"
    after = text.replace("«", "(await ").replace("»", ")")
    check(cookie + inside(text), cookie + inside(after), encoding=encoding)


def test_a_byte_order_mark_stays() -> None:
    source = loaded((BOM + inside("f()")).encode())
    edit = Edit(PATH, source.span(call_in(source.tree)), EditKind.AWAIT)
    assert rewrite(source, [edit]).data == (BOM + inside("await f()")).encode()


def call_in(tree: ast.AST) -> ast.Call:
    return next(node for node in ast.walk(tree) if isinstance(node, ast.Call))


@pytest.mark.parametrize("unit", ["\t", " ", "  ", "        "])
def test_new_blocks_take_the_steps_of_the_file(unit: str) -> None:
    before = f"async def main():\n{unit}if a:\n{unit * 2}«with a, b:\n{unit * 3}x»\n"
    after = f"async def main():\n{unit}if a:\n{unit * 2}with a:\n{unit * 3}async with b:\n{unit * 4}x\n"
    check(before, after, EditKind.ASYNC_WITH, items=(1,))
    check(
        f"async def main():\n{unit}if a: «yield from y»\n",
        f"async def main():\n{unit}if a:\n{unit * 2}async for item in y:\n{unit * 3}yield item\n",
        EditKind.YIELD_FROM,
    )


def test_a_file_without_any_step_takes_four_spaces() -> None:
    before = "async def main(): «yield from y»\n"
    check(before, "async def main():\n    async for item in y:\n        yield item\n", EditKind.YIELD_FROM)


def test_oddities_elsewhere_do_not_matter() -> None:
    before = "x = 1\n\f\ny = 2\r\n" + inside("z = 3 \f\n«f()».x\n\tw = 1\n".replace("\n\tw = 1", ""))
    check(before, before.replace("«f()»", "(await f())"))


def test_the_file_is_read_as_one_where_statements_share_lines() -> None:
    check("import a; b = 1\nasync def main(): c; «f()».x\n", "import a; b = 1\nasync def main(): c; (await f()).x\n")


def test_statements_of_a_line_at_module_level() -> None:
    plain, edits = planned("a = 1; b = «f()».x; c = 2\n")
    assert rewrite(loaded(plain.encode()), edits).data == b"a = 1; b = (await f()).x; c = 2\n"


def test_a_nested_function_has_its_own_names() -> None:
    before = "async def main():\n    item = 1\n    async def inner():\n        «yield from y»\n"
    after = before.replace("«yield from y»", "async for item in y:\n            yield item")
    check(before, after, EditKind.YIELD_FROM)


def test_nothing_to_do_gives_the_same_bytes() -> None:
    data = b"# -*- coding: latin-1 -*-\r\nx = '\xe9'\f\n"
    assert rewrite(loaded(data), []).data == data


def test_the_same_edit_twice_is_one() -> None:
    plain, edits = planned(inside("«f()»"))
    assert rewrite(loaded(plain.encode()), edits * 2).data == inside("await f()").encode()


REFUSED = [
    ("x = f«()»", EditKind.AWAIT, "no node for the edit 'await'"),
    ("x = «f()»", EditKind.UNAWAIT, "is not an await"),
    ("x = «[a for a in b]»", EditKind.LIST_OF_GENEXP, "is not a generator expression"),
    ("x = «set(y)»", EditKind.COLLECT_LIST, "is not a call of list() with plain arguments"),
    ("x = «list(*y)»", EditKind.COLLECT_LIST, "is not a call of list() with plain arguments"),
    ("x = «set(a=y)»", EditKind.COLLECT_SET, "is not a call of set() with plain arguments"),
    ("x = «list()»", EditKind.COLLECT_LIST, "does not call list() with one argument"),
    ("x = «list»", EditKind.COLLECT_LIST, "is not a call of list() with plain arguments"),
    ("x = «next()»", EditKind.ANEXT, "does not call next() with one or two arguments"),
    ("x = «next(a, b, c)»", EditKind.ANEXT, "does not call next() with one or two arguments"),
    ("x = «next(a, b)»", EditKind.ANEXT_METHOD, "does not call next() with one argument"),
    ("«async for x in y: pass»", EditKind.ASYNC_FOR, "is asynchronous already"),
    ("«async with x: pass»", EditKind.ASYNC_WITH, "is asynchronous already"),
    ("[x async for x in «y»]", EditKind.ASYNC_CLAUSE, "is asynchronous already"),
    ("«while y: pass»", EditKind.ASYNC_FOR, "no node for the edit 'async for'"),
    ("«for x in y: pass»", EditKind.ASYNC_WITH, "no node for the edit 'async with'"),
    ("for x in «y»: pass", EditKind.ASYNC_CLAUSE, "no node for the edit 'async clause'"),
    ("«f()»", EditKind.YIELD_FROM, "is not a yield from"),
    ("x = «(yield from y)»", EditKind.YIELD_FROM, "no node for the edit 'yield from'"),
    ("«yield from y»; z", EditKind.YIELD_FROM, "shares its line with another statement"),
    ("if a: z; «yield from y»", EditKind.YIELD_FROM, "shares its line with another statement"),
    ("x=1if await y()else «f()»", EditKind.AWAIT, "libcst cannot rewrite this statement"),
]


@pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize(("before", "kind", "message"), REFUSED)
def test_what_does_not_fit_is_refused_with_its_place(before: str, kind: EditKind, message: str) -> None:
    plain, (edit,) = planned("x = 1\n" + inside(before), kind)
    with pytest.raises(RewriteError) as refusal:
        rewrite(loaded(plain.encode()), [edit])
    assert str(refusal.value).startswith("example.py:3: ")
    assert message in str(refusal.value)


def test_line_ends_that_libcst_loses_are_refused() -> None:
    plain, edits = planned(inside("x = «f()»\n").replace("\n", "\r"))
    with pytest.raises(RewriteError, match="example.py:2: libcst does not give this statement back"):
        rewrite(loaded(plain.encode()), edits)


def test_form_feeds_stay() -> None:
    before = "\fx = 1\n" + inside("\f\ny = \f «f(\f)».x\f\n\f\nz\n")
    check(before, before.replace("«", "(await ").replace("»", ")"))


def test_an_item_that_is_not_there_is_refused() -> None:
    plain, edits = planned(inside("«with a: pass»"), EditKind.ASYNC_WITH, items=(1,))
    with pytest.raises(RewriteError, match="does not have that many items") as refusal:
        rewrite(loaded(plain.encode()), edits)
    assert refusal.value.edit == edits[0]


def test_two_edits_of_one_node_are_refused() -> None:
    plain, edits = planned(inside("««await f()»»"), EditKind.UNAWAIT, EditKind.AWAIT)
    with pytest.raises(RewriteError, match="has another edit"):
        rewrite(loaded(plain.encode()), edits)


def test_an_edit_between_statements_is_refused() -> None:
    source = loaded(b"x = 1\n\ny = 2\n")
    with pytest.raises(RewriteError, match="no node"):
        rewrite(source, [Edit(PATH, Span(5, 8), EditKind.AWAIT)])


def test_a_file_that_does_not_survive_its_encoding_is_refused() -> None:
    # ISO-2022-JP has states: the same text can be written with a needless switch of them
    data = "# coding: iso2022_jp\nx = 'a'\n".encode("iso2022_jp").replace(b"'a'", b"'\x1b(Ba'")
    with pytest.raises(RewriteError, match="do not survive decoding"):
        rewrite(loaded(data), [])


def test_deep_nesting_is_refused_and_not_a_crash() -> None:
    deep = "x = f() + " + " + ".join(["1"] * 2000) + "\n"
    source = loaded(deep.encode())
    with pytest.raises(RewriteError, match="libcst cannot rewrite"):
        rewrite(source, [Edit(PATH, source.span(call_in(source.tree)), EditKind.AWAIT)])


def seconds(work: Callable[[], object]) -> float:
    """The processor time of the fastest of three runs."""
    times = []
    for _ in range(3):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def test_many_edits_of_a_large_file_take_few_times_its_parse() -> None:
    """A ratio, since machines differ: 0.6 when measured alone, about 3 while coverage is traced."""
    function = "\n".join(f"    x{n} = f({n}, [y for y in z], key='é').a" for n in range(10))
    text = "".join(f"async def g{n}(z):\n{function}\n\n\n" for n in range(230))
    source = loaded(text.encode())
    functions = [node for node in source.tree.body if isinstance(node, ast.AsyncFunctionDef)]
    calls = [call_in(node) for node in functions[::6]]
    edits = [Edit(PATH, source.span(call), EditKind.AWAIT) for call in calls]
    assert len(source.line_starts) > 2990 and len(edits) == 39
    result = rewrite(source, edits)
    assert result.data.count(b"(await f(0, [y for y in z], key='\xc3\xa9')).a") == 39
    assert prove(source, edits, result.data, TARGET) is None
    assert seconds(lambda: rewrite(source, edits)) < 8 * seconds(lambda: libcst.parse_module(text))


def many_edits(count: int) -> tuple[SourceFile, list[Edit]]:
    """One statement with that many calls, all to be awaited."""
    items = "".join(f"    f({n}) + 1,\n" for n in range(count))
    source = loaded(inside(f"x = [\n{items}]\n").encode())
    calls = [node for node in ast.walk(source.tree) if isinstance(node, ast.Call)]
    return source, [Edit(PATH, source.span(call), EditKind.AWAIT) for call in calls]


def test_the_time_for_the_edits_of_one_statement_grows_with_their_number() -> None:
    source, edits = many_edits(400)
    result = rewrite(source, edits)
    assert result.data.count(b"await f(") == len(edits) == 400
    assert [[text.text for text in result.texts[edit]] for edit in edits] == [["await "]] * 400
    assert prove(source, edits, result.data, TARGET) is None
    few, its_edits = many_edits(100)
    assert seconds(lambda: rewrite(source, edits)) < 10 * seconds(lambda: rewrite(few, its_edits))


def test_the_edits_of_a_real_file_are_each_found() -> None:
    """Every call of a module of the standard library with all its syntax, awaited."""
    path = Path(ast.__file__)
    source = loaded(path.read_bytes())
    every_third = [node for node in ast.walk(source.tree) if isinstance(node, ast.Call)][::3]
    edits = [Edit(PATH, source.span(node), EditKind.AWAIT) for node in every_third]
    result = rewrite(source, edits)
    assert set(result.texts) == set(edits)
    before, after = ast.parse(source.text), ast.parse(result.data)
    assert count_awaits(after) - count_awaits(before) == len(edits) > 150


def count_awaits(tree: ast.AST) -> int:
    return sum(isinstance(node, ast.Await) for node in ast.walk(tree))


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the syntax is newer")
def test_new_f_strings() -> None:
    check(inside("f'{g('a')} {«f('b', f'{«f('c')»}')»}'"), inside("f'{g('a')} {await f('b', f'{await f('c')}')}'"))
