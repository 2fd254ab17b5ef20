"""Frameworks that call async functions as well as sync ones, by the qualified name of what registers them.

Each row: the module or class that holds them, the names, and where it is known from.
tests/propagation/test_conversion_barriers.py reads the installed libraries and asks whether the names are still there.
"""

from __future__ import annotations

from dataclasses import dataclass

_HTTP = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True, slots=True)
class Handlers:
    """Decorators and registering calls that stand together."""

    holder: str
    names: tuple[str, ...]
    source: str


_FASTAPI = (*_HTTP, "websocket", "websocket_route", "api_route", "on_event", "add_api_route", "add_api_websocket_route")

TAKES_ASYNC = (
    Handlers("fastapi.applications.FastAPI", (*_FASTAPI, "middleware", "exception_handler"), "fastapi 0.165"),
    Handlers("fastapi.routing.APIRouter", _FASTAPI, "fastapi 0.165"),
    Handlers("fastapi.param_functions", ("Depends", "Security"), "fastapi 0.165, dependencies"),
    Handlers("fastapi.background.BackgroundTasks", ("add_task",), "starlette 1.10, BackgroundTask"),
    Handlers(
        "starlette.applications.Starlette",
        ("add_route", "add_exception_handler"),
        "starlette 1.10",
    ),
    Handlers("starlette.routing", ("Route", "WebSocketRoute"), "starlette 1.10"),
    Handlers("starlette.routing.Router", ("add_route", "add_websocket_route"), "starlette 1.10"),
    Handlers("starlette.background", ("BackgroundTask",), "starlette 1.10"),
    Handlers("starlette.background.BackgroundTasks", ("add_task",), "starlette 1.10"),
    Handlers(
        "aiohttp.web_routedef.RouteTableDef",
        ("get", "head", "post", "put", "patch", "delete", "options", "route"),
        "aiohttp 3.14",
    ),
    Handlers(
        "aiohttp.web_routedef",
        ("get", "head", "post", "put", "patch", "delete", "options", "route"),
        "aiohttp 3.14",
    ),
    Handlers(
        "aiohttp.web_urldispatcher.UrlDispatcher",
        ("add_route", "add_get", "add_head", "add_post", "add_put", "add_patch", "add_delete", "add_options"),
        "aiohttp 3.14",
    ),
    Handlers("aiohttp.web_middlewares", ("middleware",), "aiohttp/web_middlewares.py: a middleware is awaited"),
    Handlers("discord.ext.commands.core", ("command", "group", "check"), "discord.py, coroutines are required"),
    Handlers("discord.ext.commands.core.GroupMixin", ("command", "group"), "discord.py"),
    Handlers("discord.ext.commands.core.Command", ("error", "before_invoke", "after_invoke"), "discord.py"),
    Handlers(
        "discord.ext.commands.bot.BotBase",
        ("listen", "add_listener", "before_invoke", "after_invoke", "check", "check_once", "add_check"),
        "discord.py",
    ),
    Handlers("discord.ext.commands.cog.Cog", ("listener",), "discord.py"),
    Handlers("discord.ext.commands.hybrid", ("hybrid_command", "hybrid_group"), "discord.py"),
    Handlers("discord.ext.tasks", ("loop",), "discord.py"),
    Handlers("discord.ext.tasks.Loop", ("before_loop", "after_loop", "error"), "discord.py"),
    Handlers("discord.client.Client", ("event",), "discord.py"),
    Handlers("discord.app_commands.commands", ("command", "context_menu", "check"), "discord.py"),
    Handlers("discord.app_commands.commands.Group", ("command", "error"), "discord.py"),
    Handlers("discord.app_commands.tree.CommandTree", ("command", "context_menu", "error"), "discord.py"),
    Handlers("discord.ui.button", ("button",), "discord.py"),
    Handlers("discord.ui.select", ("select",), "discord.py"),
    Handlers(
        "aiogram.dispatcher.event.telegram.TelegramEventObserver",
        ("__call__", "register"),
        "aiogram 3.31",
    ),
    Handlers("aiogram.dispatcher.event.event.EventObserver", ("__call__", "register"), "aiogram 3.31"),
    Handlers("aiogram.dispatcher.middlewares.manager.MiddlewareManager", ("__call__", "register"), "aiogram 3.31"),
    Handlers("textual._on", ("on",), "textual 8.2, isawaitable on the result"),
    Handlers("textual._work_decorator", ("work",), "textual 8.2, coroutines are the usual form"),
    Handlers(
        "textual.message_pump.MessagePump",
        ("set_timer", "set_interval", "call_after_refresh", "call_later", "call_next"),
        "textual 8.2, timers and callbacks",
    ),
    Handlers("quart.app.Quart", ("before_serving", "after_serving", "while_serving"), "Quart"),
    Handlers("sanic.mixins.routes.RouteMixin", (*_HTTP[:7], "route", "websocket", "add_route"), "Sanic"),
    Handlers("sanic.mixins.listeners.ListenerMixin", ("listener", "before_server_start", "after_server_stop"), "Sanic"),
    Handlers("sanic.mixins.middleware.MiddlewareMixin", ("middleware", "on_request", "on_response"), "Sanic"),
    Handlers("sanic.mixins.exceptions.ExceptionMixin", ("exception",), "Sanic"),
    Handlers(
        "litestar.handlers.http_handlers.decorators", ("get", "post", "put", "patch", "delete", "head"), "Litestar"
    ),
    Handlers("litestar.handlers.http_handlers.base", ("HTTPRouteHandler", "route"), "Litestar"),
    Handlers("mcp.server.fastmcp.server.FastMCP", ("tool", "resource", "prompt"), "mcp 2.3"),
    Handlers("mcp.server.mcpserver.server.MCPServer", ("tool", "resource", "prompt"), "mcp 2.3"),
    Handlers("blacksheep.server.application.ApplicationEvent", ("__call__",), "blacksheep 2.6, `fire` awaits each"),
    Handlers("taskiq.abc.broker.AsyncBroker", ("task",), "taskiq"),
    Handlers("procrastinate.blueprints.Blueprint", ("task",), "procrastinate"),
    Handlers("asyncclick.decorators", ("command", "group"), "asyncclick 8.4"),
    Handlers("asyncclick.core.Group", ("command", "group"), "asyncclick 8.4"),
)

# What a release of its library has no longer, but an older one that projects still use had.
FORMER = (
    Handlers(
        "starlette.applications.Starlette",
        ("route", "websocket_route", "exception_handler", "middleware", "on_event", "add_event_handler"),
        "starlette 1.0 removed the decorators",
    ),
    Handlers("starlette.routing.Router", ("route", "websocket_route", "on_event"), "starlette 1.0 removed them"),
)

# Decorators that mark or wrap without calling: what is async below them stays so, or other rules decide (tests).
MARKS = (
    Handlers("_pytest.fixtures", ("fixture", "yield_fixture"), "pytest, the plugin decides"),
    Handlers("_pytest.mark.structures", ("MarkDecorator", "_ParametrizeMarkDecorator"), "pytest"),
    Handlers("pytest_asyncio.plugin", ("fixture",), "pytest-asyncio"),
    Handlers(
        "unittest.case", ("skip", "skipIf", "skipUnless", "expectedFailure"), "unittest/case.py: async test cases"
    ),
    Handlers(
        "unittest.mock",
        ("patch", "_patch", "_patch_object", "_patch_multiple"),
        "unittest/mock.py: decorate_async_callable",
    ),
    Handlers("warnings", ("deprecated",), "PEP 702: keeps coroutine functions"),
    Handlers(
        "typing_extensions", ("deprecated", "final", "overload", "override", "runtime_checkable"), "typing_extensions"
    ),
    Handlers(
        "typing",
        ("final", "no_type_check", "overload", "override", "runtime_checkable"),
        "typing: gives back what it is given",
    ),
    Handlers("abc", ("abstractmethod",), "abc: gives back what it is given"),
    Handlers(
        "builtins", ("staticmethod", "classmethod"), "Python docs, Built-in Functions: the function is kept as it is"
    ),
    Handlers(
        "contextlib",
        ("contextmanager", "asynccontextmanager"),
        "Python docs, contextlib: asynccontextmanager takes its place",
    ),
    Handlers("functools", ("wraps", "update_wrapper"), "Python docs, functools: what is copied from is not called"),
)
