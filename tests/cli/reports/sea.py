"""A project in which bytes, characters and UTF-16 units differ, for reports to be tried on end to end."""

from __future__ import annotations

from pathlib import Path

# Every finding has wide characters before it on its line; one goes over two lines; one leads to the other file.
FILES = {
    "pyproject.toml": "",
    "sea/__init__.py": "",
    "sea/store.py": """\
class Fish:
    size: int = 1


async def fetch(name: str) -> Fish:
    return Fish()


async def log(text: str) -> None: ...
""",
    "sea/größe.py": """\
from sea.store import fetch, log


async def report(name: str) -> str:
    log("日本🎉"); "🎉é"; size = fetch(name).size
    return "🐟🐟" + str(fetch(
        name + "🐟").size) + str(size)


def weight(name: str) -> int:
    return len("🎉") * fetch(name).size


class Net:
    def __len__(self) -> int:
        "日本"; fetch("").size
        return 3
""",
    "sea/app.py": """\
import asyncio

from sea.größe import weight


async def main() -> None:
    print("é", weight("cod"))


if __name__ == "__main__":
    asyncio.run(main())
""",
}


def sea(folder: Path) -> Path:
    """The project, in a directory that is the top of a repository."""
    (folder / ".git").mkdir()
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return folder
