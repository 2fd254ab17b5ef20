"""Frameworks that call an async function as well as a plain one (KNOWLEDGE D): by qualified name of what registers it.

Each row: the module or class that holds them, the names, and where it is known from.
tests/propagation/test_async_barriers.py reads the installed libraries and asks whether the names are still there.
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
    Handlers("fastapi.applications.FastAPI", (*_FASTAPI, "middleware", "exception_handler"), "D: V fastapi 0.165"),
    Handlers("fastapi.routing.APIRouter", _FASTAPI, "D: V fastapi 0.165"),
    Handlers("fastapi.param_functions", ("Depends", "Security"), "D: V fastapi 0.165, dependencies"),
    Handlers("fastapi.background.BackgroundTasks", ("add_task",), "D: V starlette 1.10, BackgroundTask"),
    Handlers(
        "starlette.applications.Starlette",
        ("add_route", "add_exception_handler"),
        "D: V starlette 1.10",
    ),
    Handlers("starlette.routing", ("Route", "WebSocketRoute"), "D: V starlette 1.10"),
    Handlers("starlette.routing.Router", ("add_route", "add_websocket_route"), "D: V starlette 1.10"),
    Handlers("starlette.background", ("BackgroundTask",), "D: V starlette 1.10"),
    Handlers("starlette.background.BackgroundTasks", ("add_task",), "D: V starlette 1.10"),
    Handlers(
        "aiohttp.web_routedef.RouteTableDef",
        ("get", "head", "post", "put", "patch", "delete", "options", "route"),
        "D: V aiohttp 3.14",
    ),
    Handlers(
        "aiohttp.web_routedef",
        ("get", "head", "post", "put", "patch", "delete", "options", "route"),
        "D: V aiohttp 3.14",
    ),
    Handlers(
        "aiohttp.web_urldispatcher.UrlDispatcher",
        ("add_route", "add_get", "add_head", "add_post", "add_put", "add_patch", "add_delete", "add_options"),
        "D: V aiohttp 3.14",
    ),
    Handlers("aiohttp.web_middlewares", ("middleware",), "aiohttp/web_middlewares.py: a middleware is awaited"),
    Handlers("discord.ext.commands.core", ("command", "group", "check"), "D: S discord.py, coroutines are required"),
    Handlers("discord.ext.commands.core.GroupMixin", ("command", "group"), "D: S discord.py"),
    Handlers("discord.ext.commands.core.Command", ("error", "before_invoke", "after_invoke"), "D: S discord.py"),
    Handlers(
        "discord.ext.commands.bot.BotBase",
        ("listen", "add_listener", "before_invoke", "after_invoke", "check", "check_once", "add_check"),
        "D: S discord.py",
    ),
    Handlers("discord.ext.commands.cog.Cog", ("listener",), "D: S discord.py"),
    Handlers("discord.ext.commands.hybrid", ("hybrid_command", "hybrid_group"), "D: S discord.py"),
    Handlers("discord.ext.tasks", ("loop",), "D: S discord.py"),
    Handlers("discord.ext.tasks.Loop", ("before_loop", "after_loop", "error"), "D: S discord.py"),
    Handlers("discord.client.Client", ("event",), "D: S discord.py"),
    Handlers("discord.app_commands.commands", ("command", "context_menu", "check"), "D: S discord.py"),
    Handlers("discord.app_commands.commands.Group", ("command", "error"), "D: S discord.py"),
    Handlers("discord.app_commands.tree.CommandTree", ("command", "context_menu", "error"), "D: S discord.py"),
    Handlers("discord.ui.button", ("button",), "D: S discord.py"),
    Handlers("discord.ui.select", ("select",), "D: S discord.py"),
    Handlers(
        "aiogram.dispatcher.event.telegram.TelegramEventObserver",
        ("__call__", "register"),
        "D: S aiogram 3.31",
    ),
    Handlers("aiogram.dispatcher.event.event.EventObserver", ("__call__", "register"), "D: S aiogram 3.31"),
    Handlers("aiogram.dispatcher.middlewares.manager.MiddlewareManager", ("__call__", "register"), "D: S aiogram 3.31"),
    Handlers("textual._on", ("on",), "D: S V textual 8.2, isawaitable on the result"),
    Handlers("textual._work_decorator", ("work",), "D: S textual 8.2, coroutines are the usual form"),
    Handlers(
        "textual.message_pump.MessagePump",
        ("set_timer", "set_interval", "call_after_refresh", "call_later", "call_next"),
        "D: S V textual 8.2, timers and callbacks",
    ),
    Handlers("quart.app.Quart", ("before_serving", "after_serving", "while_serving"), "D: V Quart"),
    Handlers("sanic.mixins.routes.RouteMixin", (*_HTTP[:7], "route", "websocket", "add_route"), "D: S Sanic"),
    Handlers(
        "sanic.mixins.listeners.ListenerMixin", ("listener", "before_server_start", "after_server_stop"), "D: S Sanic"
    ),
    Handlers("sanic.mixins.middleware.MiddlewareMixin", ("middleware", "on_request", "on_response"), "D: S Sanic"),
    Handlers("sanic.mixins.exceptions.ExceptionMixin", ("exception",), "D: S Sanic"),
    Handlers(
        "litestar.handlers.http_handlers.decorators", ("get", "post", "put", "patch", "delete", "head"), "D: V Litestar"
    ),
    Handlers("litestar.handlers.http_handlers.base", ("HTTPRouteHandler", "route"), "D: V Litestar"),
    Handlers("mcp.server.fastmcp.server.FastMCP", ("tool", "resource", "prompt"), "D: S mcp 2.3"),
    Handlers("mcp.server.mcpserver.server.MCPServer", ("tool", "resource", "prompt"), "D: S mcp 2.3"),
    Handlers("blacksheep.server.application.ApplicationEvent", ("__call__",), "S blacksheep 2.6, `fire` awaits each"),
    Handlers("taskiq.abc.broker.AsyncBroker", ("task",), "D: S taskiq"),
    Handlers("procrastinate.blueprints.Blueprint", ("task",), "D: S procrastinate"),
    Handlers("asyncclick.decorators", ("command", "group"), "D: S asyncclick 8.4"),
    Handlers("asyncclick.core.Group", ("command", "group"), "D: S asyncclick 8.4"),
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
    Handlers("_pytest.fixtures", ("fixture", "yield_fixture"), "D: pytest, the plugin decides"),
    Handlers("_pytest.mark.structures", ("MarkDecorator", "_ParametrizeMarkDecorator"), "D: pytest"),
    Handlers("pytest_asyncio.plugin", ("fixture",), "D: pytest-asyncio"),
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
    Handlers("builtins", ("staticmethod", "classmethod"), "C.2: fine"),
    Handlers("contextlib", ("contextmanager", "asynccontextmanager"), "C.2: turns, see the edits"),
    Handlers("functools", ("wraps", "update_wrapper"), "C.2: fine, what it copies from is not called"),
)
