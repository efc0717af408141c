"""Links."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Tuple

__all__ = ["Link", "Links", "LINK_NAMES"]


@dataclass(frozen=True, order=True)
class Link:
    """One end of a link.

    Attributes:
        kind: ``ticket``, ``article``, ``asset``, or ``url`` for anything outside this RT.
        id: its number in this RT, 0 for a url.
        url: the address for ``url``, else "".
    """

    kind: str
    id: int = 0
    url: str = ""

    def __str__(self) -> str:
        return self.url or f"{self.kind}/{self.id}"


#: The six directions of a link, in our words.
LINK_NAMES = ("depends_on", "depended_on_by", "refers_to", "referred_to_by", "member_of",
              "members")


@dataclass(frozen=True)
class Links:
    """The links of a ticket, each direction sorted. RT does not show links to deleted tickets."""

    depends_on: Tuple[Link, ...] = ()
    depended_on_by: Tuple[Link, ...] = ()
    refers_to: Tuple[Link, ...] = ()
    referred_to_by: Tuple[Link, ...] = ()
    member_of: Tuple[Link, ...] = ()
    members: Tuple[Link, ...] = ()
