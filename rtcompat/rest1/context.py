"""What one connection has learnt about its server and its user. Shared by threads, in memory only.
"""
from __future__ import annotations

import threading
from datetime import datetime
from typing import Callable, Dict, Iterable, List, Mapping, Optional, Set, Tuple

from rtcompat.model import CustomField
from rtcompat.rest1 import zones
from rtcompat.rest1.forms import version_of
from rtcompat.rest1.zones import Clock

__all__ = ["Context"]


class Context:
    """Everything that operations remember between each other; every method is thread-safe.

    Args:
        version: RT's version as it says it (``5.0.3+dfsg-3~deb12u6``), or None if not known yet.
        user: login of who asks, or None (a token's owner is found out by `Rest1.whoami`).
        timezone: IANA name of the RT user's zone, or None to find it out.
    Raises: UsageError for a zone that this machine does not know.
    """

    def __init__(self, *, version: Optional[str] = None, user: Optional[str] = None,
                 timezone: Optional[str] = None) -> None:
        self._lock = threading.Lock()
        self._version = version
        self._user = user
        self._clock = zones.named(timezone) if timezone is not None else Clock()
        self._fields: Dict[str, Mapping[str, CustomField]] = {}
        self._queues: Dict[int, str] = {}
        self._days: Set[datetime] = set()
        #: Whether RT lets us see and edit all users; None while that was not asked.
        self.administers_users: Optional[bool] = None

    @property
    def version(self) -> Optional[str]:
        """RT's version as it says it, or None while no answer was read."""
        with self._lock:
            return self._version

    @property
    def release(self) -> Optional[Tuple[int, ...]]:
        """The version's numbers, ``(5, 0, 3)``, or None while no answer was read."""
        version = self.version
        return None if version is None else version_of(version)

    def saw_version(self, version: str) -> None:
        """Take note of the version in an answer's first line."""
        with self._lock:
            self._version = version

    @property
    def user(self) -> Optional[str]:
        """Login of who asks, or None."""
        with self._lock:
            return self._user

    def saw_user(self, login: str) -> None:
        """Take note of who we are."""
        with self._lock:
            self._user = login

    @property
    def clock(self) -> Clock:
        """The zone, language and format in which RT prints our times, as far as known."""
        with self._lock:
            return self._clock

    def change_clock(self, change: Callable[[Clock], Clock]) -> Clock:
        """Replace the clock by what `change` makes of it; returns the new one."""
        with self._lock:
            self._clock = change(self._clock)
            return self._clock

    @property
    def zone_name(self) -> Optional[str]:
        """Name of the zone RT prints our times in, or None while it is not known."""
        return self.clock.name

    @zone_name.setter
    def zone_name(self, name: str) -> None:
        """Say the zone (the user's own record over REST2 holds it).

        Raises: UsageError for a zone that this machine does not know.
        """
        clock = zones.named(name)
        with self._lock:
            self._clock = clock

    @property
    def zone_exact(self) -> bool:
        """Whether one zone is left (zones that agree count as one)."""
        return self.clock.exact

    def fresh_days(self, days: Iterable[datetime]) -> List[datetime]:
        """Those of the days at which no evidence was looked for yet; they count as done now."""
        with self._lock:
            fresh = [day for day in days if day not in self._days]
            self._days.update(fresh)
            return fresh

    def fields_of(self, queue: str) -> Optional[Mapping[str, CustomField]]:
        """The custom fields of a queue's tickets by name, or None if RT was not asked yet."""
        with self._lock:
            return self._fields.get(queue)

    def saw_fields(self, queue: str, fields: Mapping[str, CustomField]) -> None:
        """Keep the custom fields of a queue's tickets."""
        with self._lock:
            self._fields[queue] = fields

    def queue_name(self, number: int) -> Optional[str]:
        """A queue's name by number, or None if RT was not asked yet."""
        with self._lock:
            return self._queues.get(number)

    def saw_queue(self, number: int, name: str) -> None:
        """Keep a queue's name."""
        with self._lock:
            self._queues[number] = name
