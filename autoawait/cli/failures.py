"""How a command ends that fails: one line that says why, and an exit code."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

from autoawait.cli.output import print_error
from autoawait.cli.reports.summary import Exit
from autoawait.detection.runtime_log.log import LogError
from autoawait.pipeline.queries.location_lookup import QueryError
from autoawait.project.discovery import DiscoveryError
from autoawait.project.settings import SettingsError
from autoawait.types.engine import EngineError


@contextmanager
def reported_failures(*, verbose: bool, afterwards: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Report what goes wrong in the block, call ``afterwards``, and exit with the code for it."""
    try:
        yield
    except (BrokenPipeError, typer.Exit):  # the reader of our output is gone (`| head`): Typer ends quietly
        raise
    except (
        QueryError,
        DiscoveryError,
        EngineError,
        LogError,
        SettingsError,
        OSError,
    ) as error:  # OSError: such as a full disk
        print_error(str(error))
        code = Exit.FAILED
    except KeyboardInterrupt:
        print_error("interrupted; nothing was written")
        code = Exit.INTERRUPTED
    except Exception as error:  # noqa: BLE001  a bug of ours; the one place where the user is told so
        print_error(f"this is a bug in autoawait; please report it: {type(error).__name__}: {error}")
        typer.echo(traceback.format_exc() if verbose else "--verbose prints the traceback.", err=True)
        code = Exit.FAILED
    else:
        return
    afterwards()
    raise typer.Exit(code)
