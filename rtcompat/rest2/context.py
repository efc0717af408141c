"""What one login on one server has learnt: filled in by operations, shared by all threads."""
from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Dict, FrozenSet, Optional, Tuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

__all__ = ["Context", "FieldKind"]


@dataclass(frozen=True)
class FieldKind:
    """What writing a custom field needs to know: its number, type and whether it has one value."""

    id: int
    type: Optional[str]
    single: Optional[bool]


def _zone(name: Optional[str]) -> Optional[ZoneInfo]:
    """The IANA zone, None for none and for one that only RT knows."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)


class Context:
    """Facts about a server and a user that do not change from one operation to the next.

    Args:
        version: RT's version string, "" where it is not known (then taken for the newest).
        user: login of who asks, or None where only a token or a cookie is known.
        timezone: IANA name of the user's zone, when the caller knows it.
    """

    def __init__(self, version: str = "", user: Optional[str] = None,
                 timezone: Optional[str] = None) -> None:
        self.version = version
        self.user = user
        self.timezone = timezone
        self._lock = threading.Lock()
        self._denied: Optional[FrozenSet[str]] = None
        self._zone_asked = timezone is not None
        self._zone = _zone(timezone)
        #: RT cannot write what it says in this user's language after a message (see `messages`).
        self.speechless = False
        #: Whether we may change users, and so see all of them; None while not asked.
        self.administers: Optional[bool] = None
        self._offset = timedelta(0)
        self._zones: Optional[Tuple[str, ...]] = None
        self._roles: Optional[Dict[int, str]] = None
        self._fields: Dict[str, Dict[str, FieldKind]] = {}

    @property
    def version_tuple(self) -> Tuple[int, ...]:
        """The version's leading numbers; (99,) where it is not known."""
        found = re.match(r"\d+(?:\.\d+)*", self.version)
        return tuple(int(part) for part in found.group().split(".")) if found else (99,)

    def before(self, *version: int) -> bool:
        """Whether the server is older. RT 4's extension counts as older than 5.0.0."""
        return self.version_tuple < version

    # -- the sentence by which this user's RT says "permission denied" --------------------------

    @property
    def denied(self) -> Optional[FrozenSet[str]]:
        """RT's "Permission Denied" in this user's language, perhaps among another sentence; None
        while not learnt."""
        return self._denied

    def learn_denied(self, sentences: FrozenSet[str]) -> None:
        """What RT says to a message for a ticket that does not exist."""
        self._denied = sentences

    # -- the zone in which RT reads what this user types ----------------------------------------

    @property
    def zone_asked(self) -> bool:
        """Whether the user's own preference is known (it may be that there is none)."""
        return self._zone_asked

    def learn_zone(self, name: str) -> None:
        """The user's preference; "" when the server's own zone counts."""
        with self._lock:
            self.timezone = name or None
            self._zone = _zone(name)
            self._zone_asked = True

    @property
    def zones(self) -> Optional[Tuple[str, ...]]:
        """Names of the zones that ours may be, by what searches told; None while not asked."""
        return self._zones

    def learn_zones(self, names: Tuple[str, ...]) -> None:
        with self._lock:
            self._zones = names

    def learn_offset(self, offset: timedelta) -> None:
        """What the server's own zone was ahead of UTC the last time it was seen."""
        self._offset = offset

    def local(self, moment: datetime) -> Optional[datetime]:
        """What to send, naive, so that this user's RT stores an aware moment: by the zone known so
        far, else by the offset seen last; reading back corrects what that misses.

        RT takes a text for UTC and subtracts the zone's offset at *that* moment, so that on the
        days of a change it is not what the clock shows, and None where there is nothing to send.
        Source: RT::Date, formats ``unknown``; seen on 5.0.3.
        """
        utc = moment.astimezone(timezone.utc)
        if self._zone is None:
            return utc.replace(tzinfo=None) + self._offset
        for days in (0, -1, 1):
            text = utc + _offset(utc + timedelta(days=days), self._zone)
            if text - _offset(text, self._zone) == utc:
                return text.replace(tzinfo=None)
        return None

    # -- names that RT gives as numbers ---------------------------------------------------------

    @property
    def roles(self) -> Optional[Dict[int, str]]:
        """Names of custom roles by number; None while not asked (needed up to 5.0.3)."""
        return self._roles

    def learn_roles(self, roles: Dict[int, str]) -> None:
        with self._lock:
            self._roles = dict(roles)

    def queue_fields(self, queue: str) -> Optional[Dict[str, FieldKind]]:
        """Custom fields of a queue's tickets by name, or None while not asked."""
        return self._fields.get(queue)

    def learn_queue_fields(self, queue: str, kinds: Dict[str, FieldKind]) -> None:
        with self._lock:
            self._fields[queue] = dict(kinds)
