"""Which servers, protocols and users the contract is held over."""
from __future__ import annotations

import os
from typing import List, Tuple


def _small() -> bool:
    return os.environ.get("RTCOMPAT_MATRIX") == "small"


#: Users that may do everything that the contract tests do.
ORDINARY = ("alice",) if _small() else ("root", "alice", "gerda", "yorick")
#: (server of the bench, protocol).
SERVERS: Tuple[Tuple[str, str], ...] = (
    ("4.4.4", "rest1"), ("4.4.6", "rest1"),
    ("5.0.3", "rest1"), ("5.0.3", "rest2"),
    ("5.0.7", "rest1"), ("5.0.7", "rest2"),
    ("sid", "rest1"), ("sid", "rest2"),
    ("5.0.3-newyork", "rest1"), ("5.0.3-newyork", "rest2"),
    ("5.0.3-secure", "rest1"), ("5.0.3-secure", "rest2"),
    ("5.0.3-tls", "rest1"), ("5.0.3-tls", "rest2"),
)
#: The installed release's plain servers: the matrix of a run on a further Python version, where
#: what differs is our code and not RT.
_SMALL = ("4.4.6", "5.0.3")


def servers() -> List[Tuple[str, str]]:
    """The servers and protocols of this run (``RTCOMPAT_MATRIX=small`` for the short one)."""
    return [(name, protocol) for name, protocol in SERVERS if not _small() or name in _SMALL]


def both() -> List[str]:
    """The servers of this run that speak both protocols."""
    listed = servers()
    return [name for name, protocol in listed if protocol == "rest2" and (name, "rest1") in listed]


#: Where the surface beyond tickets is tested: one server of each generation, and the newest.
_SURFACE = (("4.4.6", "rest1"), ("5.0.3", "rest1"), ("5.0.3", "rest2"), ("sid", "rest2"))
_ONE_EACH = (("4.4.6", "rest1"), ("5.0.3", "rest2"))


def surface(protocol: str = "") -> List[Tuple[str, str]]:
    """The servers and protocols on which what goes beyond tickets is tested, of one protocol or
    of both."""
    listed = _ONE_EACH if _small() else _SURFACE
    return [one for one in listed if protocol in ("", one[1])]


#: Where `AsyncClient` is held to the contract, by either of its transports.
_FACES = (("4.4.6", "rest1"), ("5.0.3", "rest1"), ("5.0.3", "rest2"))


def faces() -> List[Tuple[str, ...]]:
    """(server, protocol, user, transport) for `AsyncClient`."""
    if _small():
        return [(*_ONE_EACH[0], "alice", "threads"), (*_ONE_EACH[1], "alice", "httpx")]
    return [(*one, "alice", face) for one in _FACES for face in ("threads", "httpx")]
