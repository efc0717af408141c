"""A request into HTTP: its URL, headers and body. Refuses what would not arrive as it stands."""
from __future__ import annotations

import ipaddress
import json
from typing import IO, Any, Callable, List, Optional, Sequence, Tuple
from urllib.parse import quote, urlencode, urlsplit

from requests_toolbelt.multipart.encoder import MultipartEncoder

from rtcompat.errors import UsageError
from rtcompat.exchange import NO_JSON, Part, Request

__all__ = ["checked_header", "checked_path", "compose_body", "encoded", "is_loopback",
           "rewinder", "site_url"]


def site_url(url: str) -> str:
    """The URL in the form to which paths are added: no final slash.

    Raises:
        UsageError: it is no URL of a site, or holds credentials.
    """
    parts = urlsplit(url.strip())
    if parts.username is not None or parts.password is not None:
        raise UsageError("user and password do not belong into the URL", argument="url",
                         advice="give them as arguments")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"not an http or https URL: {url!r}", argument="url")
    if parts.query or parts.fragment:
        raise UsageError("the URL of a site has no query and no fragment", argument="url")
    return parts._replace(path=parts.path.rstrip("/")).geturl()


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine itself."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return bool(ipaddress.ip_address(host).is_loopback)
    except ValueError:
        return False


def checked_path(path: str) -> str:
    """The path itself; UsageError where it would not arrive as it stands."""
    if not path.isascii() or any(sign in path for sign in " ?#\\\r\n\t"):
        raise UsageError(f"not a percent-encoded path: {path!r}")
    # urllib3 resolves dots, encoded ones too: queue/.. would be asked for as the site's root.
    if any(step.replace("%2E", ".").replace("%2e", ".") in (".", "..")
           for step in path.split("/")):
        raise UsageError(f"RT cannot be asked for a record of this name: {path!r}")
    return path


def checked_header(name: str, value: str) -> str:
    """The value itself; UsageError, which does not quote it, where HTTP cannot carry it."""
    if not value.isprintable() or not all(ord(sign) < 256 for sign in value):
        raise UsageError(f"the header {name} cannot hold this value")
    return value


def encoded(pairs: Sequence[Tuple[str, str]]) -> str:
    """Pairs for a query or a form, as UTF-8."""
    try:
        return urlencode(pairs, quote_via=quote, safe="", encoding="utf-8", errors="strict")
    except UnicodeEncodeError:
        raise UsageError("a text holds half of a surrogate pair, which UTF-8 cannot") from None


def compose_body(request: Request) -> Tuple[Any, Optional[str]]:
    """What goes into the body, and its Content-Type; (None, None) for no body."""
    given = [request.form is not None, bool(request.parts), request.json is not NO_JSON]
    if sum(given) > 1:
        raise UsageError("a request has one body: form, parts or json", request=request.line)
    if request.form is not None:
        return encoded(request.form), "application/x-www-form-urlencoded"
    if request.parts:
        encoder = MultipartEncoder([(part.name, _field(part)) for part in request.parts])
        return encoder, str(encoder.content_type)
    if request.json is not NO_JSON:
        try:
            text = json.dumps(request.json, ensure_ascii=False, allow_nan=False).encode("utf-8")
        except (TypeError, ValueError) as error:
            raise UsageError(f"this is no JSON: {type(error).__name__}",
                             request=request.line) from None
        # REST2 takes exactly this spelling and answers 415 to upper case (5.0.3).
        return text, "application/json"
    return None, None


def _field(part: Part) -> Any:
    content = part.content if isinstance(part.content, bytes) else _Upload(part.content)
    if part.filename is None and part.content_type is None:
        return content
    if part.filename is not None and any(sign in part.filename for sign in "\"\r\n\0"):
        # Perl's parsers end the name at the quote however it is escaped, and drop the part.
        raise UsageError(f"a file name in a form cannot hold {part.filename!r}")
    return (part.filename, content, part.content_type)


class _Upload:
    """The rest of an open file as MultipartEncoder wants it: never more than it had at first.

    Attributes:
        len: bytes that are left to read.
    """

    def __init__(self, file: IO[bytes]) -> None:
        start = file.tell()
        self.len = file.seek(0, 2) - start
        self._file = file
        file.seek(start)

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes; OSError if the file has become shorter meanwhile."""
        chunk = self._file.read(self.len if size < 0 else min(size, self.len))
        if not chunk and self.len and size:
            raise OSError("the file became shorter while it was sent")
        self.len -= len(chunk)
        return chunk


def rewinder(request: Request) -> Callable[[], None]:
    """A function that puts the request's open files back to where they stand now.

    Raises:
        UsageError: one of the files cannot be rewound, so it could not be sent twice.
    """
    places: List[Tuple[IO[bytes], int]] = []
    for part in request.parts:
        if isinstance(part.content, bytes):
            continue
        if not part.content.seekable():
            raise UsageError(f"{part.filename or part.name}: the file must be one that can be "
                             "rewound", request=request.line)
        places.append((part.content, part.content.tell()))

    def rewind() -> None:
        for file, place in places:
            file.seek(place)
    return rewind
