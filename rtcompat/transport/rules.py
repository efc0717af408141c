"""What every way of sending shares: how a request looks, how often it is tried, what becomes of its
answer, what is told of it. No HTTP library; `Transport` and its awaiting counterparts stand on it.

Repeating is decided by `Request.effect`. A read is tried again, twice at most, when its
connection failed or broke or a gateway answered 502, 503 or 504; not when time ran out. A write
is sent once, on a connection of its own: one kept alive may be half dead, and then nobody could
tell whether the request had been seen.
"""
from __future__ import annotations

import logging
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from types import TracebackType
from typing import (Any, Callable, Dict, Generator, Iterator, List, Mapping, NamedTuple, Optional,
                    Sequence, Tuple, Type, Union)

from rtcompat.errors import ConnectFailed, OutcomeUnknown, TransportError, Truncated
from rtcompat.exchange import Request, Response, Sink
from rtcompat.transport.bodies import (checked_header, checked_path, compose_body, encoded,
                                       rewinder, site_url)
from rtcompat.transport.settings import checked_timeout, checked_verify

__all__ = ["Answer", "Attempt", "Call", "Composed", "Divert", "Pause", "RETRIES", "Reception",
           "Rules"]

_log = logging.getLogger("rtcompat.transport")

#: Told the status, the headers and the first bytes of an answer that has a sink; True keeps the
#: answer away from the sink and has it read into `Response.content` instead.
Divert = Callable[[int, Mapping[str, str], bytes], bool]

#: Seconds between the tries of a read.
_PAUSES = (0.1, 0.4)

#: How often a read is tried again at most.
RETRIES = len(_PAUSES)

#: What a gateway says for a server behind it that is restarting or gone.
_GATEWAY = (502, 503, 504)

#: How much of an answer `Divert` gets to see, unless it is shorter.
_HEAD = 256


class Answer(NamedTuple):
    """One HTTP answer.

    Attributes:
        response: as handed on to operations.
        set_cookies: the values of its Set-Cookie headers, in order; secrets.
    """

    response: Response
    set_cookies: Tuple[str, ...]


@dataclass(frozen=True)
class Call:
    """What a transport's ``send`` is asked for by rules that do not send themselves.

    Attributes:
        site: the site's base URL. The rest: the arguments of `Transport.send`.
    """

    site: str
    request: Request
    base: str = ""
    headers: Tuple[Tuple[str, str], ...] = ()
    retries: int = RETRIES
    divert: Optional[Divert] = None


class Pause(NamedTuple):
    """A step of `Rules.trying`: wait before the next try."""

    seconds: float


class Attempt:
    """What became of one try: whether the server itself was reached, whether a byte of the request
    left, and whether a sink took any. Another thread may break it off."""

    def __init__(self) -> None:
        self.connecting = False
        self.reached = False
        self.left = False
        self.sinking = False
        self.aborted = False
        self._socket: Optional[socket.socket] = None
        self._deciding = threading.Lock()

    def leaving(self, through: Optional[socket.socket] = None) -> None:
        """Note that a byte is about to leave.

        Raises: ConnectionAbortedError: it was broken off before; nothing may leave any more.
        """
        with self._deciding:
            if self.aborted:
                raise ConnectionAbortedError("cancelled before it was sent")
            self.left = True
            self._socket = through

    def abort(self, writing: bool) -> bool:
        """Break it off, unless it is a write of which a byte has left; whether it was."""
        with self._deciding:
            if writing and self.left:
                return False
            self.aborted = True
            if self._socket is not None:
                try:
                    # The socket's own: TLS would be ended politely, in a thread that is reading.
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
                except OSError:
                    pass  # closed already: its thread is past reading
            return True


class Composed(NamedTuple):
    """A request as HTTP has it; ``body`` is None, bytes, or has ``read(size)`` and ``len``."""

    method: str
    url: str
    headers: Dict[str, str]
    body: Any


class Rules:
    """What a transport of one site does by rule. See `Transport` for the arguments."""

    def __init__(self, url: str, *, verify: Union[bool, str] = True,
                 timeout: Union[float, Tuple[float, float]] = (10.0, 60.0), auth: Any = None,
                 user_agent: Optional[str] = None, max_body: int = 512 * 1024 * 1024) -> None:
        self.url = site_url(url)
        self.has_auth = auth is not None
        self._verify = checked_verify(verify)
        self._timeout = checked_timeout(timeout)
        self._answered = False
        self._max_body = max_body
        self._headers = (("User-Agent", user_agent or _own_name()), ("Accept", "*/*"))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"

    def _composed(self, request: Request, headers: Sequence[Tuple[str, str]]) -> Composed:
        content, content_type = compose_body(request)
        merged = dict(self._headers)
        if request.effect != "read":
            merged["Connection"] = "close"
        for name, value in (*headers, *request.headers):
            merged[name] = checked_header(name, value)
        if content_type is not None:
            merged["Content-Type"] = content_type
        url = f"{self.url}/{checked_path(request.path)}"
        if request.query:
            url += "?" + encoded(request.query)
        return Composed(request.method, url, merged, content)

    def _trying(self, request: Request,
                retries: int) -> Generator[Union[Pause, Attempt], Optional[Answer], Answer]:
        """Yields each try, to be answered, and the pauses between them; returns the answer."""
        rewind = rewinder(request)
        for pause in _PAUSES[:retries] if request.effect == "read" else ():
            attempt = Attempt()
            try:
                answer = yield attempt
                assert answer is not None
                if answer.response.status not in _GATEWAY:
                    return answer
            except (ConnectFailed, Truncated):
                if attempt.sinking:
                    raise
            yield Pause(pause)
            rewind()
        last = yield Attempt()
        assert last is not None
        return last

    @contextmanager
    def _told(self, request: Request, attempt: Attempt) -> Iterator[List[str]]:
        """Around one try: says where a failure happened, makes one that leaves a write's outcome
        open `OutcomeUnknown`, and logs. The status goes into the list given."""
        began = time.monotonic()
        outcome: List[str] = []
        try:
            yield outcome
        except TransportError as failure:
            outcome[:] = [type(failure).__name__]
            failure.request, failure.server = request.line, self.url
            if request.effect == "read" or not attempt.left:
                raise
            raise OutcomeUnknown(
                f"{request.about or 'this write'} may have been carried out: {failure.what}",
                request=request.line, server=self.url) from failure
        finally:
            _log.debug("%s: %s, %.0f ms", request.line, "".join(outcome) or "failed",
                       1000 * (time.monotonic() - began))


class Reception:
    """Takes one answer as it arrives: into the request's sink, or into memory.

    Used as a context: whatever ends it early abandons a sink that has begun.

    Args:
        divert: see `Divert`. max_body: bytes that are read into memory at most.
    """

    def __init__(self, request: Request, server: str, attempt: Attempt,
                 divert: Optional[Divert], max_body: int) -> None:
        self._request, self._server, self._attempt = request, server, attempt
        self._divert, self._max_body = divert, max_body
        self._sink: Optional[Sink] = None
        self._decided = False
        self._parts: List[bytes] = []
        self._size = 0
        self._status = 0
        self._headers: Mapping[str, str] = {}

    def __enter__(self) -> Reception:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        if error is not None and self._sink is not None:
            self._sink.abandon()

    def head(self, status: int, headers: Mapping[str, str]) -> None:
        """The status and the headers, Set-Cookie among them or not."""
        self._status = status
        self._headers = {name.lower(): value for name, value in headers.items()
                         if name.lower() != "set-cookie"}
        if self._request.sink is None or self._divert is None:
            self._decide()

    def feed(self, chunk: bytes) -> None:
        """The next bytes of the body.

        Raises: TransportError: it is too large for memory; what the sink raises.
        """
        if self._sink is not None:
            self._sink.feed(chunk)
            return
        self._parts.append(chunk)
        self._size += len(chunk)
        if not self._decided and self._size >= _HEAD:
            self._decide()
        if self._sink is None and self._size > self._max_body:
            raise TransportError(f"the answer is larger than {self._max_body} bytes",
                                 advice="save it into a file, or raise max_body")

    def end(self) -> Response:
        """The answer, after its last byte."""
        if not self._decided:
            self._decide()
        if self._sink is not None:
            self._sink.finish()
            return Response(self._status, self._headers, b"", self._request, self._server,
                            sunk=True)
        return Response(self._status, self._headers, b"".join(self._parts), self._request,
                        self._server)

    def _decide(self) -> None:
        """Who takes the body, by its beginning."""
        self._decided = True
        sink = self._request.sink
        if sink is None:
            return
        first = b"".join(self._parts)
        if self._divert is not None and self._divert(self._status, self._headers, first):
            return
        if sink.start(self._status, self._headers):
            self._sink, self._attempt.sinking, self._parts = sink, True, []
            if first:
                sink.feed(first)


def _own_name() -> str:
    """``rtcompat/0.1.0``; without the number where the package runs from its sources."""
    try:
        return f"rtcompat/{metadata.version('rtcompat')}"
    except metadata.PackageNotFoundError:
        return "rtcompat"
