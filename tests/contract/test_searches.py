"""Saved searches and simple search: over REST2."""
from __future__ import annotations

import pytest

from rtcompat import NotFound, Ticket, UsageError
from rtcompat.tracker import Tracker
from tests.contract.conftest import Stage

pytestmark = pytest.mark.live

#: Of the 250 tickets of the seed, whose subjects are ``paging 1`` and so on.
PAGING = "Subject LIKE 'paging'"
ELEVEN = "Subject LIKE 'paging 24'"


def test_saved_searches_are_listed_and_read_alike(alice: Tracker) -> None:
    listed = list(alice.get_saved_searches())
    assert [one.name for one in listed] == [
        "My Tickets", "Unowned Tickets", "Bookmarked Tickets",
        "paging", "twice", "twice", "nothing asked", "gear"]
    for one in listed:
        assert alice.get_saved_search(one.id) == one
    paging = alice.get_saved_search("paging")
    assert paging == listed[3]
    assert (paging.type, paging.query, paging.order) == ("Ticket", ELEVEN, ("-Priority", "id"))
    assert (paging.per_page, paging.format, paging.description) == (50, "__id__", "")
    assert listed[0].order == ("-Priority",) and "priority" in listed[0].description


def test_what_is_no_search_of_ours_is_refused(alice: Tracker, nora: Tracker) -> None:
    paging = alice.get_saved_search("paging").id
    assert paging not in {one.id for one in nora.get_saved_searches()}
    for missing in (99999999, "no such search"):
        with pytest.raises(NotFound):
            alice.get_saved_search(missing)
        with pytest.raises(NotFound):
            alice.run_saved_search(missing)
    with pytest.raises(NotFound):
        nora.get_saved_search("paging")
    # RT itself finds no search here that the user may not load.
    with pytest.raises(NotFound):
        nora.get_saved_search(paging)
    with pytest.raises(UsageError, match="several"):
        alice.run_saved_search("twice")
    with pytest.raises(UsageError, match="Asset"):
        alice.run_saved_search("gear")


def test_a_saved_search_finds_what_its_query_finds(alice: Tracker) -> None:
    wanted = list(alice.search_tickets(ELEVEN))
    assert len(wanted) == 11
    assert list(alice.run_saved_search("paging")) == wanted
    number = alice.get_saved_search("paging").id
    order = [one.id for one in alice.search_tickets(ELEVEN, order="-id", fields=())]
    assert [one.id for one in alice.run_saved_search(number, order="-id", fields=())] == order
    subjects = [one.subject for one in alice.run_saved_search(number, fields=["subject"],
                                                              snapshot=True)]
    assert subjects == [one.subject for one in wanted]
    assert list(alice.run_saved_search("nothing asked")) == []
    first = [one.id for one in alice.get_saved_searches() if one.name == "twice"][0]
    assert [one.id for one in alice.run_saved_search(first)] == [1]


def test_simple_search_finds_whole_tickets_as_a_query_does(alice: Tracker,
                                                           nora: Tracker) -> None:
    found = alice.search_simple("subject:paging any", fields=())
    assert found.total == 250
    assert list(found) == list(alice.search_tickets(PAGING, fields=()))
    whole = list(alice.search_simple("subject:\"paging 24\" any"))
    assert whole == list(alice.search_tickets(ELEVEN)) and len(whole) == 11
    one = list(alice.search_simple("#1"))
    assert one == [alice.get_ticket(1)]
    assert list(alice.search_simple("1", fields=["subject"])) == [
        Ticket(1, subject=one[0].subject)]
    assert list(alice.search_simple("subject:\"no such words' ) OR id > 0\" any")) == []
    assert list(nora.search_simple("subject:paging any", fields=())) == []
    for nothing in ("", " \n"):
        with pytest.raises(UsageError):
            alice.search_simple(nothing)


def test_nothing_moves_out_of_sight_while_tickets_vanish(place: Stage, alice: Tracker) -> None:
    numbers = [one.id for one in alice.search_tickets(PAGING, fields=())]
    listing = alice.search_simple("subject:paging any", fields=())
    found = [next(listing).id for _ in range(100)]
    gone = [*found[:3], found[98], found[99], numbers[150]]
    for number in gone:
        alice.edit_ticket(number, subject="out of the search", read_back=False)
    found += [one.id for one in listing]
    for number in gone:
        alice.edit_ticket(number, subject="paging again", read_back=False)
    assert found == [one for one in numbers if one != numbers[150]]
