"""Classes that give one method in several ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.random_programs.draw import Draw, Gives
from tests.random_programs.methods import Method, Slot, draw_method, draw_stub


@dataclass
class Class:
    """A class of a program; methods can be added to it until the program is written."""

    name: str
    bases: str = ""
    methods: list[str] = field(default_factory=list)

    @property
    def source(self) -> str:
        body = "".join(self.methods) or "pass\n"
        lines = "".join(f"    {line}\n" for line in body.splitlines())
        return f"class {self.name}{f'({self.bases})' if self.bases else ''}:\n{lines}"


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """``declared`` is what a parameter is annotated with, ``runs`` the class of the objects that are there, ``above``
    what the methods that it overrides seem to give; ``other`` is another class below ``declared``, whose method gives
    ``other_gives``."""

    slot: Slot
    classes: tuple[Class, ...]
    decorators: tuple[str, ...]
    declared: str
    runs: Class
    gives: Gives
    above: tuple[Gives, ...] = ()
    other: Class | None = None
    other_gives: Gives | None = None


def draw_hierarchy(draw: Draw, start: str, may_be_property: bool) -> Hierarchy:
    """A hierarchy of any shape; ``start`` is how the method's name begins."""
    slot = Slot(draw.names.method(start), may_be_property and draw.yes("property", 0.08))
    return draw.one("shape", SHAPES)(draw, slot)


def _alone(draw: Draw, slot: Slot) -> Hierarchy:
    method = draw_method(draw, slot, "method")
    only = Class(draw.names.new_class("Alone"), methods=[method.source])
    return Hierarchy(slot, (only,), (method.decorator,), only.name, only, method.gives)


def _stub_below(base: str, is_abstract: bool = False, is_generic: bool = False) -> Callable[[Draw, Slot], Hierarchy]:
    """Overrides of a stub, in a class with a base."""

    def shape(draw: Draw, slot: Slot) -> Hierarchy:
        method = draw_method(draw, slot, "override")
        stub = draw_stub(draw, slot, "stub", method.gives, is_generic, is_abstract)
        top = Class(draw.names.new_class("Base"), base, [stub.source])
        below = f"{top.name}[int]" if is_generic else top.name
        low = Class(draw.names.new_class("Local"), below, [method.source])
        return _with_sibling(draw, slot, (top, low), method, below, (stub.gives,))

    return shape


def _protocol(draw: Draw, slot: Slot) -> Hierarchy:
    method = draw_method(draw, slot, "override")
    stub = draw_stub(draw, slot, "stub", method.gives, False, False)
    top = Class(draw.names.new_class("Loads"), "Protocol", [stub.source])
    low = Class(draw.names.new_class("Local"), "", [method.source])
    return _with_sibling(draw, slot, (top, low), method, "", (stub.gives,))


def _real_base(draw: Draw, slot: Slot) -> Hierarchy:
    """An override that may give another thing than its base."""
    base, method = draw_method(draw, slot, "base"), draw_method(draw, slot, "override")
    top = Class(draw.names.new_class("Base"), "", [base.source])
    low = Class(draw.names.new_class("Local"), top.name, [method.source])
    decorators = (base.decorator, method.decorator)
    return Hierarchy(slot, (top, low), decorators, top.name, low, method.gives, (base.gives,), top, base.gives)


def _inherited(draw: Draw, slot: Slot) -> Hierarchy:
    """The method comes from the base; a class beside overrides it."""
    method = draw_method(draw, slot, "base")
    top = Class(draw.names.new_class("Base"), "", [method.source])
    low = Class(draw.names.new_class("Local"), top.name)
    return _with_sibling(draw, slot, (top, low), method, top.name, ())


def _three_levels(draw: Draw, slot: Slot) -> Hierarchy:
    method = draw_method(draw, slot, "override")
    stub = draw_stub(draw, slot, "stub", method.gives, False, False)
    top = Class(draw.names.new_class("Base"), "", [stub.source])
    middle = Class(draw.names.new_class("Middle"), top.name)
    decorators, above = [method.decorator], [stub.gives]
    if draw.yes("middle overrides"):
        between = draw_method(draw, slot, "middle")
        middle.methods.append(between.source)
        decorators.append(between.decorator)
        above.append(between.gives)
    low = Class(draw.names.new_class("Local"), middle.name, [method.source])
    declared = draw.one("declared", {"top": top, "middle": middle})
    return Hierarchy(slot, (top, middle, low), tuple(decorators), declared.name, low, method.gives, tuple(above))


def _mixin(draw: Draw, slot: Slot) -> Hierarchy:
    """Two bases have the method; that of the first one runs."""
    method = draw_method(draw, slot, "override")
    mixin = Class(draw.names.new_class("Mixin"), "", [method.source])
    decorators = [method.decorator]
    if draw.yes("second base does something"):
        other = draw_method(draw, slot, "base")
        decorators.append(other.decorator)
    else:
        other = draw_stub(draw, slot, "stub", method.gives, False, False)
    base = Class(draw.names.new_class("Base"), "", [other.source])
    low = Class(draw.names.new_class("Local"), f"{mixin.name}, {base.name}")
    return Hierarchy(slot, (mixin, base, low), tuple(decorators), base.name, low, method.gives, (other.gives,))


def _assigned(draw: Draw, slot: Slot) -> Hierarchy:
    """What overrides the stub is an attribute, of the class or of its objects, whose value is another method."""
    real = Slot(draw.names.new("_real"), slot.is_property)
    method = draw_method(draw, real, "override")
    stub = draw_stub(draw, slot, "stub", method.gives, False, False)
    top = Class(draw.names.new_class("Base"), "", [stub.source])
    assignment = f"{slot.name} = {real.name}\n"
    # What objects have is neither found by ``super`` nor by a property.
    if not slot.is_property and "route:super" not in draw.features and draw.yes("assigned to objects"):
        assignment = f"def __init__(self):\n    self.{slot.name} = self.{real.name}\n"
    low = Class(draw.names.new_class("Local"), top.name, [method.source, assignment])
    return Hierarchy(slot, (top, low), (method.decorator,), top.name, low, method.gives, (stub.gives,))


def _with_sibling(
    draw: Draw, slot: Slot, classes: tuple[Class, Class], method: Method, base: str, above: tuple[Gives, ...]
) -> Hierarchy:
    """The hierarchy of a class and one below it, and perhaps another one there."""
    top, low = classes
    if not draw.yes("sibling", 0.4):
        return Hierarchy(slot, classes, (method.decorator,), top.name, low, method.gives, above)
    other = draw_method(draw, slot, "sibling")
    beside = Class(draw.names.new_class("Remote"), base, [other.source])
    decorators = (method.decorator, other.decorator)
    return Hierarchy(slot, (*classes, beside), decorators, top.name, low, method.gives, above, beside, other.gives)


SHAPES: Mapping[str, Callable[[Draw, Slot], Hierarchy]] = {
    "alone": _alone,
    "stub": _stub_below(""),
    "abstract": _stub_below("abc.ABC", is_abstract=True),
    "generic": _stub_below("Generic[T]", is_generic=True),
    "protocol": _protocol,
    "real base": _real_base,
    "inherited": _inherited,
    "three levels": _three_levels,
    "mixin": _mixin,
    "assigned": _assigned,
}
