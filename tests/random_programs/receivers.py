"""Ways to reach the method of an object: what a function is given, and how it calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.random_programs.draw import Draw
from tests.random_programs.hierarchies import Class, Hierarchy


@dataclass(frozen=True, slots=True)
class Route:
    """How a function F comes to what it calls.

    ``callee`` is what it calls, after the statements of ``lead``; ``params`` are its own, ``invoke`` is how F is
    called. F stands in a class where ``owner`` is one of the hierarchy, or in ``holder``: a class with HERE where F
    comes.
    """

    callee: str
    params: str
    invoke: str
    lead: str = ""
    before: str = ""
    owner: Class | None = None
    holder: str = ""


def _typed(draw: Draw, h: Hierarchy) -> Route:
    return Route(f"item.{h.slot.name}", f"item: {h.declared}", f"F({h.runs.name}())")


def _untyped(draw: Draw, h: Hierarchy) -> Route:
    return Route(f"item.{h.slot.name}", "item", f"F({h.runs.name}())")


def _exact(draw: Draw, h: Hierarchy) -> Route:
    return Route(f"item.{h.slot.name}", f"item: {h.runs.name}", f"F({h.runs.name}())")


def _local(draw: Draw, h: Hierarchy) -> Route:
    return Route(f"item.{h.slot.name}", "", "F()", lead=f"item = {h.runs.name}()\n")


def _at_once(draw: Draw, h: Hierarchy) -> Route:
    return Route(f"{h.runs.name}().{h.slot.name}", "", "F()")


def _attribute(annotation: str, of_class: bool) -> Callable[[Draw, Hierarchy], Route]:
    def route(draw: Draw, h: Hierarchy) -> Route:
        holder = draw.names.new_class("Holder")
        note = annotation.replace("B", h.declared)
        declared = f"    item: {h.declared}\n" if of_class else ""
        start = f"    def __init__(self, item{note}):\n        self.item = item\n"
        text = f"class {holder}:\n{declared}{start}HERE"
        return Route(f"self.item.{h.slot.name}", "", f"{holder}({h.runs.name}()).F()", holder=text)

    return route


def _attribute_of_other(draw: Draw, h: Hierarchy) -> Route:
    holder = draw.names.new_class("Context")
    text = f"class {holder}:\n    def __init__(self, item: {h.declared}) -> None:\n        self.item = item\n"
    return Route(f"context.item.{h.slot.name}", f"context: {holder}", f"F({holder}({h.runs.name}()))", before=text)


def _template(draw: Draw, h: Hierarchy) -> Route:
    """The function is a method of a base, or of the class itself, and calls itself."""
    names = h.runs.bases.replace("[int]", "").split(", ")
    owners = {"base": next((c for c in h.classes if c.name in names), h.runs), "class": h.runs}
    return Route(f"self.{h.slot.name}", "", f"{h.runs.name}().F()", owner=draw.one("template", owners))


def _above(draw: Draw, h: Hierarchy) -> Route:
    """A class below calls what it inherits by ``super``."""
    holder = draw.names.new_class("Lower")
    text = f"class {holder}({h.runs.name}):\nHERE"
    return Route(f"super().{h.slot.name}", "", f"{holder}().F()", holder=text)


def _put_together(draw: Draw, h: Hierarchy) -> Route:
    kind = h.slot.name.removeprefix("_do_")
    lead = 'handler = getattr(self, "_do_" + kind)\n'
    if draw.yes("name in an f-string"):
        lead = 'handler = getattr(self, f"_do_{kind}")\n'
    return Route("handler", "kind: str", f'{h.runs.name}().F("{kind}")', lead=lead, owner=h.runs)


def _global(draw: Draw, h: Hierarchy) -> Route:
    name = draw.names.new("current")
    note = f": {h.declared}" if draw.yes("global is annotated") else ""
    return Route(f"{name}.{h.slot.name}", "", "F()", before=f"{name}{note} = {h.runs.name}()\n")


def _registry(draw: Draw, h: Hierarchy) -> Route:
    name = draw.names.new("REGISTRY")
    other = h.other.name if h.other and not h.other.bases.startswith(("abc", "Protocol")) else h.runs.name
    of_classes = f'{name} = {{"here": {h.runs.name}, "there": {other}}}\n'
    of_objects = f'{name} = {{"here": {h.runs.name}(), "there": {other}()}}\n'
    if draw.yes("registry of classes"):
        return Route(f"{name}[kind]().{h.slot.name}", "kind: str", 'F("here")', before=of_classes)
    return Route(f"item.{h.slot.name}", "kind: str", 'F("here")', lead=f"item = {name}[kind]\n", before=of_objects)


def _factory(draw: Draw, h: Hierarchy) -> Route:
    name = draw.names.new("make")
    note = f" -> {h.declared}" if draw.yes("factory is annotated") else ""
    text = f"def {name}(){note}:\n    return {h.runs.name}()\n"
    return Route(f"{name}().{h.slot.name}", "", "F()", before=text)


def _bound(draw: Draw, h: Hierarchy) -> Route:
    return Route("call", f"item: {h.declared}", f"F({h.runs.name}())", lead=f"call = item.{h.slot.name}\n")


def _partial(draw: Draw, h: Hierarchy) -> Route:
    lead = f"call = functools.partial(item.{h.slot.name})\n"
    return Route("call", f"item: {h.declared}", f"F({h.runs.name}())", lead=lead)


def _callback(draw: Draw, h: Hierarchy) -> Route:
    note = draw.one("callback annotation", {"none": "", "callable": ": Callable[..., Any]"})
    return Route("call", f"call{note}", f"F({h.runs.name}().{h.slot.name})")


def _narrowed(draw: Draw, h: Hierarchy) -> Route:
    return Route(
        f"item.{h.slot.name}", "item: object", f"F({h.runs.name}())", lead=f"assert isinstance(item, {h.runs.name})\n"
    )


def _maybe_none(draw: Draw, h: Hierarchy) -> Route:
    return Route(
        f"item.{h.slot.name}",
        f"item: {h.declared} | None = None",
        f"F({h.runs.name}())",
        lead="if item is None:\n    raise ValueError\n",
    )


def _in_loop(draw: Draw, h: Hierarchy) -> Route:
    return Route(f"items[0].{h.slot.name}", f"items: list[{h.declared}]", f"F([{h.runs.name}()])")


def _through_call(draw: Draw, h: Hierarchy) -> Route:
    """A function of ours calls what it is given, and returns what that gives."""
    name = draw.names.new("apply")
    text = f"def {name}(function, *args):\n    return function(*args)\n"
    lead = f"def call(x):\n    return {name}(item.{h.slot.name}, x)\n"
    return Route("call", f"item: {h.declared}", f"F({h.runs.name}())", lead=lead, before=text)


ROUTES: Mapping[str, Callable[[Draw, Hierarchy], Route]] = {
    "typed parameter": _typed,
    "untyped parameter": _untyped,
    "parameter of the class": _exact,
    "local": _local,
    "at once": _at_once,
    "typed attribute": _attribute(": B", of_class=False),
    "untyped attribute": _attribute("", of_class=False),
    "attribute declared in the class": _attribute("", of_class=True),
    "attribute of a parameter": _attribute_of_other,
    "template method": _template,
    "super": _above,
    "name put together": _put_together,
    "global": _global,
    "registry": _registry,
    "factory": _factory,
    "bound method": _bound,
    "partial": _partial,
    "callback": _callback,
    "isinstance": _narrowed,
    "optional": _maybe_none,
    "list": _in_loop,
    "through a function": _through_call,
}

# Those that take the method itself.
BOUND = (_put_together, _bound, _partial, _callback, _through_call)
