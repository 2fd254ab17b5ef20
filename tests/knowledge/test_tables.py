"""The tables of ``autoawait.knowledge`` against the running Python and the stubs of its library."""

from __future__ import annotations

import argparse
import ast
import asyncio
import atexit
import builtins
import contextlib
import functools
import importlib
import inspect
import io
import json
import logging
import pprint
import re
import sys
import types
import typing
import unittest
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path

import mypy
import pytest
import typing_extensions

from autoawait.knowledge.argument_parsers import GIVES_NAMESPACE, GIVES_PARSER, NAMESPACE, SETS_DEFAULTS
from autoawait.knowledge.consumers import (
    AWAITABLE_NAMES,
    COLLECTORS,
    COROUTINE_METHODS,
    ELEMENT_READERS,
    PROBES,
    STARTS_BY_NAME,
    VALUE_BUILTINS,
    VALUE_FUNCTIONS,
)
from autoawait.knowledge.decorators import DECORATORS, GIVES, OF_THEIR_OWN, RETURNS_ARGUMENT, Effect
from autoawait.pipeline.analysis import Request, run
from autoawait.project.settings import Settings

Coro = Coroutine[object, object, int]


async def work() -> int:
    return 1


@pytest.fixture
def coroutine() -> Iterator[Coro]:
    made = work()
    yield made
    made.close()


# --- coroutines themselves --------------------------------------------------------------------------------------------


def test_the_attributes_of_a_coroutine_are_those_of_this_python() -> None:
    assert {name for name in dir(types.CoroutineType) if not name.startswith("__")} <= COROUTINE_METHODS
    newer = {"cr_suspended"} if sys.version_info < (3, 11) else set()
    assert set(dir(types.CoroutineType)) >= COROUTINE_METHODS - newer


# How a probe is called if not with the value alone; those that are not of builtins, inspect and asyncio.
PROBE_CALLS: dict[str, Callable[[Coro], object]] = {
    "assert_type": lambda coroutine: typing_extensions.assert_type(coroutine, Coro),
    "hasattr": lambda c: hasattr(c, "__await__"),
    "assertIsInstance": lambda c: unittest.TestCase().assertIsInstance(c, Coroutine),  # noqa: PT009
}


@pytest.mark.parametrize("name", sorted(PROBES))
def test_probes_look_at_a_coroutine_and_leave_it_as_it_is(name: str, coroutine: Coro) -> None:
    known = [
        getattr(module, name) for module in (builtins, inspect, asyncio, typing_extensions) if hasattr(module, name)
    ]
    probe = PROBE_CALLS.get(name) or known[0]
    probe(coroutine)
    assert inspect.getcoroutinestate(coroutine) == inspect.CORO_CREATED


@pytest.mark.parametrize(
    ("name", "starts"),
    [
        *((name, True) for name in ("create_task", "ensure_future", "run_until_complete", "run_coroutine_threadsafe")),
        *((name, True) for name in ("async_create_task", "start_soon", "spawn", "gather", "wait_for", "shield")),
        *((name, False) for name in ("print", "append", "send", "get", "create_user", "str", "info", "execute")),
    ],
)
def test_names_that_start_what_they_are_given(name: str, starts: bool) -> None:
    assert bool(STARTS_BY_NAME.search(name)) is starts


@pytest.mark.parametrize(
    ("name", "is_awaitable"),
    [
        *((name, True) for name in ("coro", "coros", "awaitable", "task", "fut", "future", "aws", "coro_or_future")),
        *((name, False) for name in ("value", "x", "message", "core", "ask", "function", "callback")),
    ],
)
def test_names_of_parameters_that_take_awaitables(name: str, is_awaitable: bool) -> None:
    assert bool(AWAITABLE_NAMES.search(name)) is is_awaitable


# --- builtins ---------------------------------------------------------------------------------------------------------

# How a builtin is called if not with the value alone.
BUILTIN_CALLS: dict[str, Callable[[Coro], object]] = {
    "divmod": lambda c: divmod(c, 2),  # type: ignore[operator]
    "filter": lambda c: filter(None, c),  # type: ignore[call-overload]
    "isinstance": lambda c: isinstance(c, int),
    "issubclass": lambda c: issubclass(c, int),  # type: ignore[arg-type]
    "map": lambda c: map(str, c),  # type: ignore[call-overload]
    "pow": lambda c: pow(c, 2),  # type: ignore[call-overload]
    "print": lambda c: print(c, file=io.StringIO()),
}


@pytest.mark.parametrize(("name", "raises"), sorted(VALUE_BUILTINS.items()))
def test_builtins_that_need_a_value(name: str, raises: bool, coroutine: Coro) -> None:
    call = BUILTIN_CALLS.get(name, getattr(builtins, name))
    with pytest.raises(TypeError) if raises else contextlib.nullcontext():
        call(coroutine)
    assert inspect.getcoroutinestate(coroutine) == inspect.CORO_CREATED


@pytest.mark.parametrize("name", sorted(ELEMENT_READERS))
def test_element_readers_use_the_elements(name: str) -> None:
    pair = [work(), work()]
    reader = getattr(builtins, name)
    if name in {"any", "all"}:
        assert reader(pair) is True
    else:
        with pytest.raises(TypeError):
            reader(pair)
    for made in pair:
        made.close()


@pytest.mark.parametrize("name", sorted(COLLECTORS))
def test_collectors_hand_the_elements_on(name: str, coroutine: Coro) -> None:
    assert list(getattr(builtins, name)([coroutine])) == [coroutine]


# --- functions of the library -----------------------------------------------------------------------------------------


def named(qualified: str) -> object:
    """What stands under ``module.Class.method`` or ``module.function``."""
    module, *path = qualified.split(".")
    return functools.reduce(getattr, path, importlib.import_module(module))


def called(qualified: str, function: Callable[..., object], value: Coro) -> None:
    match qualified.split("."):
        case ["json", "dump"]:
            function(value, io.StringIO())
        case ["pprint", "pp" | "pprint"]:
            function(value, stream=io.StringIO())
        case ["logging", "Logger", "log"]:
            function(logging.getLogger("knowledge"), logging.DEBUG, "%s", value)
        case ["logging", "Logger", _]:
            function(logging.getLogger("knowledge"), "%s", value)
        case ["logging", "log"]:
            function(logging.DEBUG, "%s", value)
        case ["logging", _]:
            function("%s", value)
        case _:
            function(value)


@pytest.mark.parametrize(("qualified", "raises"), sorted(VALUE_FUNCTIONS.items()))
def test_functions_that_need_a_value(
    qualified: str, raises: bool, coroutine: Coro, caplog: pytest.LogCaptureFixture
) -> None:
    function = named(qualified)
    assert callable(function)
    with caplog.at_level(logging.DEBUG), pytest.raises(TypeError) if raises else contextlib.nullcontext():
        called(qualified, function, coroutine)
    assert inspect.getcoroutinestate(coroutine) == inspect.CORO_CREATED
    if qualified.startswith("logging."):
        assert "<coroutine object work" in caplog.text


@pytest.mark.parametrize("module", [json, logging, pprint])
def test_no_function_of_that_kind_is_missing(module: types.ModuleType) -> None:
    rows = {name.split(".")[-1] for name in VALUE_FUNCTIONS if name.startswith(f"{module.__name__}.")}
    kin = {"json": {"dump", "dumps"}, "pprint": {"pformat", "pp", "pprint"}}
    levels = {"critical", "debug", "error", "exception", "info", "log", "warning"}
    assert rows in (set(), kin.get(module.__name__, levels))


# --- decorators -------------------------------------------------------------------------------------------------------


def in_this_python(qualified: str) -> bool:
    since = {"typing.override": (3, 12), "warnings.deprecated": (3, 13)}
    return sys.version_info >= since.get(qualified, (3, 10))


@pytest.mark.parametrize(("qualified", "effect"), sorted(DECORATORS.items(), key=str))
def test_decorators_give_what_the_table_says(qualified: str, effect: Effect) -> None:
    if not in_this_python(qualified):
        module, name = qualified.split(".")
        assert not hasattr(importlib.import_module(module), name) and hasattr(typing_extensions, name)
        return
    decorator = named(qualified)
    assert callable(decorator)
    if qualified == "typing.overload":
        return  # what it gives is never called
    given = decorated(qualified, decorator)
    assert qualified not in OF_THEIR_OWN or not inspect.iscoroutinefunction(decorator(work))
    assert (inspect.iscoroutine(given), hasattr(given, "__aenter__")) == (
        effect in {Effect.KEEPS, Effect.COROUTINE},
        effect is Effect.ASYNC_CONTEXT,
    )
    if inspect.iscoroutine(given):
        given.close()


def decorated(qualified: str, decorator: Callable[..., typing.Any]) -> object:
    """What a call of an async function gives once it is decorated."""
    match qualified:
        case "functools.wraps":
            return decorator(print)(work)()
        case "builtins.classmethod" | "builtins.staticmethod":
            return type("C", (), {"method": decorator(take)}).method()  # type: ignore[attr-defined]
        case "contextlib.asynccontextmanager":
            return decorator(generate)()
        case "contextlib.contextmanager":
            return decorator(iter)([])
        case "functools.singledispatch":
            return decorator(take)(1)
        case "warnings.deprecated" | "typing_extensions.deprecated":
            with pytest.warns(DeprecationWarning, match="old"):
                return decorator("old")(work)()
        case "atexit.register":
            registered = decorator(work)
            atexit.unregister(work)
            return registered()
    return decorator(work)()


@pytest.mark.parametrize("qualified", sorted(n for n in (*GIVES, *RETURNS_ARGUMENT) if n.split(".")[0] != "trio"))
def test_functions_that_decorators_are_made_with_exist(qualified: str) -> None:
    methods = {"asyncio.run_in_executor", "asyncio.run_until_complete"}
    since = {"inspect.markcoroutinefunction": (3, 12)}
    if sys.version_info >= since.get(qualified, (3, 10)):
        owner = "asyncio.AbstractEventLoop" if qualified in methods else qualified.rpartition(".")[0]
        if qualified == "concurrent.result":  # the package alone stands in the table
            owner = "concurrent.futures.Future"
        assert callable(named(f"{owner}.{qualified.rpartition('.')[2]}"))


async def take(*arguments: object) -> None: ...


async def generate() -> typing.AsyncIterator[int]:
    yield 1


# --- consumers of the library, from its stubs -------------------------------------------------------------------------

STUBS = Path(mypy.__file__).parent / "typeshed" / "stdlib"
# Aliases that asyncio's stubs give Coroutine and Awaitable, and the types themselves.
_TAKES = re.compile(r"^(?:Iterable\[)?(?:_AwaitableLike|_CoroutineLike|_FutureLike|Awaitable|Coroutine)\[")


@dataclass(frozen=True, order=True)
class Taker:
    """A parameter of the library that takes an awaitable, and a call that gives it one."""

    module: str
    owner: str
    function: str
    arguments: str
    is_async: bool

    def case(self, number: int) -> str:
        """An async function with that call."""
        callee = f"value.{self.function}" if self.owner else f"{self.module}.{self.function}"
        callee = callee.removesuffix(".__call__")
        annotation = f"{self.module}.{self.owner}" if self.owner else "object"
        word = "await " if self.is_async else ""
        return f"async def case_{number}(value: {annotation}, other):\n    {word}{callee}({self.arguments})\n"


def takers() -> list[Taker]:
    """All parameters of asyncio and inspect that are annotated to take an awaitable."""
    return sorted(
        {
            taker
            for path in [*(STUBS / "asyncio").glob("*.pyi"), STUBS / "inspect.pyi"]
            for owner, function in functions(ast.parse(path.read_text(encoding="utf-8")))
            for taker in taking(path.relative_to(STUBS).with_suffix("").as_posix().replace("/", "."), owner, function)
        }
    )


def functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """The functions that a stub declares for this Python, each with the name of its class."""
    stack: list[tuple[str, ast.stmt]] = [("", node) for node in tree.body]
    while stack:
        owner, node = stack.pop()
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield owner, node
            case ast.ClassDef():
                stack += [(node.name, inner) for inner in node.body]
            case ast.If():
                test = eval(compile(ast.Expression(node.test), "<stub>", "eval"), {"sys": sys})
                stack += [(owner, inner) for inner in (node.body if test else node.orelse)]


def taking(module: str, owner: str, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Taker]:
    arguments = function.args
    places = [*arguments.posonlyargs, *arguments.args][1 if owner else 0 :]
    for parameter in [*places, *arguments.kwonlyargs, *filter(None, [arguments.vararg])]:
        annotation = ast.unparse(parameter.annotation) if parameter.annotation else ""
        if not _TAKES.match(annotation):
            continue
        value = "[work()]" if annotation.startswith("Iterable") else "work()"
        if parameter in arguments.kwonlyargs:
            given = f"{parameter.arg}={value}"
        else:
            before = places.index(parameter) if parameter in places else len(places)
            given = ", ".join([*["other"] * before, value])
        if "timeout" in [p.arg for p in places]:
            given += ", timeout=1"
        is_async = isinstance(function, ast.AsyncFunctionDef)
        yield Taker(module, owner, function.name, given, is_async)


def test_the_stubs_hold_what_is_known_of_asyncio() -> None:
    """KNOWLEDGE A.1: if a row is new there, the next test has tried it."""
    found = {f"{taker.owner}.{taker.function}".strip(".") for taker in takers()}
    assert found >= {
        "AbstractEventLoop.create_task",
        "AbstractEventLoop.run_until_complete",
        "BaseEventLoop.create_task",
        "BaseEventLoop.run_until_complete",
        *(["Runner.run", "TaskGroup.create_task"] if sys.version_info >= (3, 11) else []),
        "as_completed",
        "create_task",
        "ensure_future",
        "gather",
        "getcoroutinelocals",
        "getcoroutinestate",
        "run",
        "run_coroutine_threadsafe",
        "shield",
        "wait_for",
    }


def test_whatever_takes_awaitables_in_the_library_is_left_alone(tmp_path: Path) -> None:
    known = takers()
    modules = sorted({taker.module for taker in known})
    path = tmp_path.resolve() / "consumers.py"
    head = "".join(f"import {module}\n" for module in modules) + "\nasync def work() -> int:\n    return 1\n"
    cases = [taker.case(number) for number, taker in enumerate(known)]
    control = "async def control(value):\n    abs(work())\n"
    path.write_text("\n\n".join([head, *cases, control]), encoding="utf-8")
    outcome = run(Request((path,), Settings(root=path.parent, python=Path(sys.prefix))))
    source = outcome.sources[path]
    # What is only there to wait is itself a likely mistake where it stands alone, as all of these do.
    told = [f for f in outcome.findings if f.callee.rpartition(".")[2] not in {"gather", "shield"}]
    assert len(told) < len(outcome.findings)
    found = {source.line(source.spot(f.span.start).line).strip(): f.code for f in told}
    assert found.pop("abs(work())") == "AW105"  # a plain value that is wanted is still seen
    # Known gap: of an object that is called, the signature of its class's __call__ is not looked at (TaskFactory).
    assert found == {"value(other, work())": "AW302"}


# --- what parsers of the command line keep ----------------------------------------------------------------------------


@pytest.mark.parametrize("qualified", sorted(SETS_DEFAULTS | GIVES_PARSER | GIVES_NAMESPACE | {NAMESPACE}))
def test_names_of_argparse_are_those_of_this_python(qualified: str) -> None:
    module, *names = qualified.split(".")
    found: object = importlib.import_module(module)
    for name in names:
        found = getattr(found, name)
    assert callable(found)


def test_defaults_and_their_dict_are_what_is_parsed() -> None:
    parser = argparse.ArgumentParser()
    command = parser.add_subparsers().add_parser("run")
    command.set_defaults(func=work)
    parsed = parser.parse_args(["run"])
    assert parsed.func is work
    assert vars(parsed)["func"] is work
