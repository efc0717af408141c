"""Servers for the edge's tests: one that does on purpose what networks do by chance, one like RT.

`Misbehaving` answers by a function of the test's and can break off at any point. `LikeRT` is such
a function: logins, sessions (locked for a whole REST 1.0 request, as RT's are) and a counter of
what arrived, with RT's own bytes for "I do not know you".
"""
from __future__ import annotations

import base64
import json
import socket
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Callable, Dict, List, Optional, Tuple, Type
from urllib.parse import parse_qs, urlsplit

__all__ = ["LikeRT", "Misbehaving", "Reply", "Seen"]


@dataclass(frozen=True)
class Seen:
    """A request as it arrived; header names are in lower case."""

    method: str
    target: str
    headers: Dict[str, str]
    body: bytes
    connection: int

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def form(self) -> Dict[str, str]:
        return {name: values[0] for name, values in parse_qs(
            self.body.decode("utf-8"), keep_blank_values=True).items()}


@dataclass(frozen=True)
class Reply:
    """An answer, or how it fails.

    ``fault``: ``drop`` closes instead of answering; ``reset`` does so with a TCP reset; ``cut``
    declares the whole length and closes after half; ``cut-chunk`` the same in chunks; ``stall``
    never answers (until the server ends); ``stall-body`` sends half and then nothing;
    ``close-later`` answers, promises to keep the connection, and closes it.
    """

    body: bytes = b""
    status: int = 200
    headers: Tuple[Tuple[str, str], ...] = ()
    fault: str = ""


Answering = Callable[[Seen], Reply]


class Misbehaving:
    """A server on loopback that lives as long as the ``with`` block."""

    def __init__(self, answering: Answering) -> None:
        self.answering = answering
        self.seen: List[Seen] = []
        self.connections = 0
        self.ending = threading.Event()
        self.noting = threading.Lock()
        self._server = _Server(self)
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> "Misbehaving":
        self._thread.start()
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.ending.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def paths(self) -> List[str]:
        """``METHOD target`` of everything that arrived."""
        return [f"{seen.method} {seen.target}" for seen in self.seen]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 50

    def __init__(self, owner: Misbehaving) -> None:
        self.owner = owner
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is nothing to report here; the tests look at the client."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self) -> None:
        super().setup()
        with self.server.owner.noting:
            self.server.owner.connections += 1
            self.number = self.server.owner.connections

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""

    def _any(self) -> None:
        owner = self.server.owner
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = Seen(self.command, self.path, headers, body, self.number)
        with owner.noting:
            owner.seen.append(seen)
        self._answer(owner.answering(seen), owner.ending)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _any

    def _answer(self, reply: Reply, ending: threading.Event) -> None:
        if reply.fault == "stall":
            ending.wait(30)
        if reply.fault in ("drop", "stall", "reset"):
            self._close(reset=reply.fault == "reset")
            return
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        chunked = reply.fault == "cut-chunk"
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        half = reply.body[:len(reply.body) // 2]
        if chunked:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(half), half))
        elif reply.fault in ("cut", "stall-body"):
            self.wfile.write(half)
        elif self.command != "HEAD":
            self.wfile.write(reply.body)
        self.wfile.flush()
        if reply.fault == "stall-body":
            ending.wait(30)
        if reply.fault:
            self._close(reset=False)

    def _close(self, *, reset: bool) -> None:
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                       b"\1\0\0\0\0\0\0\0")
            self.connection.close()
        else:
            self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True


@dataclass
class LikeRT:
    """Answers as RT 5.0.3 does to logins, sessions and credentials; ``work`` does the rest.

    Attributes:
        work: called with the request once RT knows who asks; its reply is the answer.
        users: passwords by name. tokens: user names by token.
        closed: beginnings of paths that a proxy closes with a 403 page.
        stable: False forgets every session at once, so that none can be had.
    """

    work: Answering
    users: Dict[str, str] = field(default_factory=lambda: {"alice": "s3cret"})
    tokens: Dict[str, str] = field(default_factory=dict)
    unprivileged: Tuple[str, ...] = ()
    closed: Tuple[str, ...] = ()
    stable: bool = True
    basic: bool = True
    version: str = "5.0.3"
    logins: List[str] = field(default_factory=list)
    sessions: Dict[str, str] = field(default_factory=dict)
    locks: Dict[str, threading.Lock] = field(default_factory=dict)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, seen: Seen) -> Reply:
        if seen.path.startswith(self.closed) and self.closed:
            return Reply(b"<html>403 Forbidden</html>", 403)
        if seen.path.startswith("/REST/1.0/"):
            return self._rest1(seen)
        if seen.path.startswith("/REST/2.0/"):
            return self._rest2(seen)
        if seen.path == "/NoAuth/Login.html":
            user = self._by_password(seen.form.get("user", ""), seen.form.get("pass", ""))
            return Reply(b"<html>welcome, or not</html>", headers=self._cookie(user))
        if seen.path == "/NoAuth/Logout.html":
            self.sessions.pop(self._sid(seen), None)
            return Reply(b"<html>bye</html>")
        return Reply(b"<html>404</html>", 404)

    def expire(self) -> None:
        """Forget all sessions, as RT does after a time."""
        self.sessions.clear()

    def _by_password(self, user: str, password: str) -> Optional[str]:
        with self.guard:
            self.logins.append(user)
        return user if self.users.get(user) == password else None

    def _by_token(self, seen: Seen) -> Optional[str]:
        word, _, token = seen.headers.get("authorization", "").partition(" ")
        return self.tokens.get(token) if word == "token" else None

    def _cookie(self, user: Optional[str]) -> Tuple[Tuple[str, str], ...]:
        with self.guard:
            sid = f"{len(self.locks) + 1:032x}"
            self.locks[sid] = threading.Lock()
            if user is not None and self.stable:
                self.sessions[sid] = user
        return (("Set-Cookie", f"RT_SID_example.org.80={sid}; path=/; secure; HttpOnly"),)

    def _sid(self, seen: Seen) -> str:
        for pair in seen.headers.get("cookie", "").split("; "):
            name, _, value = pair.partition("=")
            if name == "RT_SID_example.org.80":
                return value
        return ""

    def _rest1(self, seen: Seen) -> Reply:
        sid = self._sid(seen)
        user = self.sessions.get(sid)
        headers: Tuple[Tuple[str, str], ...] = ()
        if user is None:
            if "pass" in seen.form:
                user = self._by_password(seen.form["user"], seen.form["pass"])
                said = b"" if user else b"\nYour username or password is incorrect\n"
            else:
                user, said = self._by_token(seen), b""
            headers = self._cookie(user)
            if user is None:
                status = f"RT/{self.version} 401 Credentials required\n".encode()
                return Reply(status + said, headers=headers)
        if user in self.unprivileged:
            return Reply(b"", 302, (("Location", "http://elsewhere/SelfService/"), *headers))
        if seen.path == "/REST/1.0/logout":
            self.sessions.pop(sid, None)
            return Reply(f"RT/{self.version} 200 Ok\n".encode())
        if seen.path == "/REST/1.0/":
            said = b"\n# Invalid object specification: ''\n\nid: \n\n"
            return Reply(f"RT/{self.version} 200 Ok\n".encode() + said, headers=headers)
        with self.locks[sid] if sid in self.locks else threading.Lock():
            reply = self.work(seen)
        return Reply(reply.body, reply.status, (*reply.headers, *headers), reply.fault)

    def _rest2(self, seen: Seen) -> Reply:
        user = self.sessions.get(self._sid(seen)) or self._by_token(seen)
        word, _, pair = seen.headers.get("authorization", "").partition(" ")
        if user is None and word == "Basic" and self.basic:
            user = self._by_password(*base64.b64decode(pair).decode().split(":", 1))
        if user is None:
            if "cookie" in seen.headers:
                return Reply(b"Login required", 302, (("Location", "/"),))
            return Reply(b'{"message":"Unauthorized"}', 401)
        if seen.path == "/REST/2.0/rt":
            return Reply(json.dumps({"Version": self.version}).encode())
        return self.work(seen)
