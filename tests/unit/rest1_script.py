"""A server that says what a test tells it to, one answer after the other."""
from __future__ import annotations

from dataclasses import replace
from typing import Any, List, Mapping, Sequence, Tuple, TypeVar, Union
from urllib.parse import urlencode

from rtcompat.exchange import Operation, Request, Response, run
from rtcompat.rest1.operations import Context, Rest1

__all__ = ["Script", "client", "ok", "answer"]

T = TypeVar("T")
#: What to answer: a body, a whole response without its request, or an error to raise.
Reply = Union[str, bytes, Tuple[int, Mapping[str, str], bytes], Exception]


def answer(body: str, *, code: str = "200 Ok", version: str = "5.0.3") -> bytes:
    """An envelope; ``body`` as RT writes it, its last line end included."""
    return f"RT/{version} {code}\n\n{body}\n".encode()


def ok(**fields: str) -> bytes:
    """An envelope with one form; ``id_`` stands for ``id``."""
    lines = "".join(f"{key.rstrip('_')}: {value}\n" for key, value in fields.items())
    return answer(lines)


class Script:
    """Answers in order, and keeps what was asked.

    Attributes:
        asked: requests as ``METHOD path?query``, in order; bodies in `requests`.
    """

    def __init__(self, *replies: Reply) -> None:
        self._replies: List[Reply] = list(replies)
        self.requests: List[Request] = []

    @property
    def asked(self) -> List[str]:
        return [each.line + ("?" + urlencode(each.query) if each.query else "")
                for each in self.requests]

    def form(self, place: int = -1) -> Mapping[str, str]:
        """The urlencoded body of a request."""
        return dict(self.requests[place].form or ())

    @property
    def left(self) -> int:
        """How many answers were not asked for."""
        return len(self._replies)

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        assert self._replies, f"nothing left to answer {request.line} {request.form}"
        reply = self._replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        status, headers, content = 200, {"content-type": "text/plain; charset=utf-8"}, b""
        if isinstance(reply, tuple):
            status, headers, content = reply[0], dict(reply[1]), reply[2]
        else:
            content = reply.encode() if isinstance(reply, str) else reply
        asked = replace(request, path="REST/1.0/" + request.path)
        response = Response(status, headers, content, asked, "http://rt.example")
        if request.sink is not None and request.sink.start(status, headers):
            for place in range(0, len(content), 5):
                request.sink.feed(content[place:place + 5])
            request.sink.finish()
            return replace(response, content=b"", sunk=True)
        return response

    def run(self, operation: Operation[T]) -> T:
        """The operation's result; every answer must have been asked for."""
        result = run(operation, self.send)
        assert not self._replies, f"{self.left} answers were not asked for"
        return result


def client(**known: Any) -> Rest1:
    """Operations of a user in UTC on RT 5.0.3, unless told otherwise."""
    settings = {"version": "5.0.3", "user": "alice", "timezone": "UTC", **known}
    return Rest1(Context(**settings))


def lines(pairs: Sequence[Tuple[str, str]]) -> str:
    """Fields as RT prints them."""
    return "".join(f"{key}: {value}\n" for key, value in pairs)
