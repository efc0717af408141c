"""A server between a client and a real RT, which lets through what a test tells it to."""
from __future__ import annotations

import json
from typing import Callable, List, Optional
from urllib.parse import parse_qs, urlencode

import requests

from tests.connect.stage import Asked, Said, Stage

__all__ = ["Between", "bulk", "forms", "CRASHED", "DROPPED"]

#: As RT's REST2 answers where a handler ends in an exception.
CRASHED = Said(500, b"", "application/json")
DROPPED = Said(drop=True)


class Between:
    """Passes requests on to the real server, but for those that a test interferes with.

    Args:
        site: the real server.
        interfere: is shown each request; None lets it pass. It may pass on another one itself.
    """

    def __init__(self, site: str, interfere: Callable[[Between, Asked], Optional[Said]]) -> None:
        self._site = site
        self._interfere = interfere
        self.stage = Stage(self._play)

    def _play(self, asked: Asked) -> Said:
        return self._interfere(self, asked) or self.passed_on(asked)

    def passed_on(self, asked: Asked, body: Optional[bytes] = None) -> Said:
        """The real server's answer."""
        kept = {name: value for name, value in asked.headers.items()
                if name in ("cookie", "content-type", "accept", "user-agent")}
        answer = requests.request(asked.method, self._site + asked.path, headers=kept,
                                  data=asked.body if body is None else body,
                                  allow_redirects=False, timeout=60)
        cookies = [(name, value) for name, value in answer.raw.headers.items()
                   if name.lower() in ("set-cookie", "location", "etag")]
        return Said(answer.status_code, answer.content,
                    answer.headers.get("Content-Type", "text/plain"), tuple(cookies))


def bulk(asked: Asked, count: int) -> bytes:
    """The body of a request to ``/tickets/bulk`` with its first items alone."""
    items: List[object] = json.loads(asked.body)
    return json.dumps(items[:count]).encode()


def forms(asked: Asked, count: int) -> bytes:
    """The body of REST 1.0's ``edit`` with its first forms alone."""
    content = parse_qs(asked.body.decode(), keep_blank_values=True)["content"][0]
    return urlencode({"content": "\n--\n".join(content.split("\n--\n")[:count])}).encode()
