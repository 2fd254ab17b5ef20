"""The server: its features, each a few lines around what the other modules do."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified, JsonRpcException, JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer

from autoawait import __version__
from autoawait.diagnostics.finding import Applicability, Finding
from autoawait.diagnostics.location import location_of
from autoawait.project.file_uris import path_of, uri_of
from autoawait.project.source import Span, shown
from autoawait.server.client_settings import SECTION, ClientSettings, merged, read_settings
from autoawait.server.code_actions import (
    ClientCapabilities,
    NoFixError,
    counterpart,
    edit_for,
    fixable_at,
    fixable_within,
    title_of,
)
from autoawait.server.diagnostics import diagnostic_of, diagnostics_in
from autoawait.server.document_scheduler import DocumentAnalysis, DocumentScheduler
from autoawait.server.hovers import hover_at
from autoawait.server.positions import offset_of
from autoawait.server.worker import Worker
from autoawait.server.workspace import Workspace

FIX_ALL = "source.fixAll.autoawait"
_WATCHED = ("**/*.py", "**/*.pyi", "**/pyproject.toml", "**/ty.toml")
_PATIENCE = 5.0  # seconds that a client has to send its settings before we begin without them
logger = logging.getLogger(__name__)


class Server(LanguageServer):
    """The language server of one client. ``serve`` returns when the client is gone."""

    def __init__(self) -> None:
        # Whole texts: pygls splits lines of incremental changes where neither Python nor the protocol does.
        super().__init__("autoawait", __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full)
        self.worker = Worker()
        self.files = Workspace(self.worker, self.tell)
        self.settings: object = None
        self.was_shut_down = False
        self._told: set[str] = set()
        for name, function, options in _FEATURES:
            self.feature(name, options)(function)

    def serve(self) -> bool:
        """Serve over standard input and output; whether the client shut the server down as it should."""
        try:
            self.start_io()
        finally:
            self.files.close()
            self.worker.close()
        return self.was_shut_down

    def shutdown(self) -> None:
        """Do not wait, as pygls would, for a line that nobody writes any more."""
        self.thread_pool.shutdown(wait=False, cancel_futures=True)

    @property
    def encoding(self) -> str:
        """How both sides count columns."""
        return self.server_capabilities.position_encoding or types.PositionEncodingKind.Utf16

    @property
    def client(self) -> ClientCapabilities:
        """What edits the client can take."""
        edit = _at(self.client_capabilities, "workspace", "workspace_edit", "document_changes")
        return ClientCapabilities(self.encoding, knows_versions=bool(edit))

    def uri(self, answer: DocumentAnalysis) -> Callable[[Path], str]:
        """The URI of a file: as the client names it where it is open, else made of its path."""
        opened = answer.documents
        return lambda path: opened[path].uri if path in opened else uri_of(path)

    def tell(self, answer: DocumentAnalysis) -> None:
        """Publish the diagnostics of a file."""
        document = answer.document
        if answer.analysis is None:
            self.say(answer.problem, types.MessageType.Error)
            return
        found = diagnostics_in(answer.analysis.outcome, document.path, self.encoding, self.uri(answer))
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(document.uri, found, version=document.version)
        )

    def say(self, text: str, kind: types.MessageType) -> None:
        """Show a message to the user, each one only once."""
        logger.warning(text)
        if text not in self._told:
            self._told.add(text)
            self.window_show_message(types.ShowMessageParams(kind, f"autoawait: {text}"))

    def configure(self, settings: Mapping[Path | None, object]) -> None:
        """Apply settings, by folder; None has those of all other files."""
        found: dict[Path | None, ClientSettings] = {}
        for folder, values in settings.items():
            found[folder], problems = read_settings(values, folder)
            for problem in problems:
                self.say(problem, types.MessageType.Warning)
        self.files.configure({f: c for f, c in found.items() if f is not None}, found[None])

    async def settings_now(self) -> dict[Path | None, object]:
        """The settings of each folder and, by None, of other files: the client is asked if it can answer."""
        folders: list[Path | None] = [path for uri in self.workspace.folders if (path := path_of(uri))]
        if not folders and self.workspace.root_uri and (root := path_of(self.workspace.root_uri)):
            folders.append(root)
        scopes = [*folders, None]
        if not _at(self.client_capabilities, "workspace", "configuration"):
            return dict.fromkeys(scopes, self.settings)
        items = [types.ConfigurationItem(uri_of(scope) if scope else None, SECTION) for scope in scopes]
        try:
            asked = self.workspace_configuration_async(types.ConfigurationParams(items))
            answers = await asyncio.wait_for(asked, _PATIENCE)
        except (asyncio.TimeoutError, JsonRpcException) as error:
            logger.warning("the client does not send its settings: %s", error)
            return dict.fromkeys(scopes, self.settings)
        given = [*answers, *[None] * len(scopes)]
        return {scope: merged(self.settings, value) for scope, value in zip(scopes, given, strict=False)}


def _initialize(ls: Server, params: types.InitializeParams) -> None:
    ls.settings = params.initialization_options


async def _initialized(ls: Server, _: types.InitializedParams) -> None:
    registrations = []
    if _at(ls.client_capabilities, "workspace", "did_change_watched_files", "dynamic_registration"):
        watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
        watched = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        registrations.append(types.Registration("files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, watched))
    if _at(ls.client_capabilities, "workspace", "did_change_configuration", "dynamic_registration"):
        section = types.DidChangeConfigurationRegistrationOptions(SECTION)
        registrations.append(types.Registration("settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, section))
    if registrations:
        ls.client_register_capability(types.RegistrationParams(registrations))
    ls.configure(await ls.settings_now())


async def _settings_changed(ls: Server, params: types.DidChangeConfigurationParams) -> None:
    if params.settings:  # some clients send them; others are asked
        ls.settings = merged(ls.settings, params.settings)
    ls.configure(await ls.settings_now())


async def _folders_changed(ls: Server, _: types.DidChangeWorkspaceFoldersParams) -> None:
    ls.configure(await ls.settings_now())


def _opened(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
    document = params.text_document
    ls.files.put(document.uri, document.language_id, document.version, document.text)


def _changed(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
    document = ls.workspace.get_text_document(params.text_document.uri)
    ls.files.change(document.uri, params.text_document.version, document.source)


def _saved(ls: Server, params: types.DidSaveTextDocumentParams) -> None:
    ls.files.save(params.text_document.uri)


def _closed(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
    if ls.files.remove(params.text_document.uri):
        ls.text_document_publish_diagnostics(types.PublishDiagnosticsParams(params.text_document.uri, []))


def _files_changed(ls: Server, params: types.DidChangeWatchedFilesParams) -> None:
    ls.files.files_changed(path for change in params.changes if (path := path_of(change.uri)))


async def _hover(ls: Server, params: types.HoverParams) -> types.Hover | None:
    if (answered := await _answered(ls, params.text_document.uri)) is None:
        return None
    scheduler, answer = answered
    assert answer.analysis is not None
    formats = _at(ls.client_capabilities, "text_document", "hover", "content_format") or ()
    return hover_at(
        answer.analysis.outcome,
        answer.document.path,
        params.position,
        ls.encoding,
        scheduler.place.client_settings.hover,
        answer.analysis.settings.root,
        ls.uri(answer),
        markdown=types.MarkupKind.Markdown in formats,
    )


async def _actions(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
    uri = params.text_document.uri
    if (answered := await _answered(ls, uri)) is None:
        return []
    scheduler, answer = answered
    assert answer.analysis is not None
    outcome, path = answer.analysis.outcome, answer.document.path
    if path not in outcome.sources:
        return []
    found: list[types.CodeAction] = []
    if _is_wanted(types.CodeActionKind.QuickFix.value, params.context):
        source = outcome.sources[path]
        ends = [offset_of(source, end, ls.encoding) for end in (params.range.start, params.range.end)]
        for finding in fixable_at(outcome, path, Span(*ends)):
            if action := await _quick_fix(ls, finding, scheduler, answer):
                found.append(action)
    if _is_wanted(FIX_ALL, params.context) and (findings := fixable_within(outcome, path)):
        edit = _edit_or_none(findings, answer, ls.client)
        title = "autoawait: apply all safe fixes in this file"
        found += [types.CodeAction(title, FIX_ALL, edit=edit)] if edit else []
    return found


async def _quick_fix(
    ls: Server, finding: Finding, scheduler: DocumentScheduler, answer: DocumentAnalysis
) -> types.CodeAction | None:
    """The action of a finding. Where its fix is not made yet, the edit comes when the action is chosen, if the client
    can resolve it then."""
    assert answer.analysis is not None
    outcome = answer.analysis.outcome
    action = types.CodeAction(
        title_of(finding),
        types.CodeActionKind.QuickFix,
        diagnostics=[diagnostic_of(finding, outcome, ls.encoding, ls.uri(answer))],
        is_preferred=finding.applicability is Applicability.SAFE,
    )
    if finding in outcome.fixed:
        action.edit = _edit_or_none([finding], answer, ls.client)
        return action if action.edit else None
    if _resolves_edits(ls):
        action.data = {
            "uri": answer.document.uri,
            "revision": answer.revision,
            "start": finding.span.start,
            "end": finding.span.end,
        }
        return action
    action.edit = await _unsafe_edit(ls, finding, scheduler)
    return action if action.edit else None


async def _resolve(ls: Server, action: types.CodeAction) -> types.CodeAction:
    data = action.data if isinstance(action.data, dict) else {}
    found = await ls.files.scheduler_of(str(data.get("uri")))
    answer = await found[0].answer(found[1]) if found else None
    if not data or found is None or answer is None or answer.analysis is None:
        raise JsonRpcInvalidParams(f"{action.title}: this fix is out of date")
    if answer.revision != data.get("revision"):
        raise JsonRpcContentModified("the file has changed")
    span = Span(int(data["start"]), int(data["end"]))
    finding = next((f for f in fixable_at(answer.analysis.outcome, found[1], span) if f.span == span), None)
    action.edit = await _unsafe_edit(ls, finding, found[0]) if finding else None
    return action


async def _unsafe_edit(ls: Server, finding: Finding, scheduler: DocumentScheduler) -> types.WorkspaceEdit | None:
    """The edit of an unsafe fix, made and proved for this purpose; None if the proof fails."""
    answer = await scheduler.unsafe(finding.path)
    if answer is None or answer.analysis is None:
        raise JsonRpcContentModified("the file has changed")
    made = counterpart(finding, answer.analysis.outcome)
    edit = _edit_or_none([made], answer, ls.client) if made else None
    if edit is None:
        place = location_of(finding, answer.analysis.outcome)
        where = f"{shown(finding.path, answer.analysis.settings.root)}:{place.line}:{place.column}"
        ls.say(f"{where}: {finding.message}: the fix failed its proof", types.MessageType.Warning)
    return edit


def _shut_down(ls: Server, _: object) -> None:
    ls.was_shut_down = True
    ls.files.close()


async def _answered(ls: Server, uri: str) -> tuple[DocumentScheduler, DocumentAnalysis] | None:
    """The analysis of an open file as it is now, with its scheduler; None if there is none."""
    found = await ls.files.scheduler_of(uri)
    answer = await found[0].answer(found[1]) if found else None
    return (found[0], answer) if found and answer and answer.analysis else None


def _edit_or_none(
    findings: list[Finding], answer: DocumentAnalysis, client: ClientCapabilities
) -> types.WorkspaceEdit | None:
    try:
        return edit_for(findings, answer, client)
    except NoFixError as error:
        logger.warning("no fix: %s", error)
        return None


def _is_wanted(kind: str, context: types.CodeActionContext) -> bool:
    """Whether a client asks for actions of this kind, or of one above it; if it names none it gets all."""
    wishes = [wish.value if isinstance(wish, types.CodeActionKind) else wish for wish in context.only or ()]
    return not wishes or any(kind == wish or kind.startswith(f"{wish}.") for wish in wishes)


def _resolves_edits(ls: Server) -> bool:
    support = _at(ls.client_capabilities, "text_document", "code_action", "resolve_support", "properties")
    return "edit" in (support or ())


def _at(value: object, *names: str) -> Any:  # noqa: ANN401 - whatever a client says of itself
    """The value at the end of a path of attributes; None where one is missing."""
    for name in names:
        value = getattr(value, name, None)
    return value


_FEATURES: tuple[tuple[str, Callable[..., object], object], ...] = (
    (types.INITIALIZE, _initialize, None),
    (types.INITIALIZED, _initialized, None),
    (types.WORKSPACE_DID_CHANGE_CONFIGURATION, _settings_changed, None),
    (types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, _folders_changed, None),
    (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, _files_changed, None),
    (types.TEXT_DOCUMENT_DID_OPEN, _opened, None),
    (types.TEXT_DOCUMENT_DID_CHANGE, _changed, None),
    (types.TEXT_DOCUMENT_DID_SAVE, _saved, None),
    (types.TEXT_DOCUMENT_DID_CLOSE, _closed, None),
    (types.TEXT_DOCUMENT_HOVER, _hover, None),
    (
        types.TEXT_DOCUMENT_CODE_ACTION,
        _actions,
        types.CodeActionOptions([types.CodeActionKind.QuickFix, FIX_ALL], resolve_provider=True),
    ),
    (types.CODE_ACTION_RESOLVE, _resolve, None),
    (types.SHUTDOWN, _shut_down, None),
)
