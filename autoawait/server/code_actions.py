"""Fixes as code actions and workspace edits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lsprotocol import types

from autoawait.diagnostics.finding import Applicability, Edit, EditKind, Finding, Outcome
from autoawait.edits.proof import prove
from autoawait.edits.rewrite import RewriteError, rewrite
from autoawait.project.file_uris import uri_of
from autoawait.project.settings import Settings
from autoawait.project.source import Span
from autoawait.project.text_edits import TextEdit, apply_edits, common_ends
from autoawait.server.document_scheduler import DocumentAnalysis
from autoawait.server.positions import range_of

# What a title says about the edit at the finding itself.
_WORDS = {
    EditKind.AWAIT: "await {it}",
    EditKind.UNAWAIT: "move the await",
    EditKind.ASYNC_FOR: "iterate over {it} with async for",
    EditKind.ASYNC_CLAUSE: "iterate over {it} with async for",
    EditKind.LIST_OF_GENEXP: "make a list with async for",
    EditKind.ASYNC_WITH: "enter {it} with async with",
    EditKind.COLLECT: "collect {it} with async for",
    EditKind.COLLECT_LIST: "collect {it} with async for",
    EditKind.COLLECT_SET: "collect {it} with async for",
    EditKind.ANEXT: "await the next item of {it}",
    EditKind.ANEXT_METHOD: "await the next item of {it}",
    EditKind.YIELD_FROM: "yield from {it} with async for",
    EditKind.WRAP: "start an event loop for {it}",
    EditKind.REPLACE: "correct {it}",
}
_OTHER = "fix {it}"


class NoFixError(Exception):
    """A fix cannot be made as planned. The message says why."""


@dataclass(frozen=True, slots=True)
class ClientCapabilities:
    """What a client can do: how it counts columns, and whether edits may name versions of files."""

    encoding: str
    knows_versions: bool


def title_of(finding: Finding) -> str:
    """What a fix does, in one line: at the finding, to the functions around it, and whether it is unsafe."""
    edits = finding.fix.edits if finding.fix else ()
    here = [edit for edit in edits if edit.path == finding.path and edit.kind in _WORDS]
    nearest = min(here, key=lambda e: abs(e.span.start - finding.span.start), default=None)
    words = _WORDS[nearest.kind] if nearest else _OTHER
    callee = f"`{finding.callee}(...)`" if finding.callee else "it"
    text = words.format(it=callee)
    turned = sum(edit.kind is EditKind.ASYNC_DEF for edit in edits)
    files = len({edit.path for edit in edits})
    sizes = [_counted(turned, "function") if turned else "", _counted(files, "file") if files > 1 else ""]
    if turned:
        text += " and make the callers async"
    if any(sizes):
        text += f" ({', '.join(filter(None, sizes))})"
    unsafe = " (unsafe)" if finding.applicability is Applicability.UNSAFE else ""
    return f"autoawait: {text}{unsafe}"


def edit_for(findings: Iterable[Finding], answer: DocumentAnalysis, client: ClientCapabilities) -> types.WorkspaceEdit:
    """One edit with the fixes of some findings, all of them or none. Raises NoFixError where they cannot be applied
    together, or where a file that is not open has changed on disk since it was analysed."""
    assert answer.analysis is not None
    outcome = answer.analysis.outcome
    wanted: dict[Path, dict[Edit, None]] = {}
    for finding in findings:
        for edit in finding.fix.edits if finding.fix else ():
            wanted.setdefault(edit.path, {})[edit] = None
    changes = {path: _texts(path, list(edits), outcome, answer) for path, edits in sorted(wanted.items())}
    return _workspace_edit(changes, answer, client)


def fixable_within(outcome: Outcome, path: Path) -> list[Finding]:
    """The findings of a file whose fixes may be applied, and change nothing outside of it."""
    return [f for f in _made(outcome, path) if f.fix and all(edit.path == path for edit in f.fix.edits)]


def fixable_at(outcome: Outcome, path: Path, span: Span) -> list[Finding]:
    """The findings of a file at a place that have a fix."""
    found = (f for f in outcome.findings if f.path == path and f.fix)
    return [f for f in found if f.span.start <= span.end and span.start <= f.span.end]


def counterpart(finding: Finding, outcome: Outcome) -> Finding | None:
    """The finding at the same place in another outcome, if its fix was made and proved there."""
    made = _made(outcome, finding.path)
    return next((f for f in made if (f.span, f.callee) == (finding.span, finding.callee)), None)


def _made(outcome: Outcome, path: Path) -> list[Finding]:
    return [f for f in outcome.findings if f.path == path and f in outcome.fixed]


def _texts(path: Path, edits: Sequence[Edit], outcome: Outcome, answer: DocumentAnalysis) -> list[TextEdit]:
    """The text edits that the edits of one file amount to, proved like any other."""
    source = outcome.sources[path]
    if path not in answer.documents and not _is_on_disk(path, source.data):
        raise NoFixError(f"{path} has changed on disk")
    assert answer.analysis is not None
    settings: Settings = answer.analysis.settings
    try:
        rewritten = rewrite(source, edits)
    except RewriteError as error:
        raise NoFixError(error.message(settings.root)) from error
    if reason := prove(source, edits, rewritten.data, settings.target_version):
        raise NoFixError(reason)
    after = rewritten.data.decode(source.encoding).encode("utf-8")
    # Where two insert at one place the protocol keeps their order, which is that of the edits.
    texts = sorted((text for found in rewritten.texts.values() for text in found), key=lambda text: text.start)
    return texts if apply_edits(source.body, texts) == after else [_whole(path, source.body, after)]


def _whole(path: Path, before: bytes, after: bytes) -> TextEdit:
    """One edit of all lines between the first and the last that change: where edits lie in each other."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    head, tail = common_ends(old, new)
    start, end = sum(map(len, old[:head])), len(before) - sum(map(len, old[len(old) - tail :]))
    return TextEdit(path, start, end, b"".join(new[head : len(new) - tail]).decode("utf-8"))


def _workspace_edit(
    changes: Mapping[Path, Sequence[TextEdit]], answer: DocumentAnalysis, client: ClientCapabilities
) -> types.WorkspaceEdit:
    """The edits of all files; those of open files hold for the version that was analysed."""
    assert answer.analysis is not None
    sources = answer.analysis.outcome.sources
    documents = answer.documents
    uris = {path: documents[path].uri if path in documents else uri_of(path) for path in changes}
    edits = {
        path: [types.TextEdit(range_of(sources[path], Span(t.start, t.end), client.encoding), t.text) for t in texts]
        for path, texts in changes.items()
    }
    if not client.knows_versions:
        return types.WorkspaceEdit(changes={uris[path]: found for path, found in edits.items()})
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(
                types.OptionalVersionedTextDocumentIdentifier(
                    uris[path], documents[path].version if path in documents else None
                ),
                found,
            )
            for path, found in edits.items()
        ]
    )


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _is_on_disk(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except OSError:
        return False
