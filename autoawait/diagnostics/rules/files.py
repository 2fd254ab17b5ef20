"""AW9xx: a file that takes no part, or a fix that was taken back."""

from __future__ import annotations

from autoawait.diagnostics.rules.rule import rule_of


class AW901:
    """The file does not parse, so it takes no part.

    It is neither changed nor counted on: what it defines is unknown to the rest of the project, and calls into it are
    left alone. The other files are analysed all the same.

        def broken(:

    What to do: correct the syntax, or leave the file out with `exclude`. Code for a newer Python than the one that runs
    autoawait does not parse either; then run autoawait with the newer one.
    """

    name = "syntax-error"


class AW902:
    """The file cannot be decoded, so it takes no part.

    Its bytes do not fit its encoding: UTF-8, or what its first lines declare (`# -*- coding: latin-1 -*-`). Or its
    name itself is not UTF-8, which a type checker cannot be told. The
    rest of the project is analysed all the same, and what this file defines counts as unknown.

    What to do: correct the bytes or the declaration, or leave the file out with `exclude`.
    """

    name = "undecodable-file"


class AW903:
    """The file cannot be read or is not of a kind that autoawait supports, so it takes no part.

    The message has the reason that the operating system gives, such as missing permission. The rest of the project
    is analysed all the same, and what this file defines counts as unknown.

    What to do: make it readable, or leave it out with `exclude`.
    """

    name = "unreadable-or-unsupported-file"


class AW904:
    """A fix was planned but failed its proof, so it was taken back.

    Before anything is written, every change must compile, must differ from the original by nothing but the planned
    edits, must leave nothing more to plan, and must not give the type checker a complaint that it had not before.
    The message says which of these failed; the other fixes go on.

    What to do: look at the place and make the change by hand. If the change would have been right, it is a fault of
    autoawait: please report it.
    """

    name = "fix-withdrawn"


RULES = tuple(map(rule_of, (AW901, AW902, AW903, AW904)))
