"""The command line: commands, options and all printing.

Face: ``main`` and ``app``. Only this room prints, reads standard input and ends the process. It must not know how
an answer is found: it asks ``pipeline`` and puts what comes back into words.
"""

from autoawait.cli.app import app, main

__all__ = ["app", "main"]
