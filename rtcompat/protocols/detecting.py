"""Which protocols a site speaks, asked without credentials and told by behaviour alone."""
from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Dict, Generator, Mapping, Optional, Tuple
from urllib.parse import urljoin, urlsplit, urlunsplit

from rtcompat.errors import ProtocolError, UsageError
from rtcompat.exchange import Request, Response
from rtcompat.protocols.answers import Finding, bare
from rtcompat.protocols.table import PROTOCOLS

__all__ = ["Detection", "detect", "site_of"]


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
        raise ProtocolError(f"the server sends https on to unencrypted http ({bare(target)})",
                            server=base, request=f"GET {path}",
                            advice="nothing was sent there; have the server's redirect mended")
    if new.hostname != asked.hostname or new.scheme not in ("http", "https"):
        return None
    root = new.path.rstrip("/")[:-len(path.rstrip("/"))].rstrip("/")
    return urlunsplit((new.scheme, new.netloc.rpartition("@")[2], root, "", ""))
