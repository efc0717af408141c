"""Requests, responses and the operations that are made of them. No RT, no HTTP library.

An operation is a generator: it yields a `Request`, is sent the `Response`, and returns its
result. `run` drives one with a blocking ``send``, `run_async` with an awaiting one (`driving`).
"""
from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from pathlib import Path
from typing import (IO, Any, Awaitable, Callable, Generator, Literal, Mapping, Optional, Protocol,
                    Tuple, TypeVar, Union)

from rtcompat.driving import run, run_async
from rtcompat.errors import UsageError

__all__ = ["Effect", "Part", "Request", "Response", "Sink", "FileSink", "Operation", "Send",
           "AsyncSend", "run", "run_async", "WouldSend", "NO_JSON", "relative_to"]

T = TypeVar("T")

#: What sending it twice would do. ``read``: nothing, it may be repeated and passes a dry run.
#: ``write``: the record ends up the same; repeated on the signed-out answer, or once after a lost
#: answer when a read shows that nothing was done. ``write-once``: it would be done twice
#: (create, reply, comment, add_time); repeated on the signed-out answer only.
Effect = Literal["read", "write", "write-once"]


class _NoJSON:
    def __repr__(self) -> str:
        return "NO_JSON"

    def __reduce__(self) -> str:
        return "NO_JSON"


#: In `Request.json`: there is no JSON body.
NO_JSON = _NoJSON()


@dataclass(frozen=True)
class Part:
    """One part of a multipart/form-data body.

    Attributes:
        name: the form field's name.
        content: bytes, or an open binary file that can be rewound (seek); it is streamed.
        filename: None for a plain field.
        content_type: None lets the transport leave it out.
    """

    name: str
    content: Union[bytes, IO[bytes]]
    filename: Optional[str] = None
    content_type: Optional[str] = None


class Sink(Protocol):
    """Where a streamed body goes: `start` sees status and headers first and may refuse by raising.

    `start` returning False lets the body be read into `Response.content` instead (an error's
    text). `finish` is called after the last byte, `abandon` when the body broke off.
    """

    def start(self, status: int, headers: Mapping[str, str]) -> bool: ...

    def feed(self, chunk: bytes) -> None: ...

    def finish(self) -> None: ...

    def abandon(self) -> None: ...


@dataclass(frozen=True)
class Request:
    """What an operation asks for.

    Attributes:
        method: ``GET``, ``POST``, ``PUT``, ``DELETE``, ``HEAD``.
        path: relative to the protocol's base (``ticket/7/show``), percent-encoded, no query.
        query: pairs for the URL. Never a secret.
        form: pairs for an urlencoded body.
        parts: parts of a multipart body; excludes form and json.
        json: a value for a JSON body; `NO_JSON` where there is none (None is ``null``).
        headers: pairs; never a secret.
        effect: see `Effect`; set by the operation, never guessed from the method.
        sink: takes the body of the answer as it arrives.
        about: a few words for messages and dry runs (``edit ticket 7``).
    """

    method: str
    path: str
    query: Tuple[Tuple[str, str], ...] = ()
    # A new password stands in a body.
    form: Optional[Tuple[Tuple[str, str], ...]] = attribute(default=None, repr=False)
    parts: Tuple[Part, ...] = attribute(default=(), repr=False)
    json: Any = attribute(default=NO_JSON, repr=False)
    headers: Tuple[Tuple[str, str], ...] = ()
    effect: Effect = "read"
    sink: Optional[Sink] = None
    about: str = ""

    @property
    def line(self) -> str:
        """``METHOD path``: the request line for messages. Holds no query and no body."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Response:
    """What came back.

    Attributes:
        status: the HTTP status.
        headers: by lower-case name; several of one name are joined by ``, `` (Set-Cookie is not
            handed on: sessions take it at the transport).
        content: the whole body, undecoded; empty where a sink took it.
        request: what it answers, with the path made relative to the site (``REST/1.0/…``).
        server: the site's base URL, for messages.
        sunk: True when the sink took the body.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes
    request: Request
    server: str = ""
    sunk: bool = False


Operation = Generator[Request, Response, T]
Send = Callable[[Request], Response]
AsyncSend = Callable[[Request], Awaitable[Response]]


class WouldSend(Exception):
    """Raised by a dry run's ``send`` in place of the first write; holds that `Request`."""

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self.request = request

    def __str__(self) -> str:
        return f"not sent: {self.request.about or 'the write'} ({self.request.line})"


class FileSink:
    """The file end of a download: a temporary file beside the target, renamed when whole.

    Args:
        path: where the content is to stand afterwards; an existing file is replaced only when
            the download is complete, and is untouched otherwise. A symbolic link stays one: the
            file it names is replaced. A device or a pipe is written to directly.
    Raises:
        UsageError: the folder is missing, or the path is a folder.
    """

    def __init__(self, path: Union[str, "os.PathLike[str]"]) -> None:
        self.path = Path(os.path.realpath(path))
        if self.path.is_dir() or not self.path.parent.is_dir():
            raise UsageError(f"{path}: no file can be made there", argument="path",
                             advice="name a file in a folder that exists")
        self.size = 0
        self._file: Optional[IO[bytes]] = None
        self._temporary = ""

    def open(self) -> None:
        """Make the temporary file. Called once the head of the answer was accepted."""
        self.size = 0
        if self.path.exists() and not self.path.is_file():
            self._file = open(self.path, "wb")
            return
        handle, self._temporary = tempfile.mkstemp(prefix=self.path.name[:40] + ".",
                                                   suffix=".part", dir=str(self.path.parent))
        self._file = os.fdopen(handle, "wb")

    def write(self, chunk: bytes) -> None:
        """Append bytes of the content."""
        if self._file is None:
            self.open()
        assert self._file is not None
        self._file.write(chunk)
        self.size += len(chunk)

    def finish(self) -> None:
        """Put the file in its place; an empty content makes an empty file."""
        if self._file is None:
            self.open()
        assert self._file is not None
        self._file.flush()
        if not self._temporary:
            self._file.close()
            self._file = None
            return
        os.fsync(self._file.fileno())
        self._file.close()
        os.chmod(self._temporary, 0o666 & ~_umask())
        os.replace(self._temporary, self.path)
        self._file = None

    def abandon(self) -> None:
        """Remove what was written so far; the target is as it was."""
        if self._file is not None:
            self._file.close()
            if self._temporary:
                os.unlink(self._temporary)
            self._file = None
            self.size = 0


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def relative_to(request: Request, prefix: str) -> Request:
    """The same request with its path below ``prefix`` (``REST/1.0/``)."""
    return replace(request, path=prefix + request.path)
