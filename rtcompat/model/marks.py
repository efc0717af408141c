"""What stands where a value does not: not loaded, keep; and a mapping that cannot change."""
from __future__ import annotations

from typing import Any, Dict, Iterator, Mapping, NoReturn, Optional, TypeVar

__all__ = ["NOT_LOADED", "KEEP", "EMPTY", "FrozenMap"]

K = TypeVar("K")
V = TypeVar("V")


class _Mark:
    """A value of its own: one instance, falsy, equal only to itself, the same after pickling."""

    _instance: Optional[_Mark] = None
    _name = ""

    def __new__(cls) -> _Mark:
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return self._name

    def __reduce__(self) -> str:
        return self._name

    def __copy__(self) -> _Mark:
        return self

    def __deepcopy__(self, memo: Any) -> _Mark:
        return self


class _NotLoaded(_Mark):
    """Stands where a value was not asked for; ordering, counting or reckoning with it raises."""

    _name = "NOT_LOADED"

    def _refuse(self, *_: Any) -> NoReturn:
        raise TypeError("this value was not loaded: ask for it, or read the whole record")

    __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _refuse
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = _refuse
    __len__ = __iter__ = __contains__ = __getitem__ = _refuse
    __int__ = __float__ = __index__ = __neg__ = _refuse


class _Keep(_Mark):
    """Default of every field argument of an edit: leave it as it is."""

    _name = "KEEP"


#: The value of an attribute that was not asked for, or that the protocol does not transmit.
NOT_LOADED: Any = _NotLoaded()
#: The default of field arguments: on editing, the field is left alone; on creating, RT's default.
KEEP: Any = _Keep()


class FrozenMap(Mapping[K, V]):
    """A mapping that cannot change, compares like any mapping, hashes and pickles.

    Args:
        pairs: any mapping or nothing; its order is kept.
    """

    __slots__ = ("_pairs",)

    def __init__(self, pairs: Optional[Mapping[K, V]] = None) -> None:
        self._pairs: Dict[K, V] = dict(pairs or {})

    def __getitem__(self, key: K) -> V:
        return self._pairs[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._pairs)

    def __len__(self) -> int:
        return len(self._pairs)

    def __hash__(self) -> int:
        return hash(frozenset(self._pairs.items()))

    def __repr__(self) -> str:
        return repr(self._pairs)


EMPTY: FrozenMap[Any, Any] = FrozenMap()
