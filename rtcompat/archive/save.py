"""`save`: a dump of REST 1.0 answers made from a live server, over either protocol.

Over REST 1.0 the bytes are kept as they came; over REST2 they are written from records
(`rest1.compose`). The layout, by the addresses of what was asked::

    MANIFEST.jsonl                 a line a file: `manifest.Entry`; what failed; begin and end
    ticket/12/show                 the ticket, its long history, attachment list and links
    show/attachments-120           forms of attachments, from 120 on, of one ticket
    attachment/120/content         one content
    queue/General/show             and queue/General/ticketcustomfields
    user/alice/show
    search/ticket-0a1b2c3d         the ids that the query found, written last

A ticket's own file is put there when all the others of it are, so that it says that they are.
"""
from __future__ import annotations

import hashlib
import io
import re
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import (Callable, Dict, FrozenSet, Iterable, List, Mapping, Optional, Protocol,
                    Sequence, Set, Tuple, Union)

from rtcompat.archive.folder import Store
from rtcompat.archive.live import Live, attachments_of, moment_of
from rtcompat.archive.manifest import Entry, Unsaved
from rtcompat.archive.outcome import Failure, Failures, Saved
from rtcompat.archive.over_rest1 import OverRest1
from rtcompat.archive.over_rest2 import OverRest2
from rtcompat.archive.verifying import Lists, look
from rtcompat.errors import NotSaved, ProtocolError, Refused, Unsupported, UsageError
from rtcompat.limits import checked_query
from rtcompat.rest1.answers import listed_ids
from rtcompat.ticketsql import Query, ticketsql

__all__ = ["Failure", "Saved", "save"]

#: RT's database and its web server, and two columns of one change, may differ by so much.
_MARGIN = timedelta(minutes=10)
Progress = Callable[[int, int], None]
#: What is to be done, and for how many tickets.
_Task = Tuple[Callable[[], List[Failure]], int]


class _Source(Protocol):
    """How one protocol's answers are had."""

    @property
    def slice(self) -> int:
        """How many tickets are saved at once."""

    def found(self, query: str) -> Tuple[Tuple[int, ...], bytes, Entry]:
        """The numbers of the tickets, and the answer that lists them, which is not kept yet."""

    def prepare(self, number: int) -> None:
        """Learn what is to be said of every file, with the help of a ticket."""

    def tickets(self, numbers: Tuple[int, ...]) -> List[Failure]:
        """Save these."""

    def again(self, what: str, ticket: Optional[int], sizes: Sequence[str]) -> List[Failure]:
        """Ask for one thing that failed before, without its tickets."""


def save(client: Live, query: Union[str, Query], folder: Union[str, Path], *, jobs: int = 4,
         progress: Optional[Progress] = None, moved_from: Optional[str] = None) -> Saved:
    """Save tickets, with histories, attachments and links, as REST 1.0 answers.

    What is in the folder already is kept, and asked for again only where it changed since
    (``LastUpdated`` against the time of the answer, by the server's clock, ten minutes allowed);
    attachments, which do not change in RT, and users are not asked twice. A save that broke off
    is gone on with, and what could not be saved is asked for again. An answer that shows that it
    is not whole is not kept; one that an older version kept is replaced. Tickets that a query
    found before and finds no more (deleted, merged, changed) are asked for once again.

    Args:
        client: connected; over REST 1.0 where it uses that, else over REST2, which composes.
        query: TicketSQL; a `Query` without moments.
        folder: made if it is not there.
        jobs: requests at once.
        progress: is called with how many tickets are done, and of how many, from this thread.
        moved_from: the URL under which the folder's answers were saved, where the same server
            has another one by now.
    Returns: `Saved`. What RT refuses, or fails over, about one ticket is among its failures; what
        the dump lacks for it stands in the manifest, too.
    Raises: UsageError, also for a folder with something else in it, with what another server
        or another user's eyes gave, or with another save in it that runs (Windows and some network
        storage do not tell that); OSError: no room, or a file of the folder that
        cannot be read, which names it; InvalidQuery;
        NotAuthenticated, ConnectFailed, TLSFailed at any time, KeyboardInterrupt: what is saved
        by then stays, and `verify` tells that the save did not come to its end.
    Requests: REST 1.0: 1 for the search, 2 a ticket and 1 a content, 1 per 100 attachments of a
        ticket, 1 a user and 2 a queue; incremental 1 for the search and 1 per 100 changed
        tickets, and those for what failed before.
    """
    text = _text(query)
    if not isinstance(jobs, int) or isinstance(jobs, bool) or jobs < 1:
        raise UsageError("jobs is a number from 1 on", argument="jobs")
    if not callable(getattr(client, "exchange", None)):
        raise UsageError("save takes a connection to a live server, as rtcompat.connect gives it",
                         argument="client")
    store = Store(Path(folder))
    try:
        _same_source(client, store, moved_from)
        return _saved(client, text, store, jobs, progress)
    except BaseException:
        store.leave()
        raise


def _saved(client: Live, text: str, store: Store, jobs: int,
           progress: Optional[Progress]) -> Saved:
    _look_at(store)
    source = _source(client, store)
    failing = store.failing
    numbers, listed, entry = source.found(text)
    marker = f"search/ticket-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    failures = _unless_whole(store, listed, _at(entry, marker))
    whole = not failures
    store.begin(text, numbers if whole else None)
    wanted = _wanted(client, text, store, numbers, marker, whole) | _unfinished(store, failing)
    if wanted or failing and numbers:
        source.prepare(min(wanted or numbers))
    failures += _run(store, _once_more(source, store, failing, wanted), jobs, None)
    hanging = _hanging(failing, failures)
    todo = tuple(sorted(wanted.union(*hanging.values())))
    failures += _run(store, _slices(source, todo), jobs, progress)
    if whole and not any(map(_keeps_open, failures)):
        store.put(listed, _at(entry, marker), looked=True)
    failures = _final(store, failing, hanging, failures)
    store.end()
    store.close()
    return Saved(store.folder, len(numbers), len(todo), store.written, store.bytes,
                 isinstance(source, OverRest2), tuple(failures), store.problems)


def _text(query: Union[str, Query]) -> str:
    if isinstance(query, Query):
        if query.needs_zone:
            raise UsageError("a query with moments is given as text, in our RT user's time zone",
                             argument="query")
        return query.text()
    return checked_query(query)


def _source(client: Live, store: Store) -> Union[OverRest1, OverRest2]:
    try:
        return OverRest1(client, store)
    except Unsupported:
        return OverRest2(client, store)


def _same_source(client: Live, store: Store, moved_from: Optional[str]) -> None:
    """Two servers' tickets, or what two users may see, never stand in one dump.

    Requests: 0; 1 or 2 into a dump that is there, where the login is not known.
    """
    entries = list(store.entries())
    if not entries:
        return
    info, last = client.server(), entries[-1].server
    if last.rstrip("/") not in (info.url.rstrip("/"), (moved_from or info.url).rstrip("/")):
        raise UsageError(
            f"{store.folder} holds what {last} answered, not {info.url}", argument="folder",
            advice=f"save into a new folder, or give moved_from={last!r} if it is the same server")
    before = next((one.user for one in reversed(entries) if one.user), None)
    user = info.user or (before and client.whoami().name)
    if before and user and user.casefold() != before.casefold():
        raise UsageError(f"{store.folder} holds what {before} may see, and {user} asks now",
                         argument="folder", advice="save into a new folder")


def _at(entry: Entry, file: str) -> Entry:
    return Entry(**{**vars(entry), "file": file})


# -- what is to be asked ----------------------------------------------------------------------

def _wanted(client: Live, query: str, store: Store, numbers: Iterable[int],
            marker: str, whole: bool) -> Set[int]:
    """The tickets that are missing, that changed, and, where the list of those that are found is
    whole, that are not found any more."""
    found = set(numbers)
    saved = {one.ticket: moment_of(one.time) for one in store.entries()
             if one.ticket is not None and one.file == f"ticket/{one.ticket}/show"}
    before = store.get(marker)
    gone: Set[int] = set()
    if before is not None and whole:
        text = (store.folder / marker).read_bytes().decode("utf-8", "replace")
        gone = {one for one in listed_ids(text, "ticket") if one in saved} - found
    known = {one: saved[one] for one in found if one in saved}
    changed: Set[int] = set()
    if known:
        since = min(known.values()) if before is None else moment_of(before.time)
        changed = _changed(client, query, known, since - _MARGIN)
    return (found - set(known)) | changed | gone


def _changed(client: Live, query: str, known: Dict[int, datetime],
             since: datetime) -> Set[int]:
    """Those of the known that changed after they were saved, or may have."""
    asked: Union[str, Query] = ticketsql(last_updated__ge=since)
    try:
        return _later(client, asked, known)
    except Unsupported:  # the zone in which RT reads the query leaves a doubt: look at all
        return _later(client, query, known)


def _later(client: Live, query: Union[str, Query], known: Dict[int, datetime]) -> Set[int]:
    return {one.id for one in client.search_tickets(query, fields=("last_updated",))
            if one.id in known and (not one.last_updated or not one.times_exact
                                    or one.last_updated >= known[one.id] - _MARGIN)}


# -- what failed before, and what is not whole ------------------------------------------------

def _look_at(store: Store) -> None:
    """Look at what an older version kept without looking: what is not whole has failed."""
    lists = Lists(store.folder)
    for entry in list(store.entries()):
        if entry.looked and entry.sha256.startswith(entry.looked):
            continue
        place = store.folder / entry.file
        with open(place, "rb") as file:
            found = look(file.read, entry, place)
        store.looked_at(entry, lists.wrong(entry) if found is None else found.what)


def _unless_whole(store: Store, listed: bytes, entry: Entry) -> List[Failure]:
    """The failure of a list of what the query finds that is not whole."""
    failures = Failures(store)
    wrong = look(io.BytesIO(listed).read, entry, store.folder / entry.file)
    if wrong is not None:
        failures.add(Failure(entry.file, ProtocolError(wrong.what, request=entry.request)))
    return failures.found


def _once_more(source: _Source, store: Store, failing: Mapping[str, Unsaved],
               wanted: Set[int]) -> List[_Task]:
    """What is asked for again by itself, rather than with a ticket that is asked for."""
    lists = Lists(store.folder)
    shown = {number: one.ticket for one in store.entries()
             if one.file.startswith("show/attachments-") for number in attachments_of(one)} \
        if any(what.startswith("attachment/") for what in failing) else {}
    tasks: List[_Task] = []
    for what, one in failing.items():
        kind, _, name = what.partition("/")
        if kind == "attachment" and name.isdigit():
            ticket = min(one.tickets, default=shown.get(int(name)))
            if ticket is not None and ticket not in wanted:
                tasks.append((partial(source.again, what, ticket,
                                      lists.sizes(ticket, int(name))), 0))
        elif kind in ("queue", "user", "group"):
            tasks.append((partial(source.again, what, None, ()), 0))
    return tasks


def _hanging(failing: Mapping[str, Unsaved], failures: Iterable[Failure]
             ) -> Dict[str, FrozenSet[int]]:
    """The queues and groups that are had by now, with the tickets that were written without."""
    failed = {one.what for one in failures}
    return {what: one.tickets for what, one in failing.items()
            if what.startswith(("queue/", "group/")) and what not in failed}


def _unfinished(store: Store, failing: Mapping[str, Unsaved]) -> Set[int]:
    """The tickets of which a part failed, or something that is asked for with them."""
    found: Set[int] = set()
    for what, one in failing.items():
        match = re.match(r"ticket/(\d+)(?:/|\Z)", what)
        if match is not None:
            found.add(int(match.group(1)))
        elif what.startswith(("show/", "attachment/")):
            found.update(number for number in one.tickets if what.startswith("show/")
                         or store.get(f"ticket/{number}/show") is None)
    return found


def _final(store: Store, failing: Mapping[str, Unsaved],
           hanging: Mapping[str, FrozenSet[int]], failures: Iterable[Failure]) -> List[Failure]:
    """What failed, each once, and what failed before and is not had by now."""
    failed = {one.what: one for one in failures}
    for what, tickets in hanging.items():
        if not any(_keeps_open(failed[ticket]) for ticket in (f"ticket/{one}" for one in tickets)
                   if ticket in failed):
            store.had(what)
    still = store.failing
    return [*(one for what, one in failed.items()
              if what in still or not what.startswith("attachment/")),
            *(Failure(what, NotSaved(failing[what].error)) for what in failing
              if what in still and what not in failed)]


def _keeps_open(failure: Failure) -> bool:
    """Whether the next save has to look at all tickets, rather than at those that changed since
    this one: a ticket itself failed."""
    return failure.what.startswith("ticket/") and not isinstance(
        failure.error, (Refused, Unsupported))


# -- asking -----------------------------------------------------------------------------------

def _slices(source: _Source, todo: Tuple[int, ...]) -> List[_Task]:
    """The tickets, some at a time."""
    return [(partial(source.tickets, some), len(some)) for some in (
        todo[start:start + source.slice] for start in range(0, len(todo), source.slice))]


def _run(store: Store, tasks: Sequence[_Task], jobs: int,
         progress: Optional[Progress]) -> List[Failure]:
    """Do what is to be done, some at a time; raises what ends everything. What runs then is broken
    off before its next request or line of the manifest."""
    failures: List[Failure] = []
    left = iter(tasks)
    done, of = 0, sum(count for _, count in tasks)
    if progress is not None:
        progress(0, of)
    with ThreadPoolExecutor(jobs, "save") as pool:
        running: Dict[Future[List[Failure]], int] = {}

        def start() -> None:
            task = next(left, None)
            if task is not None:
                running[pool.submit(task[0])] = task[1]

        try:
            for _ in range(2 * jobs):
                start()
            while running:
                ready, _ = wait(running, return_when=FIRST_COMPLETED)
                for one in ready:
                    count = running.pop(one)
                    failures += one.result()
                    done += count
                    start()
                    if progress is not None:
                        progress(done, of)
        except BaseException:
            store.stop()  # first of all: another interrupt may come
            for one in running:
                one.cancel()
            raise
    return failures
