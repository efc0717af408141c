"""A server of REST 1.0 in memory, for tests of `archive.save`: what it answers is composed."""
from __future__ import annotations

import os
import signal
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any, Dict, Iterable, Iterator, List, Optional, Set, Tuple, Union

from rtcompat.errors import PermissionDenied, RTError, Unsupported
from rtcompat.exchange import Request, Response
from rtcompat.model import (NOT_LOADED, Attachment, CustomField, FrozenMap, Link, Links, Member,
                            Outcome, Queue, ServerInfo, Ticket, Transaction, User, Watcher)
from rtcompat.rest1 import compose
from rtcompat.ticketsql import Query

__all__ = ["NOW", "FakeLive", "FakeRest2", "Kept"]

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
VERSION = "5.0.3"


@dataclass(frozen=True)
class Kept:
    """A ticket of the server: its subject, when it was changed, its messages."""

    subject: str
    changed: datetime
    texts: Tuple[str, ...] = ("Hello\n",)
    queue: str = "General"


class FakeLive:
    """Answers over REST 1.0 from its tickets.

    Attributes:
        hidden: tickets that are found and then refused.
        asked: what was asked for, in order.
        fails: by a piece of what is asked, the error that is raised instead.
        killed_at: the request before which the process is killed.
    """

    def __init__(self, tickets: Dict[int, Kept], *, now: datetime = NOW) -> None:
        self.tickets = dict(tickets)
        self.now = now
        self.asked: List[str] = []
        self.fails: Dict[str, RTError] = {}
        self.killed_at = 0
        self.exact = True
        self.hidden: Set[int] = set()

    # -- REST 1.0 -----------------------------------------------------------------------------

    def exchange(self, protocol: str, request: Request) -> Response:
        if protocol != "rest1":
            raise Unsupported("only rest1")
        given = dict(request.form or ())
        line = " ".join([request.path, *(value for name, value in request.form or ()
                                         if name in ("id", "query"))])
        self.asked.append(line)
        if len(self.asked) == self.killed_at:
            os.kill(os.getpid(), signal.SIGKILL)
        for piece, error in self.fails.items():
            if piece in line:
                self._break_off(request)
                raise error
        content = self._answer(request.path, given, [
            value for name, value in request.form or () if name == "id"])
        headers = {"date": format_datetime(self.now, usegmt=True)}
        if request.sink is not None and request.sink.start(200, headers):
            for start in range(0, len(content), 7):
                request.sink.feed(content[start:start + 7])
            request.sink.finish()
            return Response(200, headers, b"", request, "http://rt", sunk=True)
        return Response(200, headers, content, request, "http://rt")

    @staticmethod
    def _break_off(request: Request) -> None:
        if request.sink is not None:
            request.sink.start(200, {})
            request.sink.feed(b"RT/5.0.3 200 Ok\n\nhalf")
            request.sink.abandon()

    def _answer(self, path: str, given: Dict[str, str], ids: List[str]) -> bytes:
        kind, _, rest = path.partition("/")
        if path == "":
            return compose.content_head(VERSION)
        if kind == "search":
            return compose.ids(VERSION, "ticket", sorted(self.tickets))
        if kind == "show" and ids[0].startswith("attachment/"):
            return compose.answer(VERSION, tuple(
                compose.attachment(*self._part(int(one)))
                for one in ids[0].partition("/")[2].split(",")))
        if kind == "show" or kind == "ticket":
            number = int((ids[0] if kind == "show" else path).split("/")[1])
            return self._ticket(number, "" if kind == "show" else rest.partition("/")[2])
        name = rest.split("/")[0]
        if kind == "attachment":
            return self._content(self._part(int(name))[1])
        if kind == "user":
            return compose.answer(VERSION, (compose.user(User(7, name=name)),))
        if path.endswith("ticketcustomfields"):
            return compose.answer(VERSION, (compose.custom_fields(1, (
                CustomField(1, "Severity", "Select", True, description=""),)),))
        return compose.answer(VERSION, (compose.queue(Queue(1, name=name)),))

    @staticmethod
    def _content(text: str) -> bytes:
        return compose.content_head(VERSION) + text.encode() if text else b""

    def _ticket(self, number: int, part: str = "") -> bytes:
        """Everything about a ticket, or one part of it (``links``)."""
        if number not in self.tickets or number in self.hidden:
            return compose.refusal(VERSION, f"Ticket {number} does not exist.")
        kept = self.tickets[number]
        history = tuple(Transaction(
            number * 100 + place, number, "Comment", None, None, None, None, 0, "alice",
            kept.changed, content=text, html=None,
            attachments=(self._part(number * 100 + place)[0],))
            for place, text in enumerate(kept.texts))
        texts = {one.id: one.content or "" for one in history}
        parts = [part for one in history for part in one.attachments]
        ticket = Ticket(number, queue=kept.queue, owner="Nobody", creator="alice",
                        subject=kept.subject, status="new", last_updated=kept.changed)
        every = {"history": compose.history(history, texts), "show": (compose.ticket(ticket),),
                 "attachments": compose.attachment_list(number, parts, texts),
                 "links": (compose.links(number, Links()),)}
        if part:
            return compose.answer(VERSION, every[part])
        return compose.answer(VERSION, every["history"], (
            *every["show"], *every["attachments"], *every["links"]))

    def _part(self, number: int) -> Tuple[Attachment, str]:
        kept = self.tickets[number // 100]
        text = kept.texts[number % 100]
        return Attachment(number, number // 100, number, None, None, "text/plain", len(text),
                          None, None, (), created=kept.changed), text

    # -- what is asked beside -----------------------------------------------------------------

    def server(self) -> ServerInfo:
        return ServerInfo(url="http://rt", version=VERSION, protocols=("rest1",),
                          protocol="rest1", user="alice", timezone="Europe/Berlin",
                          timezone_exact=self.exact)

    def whoami(self) -> User:
        return User(7, name="alice")

    def get_ticket(self, ticket_id: int) -> Ticket:
        return Ticket(ticket_id)

    def search_tickets(self, query: Union[str, Query], *, order: Optional[str] = None,
                       fields: Optional[Iterable[str]] = None,
                       snapshot: bool = False) -> Iterator[Ticket]:
        if isinstance(query, Query) and not self.exact:
            raise Unsupported("the zone is in doubt")
        self.asked.append(f"search_tickets {query if isinstance(query, str) else 'changed'}")
        return iter([Ticket(number, last_updated=kept.changed, times_exact=self.exact)
                     for number, kept in self.tickets.items()])

    def later(self, **changes: Any) -> FakeLive:
        """The same server a day after, with tickets changed an hour before:
        ``t2={"subject": "new"}``."""
        found = FakeLive(self.tickets, now=self.now + timedelta(days=1))
        for name, several in changes.items():
            number = int(name[1:])
            if several is None:
                del found.tickets[number]
            else:
                several.setdefault("changed", found.now - timedelta(hours=1))
                found.tickets[number] = replace(found.tickets[number], **several)
        return found

    # -- what REST2 is asked ------------------------------------------------------------------

    def get_tickets(self, ticket_ids: Iterable[int]) -> Iterator[Outcome[Ticket]]:
        raise Unsupported("only rest1")

    def get_histories(self, ticket_ids: Iterable[int], *, content: bool = True
                      ) -> Iterator[Outcome[Tuple[Transaction, ...]]]:
        raise Unsupported("only rest1")

    def search_attachments(self, conditions: Any = (), *,
                           order: Optional[str] = None) -> Iterator[Attachment]:
        raise Unsupported("only rest1")

    def get_attachment(self, attachment_id: int, *,
                       ticket_id: Optional[int] = None) -> Attachment:
        raise Unsupported("only rest1")

    def save_attachment(self, attachment_id: int, path: Any, *,
                        ticket_id: Optional[int] = None) -> int:
        raise Unsupported("only rest1")

    def get_links(self, ticket_id: int) -> Links:
        raise Unsupported("only rest1")

    def get_queue(self, queue: Union[str, int]) -> Queue:
        return Queue(1, name=str(queue), description="", sla_disabled=True)

    def get_user(self, user: Union[str, int]) -> User:
        return User(7, name=str(user))

    def get_group_members(self, group: Union[str, int], *, recursive: bool = False,
                          kind: Optional[str] = None) -> Iterator[Member]:
        raise Unsupported("only rest1")

    def get_applied_custom_fields(self, kind: str, record: Union[str, int], *,
                                  lookup_type: Optional[str] = None) -> Tuple[CustomField, ...]:
        raise Unsupported("only rest1")


class FakeRest2(FakeLive):
    """The same tickets where REST 1.0 is closed: each is of one message of several levels.

    Its parts by number: ``N00`` the container, ``N01`` the text, ``N02`` a container of ``N03``,
    which is a file, and ``N04``, which REST2 does not give.
    """

    _TYPES = ("multipart/mixed", "text/plain", "multipart/related", "image/png",
              "message/rfc822")
    _PARENTS = (None, 0, 0, 2, 0)

    def exchange(self, protocol: str, request: Request) -> Response:
        if protocol != "rest2":
            raise Unsupported("only rest2")
        headers = {"date": format_datetime(self.now, usegmt=True)}
        return Response(200, headers, b"{}", request, "http://rt")

    def get_tickets(self, ticket_ids: Iterable[int]) -> Iterator[Outcome[Ticket]]:
        for number in ticket_ids:
            self.asked.append(f"ticket/{number}")
            if number in self.hidden:
                yield Outcome(number, error=PermissionDenied("not shown"))
                continue
            kept = self.tickets[number]
            yield Outcome(number, Ticket(
                number, queue=kept.queue, owner="Nobody", creator="alice", subject=kept.subject,
                status="new", sla="gold", created=kept.changed, last_updated=kept.changed,
                requestors=(), admin_cc=(), cc=(Watcher(None, "staff", "group", 12),
                                                Watcher("b@example.org")),
                custom_fields=FrozenMap({"Severity": ("low, rather",)})))

    def get_histories(self, ticket_ids: Iterable[int], *, content: bool = True
                      ) -> Iterator[Outcome[Tuple[Transaction, ...]]]:
        for number in ticket_ids:
            text = self.tickets[number].texts[0]
            yield Outcome(number, (Transaction(
                number * 10, number, "Create", None, None, None, None, 0, "alice",
                self.tickets[number].changed, content=text, html=None,
                attachments=tuple(self._head(number * 100 + place) for place in range(5))),))

    def _head(self, number: int, **more: Any) -> Attachment:
        kind = self._TYPES[number % 100]
        return Attachment(number, number // 100, number // 100 * 10, NOT_LOADED,
                          "a.png" if kind == "image/png" else None, kind,
                          70 if kind == "image/png" else 0, **more)

    def search_attachments(self, conditions: Any = (), *,
                           order: Optional[str] = None) -> Iterator[Attachment]:
        (condition,) = conditions
        self.asked.append(f"attachments {len(condition.value)}")
        return iter([self._head(int(one), subject=None, message_id="<m@x>",
                                headers=(("X-Part", str(one)),), created=NOW)
                     for one in condition.value])

    def get_attachment(self, attachment_id: int, *,
                       ticket_id: Optional[int] = None) -> Attachment:
        self.asked.append(f"attachment/{attachment_id}")
        parent = self._PARENTS[attachment_id % 100]
        return replace(self._head(attachment_id), parent_id=None if parent is None
                       else attachment_id // 100 * 100 + parent)

    def save_attachment(self, attachment_id: int, path: Any, *,
                        ticket_id: Optional[int] = None) -> int:
        self.asked.append(f"attachment/{attachment_id}/content")
        if self._TYPES[attachment_id % 100].startswith("message/"):
            raise Unsupported("a mail in a mail")
        content = self.tickets[attachment_id // 100].texts[0].encode() \
            if attachment_id % 100 == 1 else bytes(range(70))
        with open(path, "wb") as file:
            return file.write(content)

    def get_links(self, ticket_id: int) -> Links:
        return Links(refers_to=(Link("ticket", 77), Link("url", url="https://example.org/")))

    def get_group_members(self, group: Union[str, int], *, recursive: bool = False,
                          kind: Optional[str] = None) -> Iterator[Member]:
        assert recursive and kind == "user"
        self.asked.append(f"group/{group}")
        return iter([Member("user", 1, "a", email="a@example.org"),
                     Member("user", 2, "x", email=None)])

    def get_applied_custom_fields(self, kind: str, record: Union[str, int], *,
                                  lookup_type: Optional[str] = None) -> Tuple[CustomField, ...]:
        return (CustomField(1, "Severity", "Freeform", False, description=""),)
