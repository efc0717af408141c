"""Every visible row comes once, however RT of whatever version pages."""
from __future__ import annotations

from typing import Any, List, NamedTuple, Optional, Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rtcompat.errors import ProtocolError
from rtcompat.exchange import Request, Response, run
from rtcompat.rest2.paging import (all_items, collection, following, overlapping_page,
                                   read_answer)
from tests.unit.rest2_script import answer


class Manner(NamedTuple):
    """How a version pages."""

    name: str
    totals: bool          # to this user
    next_page: bool
    peek: bool = False    # next_page jumps over pages without visible rows, some 200 rows far
    clamps: bool = False  # a page beyond the last repeats the last


MANNERS = (Manner("extension 1.07", True, False), Manner("5.0.2", True, True),
           Manner("5.0.5 hidden", False, False), Manner("5.0.7 hidden", False, False, True),
           Manner("5.0.10 whole", True, True, False, True))


class Rows:
    """A collection of which only some rows are visible."""

    def __init__(self, manner: Manner, visible: Sequence[bool]) -> None:
        self.manner = manner
        self.rows = [(number + 1, seen) for number, seen in enumerate(visible)]
        self.requests = 0

    def __call__(self, request: Request) -> Response:
        self.requests += 1
        asked = dict(request.query)
        rows = self.rows[::-1] if asked["order"] == "DESC" else self.rows
        size, number = min(int(asked["per_page"]), 100), int(asked["page"])
        last = max(1, -(-len(rows) // size))
        if self.manner.clamps:
            number = min(number, last)
        items = [{"id": str(one)} for one, seen in rows[(number - 1) * size:number * size] if seen]
        said: Any = {"count": len(items), "per_page": size, "page": number, "items": items,
                     "total": len(rows) if self.manner.totals else None}
        said.update(self._links(rows, size, number, last))
        return answer(said, request=request)

    def _links(self, rows: List[Any], size: int, number: int, last: int) -> Any:
        after: Optional[int] = None
        if self.manner.next_page and number < last:
            after = number + 1
        if self.manner.peek:
            after = next((one for one in range(number + 1, min(last, number + 2) + 1)
                          if any(seen for _, seen in rows[(one - 1) * size:one * size])), None)
        return {} if after is None else {"next_page": f"http://inside:81/x?a=1&page={after}"}


def walk(rows: Rows) -> List[int]:
    ask = collection("attachments", (), (), "walk")
    return [int(one["id"]) for one in run(all_items(ask), rows)]


@pytest.mark.parametrize("manner", MANNERS, ids=lambda manner: manner.name)
@pytest.mark.parametrize("shape", [
    [], [True], [True] * 100, [True] * 101, [True] * 250, [True, False] * 125,
    [True] * 50 + [False] * 350 + [True], [True] + [False] * 1000 + [True] * 3,
    [False] * 99 + [True] + [False] * 200], ids=lambda shape: f"{len(shape)}-{sum(shape)}")
def test_every_visible_row_comes_once_in_order(manner: Manner, shape: List[bool]) -> None:
    rows = Rows(manner, shape)
    assert walk(rows) == [number for number, seen in rows.rows if seen]


@given(visible=st.lists(st.tuples(st.booleans(), st.integers(1, 180)), max_size=8),
       manner=st.sampled_from(MANNERS))
@settings(max_examples=200)
def test_holes_of_any_size_hide_nothing(visible: Any, manner: Manner) -> None:
    shape = [True] + [seen for seen, times in visible for _ in range(times)] + [True]
    rows = Rows(manner, shape)
    assert walk(rows) == [number for number, seen in rows.rows if seen]


def test_requests_are_one_a_page_and_one_where_the_end_is_hidden() -> None:
    counts = []
    for manner in MANNERS:
        rows = Rows(manner, [True] * 250)
        walk(rows)
        counts.append(rows.requests)
    assert counts == [3, 3, 4, 4, 3]
    empty = Rows(MANNERS[2], [])
    assert walk(empty) == [] and empty.requests == 2


def test_rows_that_come_while_walking_are_listed_once() -> None:
    rows = Rows(MANNERS[1], [True] * 150)

    def growing(request: Request) -> Response:
        said = rows(request)
        rows.rows.append((len(rows.rows) + 1, True))
        return said
    found = [int(one["id"]) for one in run(all_items(collection("x", (), (), "walk")), growing)]
    assert found == sorted(set(found)) and found[:150] == list(range(1, 151))


@pytest.mark.parametrize("manner", MANNERS, ids=lambda manner: manner.name)
@pytest.mark.parametrize("count", [0, 20, 100, 120])
@pytest.mark.parametrize("moment", [1, 2, 3])
@pytest.mark.parametrize("overlap", [False, True])
def test_a_row_that_comes_before_the_end_is_asked_for_ends_the_walk(
        manner: Manner, count: int, moment: int, overlap: bool) -> None:
    rows = Rows(manner, [True] * count)

    def growing(request: Request) -> Response:
        said = rows(request)
        assert rows.requests < 20, "the walk does not end"
        if rows.requests == moment:
            rows.rows.append((count + 1, True))
        return said
    found = overlapping(growing) if overlap else [
        int(one["id"]) for one in run(all_items(collection("x", (), (), "walk")), growing)]
    assert found == sorted(set(found)) and found[:count] == list(range(1, count + 1))


def test_a_page_tells_its_own_number() -> None:
    base = {"items": [], "per_page": 100}
    repeated = read_answer(answer({**base, "page": 3, "total": 250}))
    assert following(repeated, 4) == 0
    assert following(read_answer(answer({**base, "page": 1, "total": 250})), 1) == 2
    assert following(read_answer(answer({**base, "page": 3, "total": 250})), 3) == 0
    assert following(read_answer(answer({**base, "page": 1, "total": None})), 1) is None
    backwards = {**base, "page": 5, "total": None, "next_page": "http://x/?page=2"}
    assert following(read_answer(answer(backwards)), 5) == 0
    # Some JSON libraries write whole numbers as fractions.
    assert following(read_answer(answer({**base, "page": 1.0, "total": 0.0, "pages": 0.0})), 1) == 0


@pytest.mark.parametrize("items", [1.5, "text", {"id": 5}])
def test_items_that_are_no_list_are_not_rts(items: Any) -> None:
    with pytest.raises(ProtocolError):
        read_answer(answer({"items": items, "total": 1}))


# -- pages that overlap ---------------------------------------------------------------------------

def window(page: int, per_page: int, from_behind: bool) -> Request:
    return Request("GET", "tickets", query=(
        ("page", str(page)), ("per_page", str(per_page)),
        ("order", "DESC" if from_behind else "ASC")))


def overlapping(rows: Any) -> List[int]:
    found: List[int] = []
    cursor = None
    for _ in range(300):
        page = run(overlapping_page(window, cursor), rows)
        found += [int(one["id"]) for one in page.items]
        cursor = page.cursor
        if cursor is None:
            return found
    raise AssertionError("the walk does not end")


@pytest.mark.parametrize("manner", MANNERS, ids=lambda manner: manner.name)
@pytest.mark.parametrize("shape", [
    [], [True], [True] * 100, [True] * 101, [True] * 250, [True, False] * 125,
    [True] * 50 + [False] * 350 + [True], [True] * 3 + [False] * 1000 + [True] * 3,
    [True] * 99 + [False] * 200 + [True] * 99], ids=lambda shape: f"{len(shape)}-{sum(shape)}")
def test_overlapping_pages_hold_every_visible_row_once(manner: Manner, shape: List[bool]) -> None:
    rows = Rows(manner, shape)
    assert overlapping(rows) == [number for number, seen in rows.rows if seen]


@given(count=st.integers(0, 450), manner=st.sampled_from(MANNERS),
       gone=st.lists(st.sets(st.integers(1, 450), max_size=120), max_size=8),
       new=st.lists(st.integers(0, 60), max_size=8))
@example(count=200, manner=MANNERS[0], new=[0] * 6,
         gone=[{1}, set(), set(), {4, 6, 7}, {5}, {8, 2, 3}])
@settings(max_examples=300)
def test_what_vanishes_and_comes_meanwhile_moves_nothing_out_of_sight(
        count: int, manner: Manner, gone: Any, new: Any) -> None:
    rows = Rows(manner, [True] * count)
    steps = iter(list(zip(gone, new)))

    def changing(request: Request) -> Response:
        said = rows(request)
        vanished, born = next(steps, (set(), 0))
        highest = max([count, *(number for number, _ in rows.rows)])
        rows.rows = [one for one in rows.rows if one[0] not in vanished]
        rows.rows += [(highest + 1 + more, True) for more in range(born)]
        return said
    found = overlapping(changing)
    assert found == sorted(set(found))
    stayed = set(range(1, count + 1)) - set().union(*gone)
    assert stayed <= set(found)


def test_overlapping_pages_cost_little_more() -> None:
    for count, requests in ((0, 1), (100, 1), (101, 2), (250, 3), (1000, 11)):
        rows = Rows(MANNERS[1], [True] * count)
        overlapping(rows)
        assert rows.requests == requests, count
