"""`connect` and `probe`: from an address and credentials to a `Client`, or to the right error."""
from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Callable, Dict, Mapping, Optional, Sequence, Tuple, TypeVar, Union

from rtcompat import protocols
from rtcompat.client import Client
from rtcompat.errors import (NotAuthenticated, PermissionDenied, ProtocolError, Unsupported,
                             UsageError)
from rtcompat.exchange import run
from rtcompat.model import ServerInfo
from rtcompat.protocols import PROTOCOLS, Detection, site_of
from rtcompat.session import Credentials, Manner, Rules, Session, Steps
from rtcompat.tracker import COMPOSED, OPERATIONS
from rtcompat.transport import Answer, Call, Transport

__all__ = ["connect", "connecting", "probe", "Probe", "Timeout"]

S = TypeVar("S", bound=Rules)

Timeout = Union[float, Tuple[float, float]]


@dataclass(frozen=True)
class Probe:
    """What an address answers to one who does not log in.

    Attributes:
        url: the site's base address, after redirects.
        protocols: by name, ``open``, ``closed``, ``absent`` or ``guarded``.
        answered: by name, what came, in a few words.
        version: RT's version where an answer told it (REST 1.0 does, REST2 does not).
    """

    url: str
    protocols: Mapping[str, str]
    answered: Mapping[str, str]
    version: Optional[str]


def probe(url: str, *, timeout: Timeout = (10.0, 60.0), verify: Union[bool, str] = True,
          proxy: Optional[str] = None, auth: Any = None) -> Probe:
    """Ask an address, without credentials, which of RT's protocols it speaks.

    Raises: UsageError; TransportError when nothing answers. What is not RT is no error here.
    Requests: 1 a protocol, and redirects on the same host.
    """
    transports = _Transports(verify=verify, proxy=proxy, timeout=timeout, auth=auth)
    try:
        found = run(_detecting(site_of(url), tuple(PROTOCOLS)), transports.ask)
    finally:
        transports.close()
    return Probe(found.url, {name: each.state for name, each in found.findings.items()},
                 {name: each.answered for name, each in found.findings.items()}, found.version)


def connect(url: str, *, user: Optional[str] = None, password: Optional[str] = None,
            token: Optional[str] = None, cookie: Optional[str] = None, auth: Any = None,
            protocol: str = "auto", route: bool = True, timezone: Optional[str] = None,
            timeout: Timeout = (10.0, 60.0), verify: Union[bool, str] = True,
            proxy: Optional[str] = None, session: Optional[Mapping[str, Any]] = None,
            dry_run: bool = False) -> Client:
    """Find out what a server speaks, log in once, and return the `Client` for it.

    Args:
        url: the site (``https://rt.example.org/rt``) or a full REST 1.0 or REST2 address.
        user, password: RT's own, or whatever RT checks them against; sent by RT's login form.
        token: an authentication token instead (RT 5 and later).
        cookie: an open session (``RT_SID_…=…``) instead.
        auth: what requests takes as ``auth=``, for the web server before RT; handed on unread.
        protocol: ``auto`` takes REST2 where it is open; ``rest1`` or ``rest2`` stay on that one.
        route: with ``auto``, let the other protocol carry what the chosen one cannot.
        timezone: IANA name of the zone in which REST 1.0 prints our times, if known.
        timeout: seconds to connect and to wait for bytes; one number or a pair.
        verify: False, or a file of CA certificates. proxy: a proxy's address.
        session: what `Client.export_session` gave.
        dry_run: reads pass, the first write raises `exchange.WouldSend`.
    Raises:
        UsageError; ConnectFailed, TimedOut, TLSFailed; ProtocolError: something else than RT
        answered; NotAuthenticated; PermissionDenied: an unprivileged user where only REST 1.0 is
        open. Each says what was asked, what answered, and what to try.
    Requests: 1 a protocol without credentials (and redirects on the same host), 1 to log in; 2
        where REST 1.0 is closed, and 1 for the version; 1 more where RT 4 has REST2.
    """
    credentials = Credentials(user=user, password=password, token=token, cookie=cookie)
    transports = _Transports(verify=verify, proxy=proxy, timeout=timeout, auth=auth)

    def make(url: str, manners: Sequence[Manner]) -> Session:
        return Session(transports.of(url), credentials, manners, saved=session)

    try:
        who, info, backends = run(
            connecting(url, credentials, make, auth=auth, protocol=protocol, route=route,
                       timezone=timezone, saved=session), transports.ask)
    except BaseException:
        transports.close()
        raise
    transports.close(but=info.url)
    return Client(who, info, backends, ours=cookie is None and session is None, dry_run=dry_run)


def connecting(url: str, credentials: Credentials,
               make: Callable[[str, Sequence[Manner]], S], *, auth: Any, protocol: str,
               route: bool, timezone: Optional[str], saved: Optional[Mapping[str, Any]]
               ) -> Steps[Tuple[S, ServerInfo, protocols.Backends]]:
    """What `connect` asks, as rules: see there for the arguments.

    Args:
        make: gives the session for the base address found, with these manners to log in by.
    """
    _check(credentials, protocol, auth, saved)
    names = tuple(PROTOCOLS) if protocol == "auto" else (protocol,)
    found = yield from _detecting(site_of(url), names)
    usable = found.open
    if not usable:
        raise _nothing_open(found)
    _refuse_token(found, credentials, usable)
    who = make(found.url, [PROTOCOLS[name].manner for name in reversed(usable)])
    yield from who.opening(PROTOCOLS[usable[0]].manner)
    usable = _without_selfservice(found, who, usable)
    version = found.version
    if version is None:
        said = yield from who.sending(protocols.ASK_VERSION, PROTOCOLS["rest2"].manner)
        version = protocols.version_told(said)
    if "rest2" in usable and protocols.is_extension(version):
        usable = yield from _without_old_extension(found, who, usable, version)
    if not route:
        usable = usable[:1]
    backends = protocols.backends(usable, version, credentials.user, timezone)
    info = ServerInfo(url=found.url, version=version, protocols=found.open, protocol=usable[0],
                      user=credentials.user, unsupported=protocols.unsupported_here(backends),
                      operations=(*OPERATIONS, *COMPOSED))
    return who, info, backends


def _check(credentials: Credentials, protocol: str, auth: Any,
           session: Optional[Mapping[str, Any]]) -> None:
    if protocol != "auto" and protocol not in PROTOCOLS:
        raise UsageError(f"protocol is auto, {' or '.join(PROTOCOLS)}, not {protocol!r}",
                         argument="protocol")
    for name in ("user", "password", "token", "cookie"):
        if not isinstance(getattr(credentials, name), (str, type(None))):
            raise UsageError(f"{name} is text", argument=name)
    if session is not None and not isinstance(session, Mapping):
        raise UsageError("session is what export_session gave", argument="session")
    if isinstance(auth, str):
        raise UsageError("auth is a pair (user, password), or an object that requests takes",
                         argument="auth")
    if auth is not None and credentials.token is not None:
        raise UsageError("a token and the web server's own login need the same header",
                         argument="token", advice="give user and password: RT takes them by form")
    if credentials.user is not None and not credentials.renewable and not credentials.cookie \
            and session is None and auth is None:
        raise UsageError("a user without a password", argument="password")
    if not (credentials.renewable or credentials.cookie or session or auth is not None):
        raise UsageError("who asks? give user and password, token, cookie, session or auth",
                         argument="user")


def _detecting(site: str, names: Tuple[str, ...]) -> Steps[Detection]:
    """The detection, each request asked once."""
    operation = protocols.detect(site, names)
    base, request = next(operation)
    while True:
        answer = yield Call(base, request, retries=0)
        try:
            base, request = operation.send(answer.response)
        except StopIteration as stop:
            found: Detection = stop.value
            return found


class _Transports:
    """One transport a base address, made when it is first asked."""

    def __init__(self, *, verify: Union[bool, str], proxy: Optional[str], timeout: Timeout,
                 auth: Any) -> None:
        self._make = partial(Transport, verify=verify, proxy=proxy, timeout=timeout, auth=auth)
        self._made: Dict[str, Transport] = {}

    def of(self, base: str) -> Transport:
        """The transport of a base address."""
        if base not in self._made:
            self._made[base] = self._make(base)
        return self._made[base]

    def ask(self, call: Call) -> Answer:
        """Send by the transport that it is for."""
        return self.of(call.site).ask(call)

    def close(self, but: str = "") -> None:
        """Close them all, ``but`` that of one base address."""
        for base, transport in self._made.items():
            if base != but:
                transport.close()


def _nothing_open(found: Detection) -> Exception:
    """The error for an address where no protocol asked for answers."""
    states = {each.state for each in found.findings.values()}
    asked = ", ".join(f"GET {PROTOCOLS[name].first}" for name in found.findings)
    words = found.words()
    if "guarded" in states:
        return NotAuthenticated(f"the web server wants its own login first ({words})",
                                server=found.url, request=asked, code=401,
                                advice="give it as auth=(user, password)")
    if "absent" in states:
        return ProtocolError(f"an RT answers, and no protocol that was asked for ({words})",
                             server=found.url, request=asked,
                             advice="check RT's sub-path; try the other protocol, or ask the "
                                    "administrator, who may have closed it")
    return ProtocolError(f"what answers is not RT ({words})", server=found.url, request=asked,
                         advice="check the address, with RT's sub-path if it has one; a proxy or "
                                "a login page may stand before it")


def _refuse_token(found: Detection, credentials: Credentials, usable: Tuple[str, ...]) -> None:
    """RT 4 answers a token as if nobody asked; say so before sending it."""
    old = found.version is not None and protocols.version_numbers(found.version) < (5,)
    if credentials.token is not None and usable == ("rest1",) and old:
        raise NotAuthenticated(f"RT {found.version} takes no tokens over REST 1.0 (RT 5 does)",
                               server=found.url, request="GET REST/1.0/", code=401,
                               advice="give user and password")


def _without_selfservice(found: Detection, who: Rules,
                         usable: Tuple[str, ...]) -> Tuple[str, ...]:
    """The protocols that an unprivileged user can use: RT redirects them from REST 1.0."""
    if not who.unprivileged:
        return usable
    left = tuple(name for name in usable if name != "rest1")
    if left:
        return left
    raise PermissionDenied("this user is unprivileged: RT redirects them from REST 1.0 to "
                           "SelfService", server=found.url, request="POST REST/1.0/", code=302,
                           advice="have the user made privileged, or REST2 opened")


def _without_old_extension(found: Detection, who: Rules, usable: Tuple[str, ...],
                           version: str) -> Steps[Tuple[str, ...]]:
    """The protocols that are left when RT 4's REST2 extension drops what it does not know.

    Raises: Unsupported where only that one is open, or asked for.
    """
    said = yield from who.sending(protocols.ASK_EXTENSION, PROTOCOLS["rest2"].manner)
    if protocols.extension_usable(said):
        return usable
    left = tuple(name for name in usable if name != "rest2")
    if left:
        return left
    raise Unsupported(f"the REST2 extension of RT {version} is older than 1.09 and drops parts of "
                      "what it is sent without a word", protocol="rest2", server=found.url,
                      request=protocols.ASK_EXTENSION.line,
                      advice="update RT-Extension-REST2, or have REST 1.0 opened")
