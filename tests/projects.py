"""Small projects for tests that ask the whole tool."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

SHOP = {
    "pyproject.toml": "",
    "shop/__init__.py": "",
    "shop/store.py": """\
        import asyncio


        class Order:
            total: int = 3


        async def fetch(number: int) -> Order:
            await asyncio.sleep(0)
            return Order()


        async def stream():
            yield 1
        """,
    "shop/rules.py": """\
        from shop.store import fetch


        def price(number: int) -> int:
            return fetch(number).total * 2


        def cart(numbers: list[int]) -> int:
            return sum([price(n) for n in numbers])
        """,
    "shop/main.py": """\
        import asyncio

        from shop.rules import cart, price
        from shop.store import fetch, stream


        async def report(number: int, repo, flag) -> str:
            order = fetch(number)
            tasks = [asyncio.create_task(fetch(n)) for n in range(3)]
            await asyncio.gather(*tasks, fetch(3))
            for item in stream():
                print(item, order.total)
            fetch(4)  # autoawait: ignore
            repo.save(order)
            wide = "日本", len("é"), fetch(5).total
            print(
                flag,
            )
            return f"{price(number)}" + wide[0]


        if __name__ == "__main__":
            print(cart([1]))
            asyncio.run(report(1, None, None))
        """,
}
# The same with a caller that can never be async.
REFUSED = {
    **SHOP,
    "shop/cart.py": """\
        from shop.rules import price


        class Cart:
            def __init__(self, numbers: list[int]) -> None:
                self.numbers = numbers

            def total(self) -> int:
                return sum([price(n) for n in self.numbers])

            def __len__(self) -> int:
                return self.total()
        """,
}


def write_project(folder: Path, files: Mapping[str, str]) -> Path:
    """Put files, by their paths, into a directory; indentation that they have in common is left out."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    return folder


SMALL = {
    "pyproject.toml": "",
    "shop.py": """\
        async def fetch(number: int) -> int:
            return number


        async def report(repository) -> None:
            print(fetch(1) + 1)
            await repository.save()
            await repository.save()
            repository.save()
        """,
}
# For a newcomer: what is certain, what becomes async, and what is only likely.
START = {
    "pyproject.toml": "",
    "shop/__init__.py": "",
    "shop/store.py": """\
        class Order:
            total: int = 3


        async def fetch(number: int) -> Order:
            return Order()


        async def remind(order: Order) -> None: ...
        """,
    "shop/orders.py": """\
        from shop.store import fetch, remind


        def price(number: int) -> int:
            return fetch(number).total * 2


        async def report(number: int, audit) -> str:
            order = fetch(number)
            remind(order)
            await audit.note("report")
            await audit.note(order.total)
            audit.note("done")
            return f"{order.total}: {price(number)}"
        """,
}
# Calls that stay as they are, each for another reason.
QUIET = {
    "pyproject.toml": "",
    "jobs.py": """\
        import asyncio


        async def send(number: int) -> int:
            return number


        async def work(client) -> None:
            pending = send(1)
            await asyncio.gather(pending, send(2))
            client.flush()
            send(3)  # autoawait: ignore
            send(4)


        def total() -> int:
            return send(5) + 1
        """,
}
