"""AW9xx: a file that takes no part, or a fix that was withdrawn."""


class AW901:
    """The file does not parse, so it is not analysed.

    It is neither changed nor relied on: what it defines is unknown to the rest of the project, and calls into it are
    left alone. The other files are analysed all the same.

        def broken(:

    What to do: fix the syntax, or leave the file out with `exclude`. Code for a newer Python than the one that runs
    autoawait does not parse either; then run autoawait on the newer one.
    """

    name = "syntax-error"


class AW902:
    """The file cannot be decoded, so it is not analysed.

    Its bytes do not fit its encoding: UTF-8, or what its first lines declare (`# -*- coding: latin-1 -*-`). Or its
    name itself is not UTF-8, which a type checker cannot handle. The
    rest of the project is analysed all the same, and what this file defines counts as unknown.

    What to do: fix the bytes or the declaration, or leave the file out with `exclude`.
    """

    name = "undecodable-file"


class AW903:
    """The file cannot be read or is not of a kind that autoawait supports, so it is not analysed.

    The message has the reason given by the operating system, such as missing permission. The rest of the project
    is analysed all the same, and what this file defines counts as unknown.

    What to do: make it readable, or leave it out with `exclude`.
    """

    name = "unreadable-or-unsupported-file"


class AW904:
    """A fix was planned but failed its proof, so it was withdrawn.

    Before anything is written, every change must compile, must differ from the original in nothing but the planned
    edits, must leave nothing more to plan, and must not let the type checker complain anew of a coroutine or the like.
    The message says which of these failed and where; the other fixes are made. What the checker finds wrong with
    plain values that it sees only now was wrong before: it withdraws no fix, but makes it unsafe.

    What to do: look at the place and make the change by hand. If the change would have been right, that is a bug in
    autoawait: please report it.
    """

    name = "fix-withdrawn"
