"""Tickets of which a dump holds a history, attachments or links, and nothing that tells of the
ticket itself: no search can find them.
"""
from __future__ import annotations

import re
from typing import Callable, Dict, Iterator, Tuple

from rtcompat.archive.answers import Problem
from rtcompat.archive.index import Index
from rtcompat.archive.naming import address_of
from rtcompat.archive.places import Place, place_of

__all__ = ["parts_by_ticket", "problem_of", "unshown"]

_ATTACHED = re.compile(r"ticket/(\d{1,18})/attachments/\d")
#: Numbers that are named of many.
_NAMED = 5


def parts_by_ticket(index: Index) -> Dict[int, Place]:
    """By ticket a place where a history, attachments or links of it begin."""
    found: Dict[int, Place] = {}
    for number, place in _parts(index):
        if number:
            found.setdefault(number, place)
    return found


def _parts(index: Index) -> Iterator[Tuple[int, Place]]:
    for number, listed in index.histories.items():
        yield number, index.transactions[listed.transactions[0]][0]
    for kept in (index.descriptions, index.lists, index.links):
        for number, places in kept.items():
            yield number, places[0]
    alone = {number: places[0] for number, places in index.attachments.items()}
    alone.update((number, place_of(pieces[0][0])) for number, pieces in index.contents.items())
    for attachment, place in alone.items():
        # of what stands in no list and no history, only the file's name tells whose it is
        if attachment not in index.mentioned:
            asked = _ATTACHED.match(address_of(index.store.extent(place).file))
            if asked is not None:
                yield int(asked.group(1)), place


def unshown(index: Index, survivor: Callable[[int], int], owns: Callable[[int], bool]
            ) -> Dict[int, Place]:
    """These tickets by number, each with a place of what there is.

    A ticket of which all transactions stand in the history of one that was saved was merged into
    that.

    Args:
        survivor: gives the ticket that answers to a number.
        owns: tells which tickets count.
    """
    found = {number: place for number, place in sorted(parts_by_ticket(index).items())
             if owns(number) and survivor(number) not in index.tickets}
    if not found:
        return found
    elsewhere = {transaction for number, listed in index.histories.items()
                 if survivor(number) in index.tickets for transaction in listed.transactions}
    return {number: place for number, place in found.items()
            if number not in index.histories
            or not elsewhere.issuperset(index.histories[number].transactions)}


def problem_of(index: Index, found: Dict[int, Place]) -> Problem:
    """What is to be said of them: once for all, at the place of the first."""
    numbers = sorted(found)
    extent = index.store.extent(found[numbers[0]])
    named = ", ".join(map(str, numbers[:_NAMED])) + ", …" * (len(numbers) > _NAMED)
    what = (f"{len(numbers)} tickets have a history, attachments or links, and were not saved "
            f"themselves ({named}): no search finds them")
    if len(numbers) == 1:
        what = ("a ticket has a history, attachments or links, and was not saved itself "
                f"({named}): no search finds it")
    return Problem(extent.file, extent.line, what, asked=True)
