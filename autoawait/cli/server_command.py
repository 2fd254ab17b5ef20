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
            help="Log to standard error what the server does; -vv logs every message, too.",
        ),
    ] = 0,
) -> None:
    """Start the language server for editors.

    It speaks the Language Server Protocol on standard input and output. Editors start it by themselves;
    docs/editors.md has the configuration for each.
    """
    # The one import inside a function: what it loads takes longer than a whole small `autoawait check`.
    from autoawait.server.language_server import Server  # noqa: PLC0415

    level = (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)]
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("pygls").setLevel(logging.DEBUG if verbose > 1 else logging.ERROR)
    raise typer.Exit(0 if Server().serve() else 1)
