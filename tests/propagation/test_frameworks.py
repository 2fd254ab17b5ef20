"""Small programs of real frameworks: they misbehave, the tool repairs them, and then they work.

What stands in ``«»`` is what they lack; see ``states.py``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from types import ModuleType
from typing import Any

import discord
import pytest
from aiogram import Bot, Dispatcher
from aiogram.types import Chat, Message, Update
from aiohttp.test_utils import TestClient as HttpClient
from aiohttp.test_utils import TestServer as HttpServer
from discord.ext import commands
from starlette.testclient import TestClient
from textual.widgets import Label

from tests.propagation.states import Project, counted, imported, never_awaited, own_tests, project

pytestmark = pytest.mark.filterwarnings(
    "ignore:coroutine .* was never awaited:RuntimeWarning",  # the first state does it
    "ignore:Bare functions are deprecated:DeprecationWarning",  # aiohttp, of plain handlers, which still work
)

Answer = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a program answers in its two states."""

    before: Any
    after: Any


def tried(project: Project, module: str, use: Callable[[ModuleType], Any]) -> Trial:
    """Use a module of a project, repair it, and use it again; the second time nothing stays un-awaited."""
    with imported(project, module) as loaded:
        before = use(loaded)
    project.fix()
    with never_awaited() as said, imported(project, module) as loaded:
        after = use(loaded)
    assert said == []
    return Trial(before, after)


def asking(*paths: str) -> Callable[[ModuleType], list[Answer]]:
    """GET some paths of the ASGI application ``app`` of a module."""

    def ask(module: ModuleType) -> list[Answer]:
        client = TestClient(module.app, raise_server_exceptions=False)
        answers = (client.get(path) for path in paths)
        return [(answer.status_code, answer.text) for answer in answers]

    return ask


FASTAPI = {
    "shop/__init__.py": "",
    "shop/store.py": """\
        from dataclasses import dataclass

        PRICES = {"tea": 4, "pot": 31}


        @dataclass
        class Order:
            number: int
            items: list[str]


        class Store:
            async def order(self, number: int) -> Order | None:
                return Order(number, ["tea", "pot"]) if number < 10 else None

            async def price(self, item: str) -> int:
                return PRICES[item]
        """,
    "shop/service.py": """\
        from shop.store import Order, Store


        class Service:
            def __init__(self, store: Store) -> None:
                self.store = store

            «async »def find(self, number: int) -> Order:
                order = «await »self.store.order(number)
                if order is None:
                    raise LookupError(number)
                return order

            «async »def total(self, order: Order) -> int:
                total = 0
                for item in order.items:
                    total += «await »self.store.price(item)
                return total
        """,
    "shop/app.py": """\
        from typing import Annotated

        from fastapi import Depends, FastAPI, Request
        from fastapi.responses import JSONResponse

        from shop.service import Service
        from shop.store import Order, Store

        app = FastAPI()
        service = Service(Store())


        «async »def wanted(number: int) -> Order:
            return «await »service.find(number)


        @app.exception_handler(LookupError)
        def not_found(request: Request, error: Exception) -> JSONResponse:
            return JSONResponse({"unknown": str(error)}, 404)


        @app.get("/orders/{number}")
        «async »def order(order: Annotated[Order, Depends(wanted)]) -> dict[str, int]:
            return {"number": order.number, "total": «await »service.total(order)}


        @app.get("/cheap/{number}")
        async def is_cheap(number: int) -> bool:
            order = «await »service.find(number)
            return «await »service.total(order) < 10
        """,
}


def test_a_fastapi_application_answers(tmp_path: Path) -> None:
    app = project(tmp_path / "app", FASTAPI)
    trial = tried(app, "shop.app", asking("/orders/7", "/orders/77", "/cheap/7"))
    assert [status for status, _ in trial.before] == [500, 500, 500]
    assert trial.after == [(200, '{"number":7,"total":35}'), (404, '{"unknown":"77"}'), (200, "false")]


STARLETTE = {
    "greetings.py": """\
        NAMES = {"ann": "Ann Lee"}


        async def full_name(login: str) -> str:
            return NAMES.get(login, "stranger")
        """,
    "app.py": """\
        from starlette.applications import Starlette
        from starlette.requests import Request
        from starlette.responses import PlainTextResponse, Response
        from starlette.routing import Route

        from greetings import full_name


        «async »def greeting(login: str) -> str:
            return f"Hello, {«await »full_name(login)}"


        «async »def greet(request: Request) -> Response:
            return PlainTextResponse(«await »greeting(request.path_params["login"]))


        «async »def shout(request: Request) -> Response:
            text = «await »greeting(request.path_params["login"])
            return PlainTextResponse(text.upper())


        app = Starlette(routes=[Route("/greet/{login}", greet), Route("/shout/{login}", shout)])
        """,
}


def test_a_starlette_application_answers(tmp_path: Path) -> None:
    trial = tried(project(tmp_path / "app", STARLETTE), "app", asking("/greet/ann", "/shout/bob"))
    (status, text), loud = trial.before
    assert (status, text.startswith("Hello, <coroutine object")) == (200, True)
    assert loud[1].startswith("HELLO, <COROUTINE OBJECT")
    assert trial.after == [(200, "Hello, Ann Lee"), (200, "HELLO, STRANGER")]


AIOHTTP = {
    "counter.py": """\
        class Counter:
            def __init__(self) -> None:
                self.visits: dict[str, int] = {}

            async def count(self, page: str) -> int:
                self.visits[page] = self.visits.get(page, 0) + 1
                return self.visits[page]

            async def is_popular(self, page: str) -> bool:
                return self.visits.get(page, 0) > 2
        """,
    "app.py": """\
        from aiohttp import web

        from counter import Counter

        routes = web.RouteTableDef()
        counter = Counter()


        «async »def line(page: str) -> str:
            visits = «await »counter.count(page)
            return f"{visits} visits" + (", popular" if «await »counter.is_popular(page) else "")


        @routes.get("/{page}")
        «async »def show(request: web.Request) -> web.Response:
            return web.Response(text=«await »line(request.match_info["page"]))


        def create_app() -> web.Application:
            app = web.Application()
            app.add_routes(routes)
            return app
        """,
}


def test_an_aiohttp_server_answers(tmp_path: Path) -> None:
    async def ask(module: ModuleType) -> list[str]:
        async with HttpClient(HttpServer(module.create_app())) as client:
            return [await (await client.get("/news")).text() for _ in range(3)]

    trial = tried(project(tmp_path / "app", AIOHTTP), "app", lambda module: asyncio.run(ask(module)))
    assert all(text.startswith("<coroutine object") and text.endswith("visits, popular") for text in trial.before)
    assert trial.after == ["1 visits", "2 visits", "3 visits, popular"]


DISCORD = {
    "scores.py": """\
        class Scores:
            async def all(self) -> dict[str, int]:
                return {"Ann": 12, "Bob": 30}
        """,
    "cog.py": """\
        from discord.ext import commands

        from scores import Scores


        class Games(commands.Cog):
            def __init__(self, bot: commands.Bot) -> None:
                self.bot = bot
                self.scores = Scores()

            «async »def best(self) -> str:
                scores = «await »self.scores.all()
                return max(scores, key=scores.__getitem__)

            «async »def praise(self) -> str:
                return f"{«await »self.best()} leads"

            @commands.command()
            async def top(self, ctx: commands.Context[commands.Bot]) -> None:
                await ctx.send(«await »self.praise())


        async def setup(bot: commands.Bot) -> None:
            «await »bot.add_cog(Games(bot))
        """,
}


@dataclass
class Channel:
    """What a command needs of its context."""

    sent: list[str] = field(default_factory=list)

    async def send(self, text: str) -> None:
        self.sent.append(text)


def test_a_discord_cog_is_loaded_and_answers(tmp_path: Path) -> None:
    async def play(module: ModuleType) -> list[str]:
        bot = commands.Bot(command_prefix="!", intents=discord.Intents.none())
        await module.setup(bot)
        if (command := bot.get_command("top")) is None:
            return ["no such command"]
        channel = Channel()
        await command.callback(bot.get_cog("Games"), channel)  # type: ignore[arg-type]
        return channel.sent

    trial = tried(project(tmp_path / "bot", DISCORD), "cog", lambda module: asyncio.run(play(module)))
    assert trial == Trial(["no such command"], ["Bob leads"])


AIOGRAM = {
    "shelf.py": """\
        class Shelf:
            async def titles(self, author: str) -> list[str]:
                return ["Emma", "Sanditon"] if author == "Austen" else []
        """,
    "handlers.py": """\
        from aiogram import F, Router
        from aiogram.filters import Command
        from aiogram.methods import SendMessage
        from aiogram.types import Message

        from shelf import Shelf

        router = Router()


        «async »def listing(shelf: Shelf, author: str) -> str:
            titles = «await »shelf.titles(author)
            return ", ".join(titles) or "nothing"


        @router.message(Command("books"))
        async def books(message: Message, shelf: Shelf) -> SendMessage:
            return message.answer(«await »listing(shelf, "Austen"))


        @router.message(F.text)
        «async »def other(message: Message, shelf: Shelf) -> SendMessage:
            return message.answer(«await »listing(shelf, message.text or ""))
        """,
}


def test_an_aiogram_router_answers(tmp_path: Path) -> None:
    async def reply(dispatcher: Dispatcher, text: str) -> str:
        message = Message(message_id=1, date=datetime.now(timezone.utc), chat=Chat(id=1, type="private"), text=text)
        try:
            return str((await dispatcher.feed_update(Bot("42:TOKEN"), Update(update_id=1, message=message))).text)
        except TypeError as error:
            return str(error)

    async def talk(module: ModuleType) -> list[str]:
        dispatcher = Dispatcher(shelf=module.Shelf())
        dispatcher.include_router(module.router)
        return [await reply(dispatcher, text) for text in ("/books", "Lem")]

    trial = tried(project(tmp_path / "bot", AIOGRAM), "handlers", lambda module: asyncio.run(talk(module)))
    assert trial == Trial(["can only join an iterable"] * 2, ["Emma, Sanditon", "nothing"])


TEXTUAL = {
    "tasks.py": """\
        class Tasks:
            def __init__(self) -> None:
                self.names: list[str] = []

            async def add(self, name: str) -> None:
                self.names.append(name)

            async def count(self) -> int:
                return len(self.names)
        """,
    "app.py": """\
        from textual.app import App, ComposeResult
        from textual.widgets import Label

        from tasks import Tasks


        class TaskApp(App[None]):
            BINDINGS = [("a", "add", "Add a task")]

            def __init__(self) -> None:
                super().__init__()
                self.tasks = Tasks()

            def compose(self) -> ComposeResult:
                yield Label(id="left")

            «async »def on_mount(self) -> None:
                «await »self.show()

            «async »def show(self) -> None:
                self.query_one("#left", Label).update(f"{«await »self.tasks.count()} left")

            «async »def action_add(self) -> None:
                «await »self.tasks.add("another")
                «await »self.show()
        """,
}


def test_a_textual_application_shows_its_data(tmp_path: Path) -> None:
    async def press(module: ModuleType) -> list[str]:
        app = module.TaskApp()
        async with app.run_test() as pilot:
            label = app.query_one("#left", Label)
            shown = [str(label.content)]
            for _ in range(2):
                await pilot.press("a")
                shown.append(str(label.content))
        return shown

    trial = tried(project(tmp_path / "app", TEXTUAL), "app", lambda module: asyncio.run(press(module)))
    assert all(text.startswith("<coroutine object") for text in trial.before)
    assert trial.after == ["0 left", "1 left", "2 left"]


WALLET = {
    "wallet.py": """\
        class Ledger:
            def __init__(self) -> None:
                self.entries: list[int] = []

            async def book(self, amount: int) -> None:
                self.entries.append(amount)

            async def balance(self) -> int:
                return sum(self.entries)


        class Wallet:
            def __init__(self, ledger: Ledger) -> None:
                self.ledger = ledger

            «async »def pay(self, amount: int) -> int:
                if «await »self.ledger.balance() < amount:
                    raise ValueError("too little")
                «await »self.ledger.book(-amount)
                return «await »self.ledger.balance()
        """,
}


def marked_tests(plugin: str) -> str:
    """Tests of the wallet, one of them marked for a plugin."""
    return f"""\
            import pytest

            from wallet import Ledger, Wallet


            @pytest.mark.{plugin}
            async def test_booking() -> None:
                ledger = Ledger()
                «await »ledger.book(10)
                assert «await »ledger.balance() == 10


            «@pytest.mark.{plugin}
            async »def test_too_little() -> None:
                with pytest.raises(ValueError, match="too little"):
                    «await »Wallet(Ledger()).pay(11)
            """


# What each plugin needs beside the wallet: its settings, and the tests.
PLUGINS = {
    "pytest-asyncio, auto": {
        "pyproject.toml": """\
            [project]
            name = "wallet"
            requires-python = ">=3.10"

            [project.optional-dependencies]
            test = ["pytest-asyncio"]

            [tool.pytest.ini_options]
            asyncio_mode = "auto"
            """,
        "test_wallet.py": """\
            import pytest

            from wallet import Ledger, Wallet


            @pytest.fixture
            «async »def wallet() -> Wallet:
                ledger = Ledger()
                «await »ledger.book(10)
                return Wallet(ledger)


            «async »def test_paying(wallet: Wallet) -> None:
                assert «await »wallet.pay(4) == 6


            def test_the_fixture_is_run_for_plain_tests_too(wallet: Wallet) -> None:
                assert wallet.ledger.entries == [10]


            class TestPoverty:
                «async »def test_too_little(self, wallet: Wallet) -> None:
                    with pytest.raises(ValueError, match="too little"):
                        «await »wallet.pay(11)
            """,
    },
    "pytest-asyncio, strict": {
        "pyproject.toml": """\
            [project]
            name = "wallet"
            requires-python = ">=3.10"

            [project.optional-dependencies]
            test = ["pytest-asyncio"]
            """,
        "test_wallet.py": marked_tests("asyncio"),
        "test_filled.py": """\
            import pytest
            «import pytest_asyncio
            »
            from wallet import Ledger, Wallet


            @pytest«_asyncio».fixture
            «async »def wallet() -> Wallet:
                ledger = Ledger()
                «await »ledger.book(10)
                return Wallet(ledger)


            def test_the_fixture_is_run_for_plain_tests(wallet: Wallet) -> None:
                assert wallet.ledger.entries == [10]
            """,
    },
    "anyio": {
        "pyproject.toml": """\
            [project]
            name = "wallet"
            requires-python = ">=3.10"
            dependencies = ["anyio"]
            """,
        "test_wallet.py": marked_tests("anyio"),
    },
}
# anyio runs each test on both asyncio and trio.
PASSING = {"pytest-asyncio, auto": 3, "pytest-asyncio, strict": 3, "anyio": 4}


@pytest.mark.parametrize("plugin", PLUGINS)
def test_tests_become_async_for_their_plugin(plugin: str, tmp_path: Path) -> None:
    wallet = project(tmp_path / "wallet", {**WALLET, **PLUGINS[plugin]})
    assert "passed" not in counted(own_tests(wallet.root).stdout)
    wallet.fix()
    after = own_tests(wallet.root)
    assert counted(after.stdout) == {"passed": PASSING[plugin]}
    assert "never awaited" not in after.stdout + after.stderr
