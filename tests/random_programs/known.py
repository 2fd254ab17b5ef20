"""Features that no story has together as long as the tool fails on them. To be emptied by whoever mends the tool."""

from __future__ import annotations

KNOWN: tuple[frozenset[str], ...] = (
    # A sync method counts for nothing against an async one of a Protocol that its class does not name.
    frozenset({"shape:protocol", "stub async"}),
    # A method that an assignment puts into a class is no override.
    frozenset({"shape:assigned", "stub async"}),
    # What is annotated as Any may be anything, and an await of it is offered on request.
    frozenset({"override annotation:Any"}),
    # A stub file that says otherwise of what is decorated is believed on request.
    frozenset({"stub file:otherwise"}),
)
