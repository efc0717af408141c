"""Which protocols a server speaks, and which of them carries an operation.

`table` names the protocols. `detecting` asks without credentials, one request a protocol;
`answers` reads what came by behaviour alone (seen on RT 4.4 to 6.0 and behind proxies). `routing`
decides before the first request of an operation, never after a failure, among those `in_use`.
"""
from __future__ import annotations

from rtcompat.protocols.answers import (ASK_EXTENSION, ASK_VERSION, Finding, extension_usable,
                                        is_extension, version_numbers, version_told)
from rtcompat.protocols.detecting import Detection, detect, site_of
from rtcompat.protocols.in_use import (Backends, backends, lacking, learn_zone, needs_zone,
                                       unsupported_here, with_zone)
from rtcompat.protocols.routing import route
from rtcompat.protocols.table import PROTOCOLS, Protocol

__all__ = ["ASK_EXTENSION", "ASK_VERSION", "PROTOCOLS", "Protocol", "Finding", "Detection",
           "Backends", "backends", "detect", "extension_usable", "is_extension", "lacking",
           "learn_zone", "needs_zone", "route", "site_of", "unsupported_here", "version_numbers",
           "version_told", "with_zone"]
