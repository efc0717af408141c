"""Records kept for a while: the least recently used go first. Safe in threads."""
from __future__ import annotations

import threading
import time
from collections import OrderedDict
from typing import Callable, Dict, Generic, Hashable, Optional, Tuple, TypeVar

__all__ = ["Cache"]

R = TypeVar("R")


class Cache(Generic[R]):
    """Records by number. What else a record was asked by, a name or the number of a ticket that was
    merged into it, stands for the number as long as the record is kept.

    Args:
        max_size: records at most; -1 for any number, 0 to keep none.
        max_age: seconds for which a record counts without asking, None for ever.
        clock: gives seconds that never go back.
    """

    def __init__(self, max_size: int = -1, max_age: Optional[float] = None,
                 clock: Callable[[], float] = time.monotonic) -> None:
        self._kept: OrderedDict[Hashable, Tuple[R, float]] = OrderedDict()
        self._names: Dict[Hashable, Hashable] = {}
        self._lock = threading.Lock()
        self._max_size = max_size
        self.max_age = max_age
        self._clock = clock
        #: Counts what was forgotten on purpose, so that a reading begun before is not kept.
        self._generation = 0

    @property
    def max_size(self) -> int:
        """Records at most; -1 for any number, 0 for none. Lowering it drops the oldest."""
        return self._max_size

    @max_size.setter
    def max_size(self, size: int) -> None:
        with self._lock:
            self._max_size = size
            self._shrink()

    def __len__(self) -> int:
        return len(self._kept)

    def begin(self) -> int:
        """What to hand to `put` for a record that is asked for from now on."""
        with self._lock:
            return self._generation

    def put(self, key: Hashable, record: R, begun: Optional[int] = None, *,
            name: Optional[Hashable] = None) -> None:
        """Keep a record; not when something was forgotten since ``begun``: it may be older.

        Args:
            key: its number. name: what it was asked by.
        """
        with self._lock:
            if begun is not None and begun != self._generation:
                return
            self._names.pop(key, None)
            if name is not None and name != key:
                self._drop(name)
                self._names[name] = key
            self._kept[key] = (record, self._clock())
            self._kept.move_to_end(key)
            self._shrink()

    def get(self, key: Hashable) -> Optional[R]:
        """The record, whatever its age; None when it is not kept."""
        with self._lock:
            key = self._names.get(key, key)
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def fresh(self, key: Hashable) -> Optional[R]:
        """The record, or None when it is not kept or older than `max_age`."""
        age = self.age(key)
        if age is None or (self.max_age is not None and age > self.max_age):
            return None
        return self.get(key)

    def age(self, key: Hashable) -> Optional[float]:
        """Seconds since it was asked for, None when it is not kept."""
        with self._lock:
            found = self._kept.get(self._names.get(key, key))
            return None if found is None else self._clock() - found[1]

    def confirm(self, key: Hashable) -> None:
        """The server says that it is unchanged: its age begins anew."""
        with self._lock:
            key = self._names.get(key, key)
            found = self._kept.get(key)
            if found is not None:
                self._kept[key] = (found[0], self._clock())

    def forget(self, key: Hashable) -> None:
        """Drop a record, and all that stands for it: it was written to."""
        with self._lock:
            self._generation += 1
            self._drop(self._names.get(key, key))

    def clear(self) -> None:
        """Drop all records: one of them was written to, and it is not known which."""
        with self._lock:
            self._generation += 1
            self._kept.clear()
            self._names.clear()

    def evict(self, max_age: float = 0.0) -> int:
        """Drop what is older than so many seconds; the number of records dropped."""
        with self._lock:
            self._generation += 1
            now = self._clock()
            old = [key for key, (_, asked) in self._kept.items() if now - asked >= max_age]
            self._drop(*old)
            return len(old)

    def _shrink(self) -> None:
        while self._max_size >= 0 and len(self._kept) > self._max_size:
            self._drop(next(iter(self._kept)))

    def _drop(self, *keys: Hashable) -> None:
        for key in keys:
            self._kept.pop(key, None)
        gone = set(keys)
        for name in [name for name, number in self._names.items() if number in gone]:
            del self._names[name]
