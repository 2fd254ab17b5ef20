"""Imports that come in: a name at the end of a list, a line after a statement or before it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.edits.proof import prove
from autoawait.edits.rewrite import rewrite
from tests.edits.rewriting import TARGET, applied, check, loaded, planned

NAME, AFTER, BEFORE = EditKind.IMPORT_NAME, EditKind.IMPORT_AFTER, EditKind.IMPORT_BEFORE
GROUP_AFTER, GROUP_BEFORE = EditKind.GROUP_AFTER, EditKind.GROUP_BEFORE

NAMES = [
    ("«from m import a»", "from m import a, c"),
    ("«from m import a, b»  # why\n", "from m import a, b, c  # why\n"),
    ("«from . import a as b»\n", "from . import a as b, c\n"),
    ("«from  m  import a ,b»\n", "from  m  import a ,b, c\n"),
    ("«from m import (a, b)»\n", "from m import (a, b, c)\n"),
    ("«from m import (a, b,)»\n", "from m import (a, b, c,)\n"),
    ("«from m import (a, b , )»\n", "from m import (a, b, c , )\n"),
    ("«from m import (\n    a,\n    b,\n)»\n", "from m import (\n    a,\n    b,\n    c,\n)\n"),
    ("«from m import (\n    a,\n    b,  # why\n)»\n", "from m import (\n    a,\n    b,  # why\n    c,\n)\n"),
    ("«from m import (\n    a,\n    b\n)»\n", "from m import (\n    a,\n    b,\n    c\n)\n"),
    ("«from m import (\n    a,\n    b  # ,)\n)»\n", "from m import (\n    a,\n    b, c  # ,)\n)\n"),
    ("«from m import (\n    a, b,\n)»\n", "from m import (\n    a, b, c,\n)\n"),
    ("«from m import (\n    a, b  # why\n)»\n", "from m import (\n    a, b, c  # why\n)\n"),
    ("«from m import (a,\n               b)»\n", "from m import (a,\n               b, c)\n"),
    ("«from m import (\n    a,\n\n    # last\n)»\n", "from m import (\n    a,\n    c,\n\n    # last\n)\n"),
    ("«from m import (\n    a\n    ,\n)»\n", "from m import (\n    a, c\n    ,\n)\n"),
    ("«from m import (\n    a as\n    b,\n)»\n", "from m import (\n    a as\n    b,\n    c,\n)\n"),
    ("«from m import (\n    a as \\\n        b,\n)»\n", "from m import (\n    a as \\\n        b,\n    c,\n)\n"),
    ("«from m import a, \\\n    b»\n", "from m import a, \\\n    b, c\n"),
    ("«from m import \\\n    a»\n", "from m import \\\n    a, c\n"),
    ("x; «from m import a»; y\n", "x; from m import a, c; y\n"),
    ("if x:\n\t«from m import (\n\t\ta,\n\t)»\n", "if x:\n\tfrom m import (\n\t\ta,\n\t\tc,\n\t)\n"),
    ("«from m import (\r\n  a,\r\n)»\r\n", "from m import (\r\n  a,\r\n  c,\r\n)\r\n"),
    ("def f(): «from m import a»\n", "def f(): from m import a, c\n"),
    ("é = 'é'; «from é import ü»\n", "é = 'é'; from é import ü, c\n"),
    ("\f«from m import a»", "\ffrom m import a, c"),
    ("«from m import c»\n", "from m import c\n"),
    ("«from m import (c, b)»\n", "from m import (c, b)\n"),
    ("«from m import c as d»\n", "from m import c as d, c\n"),
]

LINES_AFTER = [
    ("«import a»", "import a\nimport c"),
    ("«import a»\n", "import a\nimport c\n"),
    ("«import a»\nx\n", "import a\nimport c\nx\n"),
    ("«import a»  # why\n\nx\n", "import a  # why\nimport c\n\nx\n"),
    ("«import a»  # why", "import a  # why\nimport c"),
    ("«import a»; b; d\nx\n", "import a; b; d\nimport c\nx\n"),
    ("a; «import b» ;\nx\n", "a; import b ;\nimport c\nx\n"),
    ("«import a»; b = f(\n)\nx\n", "import a; b = f(\n)\nimport c\nx\n"),
    ("«from a import (\n    b,\n)»  # why\nx\n", "from a import (\n    b,\n)  # why\nimport c\nx\n"),
    ("«from a import b, \\\n    d»\nx\n", "from a import b, \\\n    d\nimport c\nx\n"),
    ("'''doc'''\n«from __future__ import division»\nx", "'''doc'''\nfrom __future__ import division\nimport c\nx"),
    ("«if x:\n    import a»\n    # why\n\n    # more\n# other\n",
     "if x:\n    import a\n    # why\n\n    # more\nimport c\n# other\n"),
    ("«try:\n    import a\nexcept E:\n    a = 1»\n\nx\n", "try:\n    import a\nexcept E:\n    a = 1\nimport c\n\nx\n"),
    ("«import a»\r\nx\r\n", "import a\r\nimport c\r\nx\r\n"),
    ("x\r\n«import a»", "x\r\nimport a\r\nimport c"),
    ("«import a»\rx\r", "import a\rimport c\rx\r"),
    ("«x = '''\n# é\n'''»\n\f\ny\n", "x = '''\n# é\n'''\nimport c\n\f\ny\n"),
    ("# one\n\n«import a»\n# two\n", "# one\n\nimport a\nimport c\n# two\n"),
]  # fmt: skip

GROUPS_AFTER = [
    ("«'''doc'''»\n\n\ndef f(): pass\n", "'''doc'''\n\nimport c\n\n\ndef f(): pass\n"),
    ("«'''doc'''»", "'''doc'''\n\nimport c"),
    ("«'''doc'''»  # why\r\nx\r\n", "'''doc'''  # why\r\n\r\nimport c\r\nx\r\n"),
    ("«from __future__ import division»\n\nx\n", "from __future__ import division\n\nimport c\n\nx\n"),
    ("«import a»; import b\n\nx\n", "import a; import b\n\nimport c\n\nx\n"),
]

LINES_BEFORE = [
    ("«import d»", "import c\nimport d"),
    ("'''doc'''\n\n«import d»  # why\nx\n", "'''doc'''\n\nimport c\nimport d  # why\nx\n"),
    ("# licence\n«import d»\n", "# licence\nimport c\nimport d\n"),
    ("'''doc'''\n\n# of d\n«import d»\n", "'''doc'''\n\nimport c\n# of d\nimport d\n"),
    ("import e; «import d»\n", "import c\nimport e; import d\n"),
    ("«from d import (\r\n    e,\r\n)»\r\n", "import c\r\nfrom d import (\r\n    e,\r\n)\r\n"),
]

GROUPS_BEFORE = [
    ("«x = 1»", "import c\n\nx = 1"),
    ("«x = 1»\n", "import c\n\nx = 1\n"),
    ("«def f(): pass»\n", "import c\n\n\ndef f(): pass\n"),
    ("«async def f(): pass»\n", "import c\n\n\nasync def f(): pass\n"),
    ("@a\n@b\n«class A: pass»\n", "import c\n\n\n@a\n@b\nclass A: pass\n"),
    ("y\n\n\n@a(\n  1)\n«def f(): pass»\n", "y\n\n\nimport c\n\n\n@a(\n  1)\ndef f(): pass\n"),
    ("#!/usr/bin/python\n# licence\n«x = 1»\n", "#!/usr/bin/python\n# licence\nimport c\n\nx = 1\n"),
    ("# -*- coding: utf-8 -*-\n\n# of x\n«x = 1»\n", "# -*- coding: utf-8 -*-\n\nimport c\n\n# of x\nx = 1\n"),
    ("\n# -*- coding: utf-8 -*-\n«x = 1»\n", "\n# -*- coding: utf-8 -*-\nimport c\n\nx = 1\n"),
    ("# licence\n\n# of f\n# too\n«def f(): pass»\n", "# licence\n\nimport c\n\n\n# of f\n# too\ndef f(): pass\n"),
    ("y\n\n# of x\n\n«x = 1»\n", "y\n\n# of x\n\nimport c\n\nx = 1\n"),
    ("if y:\n    z\n    # of z\n# of x\n«x = 1»\n", "if y:\n    z\n    # of z\nimport c\n\n# of x\nx = 1\n"),
    ("if y:\n    z\n    # of z\n«x = 1»\n", "if y:\n    z\n    # of z\nimport c\n\nx = 1\n"),
    ("y\n\n'''\n# é'''\n«x = 1»\n", "y\n\n'''\n# é'''\nimport c\n\nx = 1\n"),
    ("a; «x = 1»; b\n", "import c\n\na; x = 1; b\n"),
    ("y\na = f(\n); «x = 1»\n", "y\nimport c\n\na = f(\n); x = 1\n"),
    ("'''doc'''\n\n\n«def f(): pass»\n", "'''doc'''\n\n\nimport c\n\n\ndef f(): pass\n"),
    ("\f«x = 1»\n", "import c\n\n\fx = 1\n"),
    ("«x = 1»\r\ny\r\n", "import c\r\n\r\nx = 1\r\ny\r\n"),
    ("«x = 1»\ry\r", "import c\r\rx = 1\ry\r"),
    ("«if x:\n    y»\n", "import c\n\nif x:\n    y\n"),
]


@pytest.mark.parametrize(("before", "after"), NAMES)
def test_a_name_is_added_unless_it_is_there(before: str, after: str) -> None:
    check(before, after, (NAME, "c"))


def test_names_may_have_another_name() -> None:
    check("«from m import c»", "from m import c, c as d", (NAME, "c as d"))
    check("«from m import c as d»", "from m import c as d", (NAME, "c as d"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("««from m import a»»\n", "from m import a, c, d\n"),
        ("««from m import (\n    a,\n    b,  # b\n)»»\n", "from m import (\n    a,\n    b,  # b\n    c,\n    d,\n)\n"),
        ("««from m import (\n    a,\n    b\n)»»\n", "from m import (\n    a,\n    b,\n    c,\n    d\n)\n"),
    ],
)
def test_several_names_come_in_their_order(before: str, after: str) -> None:
    check(before, after, (NAME, "d"), (NAME, "c"))


@pytest.mark.parametrize(("before", "after"), LINES_AFTER)
def test_a_line_comes_after_a_statement(before: str, after: str) -> None:
    check(before, after, (AFTER, "import c"))


@pytest.mark.parametrize(("before", "after"), LINES_BEFORE)
def test_a_line_comes_before_a_statement(before: str, after: str) -> None:
    check(before, after, (BEFORE, "import c"))


@pytest.mark.parametrize(("before", "after"), GROUPS_AFTER)
def test_an_empty_line_parts_a_group_from_the_statement_before(before: str, after: str) -> None:
    check(before, after, (GROUP_AFTER, "import c"))


@pytest.mark.parametrize(("before", "after"), GROUPS_BEFORE)
def test_empty_lines_part_a_group_from_the_statement_after(before: str, after: str) -> None:
    check(before, after, (GROUP_BEFORE, "import c"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("««import a»»\nx\n", "import a\nimport c\nfrom c import d\nx\n"),
        ("««import a»»", "import a\nimport c\nfrom c import d"),
        ("«import a»; «b»\nx\n", "import a; b\nimport c\nfrom c import d\nx\n"),
    ],
)
def test_several_lines_come_in_their_order_with_names_last(before: str, after: str) -> None:
    check(before, after, (AFTER, "from c import d"), (AFTER, "import c"))


def test_several_lines_share_their_empty_lines() -> None:
    plain, edits = planned("««def f(): pass»»\n", (GROUP_BEFORE, "import c"), (GROUP_BEFORE, "import d"))
    assert together(plain, edits, "import c\nimport d\n\n\ndef f(): pass\n") == ["import c\n", "import d\n\n\n"]
    plain, edits = planned("««'''doc'''»»\n", (GROUP_AFTER, "import c"), (GROUP_AFTER, "import d"))
    assert together(plain, edits, "'''doc'''\n\nimport c\nimport d\n") == ["\n\nimport c", "\nimport d"]


def together(plain: str, edits: Sequence[Edit], after: str) -> list[str]:
    """The texts of the edits, which together give the text after."""
    source = loaded(plain.encode())
    result = rewrite(source, edits)
    assert result.data.decode() == after
    assert prove(source, edits, result.data, TARGET) is None
    texts = [text for edit in result.texts for text in result.texts[edit]]
    assert applied(source.body, texts).decode() == after
    return [text.text for text in texts]


def test_a_line_after_one_statement_comes_before_a_line_before_the_next() -> None:
    check("«a»\n«b»\n", "a\nimport d\nimport c\nb\n", (AFTER, "import d"), (BEFORE, "import c"))
    check("«a»\n«b»\n", "a\n\nimport d\nimport c\n\nb\n", (GROUP_AFTER, "import d"), (GROUP_BEFORE, "import c"))


def test_a_group_stands_apart_from_a_line_at_the_same_place() -> None:
    check("««a»»\n", "import d\n\nimport c\na\n", (GROUP_BEFORE, "import d"), (BEFORE, "import c"))
    check("««a»»\n", "a\nimport d\n\nimport c\n", (GROUP_AFTER, "import c"), (AFTER, "import d"))
