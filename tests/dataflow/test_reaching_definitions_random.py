"""What flow says of random functions holds in every execution of them."""

from __future__ import annotations

import ast

from hypothesis import given, settings
from hypothesis import strategies as st

from autoawait.dataflow.reaching_definitions import reach
from tests.dataflow.executions import functions, numbered, pairs_of

# Forms of which tests/dataflow/test_reaching_definitions.py shows that flow is wrong today.
GAPS = frozenset({"jump over a finally", "with that swallows"})


@settings(max_examples=150)
@given(functions(GAPS), st.integers(0, 2**32))
def test_every_read_that_sees_a_binding_is_reached_by_it(text: str, seed: int) -> None:
    tree = ast.parse(text)
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    bindings, reads = numbered(tree)
    found = {number: reach(function.body, name) for number, name in bindings.items()}
    happened = pairs_of(text, seed, 40)
    made = {binding for binding, read in happened if read == 0}
    for binding, read in ((b, r) for b, r in happened if r in reads):
        assert reads[read] in {load.node for load in found[binding].loads}, f"read {read} sees binding {binding}"
        for other in made & bindings.keys() - {binding}:
            alone = {load.node for load in found[other].loads if load.only}
            assert reads[read] not in alone, f"read {read} sees binding {binding}, not only {other}"
