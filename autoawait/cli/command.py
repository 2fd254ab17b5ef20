"""A command of Typer, made of a function and the dataclass of options that it takes."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import MISSING
from typing import Annotated, Any, TypeVar, get_args

import typer

from autoawait.project.options import Option, Source, built, flag_of, options_of

_Options = TypeVar("_Options")


def add_command(app: typer.Typer, run: Callable[[_Options], None], options: type[_Options]) -> None:
    """Add a function as the command of its name, with a parameter for each of the options that this command takes."""

    def command(**given: Any) -> None:  # noqa: ANN401
        run(built(options, given))

    command.__doc__ = run.__doc__
    command.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            _parameter(one)
            for one in options_of(options)
            if Source.COMMAND in one.sources and run.__name__ in one.commands
        ]
    )
    app.command(run.__name__)(command)


def _parameter(one: Option) -> inspect.Parameter:
    """A parameter as Typer wants it: of a list the type says ``list``, and None where nothing is given."""
    is_list = one.kind is tuple
    hint = list[get_args(one.type)[0]] | None if is_list else one.type  # type: ignore[misc]
    default = None if is_list else inspect.Parameter.empty if one.default is MISSING else one.default
    return inspect.Parameter(
        one.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[hint, _info(one)]
    )


def _info(one: Option) -> Any:  # noqa: ANN401 - Typer says so
    if one.is_argument:
        return typer.Argument(metavar=one.metavar, help=one.help)
    flag = flag_of(one.name)
    if one.kind is bool and one.may_be_unset:
        flag += f"/--no-{flag.removeprefix('--')}"
    is_counted = one.kind is int
    return typer.Option(
        flag,
        *filter(None, [one.short]),
        metavar=one.metavar,
        help=one.help,
        count=is_counted,
        show_default=not is_counted,
    )
