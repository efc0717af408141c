"""The contract: every operation once, whatever carries it out.

`Tracker` is what a face (command line, shim, gateway, fleet) may rely on. `client.Client` runs the
operations over HTTP; an archive and a sandbox answer them from what they hold. `rest1.operations`
and `rest2.operations` define the same names and arguments as generators. An operation that a
source lacks raises `Unsupported`, and stands with its reason in that source's ``UNSUPPORTED``.

Errors that any operation may raise: `UsageError` and `Unsupported` before anything is sent;
`NotAuthenticated`, `PermissionDenied`, `NotFound` from RT; `TransportError` when no answer to a
read came, `OutcomeUnknown` when the answer to a write was lost; `ProtocolError` when something
else than RT answered. The docstrings name only what comes besides.

Requests: ``a/b`` is the number over REST 1.0 and over REST2, ``-`` where that protocol cannot; a
``+`` is 1 more over REST2 where RT hides the end of a list from those who do not see everything
(from 5.0.5 on, and Debian's 5.0.3). ``read_back=False`` saves the reads that decide a receipt and
leaves it ``unverified``. A refusal costs at most 3 more, to tell why. Counted are operations of a
login that knows what it asks for once: REST 1.0 our time zone (5 at most; 1 more when a date is
first written and doubts are left), and whether we administer users (1); REST2 the names of custom
roles (up to 5.0.3, 2 at most), our zone for a moment in a custom field (1; 2 more where only what
RT stores tells it), and how RT says no (2); both the custom fields of each queue that is written
to (1/3 at most), REST 1.0 also where a value may be one or several; and its name when it is given
by number (1/0).
"""
from __future__ import annotations

from collections import deque
from datetime import datetime
from pathlib import Path
from typing import (Any, Callable, Generic, Iterable, Mapping, NoReturn, Optional, Sequence,
                    Tuple, TypeVar, Union)

from rtcompat.errors import Unsupported
from rtcompat.model import (KEEP, Attachment, Links, NewAttachment, Page, Queue, Receipt,
                            ServerInfo, Ticket, Transaction, User, Watcher)

__all__ = ["Tracker", "Listing", "People", "CustomValues", "Date", "LinkChanges", "OPERATIONS"]

T = TypeVar("T")

#: People of a role: e-mail addresses, logins, or watchers as a record holds them.
People = Iterable[Union[str, Watcher]]
#: Custom fields by name: one text, several texts, or None / () to clear. A date is `YYYY-MM-DD`,
#: a datetime `YYYY-MM-DD HH:MM:SS` in UTC.
CustomValues = Mapping[str, Union[str, Sequence[str], None]]
#: A date to store: an aware datetime (any zone), or None to unset it.
Date = Optional[datetime]
#: By direction (`model.LINK_NAMES`): ticket numbers and URLs.
LinkChanges = Mapping[str, Iterable[Union[int, str]]]


class Listing(Generic[T]):
    """An iterator over a listing that asks for page after page.

    A page that fails raises from ``next``; the one after it asks for that page again, so that
    nothing is passed over.

    Args:
        first: the first page.
        ask: gives the page of a cursor.
    """

    def __init__(self, first: Page[T], ask: Callable[[Any], Page[T]]) -> None:
        self._items = deque(first.items)
        self._cursor = first.cursor
        self._total = first.total
        self._ask = ask

    def __iter__(self) -> Listing[T]:
        return self

    def __next__(self) -> T:
        while not self._items:
            if self._cursor is None:
                raise StopIteration
            page = self._ask(self._cursor)
            self._items.extend(page.items)
            self._cursor = page.cursor
        return self._items.popleft()

    @property
    def total(self) -> Optional[int]:
        """How many items RT says there are, or None where it hides that."""
        return self._total


class Tracker:
    """Every operation and what it promises. The bodies here only say that it cannot be done."""

    #: operation, or ``operation(argument)`` -> reason: what this source cannot do.
    UNSUPPORTED: Mapping[str, str] = {}

    def _unsupported(self, operation: str) -> NoReturn:
        raise Unsupported(self.UNSUPPORTED.get(operation, "this source cannot do it"),
                          operation=operation)

    # -- the server -------------------------------------------------------------------------

    def server(self) -> ServerInfo:
        """What is known of the server: version, protocols, the one in use, our time zone.

        Requests: 0/0. It is known since connecting.
        """
        self._unsupported("server")

    def whoami(self) -> User:
        """The user who asks.

        Requests: 1/1; the first time with a token 2/2. REST2: 2 more for one who wrote no ticket.
        """
        self._unsupported("whoami")

    def close(self) -> None:
        """End the sessions on the server and close the connections; may be called twice.

        Requests: 1/1. Once a session, where a session was opened by us.
        """
        self._unsupported("close")

    # -- tickets ------------------------------------------------------------------------------

    def get_ticket(self, ticket_id: int) -> Ticket:
        """One ticket, every field. A merged id gives the survivor, with ``asked_id`` ours.

        Raises: NotFound, PermissionDenied.
        Requests: 1/1; merged 1/3; deleted 1/2; deleted, with people and moments in fields 1/4.
        Source: REST 1.0 ``ticket/N/show``; REST2 ``GET /tickets?query=id=N``, and
            ``GET /ticket/N`` for merged and deleted ones.
        """
        self._unsupported("get_ticket")

    def search_tickets(self, query: str, *, order: Optional[str] = None,
                       fields: Optional[Iterable[str]] = None,
                       snapshot: bool = False) -> Listing[Ticket]:
        """The tickets that TicketSQL finds: never merged-away or deleted ones.

        Args:
            query: TicketSQL as RT's Advanced box takes it; dates in it are read in the user's
                time zone by both protocols.
            order: a field of TicketSQL, ``-`` before it for descending (``-Created``); None walks
                by id, which is exact while others write. With an order, a ticket that moves
                between two pages may be missed (never listed twice).
            fields: names of `Ticket` attributes wanted; the others hold NOT_LOADED. ``()`` gives
                ids alone. None asks for all.
            snapshot: collect all ids first, then read them: nothing that was there is missed.
        Returns:
            Listing; total is None where RT hides it.
        Raises: InvalidQuery with RT's sentence; UsageError for a field that is unknown.
        Requests: 100 tickets 2/1; 101 tickets 3/2; 250 tickets 4/3; 250 in an order 4/3; the ids of
            250 1/3; a snapshot of 100 2/1; a snapshot of 250 4/5; none 1/1; none in an order 2/1.
            REST 1.0 asks for the ids and then 1 per 100, REST2 1 per 100.
        Source: REST 1.0 ``search/ticket``, ``show``; REST2 ``POST /tickets``.
        """
        self._unsupported("search_tickets")

    def create_ticket(self, queue: Union[str, int], *, subject: str = "", content: str = "",
                      content_type: str = "text/plain",
                      requestors: People = KEEP, cc: People = KEEP, admin_cc: People = KEEP,
                      owner: str = KEEP, status: str = KEEP, priority: int = KEEP,
                      initial_priority: int = KEEP, final_priority: int = KEEP,
                      starts: Date = KEEP, started: Date = KEEP, due: Date = KEEP,
                      resolved: Date = KEEP, time_estimated: int = KEEP, time_worked: int = KEEP,
                      time_left: int = KEEP, sla: str = KEEP,
                      custom_fields: CustomValues = KEEP,
                      custom_roles: Mapping[str, People] = KEEP,
                      attachments: Sequence[NewAttachment] = (),
                      read_back: bool = True) -> Receipt:
        """Create a ticket, once.

        Args:
            queue: name or number. content: the description; with content_type ``text/html`` it is
                stored as HTML. The field arguments: see `Ticket`; KEEP leaves RT's default.
        Returns:
            Receipt with the number in ``id``. What RT silently dropped (an unknown owner, a value
            outside a select field's list) stands in ``refused`` or ``altered``.
        Raises: InvalidValue when RT refuses to create it; PermissionDenied; NotFound for the queue
            where RT tells; OutcomeUnknown with a query that would find it. When it was created
            without a wanted field: InvalidValue with the receipt, whose ``id`` is the ticket.
        Requests: 2/2; read_back=False 1/1; with files 2/2; with dates and custom fields 2/2; with
            watchers given by login 3/3; with custom roles -/2.
        Source: REST 1.0 ``ticket/new`` (attachments since 4.0.14); REST2 ``POST /ticket``
            (attachments since 5.0.1).
        """
        self._unsupported("create_ticket")

    def edit_ticket(self, ticket_id: int, *, queue: Union[str, int] = KEEP, owner: str = KEEP,
                    subject: str = KEEP, status: str = KEEP, priority: int = KEEP,
                    initial_priority: int = KEEP, final_priority: int = KEEP,
                    requestors: People = KEEP, cc: People = KEEP, admin_cc: People = KEEP,
                    add_requestors: People = (), remove_requestors: People = (),
                    add_cc: People = (), remove_cc: People = (),
                    add_admin_cc: People = (), remove_admin_cc: People = (),
                    complete_watchers: bool = False,
                    starts: Date = KEEP, started: Date = KEEP, due: Date = KEEP,
                    resolved: Date = KEEP, told: Date = KEEP, time_estimated: int = KEEP,
                    time_worked: int = KEEP, time_left: int = KEEP, sla: str = KEEP,
                    custom_fields: CustomValues = KEEP,
                    custom_roles: Mapping[str, People] = KEEP,
                    read_back: bool = True) -> Receipt:
        """Change fields of a ticket; every field not named is left alone.

        Args:
            requestors, cc, admin_cc: the complete new list of persons; groups that are watchers
                stay. Over REST 1.0, which does not show groups nor people without an address and
                removes what is not named, a list is accepted only with ``complete_watchers=True``,
                groups given by id (``Watcher(None, id=…, kind="group")`` or the number as text).
            add_…, remove_…: single watchers (REST2 only).
            owner: a login; None gives the ticket to nobody.
            starts, started, due, resolved, told: datetimes with a time zone; None unsets them.
            time_estimated, time_worked, time_left: whole minutes, the new total.
            custom_fields: by name, a text or a list of texts; None or () clears. Those named are
                replaced, the others left alone.
            custom_roles: by name, the complete list of people.
            KEEP, the default of each field, leaves it as it is.
        Returns:
            Receipt; each field changed, unchanged, altered or unverified.
        Raises: UsageError when no field is named; InvalidValue or PermissionDenied when any field
            was refused, with the receipt: the other fields are written all the same.
        Requests: 3/3; read_back=False 1/1; dates and custom fields 3/3; custom fields,
            read_back=False 2/2; watchers replaced 3/3; watchers given by login 4/4; watchers added
            -/3; custom roles -/3; to another queue 3/3.
        Source: REST 1.0 ``ticket/N/edit``; REST2 ``PUT /ticket/N``.
        """
        self._unsupported("edit_ticket")

    def delete_ticket(self, ticket_id: int) -> Receipt:
        """Set the ticket's status to deleted.

        Returns: Receipt; ``status`` unchanged when it was deleted already.
        Raises: PermissionDenied, NotFound; InvalidValue when RT refuses (open dependencies).
        Requests: 3/3.
        Source: REST 1.0 ``ticket/N/edit`` with ``Status: deleted``; REST2 ``PUT /ticket/N`` with
            the status, as a refused DELETE is a 500 that does not say why.
        """
        self._unsupported("delete_ticket")

    def reply(self, ticket_id: int, content: str = "", *, content_type: str = "text/plain",
              cc: People = (), bcc: People = (), time_worked: int = 0, status: str = KEEP,
              attachments: Sequence[NewAttachment] = ()) -> Receipt:
        """Reply to the requestors (RT's correspond), once.

        Args:
            content: text, or HTML with content_type ``text/html``.
            cc, bcc: addresses that get this mail only (REST 1.0 only: a ``Cc`` key would replace
                the ticket's watchers over REST2).
            time_worked: minutes to add. status: set it with the reply.
        Returns:
            Receipt; ``transaction_id`` over REST2; ``status`` in changed, unchanged or refused.
        Raises: UsageError for an empty reply; PermissionDenied, NotFound; InvalidValue with the
            receipt when the reply was recorded and the status refused.
        Requests: 1/1; with files 1/1; with a status 3/3; with one-time recipients 1/-.
        Source: REST 1.0 ``ticket/N/comment`` (RT 3.6 and later); REST2
            ``POST /ticket/N/correspond``.
        """
        self._unsupported("reply")

    def comment(self, ticket_id: int, content: str = "", *, content_type: str = "text/plain",
                cc: People = (), bcc: People = (), time_worked: int = 0, status: str = KEEP,
                attachments: Sequence[NewAttachment] = ()) -> Receipt:
        """Comment, once: what requestors do not see. Everything else as `reply`."""
        self._unsupported("comment")

    def add_time(self, ticket_id: int, minutes: int, *, comment: str = "") -> Receipt:
        """Add minutes to the time worked, by a comment's time taken, which RT sums.

        Args:
            comment: its text; a short sentence of ours when empty (RT refuses an empty comment).
        Requests: 1/1.
        """
        self._unsupported("add_time")

    def merge_ticket(self, ticket_id: int, into_id: int) -> Receipt:
        """Merge a ticket into another; afterwards the first id answers with the second ticket.

        Returns: Receipt with ``id`` the survivor; ``merge`` in changed or unchanged.
        Raises: NotFound, PermissionDenied; InvalidValue (into itself).
        Requests: 3/3.
        Source: REST 1.0 ``ticket/N/merge/M`` (3.6 and later); REST2 ``MergeInto`` (5.0.1).
        """
        self._unsupported("merge_ticket")

    def take_ticket(self, ticket_id: int) -> Receipt:
        """Become the owner of a ticket that nobody owns.

        Returns: Receipt; ``owner`` changed, or unchanged when it was ours.
        Raises: InvalidValue when somebody owns it; PermissionDenied.
        Requests: 3/3.
        Source: REST 1.0 ``ticket/N/take``; REST2 ``PUT /ticket/N/take`` (5.0.1).
        """
        self._unsupported("take_ticket")

    def untake_ticket(self, ticket_id: int) -> Receipt:
        """Give our ticket back to nobody. As `take_ticket`."""
        self._unsupported("untake_ticket")

    def steal_ticket(self, ticket_id: int) -> Receipt:
        """Become the owner of somebody else's ticket. As `take_ticket`."""
        self._unsupported("steal_ticket")

    # -- history and attachments ------------------------------------------------------------

    def get_history(self, ticket_id: int, *, content: bool = True,
                    types: Optional[Iterable[str]] = None) -> Listing[Transaction]:
        """The ticket's transactions, oldest first.

        Args:
            content: also bodies and attachments; without, those attributes hold NOT_LOADED.
            types: RT's words (``Comment``, ``Correspond``, ``Set`` …); only these.
        Raises: NotFound, PermissionDenied (RT itself answers an empty list).
        Requests: content=False 1/1+; content=False, over 200 transactions 1/3+; text 1/3+; HTML
            2/3+; over 200 transactions 1/9+; of some types 1/3+; of a type that is not there
            1/2+. REST2: 1 per 100 transactions, and for these 1 per 100 parts and 1 per 100 texts;
            the ``+`` on 5.0.3, not on 5.0.7 and later.
        Source: REST 1.0 ``ticket/N/history?format=l``, ``ticket/N/attachments``; REST2
            ``POST /ticket/N/history``, ``POST /attachments``.
        """
        self._unsupported("get_history")

    def get_transaction(self, transaction_id: int, *,
                        ticket_id: Optional[int] = None) -> Transaction:
        """One transaction with contents and attachments.

        Args:
            ticket_id: when given, a transaction of another ticket is NotFound (RT does not look).
        Requests: without a message 2/2; with text 2/3; with HTML 3/3; with ticket_id, without a
            message 1/2; with ticket_id, with text 1/3; with ticket_id, with HTML 2/3.
        Source: REST 1.0 ``transaction/T`` (3.6.4), ``ticket/N/history/id/T``; REST2
            ``POST /transactions`` (``GET /transaction/T`` crashes for links before 5.0.5).
        """
        self._unsupported("get_transaction")

    def get_attachments(self, ticket_id: int) -> Tuple[Attachment, ...]:
        """All parts of the ticket's messages by id, without headers and content.

        Raises: NotFound, PermissionDenied.
        Requests: 1/1+; over 100 parts 1/2+.
        Source: REST 1.0 ``ticket/N/attachments``; REST2 ``GET /ticket/N/attachments``.
        """
        self._unsupported("get_attachments")

    def get_attachment(self, attachment_id: int, *,
                       ticket_id: Optional[int] = None) -> Attachment:
        """One part with its headers, without its content.

        Args:
            ticket_id: when given, an attachment of another ticket is NotFound (RT does not look).
        Requests: 1/1; with ticket_id 1/1; the outermost part 1/2; the outermost part, with
            ticket_id 1/2. REST2: asking for a parent crashes RT where there is none.
        Source: REST 1.0 ``attachment/A`` (4.0.12) or ``ticket/N/attachments/A``; REST2
            ``POST /attachments``.
        """
        self._unsupported("get_attachment")

    def read_attachment(self, attachment_id: int, *, ticket_id: Optional[int] = None) -> bytes:
        """The content: the bytes that were sent to RT, text in its original charset.

        Requests: 1/1; with ticket_id 2/2; empty 2/1; empty, with ticket_id 3/2; before 4.4.5 2/-;
            before 4.4.5, with ticket_id 2/-. Before 4.4.5 and 5.0.2 REST 1.0 does not keep final
            newlines, so the form is read as well.
        Source: REST 1.0 ``…/attachments/A/content``; REST2 ``GET /attachment/A``.
        """
        self._unsupported("read_attachment")

    def save_attachment(self, attachment_id: int, path: Union[str, Path], *,
                        ticket_id: Optional[int] = None) -> int:
        """Stream the content into a file; the file appears only when it is whole.

        Returns: bytes written.
        Requests: as `read_attachment`; memory is bounded.
        """
        self._unsupported("save_attachment")

    # -- links ----------------------------------------------------------------------------------

    def get_links(self, ticket_id: int) -> Links:
        """The ticket's links in all six directions.

        Requests: 1/1.
        Source: REST 1.0 ``ticket/N/links``; REST2 ``_hyperlinks`` of the ticket.
        """
        self._unsupported("get_links")

    def edit_links(self, ticket_id: int, *, add: LinkChanges = KEEP, remove: LinkChanges = KEEP,
                   replace: LinkChanges = KEEP, read_back: bool = True) -> Receipt:
        """Add and remove links, or replace whole directions.

        Args:
            add, remove, replace: by direction (``depends_on``, ``refers_to`` …), ticket numbers
                and URLs. A direction named in replace may not stand in the other two.
        Returns: Receipt by direction.
        Raises: InvalidValue with the receipt when RT refused one; UsageError.
        Requests: 3/3; read_back=False 2/1; replaced, read_back=False 2/2. REST 1.0 before 4.4.3
            takes 2 more for each link but one.
        Source: REST 1.0 ``ticket/N/links``; REST2 ``PUT /ticket/N`` (5.0.1).
        """
        self._unsupported("edit_links")

    # -- users and queues -----------------------------------------------------------------------

    def get_user(self, user: Union[str, int]) -> User:
        """A user by login or number.

        Raises: NotFound; PermissionDenied.
        Requests: ourselves 1/1; somebody else 1/1; a login that the path cannot carry 2/2.
        Source: REST 1.0 ``user/X/show``; REST2 ``GET /user/X``.
        """
        self._unsupported("get_user")

    def create_user(self, name: str, *, password: str = KEEP, email: str = KEEP,
                    real_name: str = KEEP, nick_name: str = KEEP, gecos: str = KEEP,
                    organization: str = KEEP, address1: str = KEEP, address2: str = KEEP,
                    city: str = KEEP, state: str = KEEP, zip: str = KEEP, country: str = KEEP,
                    home_phone: str = KEEP, work_phone: str = KEEP, mobile_phone: str = KEEP,
                    pager_phone: str = KEEP, contact_info: str = KEEP, comments: str = KEEP,
                    signature: str = KEEP, lang: str = KEEP, timezone: str = KEEP,
                    privileged: bool = KEEP, disabled: bool = KEEP,
                    read_back: bool = True) -> Receipt:
        """Create a user, once.

        Returns: Receipt with the number in ``id``.
        Raises: InvalidValue (the name or address exists, the password is short);
            PermissionDenied.
        Requests: 2/2; read_back=False 1/1.
        Source: REST 1.0 ``user/new``; REST2 ``POST /user``.
        """
        self._unsupported("create_user")

    def edit_user(self, user: Union[str, int], *, name: str = KEEP, password: str = KEEP,
                  email: str = KEEP, real_name: str = KEEP, nick_name: str = KEEP,
                  gecos: str = KEEP, organization: str = KEEP, address1: str = KEEP,
                  address2: str = KEEP, city: str = KEEP, state: str = KEEP, zip: str = KEEP,
                  country: str = KEEP, home_phone: str = KEEP, work_phone: str = KEEP,
                  mobile_phone: str = KEEP, pager_phone: str = KEEP, contact_info: str = KEEP,
                  comments: str = KEEP, signature: str = KEEP, lang: str = KEEP,
                  timezone: str = KEEP, privileged: bool = KEEP, disabled: bool = KEEP,
                  read_back: bool = True) -> Receipt:
        """Change fields of a user. A password is changed over REST 1.0 only (REST2 crashes).

        Returns, Raises: as `edit_ticket`. A password is never read back: unverified.
        Requests: 3/3; read_back=False 1/1.
        Source: REST 1.0 ``user/X/edit``; REST2 ``PUT /user/X``.
        """
        self._unsupported("edit_user")

    def get_queue(self, queue: Union[str, int]) -> Queue:
        """A queue by name or number.

        Raises: NotFound or PermissionDenied: RT hides which, so a queue that is not shown to us
            is NotFound by name and PermissionDenied by number, over both protocols. A number that
            no queue has is NotFound, but over REST2 PermissionDenied to users who may not see
            every queue: RT from 5.0.5 on does not tell them apart.
        Requests: 1/1; a name that the path cannot carry 2/2.
        Source: REST 1.0 ``queue/X``; REST2 ``GET /queue/X``.
        """
        self._unsupported("get_queue")

    def get_queues(self) -> Listing[Queue]:
        """All enabled queues that we may see, by id.

        Requests: 2/1+. REST2: 1 per 100; REST 1.0: RT 4.2.2 and later.
        Source: REST 1.0 ``search/queue``, ``show``; REST2 ``GET /queues/all``.
        """
        self._unsupported("get_queues")

    def create_queue(self, name: str, *, description: str = KEEP, correspond_address: str = KEEP,
                     comment_address: str = KEEP, lifecycle: str = KEEP, sort_order: int = KEEP,
                     subject_tag: str = KEEP, read_back: bool = True) -> Receipt:
        """Create a queue, once. lifecycle, sort_order and subject_tag over REST2 only.

        Returns, Raises, Requests: as `create_user`.
        Source: REST 1.0 ``queue/new``; REST2 ``POST /queue``.
        """
        self._unsupported("create_queue")

    def edit_queue(self, queue: Union[str, int], *, name: str = KEEP, description: str = KEEP,
                   correspond_address: str = KEEP, comment_address: str = KEEP,
                   disabled: bool = KEEP, sla_disabled: bool = KEEP, lifecycle: str = KEEP,
                   sort_order: int = KEEP, subject_tag: str = KEEP,
                   read_back: bool = True) -> Receipt:
        """Change fields of a queue. As `edit_user`.

        Source: REST 1.0 ``queue/X/edit``; REST2 ``PUT /queue/X``.
        """
        self._unsupported("edit_queue")

    def __enter__(self) -> Tracker:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


#: The operations that a protocol defines; ``server`` and ``close`` are the client's own.
OPERATIONS: Tuple[str, ...] = tuple(
    name for name in vars(Tracker)
    if not name.startswith("_") and name not in ("UNSUPPORTED", "server", "close"))
