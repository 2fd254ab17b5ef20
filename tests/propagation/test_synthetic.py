"""A made-up project of some chains: what the tool makes async is exactly what must be."""

from __future__ import annotations

from pathlib import Path

import pytest

from autoawait.cli.reports.summary import remaining
from tests.lab.synthetic import Recipe, asynchronous, synthetic
from tests.propagation.states import PROPAGATES, fix


@pytest.mark.skipif(not PROPAGATES, reason="no function becomes async yet")
@pytest.mark.parametrize("seed", [1, 2])
def test_exactly_what_must_become_async_does(seed: int, tmp_path: Path) -> None:
    made = synthetic(Recipe(8_000, depth=12, family=8, seed=seed))
    made.write(tmp_path)
    assert remaining(fix(tmp_path)) == ()
    after = {path: (tmp_path / path).read_text(encoding="utf-8") for path in made.files}
    assert asynchronous(after) - asynchronous(made.files) == made.turned
