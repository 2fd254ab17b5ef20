"""``autoawait server``: the language server on standard input and output."""

from __future__ import annotations

import logging
from typing import Annotated

import typer


def server(
    verbose: Annotated[
        int,
        typer.Option(
            "--verbose",
            "-v",
            count=True,
            show_default=False,
            help="Log to standard error what is done; -vv every message as well.",
        ),
    ] = 0,
) -> None:
    """Serve an editor over the Language Server Protocol.

    It speaks on standard input and output. Editors start it by themselves; docs/editors.md says how each is told to.
    There is nothing to see in a terminal.
    """
    # The one import that stands in a function: what it loads takes longer than all of a small `autoawait check`.
    from autoawait.server.protocol import Server  # noqa: PLC0415

    level = (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)]
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("pygls").setLevel(logging.DEBUG if verbose > 1 else logging.ERROR)
    raise typer.Exit(0 if Server().serve() else 1)
