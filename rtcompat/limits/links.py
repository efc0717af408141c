"""The ends of links."""
from __future__ import annotations

from typing import Any, Dict, Mapping, Tuple

from rtcompat.errors import UsageError
from rtcompat.limits.values import checked_line, positive_id
from rtcompat.model import KEEP, LINK_NAMES, Link

__all__ = ["checked_links"]

#: Width of Links.Base and Links.Target (RT's schema, 3.8 to 6.0).
LINK_LENGTH = 240
#: Kinds of `Link` that are records of this RT.
_LOCAL_KINDS = ("ticket", "article", "asset")


def checked_links(value: Any, name: str) -> Dict[str, Tuple[Link, ...]]:
    """Links by direction from numbers and URLs; KEEP gives none.

    Raises: UsageError for an unknown direction, a newline, a comma or white space in a URL.
    """
    if value is KEEP:
        return {}
    if not isinstance(value, Mapping):
        raise UsageError(f"{name} maps directions to ticket numbers and URLs", argument=name)
    wanted: Dict[str, Tuple[Link, ...]] = {}
    for direction, ends in value.items():
        if direction not in LINK_NAMES:
            raise UsageError(f"{direction!r} is no direction of a link; these are: "
                             + ", ".join(LINK_NAMES), argument=name)
        if isinstance(ends, (str, int)):
            raise UsageError(f"{name}[{direction}] is a list", argument=name)
        wanted[direction] = tuple(sorted({_link(end, f"{name}[{direction}]") for end in ends}))
    return wanted


def _link(end: Any, name: str) -> Link:
    if isinstance(end, Link):
        if end.kind in _LOCAL_KINDS and not end.url:
            return Link(end.kind, positive_id(end.id, name))
        if end.kind != "url" or end.id != 0:
            raise UsageError(f"{name}: {end!r} is no link: a number goes with ticket, article or "
                             "asset, an address with url", argument=name)
        end = end.url
    if isinstance(end, int):
        return Link("ticket", positive_id(end, name))
    if not isinstance(end, str):
        raise UsageError(f"an entry of {name} is a ticket's number, a URL or a Link, not {end!r}",
                         argument=name)
    url = checked_line(end, name)
    if not url or "," in url or any(c.isspace() for c in url):
        raise UsageError(f"{name}: {end!r} is no URL that RT can keep (percent-encode commas and "
                         "blanks)", argument=name)
    if ":" not in url:
        raise UsageError(f"{name}: {end!r} is neither a ticket number nor a URL", argument=name)
    if len(url) > LINK_LENGTH:
        raise UsageError(f"{name}: RT keeps {LINK_LENGTH} characters of a link, and this has "
                         f"{len(url)}: {url!r}", argument=name)
    return Link("url", url=url)
