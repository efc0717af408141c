"""A small HTTP server that answers as told and keeps what it was asked."""
from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Callable, Dict, List, Optional, Tuple, Type

__all__ = ["Asked", "Said", "Stage"]


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    headers: Dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Said:
    """One answer. ``drop`` reads the request and closes without a byte."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/html"
    headers: Tuple[Tuple[str, str], ...] = ()
    drop: bool = False
    wait: Optional[threading.Event] = field(default=None)


class Stage:
    """``with Stage(play) as stage``: play gets each `Asked` and gives a `Said`."""

    def __init__(self, play: Callable[[Asked], Said]) -> None:
        self.asked: List[Asked] = []
        stage = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                asked = Asked(self.command, self.path,
                              {name.lower(): value for name, value in self.headers.items()},
                              self.rfile.read(length))
                stage.asked.append(asked)
                said = play(asked)
                if said.wait is not None:
                    said.wait.wait(30)
                if said.drop:
                    self.close_connection = True
                    return
                self.send_response(said.status)
                for name, value in said.headers:
                    self.send_header(name, value)
                self.send_header("Content-Type", said.content_type)
                self.send_header("Content-Length", str(len(said.body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(said.body)

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _answer

            def log_message(self, format: str, *args: object) -> None:
                return

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                return

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> Stage:
        self._thread.start()
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def lines(self) -> List[str]:
        """``METHOD /path`` of each request, in order."""
        return [f"{one.method} {one.path}" for one in self.asked]
