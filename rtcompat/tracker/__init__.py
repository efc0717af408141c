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
leaves it ``unverified``: over REST2 a refusal is then told by RT's sentences alone, in `Receipt`'s
messages, while REST 1.0's code still raises. A refusal costs at most 3 more, to tell why. Counted
are operations of a login that knows what it asks for once: REST 1.0 our time zone (5 at most; 1
more when a date is first written and doubts are left), and whether we administer users (1); REST2
the names of custom roles (up to 5.0.3, 2 at most), our zone for a moment in a custom field or a
query (1; 2 more where only what RT stores tells it, 9 where only searches do), and how RT says no
(2); both the custom fields of each queue that is written to (1/3 at most), REST 1.0 also where a
value may be one or several; and its name when it is given by number (1/0).
"""
from __future__ import annotations

from typing import Any, Tuple

from rtcompat.tracker.articles import ArticleOperations
from rtcompat.tracker.assets import AssetOperations
from rtcompat.tracker.bulk import BulkOperations
from rtcompat.tracker.composed import Composed
from rtcompat.tracker.current import CurrentOperations
from rtcompat.tracker.customfields import CustomFieldOperations
from rtcompat.tracker.groups import GroupOperations
from rtcompat.tracker.entries import EntryOperations
from rtcompat.tracker.histories import HistoryOperations
from rtcompat.tracker.links import LinkOperations
from rtcompat.tracker.memberships import MembershipOperations
from rtcompat.tracker.messages import MessageOperations
from rtcompat.tracker.queues import QueueOperations
from rtcompat.tracker.searches import SearchOperations
from rtcompat.tracker.server import ServerOperations
from rtcompat.tracker.source import CustomValues, Date, LinkChanges, Listing, People, Source
from rtcompat.tracker.tickets import TicketOperations
from rtcompat.tracker.users import UserOperations

__all__ = ["Tracker", "Listing", "People", "CustomValues", "Date", "LinkChanges", "COMPOSED",
           "OPERATIONS"]


class Tracker(Composed, ServerOperations, TicketOperations, CurrentOperations, MessageOperations,
              HistoryOperations, LinkOperations, UserOperations, GroupOperations,
              MembershipOperations, BulkOperations, QueueOperations, CustomFieldOperations,
              AssetOperations, ArticleOperations, SearchOperations, EntryOperations):
    """Every operation and what it promises, a class a subject."""

    def __enter__(self) -> Tracker:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


#: The operations that a protocol defines; ``server`` and ``close`` are the client's own, what is
#: composed of operations is nobody's.
OPERATIONS: Tuple[str, ...] = tuple(
    name for subject in Tracker.__mro__[1:-1] if subject not in (Composed, Source)
    for name in vars(subject)
    if not name.startswith("_") and name not in ("server", "close"))
#: What is composed of them.
COMPOSED: Tuple[str, ...] = tuple(name for name in vars(Composed) if not name.startswith("_"))
