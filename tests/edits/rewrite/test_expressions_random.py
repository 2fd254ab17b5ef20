"""Random nested expressions: whatever stands where, awaiting the calls of ``f`` gives the tree it should."""

from __future__ import annotations

import ast

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.edits.proof import prove
from autoawait.edits.rewrite import rewrite
from tests.edits.rewriting import PATH, TARGET, applied, check_texts_together, inside, loaded

ATOMS = st.sampled_from(["f()", "f(1)", "a", "1", "'é'", "a.b", "f(\n1)", "(f())", "( f() )"])


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Expressions around expressions, with parentheses so that any may stand anywhere."""
    one = [
        "({}).x", "({})[0]", "({})()", "f({})", "g(k={})", "g(*{})", "({})", "-({})", "(not {})", "[{}]", "{{{}: 1}}",
        "[({}) for x in y]", "(lambda x=({}): x)", "a[({}):]",
        "(await ({}))", "(w := ({}))", "(\n  {}  # why\n)", "(({})\n.x())",
    ]  # fmt: skip
    iterables = ["[x for x in ({})]", "f(x for x in ({}))"]  # in which Python takes no assignment expression
    two = ["({} + {})", "(({})**({}))", "({} and {})", "({}, {})", "(({}) if ({}) else 1)", "f({}, {})", "({} in {})"]
    return st.one_of(
        st.tuples(st.sampled_from(one), inner).map(lambda pair: pair[0].format(pair[1])),
        st.tuples(st.sampled_from(iterables), inner.filter(lambda text: ":=" not in text)).map(
            lambda pair: pair[0].format(pair[1])
        ),
        st.tuples(st.sampled_from(two), inner, inner).map(lambda triple: triple[0].format(*triple[1:])),
    )


STATEMENTS = st.sampled_from(
    [
        "{}",
        "x = {}",
        "return {}",
        "return({})",
        "if {}: pass",
        "assert {}, a",
        "for x in {}: pass",
        "x += {}",
        "raise {}",
    ]
)
EXPRESSIONS = st.recursive(ATOMS, grown, max_leaves=5)


@settings(max_examples=100)
@given(STATEMENTS, EXPRESSIONS)
def test_any_calls_can_be_awaited(statement: str, expression: str) -> None:
    text = inside(statement.replace("{}", expression.replace("\n", "\n    ")))
    source = loaded(text.encode())
    calls = [node for node in ast.walk(source.tree) if isinstance(node, ast.Call) and is_f(node)]
    edits = [Edit(PATH, source.span(node), EditKind.AWAIT) for node in calls]
    assume(not ("return(" in text and "lambda" in text))  # libcst fails on `return(lambda: x)`, and we withdraw the fix
    result = rewrite(source, edits)
    assert prove(source, edits, result.data, TARGET) is None
    for edit in edits:
        assert applied(source.body, result.texts[edit]) == rewrite(source, [edit]).data
    check_texts_together(source, edits, result)
    without_await = result.data.replace(b"await ", b"")
    assert ast.dump(ast.parse(without_await)) == ast.dump(ast.parse(source.body.replace(b"await ", b"")))


def is_f(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "f"
