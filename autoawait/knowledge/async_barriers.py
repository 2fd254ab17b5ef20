"""Decorators and calls that need a sync function, by qualified name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SyncOnlyRow:
    """``names`` are qualified names, globs among them; ``why`` what is below or given cannot be async;
    ``is_command``: the command line calls it, where no loop runs."""

    names: tuple[str, ...]
    why: str
    advice: str
    source: str
    is_command: bool = False


_ONCE = "the second caller would be given a coroutine that was already awaited"
_COMMAND = "the command line calls it without awaiting and exits"

# Decorators. The first row that fits decides.
DECORATIONS = (
    SyncOnlyRow(
        ("builtins.property", "builtins.property.getter", "functools.cached_property", "enum.property"),
        "it is a property, and every read of it would have to be awaited",
        "make it an async method and await its calls",
        "Python docs, Descriptor Guide: properties",
    ),
    SyncOnlyRow(
        ("builtins.property.setter", "builtins.property.deleter"),
        "an assignment cannot be awaited",
        "write an async method that sets it",
        "Python docs, Data model: what `__set__` and `__delete__` return is ignored",
    ),
    SyncOnlyRow(
        ("functools.lru_cache", "functools.cache"),
        f"its result is cached, and {_ONCE}",
        "cache the awaited value, for example in a dict",
        "Python docs, functools; RuntimeError: cannot reuse already awaited coroutine",
    ),
    SyncOnlyRow(
        (
            "functools.singledispatch",
            "functools.singledispatchmethod",
            "functools._SingleDispatchCallable.register",
            "functools.singledispatchmethod.register",
        ),
        "all functions of the dispatch would have to be async",
        "make all of them async by hand",
        "Python docs, functools: singledispatch",
    ),
    SyncOnlyRow(
        (
            "pydantic.functional_validators.*",
            "pydantic.functional_serializers.*",
            "pydantic.fields.computed_field",
            "pydantic.deprecated.class_validators.*",
            "pydantic.class_validators.*",
        ),
        "pydantic would keep the coroutine as the value",
        "validate what can be awaited outside the model",
        "pydantic 2.13: the value of a validator is the field's value",
    ),
    SyncOnlyRow(
        ("click.*", "typer.*", "flask.cli.*", "rich_click.*"),
        _COMMAND,
        "keep the command sync and call `asyncio.run(...)` in it, as `--bridge` does",
        "click 8.5, click/core.py: Context.invoke; typer 0.29 calls that",
        is_command=True,
    ),
    SyncOnlyRow(
        ("celery.*",),
        "Celery takes the coroutine for its result and never runs it",
        "keep the task sync and call `asyncio.run(...)` in it",
        "celery 5.7, celery/app/trace.py: trace_task",
    ),
    SyncOnlyRow(
        ("huey.*",),
        "huey does not support async functions",
        "keep the task sync",
        "huey 3.5.4, huey/api.py: TaskWrapper.create_task",
    ),
    SyncOnlyRow(
        ("dramatiq.*",),
        "dramatiq runs it only with its AsyncIO middleware",
        "add `dramatiq.middleware.asyncio.AsyncIO` and make it async by hand",
        "dramatiq 2.2, dramatiq/asyncio.py: RuntimeError without the middleware",
    ),
    SyncOnlyRow(
        ("sqlalchemy.event.*", "sqlalchemy.orm.mapper.validates", "sqlalchemy.ext.hybrid.*", "sqlalchemy.orm.events.*"),
        "SQLAlchemy does not await it",
        "do the awaiting outside the listener",
        "SQLAlchemy 2.1 docs, Asynchronous I/O: using events with the asyncio extension",
    ),
    SyncOnlyRow(
        ("flask.*",),
        "Flask awaits it only if it is installed with its `async` extra",
        "install `flask[async]` and make it async by hand",
        "Flask docs, Using async and await; flask/app.py: ensure_sync",
    ),
    SyncOnlyRow(
        ("django.template.*", "jinja2.*"),
        "a template shows the coroutine instead of its value",
        "await before the template is rendered",
        "Django and Jinja render the value that a tag, filter or function returns",
    ),
    SyncOnlyRow(
        ("rest_framework.*",), "Django REST framework does not await it", "", "issue encode/django-rest-framework#8655"
    ),
    SyncOnlyRow(
        ("atexit.register",),
        "atexit calls it when no loop runs any more",
        "await it before the loop ends",
        "Python docs, atexit",
    ),
    SyncOnlyRow(("pluggy.*",), "pluggy calls it without awaiting", "", "pluggy/_callers.py"),
)

# Calls that take a function and call it without awaiting.
CALLBACKS = (
    SyncOnlyRow(
        (
            "builtins.map",
            "builtins.filter",
            "builtins.sorted",
            "builtins.min",
            "builtins.max",
            "builtins.list.sort",
            "functools.reduce",
            "re.sub",
            "re.subn",
            "re.Pattern.sub",
            "json.dump",
            "json.dumps",
            "json.load",
            "json.loads",
        ),
        "takes the coroutine for its value",
        "call it in a loop and await it there",
        "Python docs, Built-in Functions, re and json: the result of the call is the value",
    ),
    SyncOnlyRow(
        (
            "threading.Thread",
            "threading.Timer",
            "multiprocessing.*",
            "concurrent.futures.*",
            "asyncio.threads.to_thread",
            "asyncio.events.AbstractEventLoop.run_in_executor",
            "asyncio.base_events.BaseEventLoop.run_in_executor",
        ),
        "calls it in a thread or process, where nothing awaits it",
        "start it as a task, or let the thread call `asyncio.run(...)`",
        "Python docs, threading, concurrent.futures, asyncio-eventloop: the result is not awaited",
    ),
    SyncOnlyRow(
        (
            "asyncio.events.AbstractEventLoop.call_*",
            "asyncio.base_events.BaseEventLoop.call_*",
            "*.add_done_callback",
            "asyncio.events.AbstractEventLoop.add_reader",
            "asyncio.events.AbstractEventLoop.add_signal_handler",
            "asyncio.events.AbstractEventLoop.add_writer",
        ),
        "calls it in the loop without awaiting",
        "let a sync callback start it with `asyncio.create_task(...)`",
        "Python docs, asyncio-eventloop: callbacks are sync functions",
    ),
    SyncOnlyRow(
        ("signal.signal", "atexit.register", "weakref.finalize", "sqlalchemy.event.*", "argparse.*", "tkinter.*"),
        "calls it without awaiting",
        "",
        "Python docs, signal, atexit, weakref, argparse, tkinter: the result is ignored or is the value",
    ),
)

# Calls that only look at a function, which is the same to them if it is async (docs.python.org, each module's page).
# What asks whether it is async acts on the answer.
LOOKING = (
    "inspect.is*",
    "inspect.get*",
    "inspect.signature",
    "inspect.Signature.*",
    "asyncio.coroutines.iscoroutinefunction",
    "builtins.callable",
    "builtins.hash",
    "builtins.id",
    "builtins.isinstance",
    "builtins.issubclass",
    "builtins.repr",
    "functools.update_wrapper",
    "functools.wraps",
    "typing.get_type_hints",
)

# What starts an event loop and waits for it. Inside a running loop each of them raises (Python docs,
# asyncio-runner; docs of anyio, trio and asgiref), and from_thread waits in the loop's thread for the loop.
# True: the argument is a coroutine, False: a function.
BRIDGES = {
    "asyncio.runners.run": True,
    "asyncio.runners.Runner.run": True,
    "asyncio.base_events.BaseEventLoop.run_until_complete": True,
    "asyncio.events.AbstractEventLoop.run_until_complete": True,
    "asyncio.base_events.BaseEventLoop.run_forever": True,
    "asyncio.events.AbstractEventLoop.run_forever": True,
    "uvloop.run": True,
    "anyio._core._eventloop.run": False,
    "anyio.from_thread.run": False,
    "trio._core._run.run": False,
    "trio._threads.from_thread_run": False,
    "asgiref.sync.async_to_sync": False,
    "asgiref.sync.AsyncToSync": False,
}
# How they are spelled where their library or their receiver's type is not found.
BRIDGE_SPELLINGS = {
    "asyncio.run": True,
    "anyio.run": False,
    "trio.run": False,
    "run_until_complete": True,
    "run_forever": True,
    "async_to_sync": False,
    "AsyncToSync": False,
}
# Those that give a function which is the bridge when it is called.
BRIDGE_MAKERS = frozenset({"async_to_sync", "AsyncToSync"})
BRIDGE_NAMES = frozenset(name.rpartition(".")[2] for name in (*BRIDGES, *BRIDGE_SPELLINGS))
# What tells whether a loop is running: who raises there refuses to be called in one.
RUNNING_TESTS = frozenset({"is_running"})
# What gives the running loop or raises where there is none: who asks may do something else in a running loop.
LOOP_QUESTIONS = frozenset({"get_running_loop", "_get_running_loop"})
