"""Files as the Language Server Protocol names them."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit


@cache
def uri_of(path: Path) -> str:
    """The URI of a file."""
    return path.absolute().as_uri()


@cache
def path_of(uri: str) -> Path | None:
    """The file of a URI; None where it is no file on disk."""
    parts = urlsplit(uri)
    if parts.scheme != "file":
        return None
    name = os.fsdecode(unquote_to_bytes(parts.path))
    return Path(name.lstrip("/") if re.match(r"/[A-Za-z]:", name) else name)
