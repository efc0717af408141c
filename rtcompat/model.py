"""Records in RT's terms: frozen, comparable, picklable, the same whatever they were read from.

What None, empty and `NOT_LOADED` mean, everywhere:

* ``NOT_LOADED``: it was not asked for, or this protocol does not transmit it.
* ``None``: RT has no value (a date that is not set, an attachment without a name).
* ``""``, ``()``: RT has an empty value.

Times are aware datetimes in UTC, durations integer minutes, sizes bytes.
"""
from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import datetime
from pathlib import Path
from typing import (IO, Any, Dict, FrozenSet, Generic, Iterator, Mapping, NoReturn, Optional, Tuple,
                    TypeVar, Union)

__all__ = [
    "NOT_LOADED", "KEEP", "FrozenMap", "Watcher", "Ticket", "Transaction", "Attachment",
    "NewAttachment", "Link", "Links", "Queue", "User", "CustomField", "Page", "Receipt",
    "ServerInfo", "LINK_NAMES",
]

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")


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


@dataclass(frozen=True)
class Watcher:
    """Somebody in a role of a ticket.

    Attributes:
        email: address, or None for a group or a user without one. The only part compared.
        name: login or group name; None where RT does not tell (REST 1.0).
        kind: ``user`` or ``group``.
        id: the principal's number, or None where RT does not tell.
    """

    email: Optional[str]
    name: Optional[str] = attribute(default=None, compare=False)
    kind: str = attribute(default="user", compare=False)
    id: Optional[int] = attribute(default=None, compare=False)


@dataclass(frozen=True)
class Ticket:
    """A ticket. Dates are aware datetimes in UTC or None, times whole minutes.

    Attributes:
        id: number; for a merged ticket the survivor's.
        queue: name. owner, creator, last_updated_by: logins.
        requestors, cc, admin_cc: sorted by e-mail, without double entries. REST 1.0 shows groups
            as their members and leaves out people without an address.
        sla: name of the service level, or None.
        custom_fields: by name, each a tuple of str: date ``YYYY-MM-DD``, datetime
            ``YYYY-MM-DD HH:MM:SS`` in UTC, file: its name. A field without value holds ``()``.
        custom_roles: by name, each a tuple of watchers (NOT_LOADED over REST 1.0).
        times_exact: False when the zone of REST 1.0's local times left a doubt about one of them.
        undecided: names of custom fields that REST 1.0 did not let us tell single from multiple.
        asked_id: the id that was asked for (differs from id for a merged ticket).
        other_fields: what RT said beside these, under RT's spelling, as text.
    """

    id: int
    queue: str = NOT_LOADED
    owner: str = NOT_LOADED
    creator: str = NOT_LOADED
    last_updated_by: str = NOT_LOADED
    subject: str = NOT_LOADED
    status: str = NOT_LOADED
    priority: int = NOT_LOADED
    initial_priority: int = NOT_LOADED
    final_priority: int = NOT_LOADED
    requestors: Tuple[Watcher, ...] = NOT_LOADED
    cc: Tuple[Watcher, ...] = NOT_LOADED
    admin_cc: Tuple[Watcher, ...] = NOT_LOADED
    created: datetime = NOT_LOADED
    starts: Optional[datetime] = NOT_LOADED
    started: Optional[datetime] = NOT_LOADED
    due: Optional[datetime] = NOT_LOADED
    resolved: Optional[datetime] = NOT_LOADED
    told: Optional[datetime] = NOT_LOADED
    last_updated: Optional[datetime] = NOT_LOADED
    time_estimated: int = NOT_LOADED
    time_worked: int = NOT_LOADED
    time_left: int = NOT_LOADED
    sla: Optional[str] = NOT_LOADED
    custom_fields: Mapping[str, Tuple[str, ...]] = NOT_LOADED
    custom_roles: Mapping[str, Tuple[Watcher, ...]] = NOT_LOADED
    times_exact: bool = attribute(default=True, compare=False)
    undecided: FrozenSet[str] = attribute(default=frozenset(), compare=False)
    asked_id: int = attribute(default=0, compare=False)
    other_fields: Mapping[str, str] = attribute(default=EMPTY, compare=False)


@dataclass(frozen=True)
class Attachment:
    """A MIME part of a transaction, message bodies and multipart containers included.

    Attributes:
        filename: None when the part has no name.
        size: bytes as stored, or None where RT prints only a rounded number of characters.
        parent_id: the part that contains it, or None for the outermost.
        headers: pairs in RT's order, unfolded; values decoded to text.
        creator: login (NOT_LOADED over REST 1.0, which prints a number: see other_fields).
        message_id, subject: None when there is none.
    """

    id: int
    ticket_id: int = attribute(default=NOT_LOADED, compare=False)
    transaction_id: int = NOT_LOADED
    parent_id: Optional[int] = NOT_LOADED
    filename: Optional[str] = NOT_LOADED
    content_type: str = NOT_LOADED
    size: Optional[int] = NOT_LOADED
    subject: Optional[str] = NOT_LOADED
    message_id: Optional[str] = NOT_LOADED
    headers: Tuple[Tuple[str, str], ...] = NOT_LOADED
    creator: str = NOT_LOADED
    created: datetime = NOT_LOADED
    other_fields: Mapping[str, str] = attribute(default=EMPTY, compare=False)


@dataclass(frozen=True)
class Transaction:
    """An entry of a ticket's history.

    Attributes:
        type: RT's word (``Create``, ``Correspond``, ``Set``, …).
        field, old_value, new_value, data: RT's raw columns (ids, URIs); None when empty.
        time_taken: minutes.
        creator: login.
        description: our own English sentence made of the columns above.
        content: text of the first text/plain body part, or None when there is none.
        html: the first text/html body part as it is, or None.
        rendered: the text that REST 1.0's server made of an HTML-only body; not compared.
        rt_description: RT's own sentence in the user's language; NOT_LOADED over REST2.
        attachments: its parts, by id.
    """

    id: int
    ticket_id: int
    type: str
    field: Optional[str] = NOT_LOADED
    old_value: Optional[str] = NOT_LOADED
    new_value: Optional[str] = NOT_LOADED
    data: Optional[str] = NOT_LOADED
    time_taken: int = NOT_LOADED
    creator: str = NOT_LOADED
    created: datetime = NOT_LOADED
    description: str = NOT_LOADED
    content: Optional[str] = NOT_LOADED
    html: Optional[str] = NOT_LOADED
    attachments: Tuple[Attachment, ...] = NOT_LOADED
    rendered: Optional[str] = attribute(default=NOT_LOADED, compare=False)
    rt_description: str = attribute(default=NOT_LOADED, compare=False)
    other_fields: Mapping[str, str] = attribute(default=EMPTY, compare=False)


@dataclass(frozen=True)
class NewAttachment:
    """A file to send with a ticket, a reply or a comment.

    Attributes:
        filename: a bare name, without directories.
        content: bytes, or an open binary file that can be rewound; it is streamed.
        content_type: MIME type.
    """

    filename: str
    content: Union[bytes, IO[bytes]] = attribute(repr=False)
    content_type: str = "application/octet-stream"

    @classmethod
    def from_path(cls, path: Union[str, Path],
                  content_type: str = "application/octet-stream") -> NewAttachment:
        """The file at path, under its own name; it is read now."""
        place = Path(path)
        return cls(place.name, place.read_bytes(), content_type)


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


@dataclass(frozen=True)
class CustomField:
    """A custom field that applies to a queue's tickets.

    Attributes:
        single: True for one value, False for several, None where the server does not tell.
        type: RT's type word (``Freeform``, ``Select``, ``Text``, ``DateTime``, …) or None.
    """

    id: Optional[int]
    name: str
    type: Optional[str] = None
    single: Optional[bool] = None


@dataclass(frozen=True)
class Queue:
    """A queue. Texts are "" when unset.

    Attributes:
        lifecycle, sort_order, subject_tag: NOT_LOADED over REST 1.0.
        custom_fields: the queue's own values, by name.
    """

    id: int
    name: str = NOT_LOADED
    description: str = NOT_LOADED
    correspond_address: str = NOT_LOADED
    comment_address: str = NOT_LOADED
    disabled: bool = NOT_LOADED
    sla_disabled: bool = NOT_LOADED
    lifecycle: str = NOT_LOADED
    sort_order: int = NOT_LOADED
    subject_tag: str = NOT_LOADED
    custom_fields: Mapping[str, Tuple[str, ...]] = NOT_LOADED
    other_fields: Mapping[str, str] = attribute(default=EMPTY, compare=False)


@dataclass(frozen=True)
class User:
    """A user. Texts are "" when unset, NOT_LOADED where the caller may not see them.

    Attributes:
        name: the login.
        timezone: IANA name or "" for the server's own; NOT_LOADED over REST 1.0.
    """

    id: int
    name: str = NOT_LOADED
    email: str = NOT_LOADED
    real_name: str = NOT_LOADED
    nick_name: str = NOT_LOADED
    gecos: str = NOT_LOADED
    organization: str = NOT_LOADED
    address1: str = NOT_LOADED
    address2: str = NOT_LOADED
    city: str = NOT_LOADED
    state: str = NOT_LOADED
    zip: str = NOT_LOADED
    country: str = NOT_LOADED
    home_phone: str = NOT_LOADED
    work_phone: str = NOT_LOADED
    mobile_phone: str = NOT_LOADED
    pager_phone: str = NOT_LOADED
    contact_info: str = NOT_LOADED
    comments: str = NOT_LOADED
    signature: str = NOT_LOADED
    lang: str = NOT_LOADED
    timezone: str = NOT_LOADED
    privileged: bool = NOT_LOADED
    disabled: bool = NOT_LOADED
    custom_fields: Mapping[str, Tuple[str, ...]] = NOT_LOADED
    other_fields: Mapping[str, str] = attribute(default=EMPTY, compare=False)


@dataclass(frozen=True)
class Page(Generic[T]):
    """Part of a listing.

    Attributes:
        cursor: plain values (str, int, list, dict) to ask for the next page with; None at the end.
        total: number of items of the whole listing, or None where RT hides it.
    """

    items: Tuple[T, ...]
    cursor: Any = None
    total: Optional[int] = None


@dataclass(frozen=True)
class Receipt:
    """What a write did, decided from what was wanted, what was before and what is after.

    Attributes:
        messages: RT's sentences, in its language, in its order.
        changed: fields that now hold what was wanted and did not before.
        unchanged: fields that held it already.
        refused: fields that still hold what they held before, which is not what was wanted.
        altered: fields that hold a third value: that value by field.
        unverified: fields that could not be, or were not to be, read afterwards.
        via: ``rest1`` or ``rest2``.
        id: number of what was created or written to, or None.
        transaction_id: of a reply or comment, where RT tells (REST2), else None.
    """

    messages: Tuple[str, ...] = ()
    changed: Tuple[str, ...] = ()
    unchanged: Tuple[str, ...] = ()
    altered: Mapping[str, Any] = EMPTY
    refused: Tuple[str, ...] = ()
    unverified: Tuple[str, ...] = ()
    via: str = ""
    id: Optional[int] = None
    transaction_id: Optional[int] = None


@dataclass(frozen=True)
class ServerInfo:
    """What is known of a server.

    Attributes:
        url: the site's base address, after redirects.
        version: RT's version as it says it (a distribution's suffix included).
        protocols: those that answer, of ``rest1`` and ``rest2``.
        protocol: the one in use.
        user: login of who asks, or None where it is not known.
        timezone: IANA name of the zone in which REST 1.0 prints our times, or None.
        timezone_exact: whether one zone is left.
        unsupported: operations that cannot be carried out here, with the reason.
    """

    url: str
    version: str
    protocols: Tuple[str, ...]
    protocol: str
    user: Optional[str] = None
    timezone: Optional[str] = None
    timezone_exact: bool = True
    unsupported: Mapping[str, str] = EMPTY

    def supports(self, operation: str) -> bool:
        """Whether the operation (``merge_ticket``) can be carried out on this server."""
        return operation not in self.unsupported

    @property
    def version_tuple(self) -> Tuple[int, ...]:
        """The version's leading numbers, ``(5, 0, 3)``."""
        numbers = []
        for part in self.version.split("+")[0].split("."):
            digits = "".join(c for c in part if c.isdigit())
            if not digits:
                break
            numbers.append(int(digits))
        return tuple(numbers)
