"""What RT says of itself over REST2."""
from __future__ import annotations

from rtcompat.exchange import Operation, Request
from rtcompat.model import System
from rtcompat.rest2.answers import read_json
from rtcompat.rest2.values import read_text

__all__ = ["system"]


def system() -> Operation[System]:
    """See `Tracker.get_system`. Requests: 1."""
    raw = read_json((yield Request("GET", "rt", about="ask for the version")))
    plugins = raw.get("Plugins")
    if not isinstance(plugins, list):
        return System(read_text(raw.get("Version")), None)
    return System(read_text(raw.get("Version")), tuple(sorted(map(read_text, plugins))))
