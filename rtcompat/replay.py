"""Recordings of requests and answers: made by one ``send``, given back by another. No network.

A recording is a file of exchanges, each a line of JSON (the request without its credentials; the
answer's status, headers and size), the answer's body byte for byte, and a newline. Bodies that
were sent are kept as digests: enough to see that the same is asked again, nothing to leak.
"""
from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Dict, Iterable, List, Mapping, Tuple, Union
from urllib.parse import urlencode

from rtcompat.exchange import NO_JSON, Part, Request, Response, Send, Sink, relative_to

__all__ = ["Recorded", "Unrecorded", "answers_from", "canned", "describe", "read_recording",
           "recording", "replaying"]

#: Parameters by which RT is logged in to; never recorded, not even in a digest.
_SECRET_FIELDS = frozenset(["user", "pass", "token"])

#: Headers of an answer that are no part of what it says.
_UNKEPT_HEADERS = frozenset(["set-cookie", "date", "server", "connection", "keep-alive",
                             "transfer-encoding", "content-encoding"])


class Unrecorded(LookupError):
    """A request that the recording does not hold, or not at this place.

    No `RTError`: an operation that resolves a lost answer must not take it for one.
    """


@dataclass(frozen=True)
class Recorded:
    """One exchange.

    Attributes:
        status: the HTTP status.
        content: the answer's body.
        headers: the answer's, by lower-case name.
        request: what was asked, as `describe` gives it; empty for answers to anything.
        server: base URL of the site that answered.
    """

    status: int
    content: bytes
    headers: Mapping[str, str]
    request: Mapping[str, Any]
    server: str = ""


def describe(request: Request, base: str = "") -> Dict[str, Any]:
    """A request as plain data: without credentials, bodies as digests.

    Args:
        request: its open files are read and put back to where they stood.
        base: what its path is relative to (``REST/1.0/``).

    Returns:
        ``method`` and ``path``; ``query`` as list of pairs, ``form``, ``parts`` and ``json`` where
        the request has them: field names, file names and types as they are, contents as digests.
    """
    shown: Dict[str, Any] = {"method": request.method, "path": base + request.path}
    if request.query:
        shown["query"] = [list(pair) for pair in request.query if pair[0] not in _SECRET_FIELDS]
    if request.form is not None:
        shown["form"] = [[name, _digest(value.encode("utf-8", "surrogatepass"))]
                         for name, value in request.form if name not in _SECRET_FIELDS]
    if request.parts:
        shown["parts"] = [[part.name, part.filename, part.content_type, _digest(_bytes(part))]
                          for part in request.parts if part.name not in _SECRET_FIELDS]
    if request.json is not NO_JSON:
        text = json.dumps(request.json, sort_keys=True)
        shown["json"] = _digest(text.encode("ascii"))
    return shown


def recording(send: Send, path: Union[str, Path], *, base: str = "") -> Send:
    """A ``send`` that asks ``send`` and appends each exchange to a file.

    Args:
        send: answers the requests.
        path: the file; made if it is not there.
        base: what the requests' paths are relative to (``REST/1.0/``); recorded with them.

    Failures are not recorded. A body that goes into a sink is held in memory for that.
    """
    writing = threading.Lock()

    def record(request: Request) -> Response:
        asked = describe(request, base)
        tap = _Tap()
        response = send(request if request.sink is None else replace(request, sink=tap))
        content = bytes(tap.content) if response.sunk else response.content
        headers = {name: value for name, value in response.headers.items()
                   if name not in _UNKEPT_HEADERS}
        head = {"request": asked, "status": response.status, "headers": headers,
                "size": len(content), "server": response.server}
        line = json.dumps(head, sort_keys=True).encode("ascii")
        with writing, open(path, "ab") as file:
            file.write(line + b"\n" + content + b"\n")
        whole = replace(response, content=content, sunk=False)
        return whole if request.sink is None else _into(request.sink, whole)
    return record


def read_recording(path: Union[str, Path]) -> Tuple[Recorded, ...]:
    """The exchanges of a file that `recording` wrote.

    Raises:
        ValueError: the file is not a recording, or is cut off.
    """
    exchanges: List[Recorded] = []
    with open(path, "rb") as file:
        for line in file:
            head = json.loads(line)
            content = file.read(head["size"])
            if len(content) < head["size"] or file.read(1) != b"\n":
                raise ValueError(f"{path}: exchange {len(exchanges) + 1} is cut off")
            exchanges.append(Recorded(head["status"], content, head["headers"], head["request"],
                                      head.get("server", "")))
    return tuple(exchanges)


def replaying(path: Union[str, Path], *, base: str = "") -> Send:
    """A ``send`` that gives a recording's answers, in its order and to the same requests only.

    Raises, when asked anything else or anything more, `Unrecorded` with both requests in it.
    """
    waiting = list(read_recording(path))
    taking = threading.Lock()

    def replay(request: Request) -> Response:
        asked = describe(request, base)
        with taking:
            if not waiting:
                raise Unrecorded(f"{path}: nothing is left to answer {_words(asked)}")
            if waiting[0].request != asked:
                raise Unrecorded(f"{path}: {_words(asked)} was asked, "
                                 f"{_words(waiting[0].request)} is recorded")
            found = waiting.pop(0)
        return _answer(found, request, base)
    return replay


def answers_from(exchanges: Iterable[Recorded], *, base: str = "") -> Send:
    """A ``send`` that answers by what is asked, in any order and as often as it is asked.

    A request recorded several times gets those answers in turn, and the last one from then on.
    """
    answers: Dict[str, List[Recorded]] = {}
    for exchange in exchanges:
        answers.setdefault(_words(exchange.request), []).append(exchange)
    taking = threading.Lock()

    def answer(request: Request) -> Response:
        asked = _words(describe(request, base))
        with taking:
            found = answers.get(asked)
            if not found:
                raise Unrecorded(f"not recorded: {asked}")
            exchange = found.pop(0) if len(found) > 1 else found[0]
        return _answer(exchange, request, base)
    return answer


def canned(answers: Mapping[Tuple[str, str], Union[bytes, Recorded]], *, base: str = "",
           server: str = "") -> Send:
    """A ``send`` that answers by method and path, whatever the request's body.

    Args:
        answers: by (method, path), the path with base and, where that matters, with
            ``?name=value`` in the request's order. Bytes stand for HTTP 200 with that body.
        base: what the requests' paths are relative to.
        server: URL for the responses.
    """
    def answer(request: Request) -> Response:
        path = base + request.path
        query = f"{path}?{urlencode(request.query)}" if request.query else path
        found = answers.get((request.method, query))
        if found is None:
            found = answers.get((request.method, path))
        if found is None:
            raise Unrecorded(f"no answer is given for {request.method} {query}")
        if isinstance(found, bytes):
            found = Recorded(200, found, {}, {}, server)
        return _answer(found, request, base)
    return answer


class _Tap:
    """A sink that keeps the body, for the recording."""

    def __init__(self) -> None:
        self.content = bytearray()

    def start(self, status: int, headers: Mapping[str, str]) -> bool:
        self.content.clear()
        return True

    def feed(self, chunk: bytes) -> None:
        self.content += chunk

    def finish(self) -> None:
        """Nothing is left to do: `recording` reads the content."""

    def abandon(self) -> None:
        self.content.clear()


def _answer(exchange: Recorded, request: Request, base: str) -> Response:
    response = Response(exchange.status, exchange.headers, exchange.content,
                        relative_to(request, base), exchange.server)
    return response if request.sink is None else _into(request.sink, response)


def _into(sink: Sink, response: Response) -> Response:
    """Give a whole answer to a sink, as the transport does with one that arrives."""
    if not sink.start(response.status, response.headers):
        return response
    try:
        sink.feed(response.content)
        sink.finish()
    except BaseException:
        sink.abandon()
        raise
    return replace(response, content=b"", sunk=True)


def _words(asked: Mapping[str, Any]) -> str:
    rest = {key: value for key, value in asked.items() if key not in ("method", "path")}
    return " ".join([str(asked.get("method")), str(asked.get("path")),
                     *([json.dumps(rest, sort_keys=True)] if rest else [])])


def _digest(content: bytes) -> str:
    return f"{len(content)}:{hashlib.sha256(content).hexdigest()[:16]}"


def _bytes(part: Part) -> bytes:
    if isinstance(part.content, bytes):
        return part.content
    place = part.content.tell()
    content = part.content.read()
    part.content.seek(place)
    return content
