"""The sessions of a user on a site: each serves one request at a time."""
from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import Iterator, List, Optional, Sequence

from rtcompat.errors import OutcomeUnknown, RTError, TimedOut, Truncated

__all__ = ["Pool", "Slot"]


class Slot:
    """One place of the pool while a request uses it; ``cookie`` is None without a session."""

    def __init__(self, cookie: Optional[str]) -> None:
        self.cookie = cookie


class Pool:
    """At most ``size`` cookies, each used by one request at a time, the last used first.

    Args:
        renewable: whether there can be others, so that one whose request was lost is forgotten.
    """

    def __init__(self, cookies: Sequence[str], size: int, *, renewable: bool = True) -> None:
        self._renewable = renewable
        self._idle = list(cookies)
        self._size = size
        self._busy = 0
        self._changed = threading.Condition()

    @contextmanager
    def slot(self) -> Iterator[Slot]:
        """A place; its cookie goes back afterwards, unless its request was lost on the way."""
        with self._changed:
            self._changed.wait_for(lambda: self._idle or self._busy < self._size)
            slot = Slot(self._idle.pop() if self._idle else None)
            self._busy += 1
        try:
            yield slot
        except RTError as error:
            # RT may still be at it, and holds the session's lock as long.
            if self._renewable and isinstance(error, (TimedOut, Truncated, OutcomeUnknown)):
                slot.cookie = None
            raise
        except BaseException:
            if self._renewable:
                slot.cookie = None
            raise
        finally:
            with self._changed:
                self._busy -= 1
                if slot.cookie is not None:
                    self._idle.append(slot.cookie)
                self._changed.notify()

    def idle(self) -> List[str]:
        """The cookies that no request uses now."""
        with self._changed:
            return list(self._idle)

    def drain(self) -> List[str]:
        """Take those cookies out."""
        with self._changed:
            idle, self._idle = self._idle, []
            return idle
