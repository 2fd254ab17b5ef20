"""``python -m tests.run_scripts``: execute the files named on stdin as main programs, in turn, in one interpreter.

Prints one JSON object: path → what went to stderr, a traceback included where the script did not end well.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import runpy
import sys
import traceback


def main() -> None:
    sys.stdout.write(json.dumps({path: _stderr_of(path) for path in sys.stdin.read().splitlines()}))


def _stderr_of(path: str) -> str:
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
        try:
            runpy.run_path(path, run_name="__main__")
        except SystemExit as leaving:
            if leaving.code:
                said.write(f"Traceback: ended with {leaving.code}")
        except Exception:  # noqa: BLE001 - whatever a script raises is its result
            traceback.print_exc()
        gc.collect()  # coroutines nobody awaited are told of now, not during the next script
        gc.freeze()  # imported packages need not be searched again
    return said.getvalue()


if __name__ == "__main__":
    main()
