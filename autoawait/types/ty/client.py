"""The type engine based on ty: one ``ty server`` child process, asked over the Language Server Protocol."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

from autoawait.project.file_uris import path_of, uri_of
from autoawait.project.source import Spot
from autoawait.types.engine import Checked, CheckerDiagnostic, EngineError, TypeFact
from autoawait.types.environment import Environment
from autoawait.types.ty.executable import find_ty, supported_range, version_problem
from autoawait.types.ty.json_rpc import Connection, ConnectionLostError, Message
from autoawait.types.ty.wording import expected_type, fact_of, found_kind, says_busy, says_unreachable, suggests_async

_BOM = b"\xef\xbb\xbf"
_WARNING, _HINT = 2, 4  # severities; 1 is an error
_CREATED, _CHANGED, _DELETED = 1, 2, 3  # of a watched file
# RequestFailed; ServerCancelled and ContentModified. The first has other uses, so its message is read as well.
_FAILED, _AGAIN = -32803, frozenset({-32802, -32801})
_NOTHING = TypeFact()


class TyEngine:
    """See TypeEngine. Files outside ``root``, or excluded by the project's ty settings, get no diagnostics; a file that
    is not UTF-8 needs an overlay.

    ``timeout`` is the longest wait without any answer, in seconds; ``window`` limits the pending questions; ``command``
    starts another server with the same protocol. The constructor starts the server without waiting for it. A server
    that dies is restarted once.
    """

    def __init__(
        self,
        root: Path,
        environment: Environment,
        *,
        timeout: float = 60,
        window: int = 64,
        command: Sequence[str] | None = None,
    ) -> None:
        self.refused = 0  # questions that the server answered with an error, such as a panic
        self._root = root.absolute()
        self._environment = environment
        self._timeout = timeout
        self._window = window
        self._command = tuple(command) if command else (find_ty(), "server")
        self._overlays: dict[Path, str] = {}
        self._version = 0
        self._crashes = 0
        self._closed = ""
        self._connection, self._greeting = self._start()

    def __enter__(self) -> TyEngine:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The process id of the server; a restart changes it."""
        return self._connection.pid

    def facts(self, spots: Sequence[Spot]) -> list[TypeFact]:
        """See TypeEngine.

        Where it can, ty takes a position to mean the token that ends there (``i`` at the ``]`` of ``fs[i]``). The range
        in its answer shows this; it is then asked again one column further.
        """
        unique = list(dict.fromkeys(spots))
        facts = self._facts(unique, 0, _covers)
        facts |= self._facts([spot for spot in unique if spot not in facts], 1, _ends)
        return [facts.get(spot, _NOTHING) for spot in spots]

    def definitions(self, spots: Sequence[Spot]) -> list[tuple[Spot, ...]]:
        """See TypeEngine."""
        return self._locations("textDocument/definition", spots)

    def type_definitions(self, spots: Sequence[Spot]) -> list[tuple[Spot, ...]]:
        """See TypeEngine."""
        return self._locations("textDocument/typeDefinition", spots)

    def check(self, paths: Sequence[Path]) -> list[Checked]:
        """See TypeEngine."""
        unique = list(dict.fromkeys(paths))
        reports = self._ask("textDocument/diagnostic", [{"textDocument": {"uri": uri_of(path)}} for path in unique])
        checked = {path: self._checked(path, report) for path, report in zip(unique, reports, strict=True)}
        return [checked[path] for path in paths]

    def prepare(self, spots: Sequence[Spot]) -> None:
        """See TypeEngine. ty infers a function as a whole and caches the result."""
        if not self._closed:
            self._connection.hint("textDocument/hover", [self._place(spot) for spot in spots])

    def overlay(self, path: Path, text: str) -> None:
        """See TypeEngine. Other modules cannot import a module that is not on disk, even if it has an overlay."""
        if self._overlays.get(path) == text:
            return
        self._version += 1
        opened = path in self._overlays
        self._overlays[path] = text
        if self._greeting is None:
            self._cover(path, opened)

    def uncover(self, path: Path) -> None:
        """See TypeEngine."""
        if self._overlays.pop(path, None) is None or self._greeting is not None:
            return
        document = {"uri": uri_of(path)}
        self._connection.notify("textDocument/didClose", {"textDocument": document})
        self._connection.notify("workspace/didChangeWatchedFiles", {"changes": [{**document, "type": _CHANGED}]})

    def cover_only(self, texts: Mapping[Path, str]) -> None:
        """Use these texts for these files, and the text on disk for all others."""
        for path in self._overlays.keys() - texts.keys():
            self.uncover(path)
        for path, text in texts.items():
            self.overlay(path, text)

    def reread(self, created: Iterable[Path], changed: Iterable[Path], deleted: Iterable[Path]) -> None:
        """Report files created, changed or deleted on disk; the server does not watch them itself."""
        kinds = ((created, _CREATED), (changed, _CHANGED), (deleted, _DELETED))
        changes = [{"uri": uri_of(path), "type": kind} for paths, kind in kinds for path in paths]
        if changes:
            _bom_at.cache_clear()
            self._connection.notify("workspace/didChangeWatchedFiles", {"changes": changes})

    def close(self) -> None:
        """See TypeEngine."""
        self._closed = self._closed or "the type engine is closed"
        self._connection.close()

    def _facts(
        self, spots: Sequence[Spot], offset: int, fits: Callable[[Message, Message], bool]
    ) -> dict[Spot, TypeFact]:
        """The facts about those spots for which the answer is about the position asked, ``offset`` columns further."""
        places = [self._place(spot, offset) for spot in spots]
        hovers = self._ask("textDocument/hover", places)
        return {
            spot: fact_of(hover["contents"]["value"])
            for spot, place, hover in zip(spots, places, hovers, strict=True)
            if hover and fits(hover, place)
        }

    def _locations(self, method: str, spots: Sequence[Spot]) -> list[tuple[Spot, ...]]:
        unique = list(dict.fromkeys(spots))
        answers = self._ask(method, [self._place(spot) for spot in unique])
        found = {spot: self._spots(answer) for spot, answer in zip(unique, answers, strict=True)}
        return [found[spot] for spot in spots]

    def _ask(self, method: str, questions: Sequence[Message]) -> list[Any]:
        """The result of each question; None for one that failed."""
        answers: dict[int, Message] = {}
        while len(answers) < len(questions):
            self._greet_and(
                lambda: self._connection.ask(
                    method, questions, answers, window=self._window, timeout=self._timeout, is_busy=_is_busy
                )
            )
        self.refused += sum("error" in answer for answer in answers.values())
        return [answers[index].get("result") for index in range(len(questions))]

    def _greet_and(self, ask: Callable[[], None]) -> None:
        """Call ``ask`` once the server is ready; restart the server if it dies for the first time."""
        if self._closed:
            raise EngineError(self._closed)
        try:
            self._greet()
            ask()
        except ConnectionLostError as lost:
            if self._closed:  # by another thread, while we waited
                raise EngineError(self._closed) from None
            self._connection.close()
            self._crashes += 1
            if self._crashes > 1:
                raise self._failure(f"the type engine (ty) died twice: {lost}") from None
            self._connection, self._greeting = self._start()
        except TimeoutError:
            words = self._connection.last_words()
            message = f"the type engine (ty) did not answer within {self._timeout:g} seconds"
            raise self._failure(f"{message}\n{words}" if words else message) from None

    def _failure(self, message: str) -> EngineError:
        self._closed = message
        self._connection.close()
        return EngineError(message)

    def _start(self) -> tuple[Connection, int | None]:
        """A new server, and the id of the pending ``initialize`` request."""
        try:
            connection = Connection(self._command, self._root)
        except OSError as error:
            raise EngineError(f"the type engine (ty) cannot be started: {error}") from None
        greeting = connection.post("initialize", self._greeting_words())
        connection.notify("initialized", {})
        return connection, greeting

    def _greeting_words(self) -> Message:
        python = self._environment.python
        # Otherwise a file that git ignores would get diagnostics only as an overlay.
        settings: Message = {"src": {"respect-ignore-files": False}}
        if python:
            settings["environment"] = {"python": str(python)}
        return {
            "processId": os.getpid(),
            "clientInfo": {"name": "autoawait"},
            "rootUri": uri_of(self._root),
            "workspaceFolders": [{"uri": uri_of(self._root), "name": self._root.name}],
            "capabilities": {
                "general": {"positionEncodings": ["utf-8"]},
                # Pull diagnostics, so that none are pushed.
                "textDocument": {"hover": {"contentFormat": ["plaintext"]}, "diagnostic": {}},
            },
            # So that files can be checked without opening them.
            "initializationOptions": {"configuration": settings, "diagnosticMode": "workspace"},
        }

    def _greet(self) -> None:
        """Wait until the server is ready, check its version, and send it the overlays."""
        if self._greeting is None:
            return
        reply = self._connection.reply_to(self._greeting, self._timeout)
        if "error" in reply:
            raise self._failure(f"the type engine (ty) refused to start: {reply['error'].get('message')}")
        said = reply.get("result") or {}
        if said.get("capabilities", {}).get("positionEncoding") != "utf-8":
            raise self._failure("the type engine (ty) does not count columns in UTF-8 bytes")
        if problem := version_problem(said.get("serverInfo", {}).get("version", ""), supported_range()):
            raise self._failure(problem)
        self._greeting = None
        for path in self._overlays:
            self._cover(path, opened=False)

    def _cover(self, path: Path, opened: bool) -> None:
        document = {"uri": uri_of(path), "version": self._version}
        text = self._overlays[path]
        if opened:
            change = {"textDocument": document, "contentChanges": [{"text": text}]}
            self._connection.notify("textDocument/didChange", change)
        else:
            opening = {"textDocument": {**document, "languageId": "python", "text": text}}
            self._connection.notify("textDocument/didOpen", opening)

    def _checked(self, path: Path, report: Message | None) -> Checked:
        items = (report or {}).get("items", ())
        return Checked(
            tuple(self._complaint(path, item) for item in items if item.get("severity", 1) <= _WARNING),
            tuple(
                self._ends_of(path, item)
                for item in items
                if item.get("severity") == _HINT and says_unreachable(item["message"])
            ),
        )

    def _complaint(self, path: Path, item: Message) -> CheckerDiagnostic:
        message = item["message"]
        return CheckerDiagnostic(
            path,
            *self._ends_of(path, item),
            code=str(item.get("code") or ""),
            message=message,
            found=found_kind(message),
            expected=expected_type(message),
            suggests_async=suggests_async(message),
            is_error=item.get("severity", 1) < _WARNING,
        )

    def _ends_of(self, path: Path, item: Message) -> tuple[Spot, Spot]:
        return self._spot(path, item["range"]["start"]), self._spot(path, item["range"]["end"])

    def _spots(self, answer: Message | list[Message] | None) -> tuple[Spot, ...]:
        """The spots in an answer, sorted, as their order in ty's answers varies."""
        found = [answer] if isinstance(answer, dict) else answer or ()
        spots = {
            self._spot(path, location["range"]["start"])
            for location in found
            if (path := path_of(location["uri"])) is not None
        }
        return tuple(sorted(spots))

    def _place(self, spot: Spot, offset: int = 0) -> Message:
        column = spot.column + offset + (self._margin(spot.path) if spot.line == 1 else 0)
        return {"textDocument": {"uri": uri_of(spot.path)}, "position": {"line": spot.line - 1, "character": column}}

    def _spot(self, path: Path, position: Message) -> Spot:
        line, column = position["line"], position["character"]
        return Spot(path, line + 1, max(0, column - self._margin(path)) if line == 0 else column)

    def _margin(self, path: Path) -> int:
        """The number of bytes that ty counts before the first line of SourceFile.body."""
        return 0 if path in self._overlays else _bom_at(path)


def _is_busy(reply: Message) -> bool:
    error = reply.get("error", {})
    code = error.get("code")
    return code in _AGAIN or (code == _FAILED and says_busy(error.get("message", "")))


def _covers(hover: Message, place: Message) -> bool:
    """Whether an answer is about the token at the position, not one that ends there."""
    return "range" not in hover or _order(hover["range"]["end"]) > _order(place["position"])


def _ends(hover: Message, place: Message) -> bool:
    return bool(hover.get("range", {}).get("end") == place["position"])


def _order(position: Message) -> tuple[int, int]:
    return position["line"], position["character"]


@cache
def _bom_at(path: Path) -> int:
    """The length of a file's byte order mark, 0 if it has none."""
    try:
        with path.open("rb") as file:
            return len(_BOM) if file.read(len(_BOM)) == _BOM else 0
    except OSError:
        return 0
