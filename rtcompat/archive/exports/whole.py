"""Tickets with all that belongs to them, gathered from any tracker in few requests."""
from __future__ import annotations

from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from heapq import merge
from itertools import islice
from typing import (Any, Callable, Dict, Iterable, Iterator, List, Mapping, Optional,
                    Sequence, Set, Tuple)

from rtcompat.archive.answers import Problem
from rtcompat.archive.archive import Archive
from rtcompat.archive.exports.processes import can_fork, forked, ordered
from rtcompat.archive.runs import EVERYTHING
from rtcompat.errors import NotAuthenticated, Refused, Unsupported
from rtcompat.json_lines import plain
from rtcompat.model import (EMPTY, NOT_LOADED, Attachment, FrozenMap, Links, Outcome, Ticket,
                            Transaction)
from rtcompat.tracker import Tracker

__all__ = ["EVERYTHING", "Progress", "Whole", "wholes", "gathered", "as_record"]

#: Called after each ticket: how many are done, and how many there are where that is known.
Progress = Callable[[int, Optional[int]], None]
#: Tickets whose histories are asked for at once.
_BATCH = 25


@dataclass(frozen=True)
class Whole:
    """A ticket with its history, attachments and links.

    Attributes:
        transactions: with their attachments; NOT_LOADED where the history could not be had.
        attachments: those listed where no history has them; else NOT_LOADED.
        links: NOT_LOADED where they could not be had.
        contents: by attachment its bytes; of those that were asked for.
        lacking: by part (``transactions``, ``links``, ``attachment 34``) why it is not here;
            ``ticket`` where an archive holds nothing but parts of it.
    """

    ticket: Ticket
    transactions: Tuple[Transaction, ...] = NOT_LOADED
    attachments: Tuple[Attachment, ...] = NOT_LOADED
    links: Links = NOT_LOADED
    contents: Mapping[int, bytes] = EMPTY
    lacking: Mapping[str, str] = EMPTY


def wholes(tracker: Tracker, query: str, *, contents: bool = False, jobs: int = 1,
           progress: Optional[Progress] = None) -> Iterator[Whole]:
    """The tickets that a query finds, in the order in which they are found, each once.

    Of an archive, `EVERYTHING` gives besides the tickets of which only a history, attachments or
    links were saved, which no search finds: of the ticket itself just the number.

    Args:
        contents: also the attachments' headers and contents, each read by itself; containers
            (``multipart/…``) have none of their own.
        jobs: batches of tickets in work at the same time: those of an archive in processes
            (where they can be forked), others in threads, which the tracker has to bear, as a
            client does.
    Raises: UsageError, InvalidQuery; what keeps everything from being read (`TransportError`,
        `NotAuthenticated`). A part that is refused is in `Whole.lacking`.
    """
    found = tracker.search_tickets(query)
    total, done = found.total, 0
    tickets: Iterable[Ticket] = found
    if isinstance(tracker, Archive) and query == EVERYTHING:
        unshown = [Ticket(number, asked_id=number) for number in tracker.unshown]
        total = None if total is None else total + len(unshown)
        tickets = merge(found, unshown, key=lambda ticket: ticket.id)
    # A ticket with its contents may be large: then only those in work are held.
    batches = _batches(tickets, 1 if contents else _BATCH)
    for each in _ordered(tracker, batches, contents, jobs):
        for whole in each:
            done += 1
            yield whole
            if progress is not None:
                progress(done, total)


def _batches(found: Iterable[Ticket], size: int) -> Iterator[List[Ticket]]:
    """A ticket that a listing gives again, as others were changed meanwhile, is left out."""
    met: Set[int] = set()

    def fresh() -> Iterator[Ticket]:
        for ticket in found:
            if ticket.id not in met:
                met.add(ticket.id)
                yield ticket
    source = fresh()
    while True:
        batch = list(islice(source, size))
        if not batch:
            return
        yield batch


def _ordered(tracker: Tracker, batches: Iterator[List[Ticket]], contents: bool, jobs: int
             ) -> Iterator[List[Whole]]:
    """The batches gathered, in their order; no more are ahead than are worked on."""
    if jobs == 1:
        for batch in batches:
            yield gathered(tracker, batch, contents)
    elif isinstance(tracker, Archive) and can_fork():
        yield from _by_processes(tracker, list(batches), contents, jobs)
    else:
        with ThreadPoolExecutor(jobs) as pool:
            yield from ordered(pool, lambda batch: gathered(tracker, batch, contents), batches,
                               jobs + 1)


def _by_processes(archive: Archive, batches: Sequence[List[Ticket]], contents: bool, jobs: int
                  ) -> Iterator[List[Whole]]:
    """Reading an archive is work for cores: each process has the archive as it is open here."""
    def work(batch: List[Ticket]) -> Tuple[List[Whole], Tuple[Problem, ...]]:
        known = len(archive.problems)
        return gathered(archive, batch, contents), archive.problems[known:]

    for found, problems in forked(work, batches, jobs):
        for problem in problems:
            archive.take_note(problem)
        yield found


def gathered(tracker: Tracker, tickets: Sequence[Ticket], contents: bool) -> List[Whole]:
    """The tickets with all that belongs to them, in their order."""
    histories = _histories(tracker, [ticket.id for ticket in tickets])
    return [_whole(tracker, ticket, history, contents)
            for ticket, history in zip(tickets, histories)]


def _histories(tracker: Tracker, ids: Sequence[int]
               ) -> Iterable[Outcome[Tuple[Transaction, ...]]]:
    try:
        return list(tracker.get_histories(ids))
    except Unsupported as error:
        return [Outcome(one, None, error) for one in ids]


def _whole(tracker: Tracker, ticket: Ticket, history: Outcome[Tuple[Transaction, ...]],
           contents: bool) -> Whole:
    lacking: Dict[str, str] = {}
    if isinstance(tracker, Archive) and tracker.is_unshown(ticket.id):
        lacking["ticket"] = f"NotSaved: ticket/{ticket.id}/show was not saved"

    def had(part: str, ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except NotAuthenticated:
            raise
        except (Refused, Unsupported) as error:
            lacking[part] = f"{type(error).__name__}: {error.what}"
            return NOT_LOADED

    transactions = had("transactions", history.get)
    attachments = NOT_LOADED
    if transactions is NOT_LOADED or any(one.attachments is NOT_LOADED for one in transactions):
        attachments = had("attachments", lambda: tracker.get_attachments(ticket.id))
    links = had("links", lambda: tracker.get_links(ticket.id))
    whole = Whole(ticket, transactions, attachments, links, EMPTY, EMPTY)
    if contents:
        whole = _with_contents(tracker, whole, had)
    return replace(whole, lacking=FrozenMap(lacking))


def _with_contents(tracker: Tracker, whole: Whole, had: Callable[..., Any]) -> Whole:
    held: Dict[int, bytes] = {}

    def read(part: Attachment) -> Attachment:
        told = part
        if part.headers is NOT_LOADED:
            found = had(f"headers of attachment {part.id}", lambda: tracker.get_attachment(
                part.id, ticket_id=whole.ticket.id))
            told = part if found is NOT_LOADED else _joined(part, found)
        if not str(told.content_type or "").lower().startswith("multipart/"):
            content = had(f"attachment {part.id}", lambda: tracker.read_attachment(
                part.id, ticket_id=whole.ticket.id))
            if content is not NOT_LOADED:
                held[part.id] = content
        return told

    transactions, attachments = whole.transactions, whole.attachments
    if transactions is not NOT_LOADED:
        transactions = tuple(
            one if one.attachments is NOT_LOADED
            else replace(one, attachments=tuple(map(read, one.attachments)))
            for one in transactions)
    if attachments is not NOT_LOADED:
        attachments = tuple(map(read, attachments))
    return replace(whole, transactions=transactions, attachments=attachments,
                   contents=FrozenMap(held))


def _joined(listed: Attachment, alone: Attachment) -> Attachment:
    """What a part read by itself tells, and what only its list told."""
    kept = {each.name: getattr(listed, each.name) for each in fields(alone)
            if getattr(alone, each.name) is NOT_LOADED}
    return replace(alone, **kept)


def as_record(whole: Whole) -> Dict[str, Any]:
    """The ticket as plain JSON values, in the shape of `rtcompat.json_lines`.

    Returns: ``type`` (``ticket``), the ticket's attributes, ``transactions`` (each with its
        ``attachments``), ``attachments`` (where no history has them), ``links``, ``lacking``. What
        could not be had is left out and told in ``lacking``. A content is base64 in its
        attachment's ``content_base64``.
    """
    def attachment(part: Attachment) -> Dict[str, Any]:
        shown: Dict[str, Any] = plain(part)
        if part.id in whole.contents:
            shown["content_base64"] = b64encode(whole.contents[part.id]).decode("ascii")
        return shown

    def transaction(one: Transaction) -> Dict[str, Any]:
        shown: Dict[str, Any] = plain(replace(one, attachments=NOT_LOADED))
        if one.attachments is not NOT_LOADED:
            shown["attachments"] = [attachment(part) for part in one.attachments]
        return shown

    record: Dict[str, Any] = {"type": "ticket", **plain(whole.ticket)}
    if whole.transactions is not NOT_LOADED:
        record["transactions"] = [transaction(one) for one in whole.transactions]
    if whole.attachments is not NOT_LOADED:
        record["attachments"] = [attachment(part) for part in whole.attachments]
    if whole.links is not NOT_LOADED:
        record["links"] = plain(whole.links)
    record["lacking"] = dict(whole.lacking)
    return record
