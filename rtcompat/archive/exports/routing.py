"""Which answers belong together: what each is about, and in which partition its tickets are.

An answer says of what it is by its address and its forms: a ticket, transactions, attachments. What
stands together in one form belongs together; tickets that share a transaction (as merged ones do)
stay together. An answer about tickets of several partitions goes to each of them, one about no
ticket (users, queues, lists of searches) to all.
"""
from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Dict, FrozenSet, Iterable, Iterator, List, Mapping, Sequence, Tuple

from rtcompat.archive.answers import Answer
from rtcompat.rest1 import read
from rtcompat.rest1.forms import Form
from rtcompat.rest1.kinds import Kind

__all__ = ["Piece", "Routes", "pieces", "routes"]

#: What a form is about: ``ticket/12``, ``transaction/44``, ``attachment/55``.
Marks = FrozenSet[str]

_ADDRESS = re.compile(r"(ticket|transaction|attachment)s?/(\d{1,18})(?![^/])")
_HISTORY_ID = re.compile(r"ticket/\d+/history/id/(\d{1,18})")
_OBJECT = re.compile(r"(ticket|attachment)/(\d{1,18})(?:/\w+)?\Z")
_BARE = re.compile(r"\d{1,18}\Z")
#: Transactions alone have these keys; both they and attachments have bare numbers.
_OF_TRANSACTIONS = frozenset(("type", "ticket", "oldvalue", "newvalue", "timetaken"))
#: Of no use to anybody where nothing tells the ticket.
_ATTACHED = frozenset((Kind.ATTACHMENT, Kind.ATTACHMENT_CONTENT))


@dataclass(frozen=True)
class Piece:
    """An answer, with the further pieces of a long one.

    Attributes:
        order: number of the file, and place in it: the order of reading.
        marks: what each form of it is about; sets that say the same once.
    """

    order: Tuple[int, int]
    answers: Tuple[Answer, ...]
    marks: Tuple[Marks, ...]


def pieces(number: int, answers: Iterable[Answer]) -> Iterator[Piece]:
    """The answers of a file, those that are continued in one.

    Args:
        number: of the file.
    """
    held: List[Answer] = []
    place = 0
    for answer in answers:
        if held and not answer.continued:
            yield Piece((number, place), tuple(held), _marks(held))
            held, place = [], place + 1
        held.append(answer)
    if held:
        yield Piece((number, place), tuple(held), _marks(held))


def _marks(answers: Sequence[Answer]) -> Tuple[Marks, ...]:
    address = frozenset(_of_address(answers[0].path))
    found: Dict[Marks, None] = {}
    for answer in answers:
        for form in answer.forms:
            marks = address.union(_of_form(form))
            if marks:
                found[marks] = None
    if not found and address:
        found[address] = None
    return tuple(found)


def _of_address(path: str) -> Iterator[str]:
    for kind, number in _ADDRESS.findall(path):
        yield f"{kind}/{int(number)}"
    for number in _HISTORY_ID.findall(path):
        yield f"transaction/{int(number)}"


def _of_form(form: Form) -> Iterator[str]:
    name = form.get("id") or ""
    keys = {key.lower() for key in form.keys()}
    found = _OBJECT.match(name)
    if found is not None:
        yield f"{found.group(1)}/{int(found.group(2))}"
    elif _BARE.match(name):
        kind = "transaction" if form.comment or keys & _OF_TRANSACTIONS else "attachment"
        yield f"{kind}/{int(name)}"
    for key in ("ticket", "transaction", "parent"):
        value = (form.get(key) or "").rpartition("/")[2]  # ``Parent: attachment/30``
        if key in keys and _BARE.match(value) and int(value):
            yield f"{'attachment' if key == 'parent' else key}/{int(value)}"
    if "attachments" in keys:
        for line in read.parts_of(form):
            yield f"attachment/{line.id}"


@dataclass(frozen=True)
class Routes:
    """Where everything goes.

    Attributes:
        partitions: how many there are.
        of: by mark its partition; marks that belong to no ticket are not in it.
    """

    partitions: int
    of: Mapping[str, int]

    def of_piece(self, piece: Piece) -> Tuple[int, ...]:
        """The partitions that need an answer."""
        found = {self.of[mark] for marks in piece.marks for mark in marks if mark in self.of}
        if found:
            return tuple(sorted(found))
        return () if piece.answers[0].kind in _ATTACHED else tuple(range(self.partitions))

    def owns(self, partition: int, ticket: int) -> bool:
        """Whether a ticket is of this partition; one that nothing marks is of the first."""
        return self.of.get(f"ticket/{ticket}", 0) == partition


def routes(marked: Iterable[Marks], tickets: Iterable[int], partitions: int) -> Routes:
    """Share what belongs together among partitions: tickets in the order of their numbers.

    Partitions from the first on have tickets, and the last ones none, where there are fewer tickets
    than partitions.

    Args:
        marked: marks that stand together.
        tickets: those of which there is something to tell, which lists alone may name; others that
            marks name (RT did not show them) fill no partition of their own.
    """
    parents: Dict[str, str] = {}

    def top(mark: str) -> str:
        place = parents.setdefault(mark, mark)
        while place != parents[place]:
            parents[place] = parents[parents[place]]
            place = parents[place]
        parents[mark] = place
        return place

    for marks in marked:
        first = None
        for mark in marks:
            if first is None:
                first = top(mark)
            else:
                parents[top(mark)] = top(first)
    telling = {f"ticket/{ticket}" for ticket in tickets}
    for mark in telling:
        top(mark)
    lowest: Dict[str, int] = {}
    for mark in parents:
        kind, _, number = mark.partition("/")
        if kind == "ticket":
            group = top(mark)
            lowest[group] = min(lowest.get(group, int(number)), int(number))
    ranked = sorted(lowest, key=lambda group: lowest[group])
    told = {top(mark) for mark in telling}
    share: Dict[str, int] = {}
    for those in ([group for group in ranked if group in told],
                  [group for group in ranked if group not in told]):
        used = min(partitions, len(those))
        share.update((group, place * used // len(those)) for place, group in enumerate(those))
    return Routes(partitions, {mark: share[top(mark)] for mark in list(parents)
                               if top(mark) in share})
