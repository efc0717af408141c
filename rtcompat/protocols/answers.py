"""What an answer says of the protocol behind an address, and of RT's version."""
from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Optional, Tuple
from urllib.parse import urlsplit, urlunsplit

from rtcompat.errors import ProtocolError
from rtcompat.exchange import Request, Response
from rtcompat.rest1.operations import Rest1
from rtcompat.rest2.operations import Rest2

__all__ = ["ASK_EXTENSION", "ASK_VERSION", "Finding", "bare", "extension_usable", "is_extension",
           "read_rest1", "read_rest2", "version_numbers", "version_told"]


@dataclass(frozen=True)
class Finding:
    """What one protocol's address answered.

    Attributes:
        state: ``open``: RT speaks it there. ``closed``: something else answers there.
            ``absent``: an RT answers, without this protocol. ``moved``: another address is named.
            ``guarded``: the web server wants its own authentication first.
        answered: what came, in a few words, for messages.
        version: RT's version string where it says it.
        target: for ``moved``, the address named.
    """

    state: str
    answered: str = ""
    version: Optional[str] = None
    target: Optional[str] = None


def _snippet(content: bytes) -> str:
    text = content[:4000].decode("utf-8", "replace")
    title = re.search(r"<title>\s*([^<]{1,80})", text, re.IGNORECASE)
    if title:
        return f"an HTML page titled {title.group(1).strip()!r}"
    first = text.strip().splitlines()[0][:80] if text.strip() else ""
    return repr(first) if first else "an empty body"


def _elsewhere(response: Response, path: str) -> Finding:
    """What an answer is that is not this protocol's."""
    status = response.status
    if 300 <= status < 400:
        target = response.headers.get("location", "")
        if "/NoAuth/Login.html" in target or "/SelfService/" in target:
            return Finding("absent", f"HTTP {status}, RT's web login")
        if urlsplit(target).path.rstrip("/").endswith(path.rstrip("/")):
            return Finding("moved", f"HTTP {status} to {bare(target)}", target=target)
        return Finding("closed", f"HTTP {status} to {bare(target) or 'nowhere'}", target=target)
    if status == 401 and "www-authenticate" in response.headers:
        return Finding("guarded", "HTTP 401, the web server asks for its own authentication")
    return Finding("closed", f"HTTP {status}, {_snippet(response.content)}")


def bare(target: str) -> str:
    """An address that a redirect names, without credentials and query."""
    parts = urlsplit(target)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


_STATUS_LINE = re.compile(rb"RT/(\S+) \d{3} ")


def read_rest1(response: Response) -> Finding:
    """What the answer to REST 1.0's first request means."""
    head = _STATUS_LINE.match(response.content)
    if response.status == 200 and head:
        version = head.group(1).decode("ascii", "replace")
        return Finding("open", f"RT {version}", version=version)
    return _elsewhere(response, Rest1.BASE)


def read_rest2(response: Response) -> Finding:
    """What the answer to REST2's first request means."""
    try:
        said = json.loads(response.content)
    except ValueError:
        said = None
    if isinstance(said, dict):
        if response.status == 200 and isinstance(said.get("Version"), str):
            return Finding("open", f"RT {said['Version']}", version=said["Version"])
        if response.status == 401 and "message" in said:
            return Finding("open", "HTTP 401, JSON as RT writes it")
    return _elsewhere(response, Rest2.BASE + "rt")


def version_numbers(version: str) -> Tuple[int, ...]:
    """``5.0.3+dfsg-3~deb12u6`` as (5, 0, 3); () when it does not begin with a number."""
    found = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(int(part) for part in found.group().split(".")) if found else ()


#: Asked over REST2 for RT's version, where a site's REST 1.0 is closed.
ASK_VERSION = Request("GET", "rt", about="ask for the version")


def version_told(response: Response) -> str:
    """RT's version by the answer to `ASK_VERSION`."""
    found = read_rest2(response)
    if found.version is None:
        raise ProtocolError(f"REST2 did not tell its version ({found.answered})",
                            server=response.server, request=response.request.line,
                            status=response.status)
    return found.version


#: Asked over REST2 of RT 4, whose extension tells no version of its own. It finds nothing.
ASK_EXTENSION = Request("GET", "tickets", query=(("query", "id = 0"), ("per_page", "1")),
                        about="see how old RT's REST2 extension is")


def is_extension(version: str) -> bool:
    """Whether REST2 on this RT is the extension, in whatever version of its own."""
    numbers = version_numbers(version)
    return bool(numbers) and numbers < (5,)


def extension_usable(response: Response) -> bool:
    """Whether RT 4's extension is at least 1.09, by the answer to `ASK_EXTENSION`.

    Since 1.09 a page says how many there are (``pages``). Older ones pass over the content of a
    new ticket (before 1.07), an order (1.06), files and custom fields of a message (1.09) without
    a word, and tell custom fields without their names.
    """
    try:
        page = json.loads(response.content)
    except ValueError:
        return False
    return response.status == 200 and isinstance(page, dict) and "pages" in page
