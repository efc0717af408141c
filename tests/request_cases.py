"""How each case of each operation is brought about whose requests are counted."""
from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Mapping, Tuple

from rtcompat import NewAttachment, connect
from rtcompat.tracker import Listing, Tracker
from tests.connections import Connections

__all__ = ["ADMINISTRATOR", "ANYBODY", "BOTH", "CASES", "LEARNING", "REFUSALS", "Case", "Place",
           "case", "few"]

#: As whom a case runs.
ANYBODY, ADMINISTRATOR, BOTH = ("alice",), ("root",), ("alice", "root")

DATE = datetime(2031, 7, 15, 12, 30, tzinfo=timezone.utc)
MOMENT = "2031-07-15 22:30:00"
VALUES = {"Severity": "High", "Tags": ["a", "b"], "Window Start": MOMENT}
FILES = (NewAttachment("a.txt", b"text\n", "text/plain"), NewAttachment("b.png", b"\x89PNG"))
MAIL = "gerda@example.org"


class Place:
    """One user on one server over one protocol, with what the cases need there.

    Args:
        tracker: may be one that others use, too; it is not closed.
    """

    def __init__(self, connections: Connections, name: str, user: str, protocol: str,
                 tracker: Tracker) -> None:
        self.rt, self.user, self.protocol = tracker, user, protocol
        self.server = connections.server(name)
        self.tickets: Dict[str, int] = self.server.ids["tickets"]
        self.parts: Dict[str, int] = self.server.ids["attachments"]
        self.file = Path(tempfile.gettempdir()) / f"counted-{os.getpid()}"
        self._credentials = connections.credentials(name, user)
        self._made: Dict[str, Any] = {}

    def by_password(self) -> Tracker:
        """A login of its own."""
        return connect(self.server.url, protocol=self.protocol, **self._credentials)

    def by_token(self) -> Tracker:
        token = self.server.users[self.user].token
        return connect(self.server.url, protocol=self.protocol, token=token,
                       verify=self._credentials["verify"])

    def ticket(self, **given: Any) -> int:
        """A new ticket."""
        made = self.rt.create_ticket("General", subject="counted", content="To count.\n",
                                     read_back=False, **given)
        assert made.id
        return made.id

    def deleted(self) -> int:
        """A deleted ticket with all that RT does not tell of one by one answer."""
        number = self.ticket(cc=[MAIL], custom_fields={"Window Start": MOMENT})
        self.rt.delete_ticket(number)
        return number

    def _once(self, name: str, make: Callable[[], Any]) -> Any:
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]

    def said(self, html: bool = False) -> int:
        """A ticket with a comment and a change, made once."""
        def make() -> int:
            number = self.ticket()
            self.rt.comment(number, "<p>Said</p>\n" if html else "Said\n",
                            content_type="text/html" if html else "text/plain")
            self.rt.edit_ticket(number, priority=5, read_back=False)
            return number
        found: int = self._once(f"said {html}", make)
        return found

    def entry(self, kind: str, html: bool = False) -> int:
        """The transaction of this type of that ticket."""
        return next(iter(self.rt.get_history(self.said(html), content=False, types=[kind]))).id

    def outermost(self) -> int:
        """A part without a parent."""
        return self.rt.get_attachments(self.said())[0].id

    def links(self) -> Dict[str, List[Any]]:
        return {"refers_to": [self.said(), "https://example.org/"]}

    def paging(self, count: int) -> str:
        """A query that finds this many tickets, at most 250."""
        numbers = sorted(number for name, number in self.tickets.items()
                         if name.startswith("paging "))
        return f"Subject LIKE 'paging ' AND Queue = 'Second Queue' AND id <= {numbers[count - 1]}"

    def unique(self, separator: str = " ") -> str:
        """A name that no user and no queue of this server has."""
        return f"counted{separator}{self.ticket()}"

    def made(self, kind: str, separator: str = " ") -> str:
        """A user or queue of our own, made once."""
        def make() -> str:
            name = self.unique(separator)
            getattr(self.rt, f"create_{kind}")(name, read_back=False)
            return name
        found: str = self._once(kind + separator, make)
        return found

    def tidy(self) -> None:
        """Take out of the lists what others would find there; for an administrator."""
        for queue in self.rt.get_queues():
            if queue.name.startswith("counted"):
                self.rt.edit_queue(queue.id, disabled=True, read_back=False)


# -- the cases ------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Case:
    """How a case is brought about.

    Attributes:
        name: as the docstring has it.
        given, named: the arguments; those that can be called are made, uncounted, for a place.
        users: as whom. where: on which servers. tracker: by which session.
    """

    operation: str
    name: str
    given: Tuple[Any, ...]
    named: Mapping[str, Any]
    users: Tuple[str, ...] = ANYBODY
    where: Callable[[Place], bool] = lambda at: True
    tracker: Callable[[Place], Tracker] = lambda at: at.rt

    def prepared(self, at: Place) -> Callable[[], object]:
        """What is to be counted, all else done."""
        given = [one(at) if callable(one) else one for one in self.given]
        named = {name: one(at) if callable(one) else one for name, one in self.named.items()}
        act = getattr(self.tracker(at), self.operation)

        def counted() -> object:
            result = act(*given, **named)
            return list(result) if isinstance(result, Listing) else result
        return counted


def case(operation: str, name: str = "", *given: Any, **named: Any) -> Case:
    """A case as most are."""
    return Case(operation, name, given, named)


def few(at: Place) -> bool:
    """Whether this is one of the servers on which a case is counted that every RT does alike."""
    return at.server.name in ("4.4.6", "5.0.3")


def ticket(name: str) -> Callable[[Place], int]:
    """A ticket of the seed."""
    return lambda at: at.tickets[name]


def paging(count: int) -> Callable[[Place], str]:
    return lambda at: at.paging(count)


def entry(kind: str, html: bool = False) -> Callable[[Place], int]:
    return lambda at: at.entry(kind, html)


def html_said(at: Place) -> int:
    return at.said(html=True)


READS = (
    case("server"), case("whoami"),
    Case("whoami", "the first time with a token", (), {}, tracker=Place.by_token,
         where=lambda at: at.server.users[at.user].token is not None),
    Case("close", "", (), {}, tracker=Place.by_password),
    case("get_ticket", "", Place.said),
    case("get_ticket", "merged", ticket("merged")),
    case("get_ticket", "deleted", ticket("deleted")),
    case("get_ticket", "deleted, with people and moments in fields", Place.deleted),
    case("search_tickets", "100 tickets", paging(100), fields=("subject",)),
    case("search_tickets", "101 tickets", paging(101), fields=("subject",)),
    case("search_tickets", "250 tickets", paging(250), fields=("subject",)),
    case("search_tickets", "250 in an order", paging(250), order="-Created", fields=("subject",)),
    case("search_tickets", "the ids of 250", paging(250), fields=()),
    case("search_tickets", "a snapshot of 100", paging(100), snapshot=True, fields=("subject",)),
    case("search_tickets", "a snapshot of 250", paging(250), snapshot=True, fields=("subject",)),
    case("search_tickets", "none", "Subject = 'no such ticket'"),
    case("search_tickets", "none in an order", "Subject = 'no such ticket'", order="Created"),
    case("get_history", "content=False", Place.said, content=False),
    case("get_history", "content=False, over 200 transactions", ticket("long"), content=False),
    case("get_history", "text", Place.said),
    case("get_history", "HTML", html_said),
    case("get_history", "over 200 transactions", ticket("long")),
    case("get_history", "of some types", Place.said, types=("Comment", "Create")),
    case("get_history", "of a type that is not there", Place.said, types=("Nonsense",)),
    case("get_transaction", "without a message", entry("Set")),
    case("get_transaction", "with text", entry("Comment")),
    case("get_transaction", "with HTML", entry("Comment", html=True)),
    case("get_transaction", "with ticket_id, without a message", entry("Set"),
         ticket_id=Place.said),
    case("get_transaction", "with ticket_id, with text", entry("Comment"), ticket_id=Place.said),
    case("get_transaction", "with ticket_id, with HTML", entry("Comment", html=True),
         ticket_id=html_said),
    case("get_attachments", "", Place.said),
    case("get_attachments", "over 100 parts", ticket("long")),
    case("get_attachment", "", lambda at: at.parts["png"]),
    case("get_attachment", "with ticket_id", lambda at: at.parts["png"],
         ticket_id=ticket("files")),
    case("get_attachment", "the outermost part", Place.outermost),
    case("get_attachment", "the outermost part, with ticket_id", Place.outermost,
         ticket_id=Place.said),
    case("get_links", "", ticket("links")),
    case("get_user", "ourselves", lambda at: at.user),
    case("get_user", "somebody else", "gerda"),
    case("get_queue", "", "Second Queue"), case("get_queue", "", 1),
    case("get_queues"),
)


def _contents() -> Iterator[Case]:
    """Contents, into memory and into a file, on servers that keep final newlines and on others."""
    for part in ("utf8", "png", "html", "empty", "zero"):
        for old in (False, True):
            for owner in (None, ticket("files")):
                name = "before 4.4.5" if old else "empty" if part in ("empty", "zero") else ""
                name += (", " if name else "") + "with ticket_id" if owner else ""
                number = partial(_part, part)
                for operation, more in (("read_attachment", ()), ("save_attachment", (_file,))):
                    yield Case(operation, name, (number, *more), {"ticket_id": owner},
                               where=_old if old else _exact)


def _part(name: str, at: Place) -> int:
    return at.parts[name]


def _file(at: Place) -> Path:
    return at.file


def _old(at: Place) -> bool:
    """Whether contents come without their final newlines."""
    return at.rt.server().version_tuple < (4, 4, 5)


def _exact(at: Place) -> bool:
    return not _old(at)


WRITES = (
    case("create_ticket", "", "General", subject="counted", content="x"),
    case("create_ticket", "read_back=False", "General", subject="counted", read_back=False),
    case("create_ticket", "with files", "General", subject="counted", attachments=FILES),
    case("create_ticket", "with dates and custom fields", "General", due=DATE,
         custom_fields=VALUES),
    case("create_ticket", "with watchers given by login", "General", cc=["gerda", "uwe"]),
    case("create_ticket", "with custom roles", "General", custom_roles={"Observers": [MAIL]}),
    case("edit_ticket", "", Place.ticket, subject="other", priority=3),
    case("edit_ticket", "read_back=False", Place.ticket, subject="other", read_back=False),
    case("edit_ticket", "dates and custom fields", Place.ticket, due=DATE, custom_fields=VALUES),
    case("edit_ticket", "custom fields, read_back=False", Place.ticket, custom_fields=VALUES,
         read_back=False),
    case("edit_ticket", "watchers replaced", Place.ticket, cc=[MAIL], complete_watchers=True),
    case("edit_ticket", "watchers given by login", Place.ticket, cc=["gerda", "uwe"],
         complete_watchers=True),
    case("edit_ticket", "watchers added", Place.ticket, add_cc=[MAIL]),
    case("edit_ticket", "custom roles", Place.ticket, custom_roles={"Observers": [MAIL]}),
    case("edit_ticket", "to another queue", Place.ticket, queue="Second Queue"),
    case("delete_ticket", "", Place.ticket),
    *(one for operation in ("reply", "comment") for one in (
        case(operation, "", Place.ticket, "x"),
        case(operation, "with files", Place.ticket, "x", attachments=FILES),
        case(operation, "with a status", Place.ticket, "x", status="stalled"),
        case(operation, "with one-time recipients", Place.ticket, "x", cc=[MAIL]))),
    case("add_time", "", Place.ticket, 5),
    case("merge_ticket", "", Place.ticket, Place.ticket),
    case("take_ticket", "", Place.ticket),
    case("untake_ticket", "", lambda at: at.ticket(owner=at.user)),
    case("steal_ticket", "", lambda at: at.ticket(owner="gerda")),
    case("edit_links", "", Place.ticket, add=Place.links),
    case("edit_links", "read_back=False", Place.ticket, add=Place.links, read_back=False),
    case("edit_links", "replaced, read_back=False", Place.ticket, replace=Place.links,
         read_back=False),
)

ADMINISTRATION = tuple(replace(one, users=ADMINISTRATOR) for one in (
    case("get_user", "a login that the path cannot carry", partial(Place.made, kind="user",
                                                                   separator="/")),
    case("get_queue", "a name that the path cannot carry", partial(Place.made, kind="queue",
                                                                   separator="/")),
    case("create_user", "", Place.unique), case("create_queue", "", Place.unique),
    case("create_user", "read_back=False", Place.unique, read_back=False),
    case("create_queue", "read_back=False", Place.unique, read_back=False),
    case("edit_user", "", partial(Place.made, kind="user"), city="Köln"),
    case("edit_user", "read_back=False", partial(Place.made, kind="user"), city="Bonn",
         read_back=False),
    case("edit_queue", "", partial(Place.made, kind="queue"), description="counted"),
    case("edit_queue", "read_back=False", partial(Place.made, kind="queue"), description="again",
         read_back=False)))

CASES = (*READS, *_contents(), *WRITES, *ADMINISTRATION)

#: What RT refuses; the name is that of the case which it is compared with.
REFUSALS = (
    case("get_ticket", "", 99999999), case("get_ticket", "", ticket("hidden")),
    case("search_tickets", "none", "Subject LIKE"),
    case("search_tickets", "none in an order", "id > 0", order="Colour"),
    case("create_ticket", "", "No such queue", subject="counted"),
    case("create_ticket", "", "General", status="nonsense"),
    case("create_ticket", "", "General", owner="nobody-of-this-name"),
    case("edit_ticket", "", 99999999, subject="counted"),
    case("edit_ticket", "", Place.ticket, status="nonsense"),
    case("delete_ticket", "", ticket("hidden")),
    case("reply", "", 99999999, "x"),
    case("reply", "with a status", Place.ticket, "x", status="nonsense"),
    case("merge_ticket", "", Place.ticket, 99999999),
    case("take_ticket", "", lambda at: at.ticket(owner="gerda")),
    case("get_history", "text", 99999999), case("get_history", "text", ticket("hidden")),
    case("get_transaction", "with text", 99999999),
    case("get_transaction", "with ticket_id, with text", entry("Comment"), ticket_id=1),
    case("get_attachments", "", ticket("hidden")),
    case("get_attachment", "", 99999999),
    case("get_attachment", "with ticket_id", lambda at: at.parts["png"], ticket_id=1),
    case("read_attachment", "", 99999999), case("save_attachment", "", 99999999, _file),
    case("get_links", "", ticket("hidden")),
    case("edit_links", "", Place.ticket, add={"members": [99999999]}),
    case("get_user", "somebody else", "nobody-of-this-name"),
    case("create_user", "", "counted-in-vain"), case("edit_user", "", "gerda", city="in vain"),
    case("get_queue", "", "No such queue"), case("create_queue", "", "counted-in-vain"),
    case("edit_queue", "", "Second Queue", description="in vain"),
)


def _both(operation: str, name: str, *given: Any, **named: Any) -> Case:
    return Case(operation, name, given, named, users=BOTH)


#: What a login asks once, in this order: words, the call that needs it, the most over either
#: protocol, the call's own requests among them (see the module `rtcompat.tracker`).
LEARNING: Tuple[Tuple[str, Case, int, int], ...] = (
    ("the first ticket", _both("get_ticket", "", ticket("plain")), 6, 3),
    ("the first values that may be several", _both("get_ticket", "", ticket("fields")), 2, 1),
    ("the first date and moment written", _both("create_ticket", "", "General", due=DATE,
                                                custom_fields=VALUES), 4, 8),
    ("the next queue written to", _both("create_ticket", "", "Second Queue",
                                        custom_fields=VALUES), 3, 5),
    ("a queue given by number", _both("create_ticket", "", 1, subject="counted"), 3, 2),
    ("somebody else", _both("get_user", "somebody else", "gerda"), 2, 1),
    ("a refusal", case("edit_user", "", "gerda", city="in vain"), 3, 5),
)
