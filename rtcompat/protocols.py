"""Which protocols a server speaks, and which of them carries an operation.

`detect` asks without credentials, one request a protocol, and reads the answers by behaviour
alone (seen on RT 4.4 to 6.0 and behind proxies). `route`
decides before the first request of an operation, never after a failure.
"""
from __future__ import annotations

import inspect
import json
import re
from dataclasses import dataclass, replace
from typing import (Any, Callable, Dict, FrozenSet, Generator, List, Mapping, Optional, Tuple, Type,
                    Union)
from urllib.parse import urljoin, urlsplit, urlunsplit

from rtcompat.batches import given_of, named
from rtcompat.errors import ProtocolError, Unsupported, UsageError
from rtcompat.exchange import Request, Response
from rtcompat.limits import carried_by
from rtcompat.model import KEEP, ServerInfo
from rtcompat.rest1 import context as rest1_context
from rtcompat.rest1 import login as rest1_login
from rtcompat.rest1.operations import Rest1
from rtcompat.rest2 import context as rest2_context
from rtcompat.rest2 import login as rest2_login
from rtcompat.rest2.operations import Rest2
from rtcompat.session import Manner
from rtcompat.tracker import Tracker

__all__ = ["ASK_EXTENSION", "ASK_VERSION", "PROTOCOLS", "Protocol", "Finding", "Detection",
           "Backends", "backends", "detect", "extension_usable", "is_extension", "lacking",
           "learn_zone", "needs_zone", "route", "site_of", "unsupported_here", "version_numbers",
           "version_told", "with_zone"]


@dataclass(frozen=True)
class Protocol:
    """A protocol.

    Attributes:
        title: its name for people. base: its path below the site.
        operations: the class of its operations. manner: how one logs in.
        first: the path that detection asks. read: what its answer means.
    """

    name: str
    title: str
    base: str
    operations: Type[Union[Rest1, Rest2]]
    manner: Manner
    first: str
    read: Callable[[Response], Finding]


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


@dataclass(frozen=True)
class Detection:
    """What a site answered: the base address found, and a finding for each protocol asked."""

    url: str
    findings: Mapping[str, Finding]
    requests: int

    @property
    def open(self) -> Tuple[str, ...]:
        """Names of the protocols that answer, in the order of `PROTOCOLS`."""
        return tuple(name for name in PROTOCOLS
                     if name in self.findings and self.findings[name].state == "open")

    @property
    def version(self) -> Optional[str]:
        """RT's version where an answer told it."""
        return next((found.version for found in self.findings.values() if found.version), None)

    def words(self) -> str:
        """Each protocol's answer, for an error's text."""
        return "; ".join(f"{PROTOCOLS[name].title}: {found.answered}"
                         for name, found in self.findings.items())


_REST_PATH = re.compile(r"/+REST(?:/+[12]\.0(?:/.*)?)?/*$", re.DOTALL)


def site_of(url: str) -> str:
    """The site's base address of what a user gives: site, sub-path, or a REST address.

    Args:
        url: ``https://rt.example.org``, ``…/rt``, ``…/rt/REST/1.0/`` or ``…/REST/2.0/ticket/5``.
    Returns: the address without ``/REST/…`` and without a slash at its end.
    Raises: UsageError for another scheme, no host, credentials in the address, a query.
    """
    if not isinstance(url, str):
        raise UsageError("the server's address is a text", argument="url")
    try:
        parts = urlsplit(url.strip())
        parts.port
    except ValueError as error:
        raise UsageError(f"not an address: {error}", argument="url") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError("the server's address begins with http:// or https:// and names a host",
                         argument="url")
    if parts.username is not None or parts.password is not None:
        raise UsageError("credentials do not belong in an address: give user= and password=",
                         argument="url")
    if parts.query or parts.fragment:
        raise UsageError("the server's address has no ?query and no #fragment", argument="url")
    path = _REST_PATH.sub("", parts.path).rstrip("/")
    return urlunsplit((parts.scheme, parts.netloc.lower(), path, "", ""))


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
            return Finding("moved", f"HTTP {status} to {_bare(target)}", target=target)
        return Finding("closed", f"HTTP {status} to {_bare(target) or 'nowhere'}", target=target)
    if status == 401 and "www-authenticate" in response.headers:
        return Finding("guarded", "HTTP 401, the web server asks for its own authentication")
    return Finding("closed", f"HTTP {status}, {_snippet(response.content)}")


def _bare(target: str) -> str:
    parts = urlsplit(target)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


_STATUS_LINE = re.compile(rb"RT/(\S+) \d{3} ")


def _read_rest1(response: Response) -> Finding:
    head = _STATUS_LINE.match(response.content)
    if response.status == 200 and head:
        version = head.group(1).decode("ascii", "replace")
        return Finding("open", f"RT {version}", version=version)
    return _elsewhere(response, Rest1.BASE)


def _read_rest2(response: Response) -> Finding:
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


#: In the order of preference.
PROTOCOLS: Mapping[str, Protocol] = {
    "rest2": Protocol("rest2", "REST2", Rest2.BASE, Rest2, rest2_login.MANNER,
                      Rest2.BASE + "rt", _read_rest2),
    "rest1": Protocol("rest1", "REST 1.0", Rest1.BASE, Rest1, rest1_login.MANNER,
                      Rest1.BASE, _read_rest1),
}


def detect(url: str, names: Tuple[str, ...]
           ) -> Generator[Tuple[str, Request], Response, Detection]:
    """Ask each protocol named, without credentials, what it is.

    Yields pairs of (base address, request): a redirect to the same host, or from http to https,
    moves the base for all that follows, credentials included.

    Returns: Detection, whose ``url`` is the base that answered.
    Raises: ProtocolError for a redirect from https to http, or a second move.
    """
    base, count, moved = url, 0, False
    findings: Dict[str, Finding] = {}
    for name in names:
        protocol = PROTOCOLS[name]
        while True:
            request = Request("GET", protocol.first, about=f"look for {protocol.title}")
            found = protocol.read((yield base, request))
            count += 1
            if found.state != "moved" or found.target is None:
                break
            new = _moved_to(base, protocol.first, found.target)
            if new is None or moved:
                found = replace(found, state="closed")
                break
            base, moved = new, True
        findings[name] = found
    return Detection(base, findings, count)


def _moved_to(base: str, path: str, target: str) -> Optional[str]:
    """The new base that a redirect of base/path names, or None when it must not be followed."""
    asked = urlsplit(base)
    new = urlsplit(urljoin(f"{base}/{path}", target))
    if asked.scheme == "https" and new.scheme != "https":
        raise ProtocolError(f"the server sends https on to unencrypted http ({_bare(target)})",
                            server=base, request=f"GET {path}",
                            advice="nothing was sent there; have the server's redirect mended")
    if new.hostname != asked.hostname or new.scheme not in ("http", "https"):
        return None
    root = new.path.rstrip("/")[:-len(path.rstrip("/"))].rstrip("/")
    return urlunsplit((new.scheme, new.netloc.rpartition("@")[2], root, "", ""))


def _given(operation: str, arguments: Mapping[str, Any]) -> List[str]:
    """The arguments that a caller gave: those that differ from the contract's defaults."""
    defaults = inspect.signature(getattr(Tracker, operation)).parameters
    return [name for name, value in arguments.items()
            if name in defaults and value is not KEEP
            and not (type(value) is type(defaults[name].default)
                     and value == defaults[name].default)]


def _lacks(table: Mapping[str, str], operation: str,
           arguments: Mapping[str, Any]) -> Optional[str]:
    """The entry of an UNSUPPORTED table that this call meets, or None."""
    names = [operation] + [f"{operation}({name})" for name in _given(operation, arguments)]
    return next((name for name in names if name in table), None)


def route(operation: str, arguments: Mapping[str, Any],
          protocols: Mapping[str, Mapping[str, str]]) -> str:
    """The protocol that carries an operation with these arguments.

    Args:
        protocols: those that may be used, the preferred one first, each with what it cannot do on
            this server (its ``UNSUPPORTED``).
    Returns: the first that supports the operation and every argument given and keeps the values.
    Raises: Unsupported naming what cannot be carried and what could; UsageError where no
        protocol keeps a value.
    """
    if operation in _MANY:
        return _route_many(operation, arguments, protocols)
    carriers = carried_by(operation, arguments)
    if not carriers:
        raise UsageError("no protocol of RT keeps these values together: an empty file, or one in "
                         "another charset than UTF-8, goes over REST 1.0 only, leading empty "
                         "lines over REST2 only",
                         argument="attachments")
    for protocol, table in protocols.items():
        if protocol in carriers and _lacks(table, operation, arguments) is None:
            return protocol
    advice = _could(carriers, operation, arguments, protocols)
    for protocol, table in protocols.items():
        lacking = _lacks(table, operation, arguments)
        if lacking is not None:
            raise Unsupported(table[lacking], operation=operation, protocol=protocol,
                              argument=lacking[len(operation) + 1:-1] or None, advice=advice)
    title = PROTOCOLS[next(iter(protocols))].title
    raise UsageError(f"{title} would change this text or file on its way",
                     argument="content", advice=advice)


#: An operation on many -> the argument that holds them, and the operation that each is one of.
_MANY: Mapping[str, Tuple[str, str]] = {
    "create_tickets": ("tickets", "create_ticket"), "edit_tickets": ("changes", "edit_ticket"),
    "reply_to_tickets": ("messages", "reply"), "comment_on_tickets": ("messages", "comment")}


def _route_many(operation: str, arguments: Mapping[str, Any],
                protocols: Mapping[str, Mapping[str, str]]) -> str:
    """The protocol that carries every item: each must go over the same.

    Raises: Unsupported, UsageError naming the first item that leaves none.
    """
    argument, single = _MANY[operation]
    able = {name: table for name, table in protocols.items() if operation not in table}
    if not able:
        name, table = next(iter(protocols.items()))
        raise Unsupported(table[operation], operation=operation, protocol=name)
    for place, one in enumerate(arguments[argument]):
        given = given_of(one)
        left = {name: table for name, table in able.items()
                if name in carried_by(single, given) and _lacks(table, single, given) is None}
        if not left:
            try:
                route(single, given, able)
            except (UsageError, Unsupported) as error:
                raise named(error, argument, place) from error
            raise Unsupported(f"{argument}[{place}] and the items before it cannot go over the "
                              "same protocol", operation=operation,
                              argument=f"{argument}[{place}]", advice="send them in two calls")
        able = left
    return next(iter(able))


def _could(carriers: FrozenSet[str], operation: str, arguments: Mapping[str, Any],
           protocols: Mapping[str, Mapping[str, str]]) -> str:
    able = [PROTOCOLS[name].title for name in PROTOCOLS
            if name in carriers and name not in protocols
            and _lacks(PROTOCOLS[name].operations.UNSUPPORTED, operation, arguments) is None]
    if able:
        return f"{' or '.join(able)} could; it is not open here, or not allowed by protocol="
    return "no single request of RT's can carry this: split it into two calls"


def lacking(made: Backends) -> Dict[str, Mapping[str, str]]:
    """What each protocol cannot do on this server, the preferred protocol first."""
    return {name: backend.UNSUPPORTED for name, backend in made.items()}


def unsupported_here(made: Backends) -> Dict[str, str]:
    """Whole operations that none of the protocols in use has on this server, with the reason."""
    reasons: Dict[str, str] = {}
    tables = list(lacking(made).values())
    for operation, reason in tables[0].items():
        if "(" not in operation and all(operation in table for table in tables):
            reasons[operation] = reason
    return reasons


class Backends(Dict[str, Union[Rest1, Rest2]]):
    """The operations of each protocol that may be used, the preferred one first.

    Attributes:
        clock: what REST 1.0's operations know, the zone of its local times among it; None
            without REST 1.0.
    """

    clock: Optional[rest1_context.Context] = None


def version_numbers(version: str) -> Tuple[int, ...]:
    """``5.0.3+dfsg-3~deb12u6`` as (5, 0, 3); () when it does not begin with a number."""
    found = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(int(part) for part in found.group().split(".")) if found else ()


def backends(names: Tuple[str, ...], version: str, user: Optional[str],
             timezone: Optional[str]) -> Backends:
    """The operations of these protocols, with what is known of the server and the user."""
    made = Backends()
    for name in names:
        if name == "rest1":
            made.clock = rest1_context.Context(version=version, user=user, timezone=timezone)
            made[name] = Rest1(made.clock)
        else:
            made[name] = Rest2(rest2_context.Context(version=version, user=user,
                                                     timezone=timezone))
    return made


#: Asked over REST2 for RT's version, where a site's REST 1.0 is closed.
ASK_VERSION = Request("GET", "rt", about="ask for the version")


def version_told(response: Response) -> str:
    """RT's version by the answer to `ASK_VERSION`."""
    found = _read_rest2(response)
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


def needs_zone(protocol: str, made: Backends) -> bool:
    """Whether REST 1.0 is about to be used, our zone is not known and REST2 can be asked for it."""
    return (protocol == "rest1" and "rest2" in made and made.clock is not None
            and made.clock.zone_name is None)


def learn_zone(made: Backends, zone: str) -> None:
    """Tell REST 1.0's operations the zone of our own user; "" leaves them to find it out."""
    if zone and made.clock is not None:
        made.clock.zone_name = zone


def with_zone(info: ServerInfo, made: Backends) -> ServerInfo:
    """The record with what is known by now of the zone in which REST 1.0 prints our times."""
    if made.clock is None:
        return info
    return replace(info, timezone=made.clock.zone_name, timezone_exact=made.clock.zone_exact)
