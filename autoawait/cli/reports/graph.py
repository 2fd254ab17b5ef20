"""What makes a function async, and which callers follow: as a tree for people, and for Graphviz."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from autoawait.cli.reports.text import Line, Style, line, shown
from autoawait.pipeline.queries.call_graph import Graph, Key, Node, State, Step

_COLOURS = {  # Graphviz's names
    State.ASYNC: "lightblue",
    State.TURNS: "palegreen",
    State.PLAIN: "white",
    State.BARRED: "lightpink",
    State.START: "khaki",
    State.OUTSIDE: "gray90",
    State.VALUE: "gray95",
}


def tree(graph: Graph, base: Path) -> Iterator[Line]:
    """What is below and above the root, each function with all that belongs to it once; paths relative to ``base``."""
    yield _line(0, graph.root, base, "")
    yield from _part("what is asynchronous in it:", graph.root, graph.callees, lambda step: step.callee, base)
    yield from _part("what calls it:", graph.root, graph.callers, lambda step: step.caller, base)
    yield line("")
    yield line(graph.conclusion)


def _part(
    title: str, root: Node, steps: Mapping[Key, Sequence[Step]], end: Callable[[Step], Node], base: Path
) -> Iterator[Line]:
    if not steps.get(root.key):
        yield line(f"  {title} nothing", Style.FRAME)
        return
    yield line(f"  {title}", Style.FRAME)
    shown: set[Key] = {root.key}
    # A stack of what is still to be shown: chains of calls may be longer than Python's own stack.
    waiting = [(2, step) for step in reversed(steps[root.key])]
    while waiting:
        depth, step = waiting.pop()
        node = end(step)
        more = steps.get(node.key, ())
        again = ", shown above" if node.key in shown and more else ""
        yield _line(depth, node, base, f"line {step.line}: {step.words}{again}")
        if node.key not in shown:
            shown.add(node.key)
            waiting += [(depth + 1, following) for following in reversed(more)]


def _line(depth: int, node: Node, base: Path, words: str) -> Line:
    place = f" ({where})" if (where := _place(node, base)) else ""
    said = [node.state.value, *filter(None, [node.note])]
    style = Style.CARET if node.state is State.BARRED else Style.CODE
    return (
        (f"{'  ' * depth}{node.name}", Style.PLACE),
        (place, Style.FRAME),
        (f" {': '.join(said)}", style),
        (f" - {words}" if words else "", Style.PLAIN),
    )


def _place(node: Node, base: Path) -> str:
    """The place of what is in the project; of anything else the name says where it is."""
    return "" if node.path is None or node.state is State.OUTSIDE else f"{shown(node.path, base)}:{node.line}"


def dot(graph: Graph, base: Path) -> str:
    """A digraph in the DOT language: from callers to callees, dashed where a call does not make its caller async."""
    names = {node.key: f"n{number}" for number, node in enumerate(graph.nodes())}
    statements = [
        "rankdir=LR;",
        'node [shape=box, style=filled, fontname="sans-serif"];',
        f"label={_quoted(graph.conclusion)};",
        *(f"{names[node.key]} [{_look(node, base, node.key == graph.root.key)}];" for node in graph.nodes()),
        *(_arrow(step, names) for step in _once(graph)),
    ]
    return "\n".join([f"digraph {_quoted(graph.root.name)} {{", *(f"  {text}" for text in statements), "}"])


def _once(graph: Graph) -> Iterable[Step]:
    """Each call once, although it may be seen from below and from above."""
    found: dict[tuple[Key, Key, int], Step] = {}
    for step in (*graph.below, *graph.above):
        found.setdefault((step.caller.key, step.callee.key, step.line), step)
    return found.values()


def _look(node: Node, base: Path, is_root: bool) -> str:
    label = "\n".join(filter(None, [node.name, _place(node, base), node.state.value, node.note]))
    return f"label={_quoted(label)}, fillcolor={_COLOURS[node.state]}{', penwidth=2' if is_root else ''}"


def _arrow(step: Step, names: Mapping[Key, str]) -> str:
    dashed = "" if step.binds else ", style=dashed"
    label = _quoted(f"line {step.line}: {step.words}")
    return f"{names[step.caller.key]} -> {names[step.callee.key]} [label={label}{dashed}];"


def _quoted(text: str) -> str:
    """A quoted string of DOT: a backslash would begin an escape, and a line break is one."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
