"""A listing goes on where it failed, and a source that can do nothing says so."""
from __future__ import annotations

import inspect
from typing import Any, Dict, List

import pytest

from rtcompat.errors import TimedOut, Unsupported
from rtcompat.model import Page
from rtcompat.tracker import OPERATIONS, Listing, Tracker

PAGES: Dict[Any, Page[int]] = {1: Page((), 2, None), 2: Page((3,), 3, None), 3: Page((), None)}


def test_pages_follow_each_other_and_empty_ones_do_not_end_it() -> None:
    listing = Listing(Page((1, 2), 1, 7), PAGES.__getitem__)
    assert listing.total == 7
    assert list(listing) == [1, 2, 3] and list(listing) == []


def test_a_page_that_failed_is_asked_for_again() -> None:
    asked: List[Any] = []

    def ask(cursor: Any) -> Page[int]:
        asked.append(cursor)
        if len(asked) == 2:
            raise TimedOut("slow")
        return PAGES[cursor]

    listing = Listing(Page((1,), 1), ask)
    assert next(listing) == 1
    with pytest.raises(TimedOut):
        next(listing)
    assert list(listing) == [3] and asked == [1, 2, 2, 3]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_source_that_lacks_an_operation_says_so(operation: str) -> None:
    wanted = [each for each in inspect.signature(getattr(Tracker, operation)).parameters.values()
              if each.name != "self" and each.default is inspect.Parameter.empty]
    # The operations on many look at their list first.
    given = {each.name: () if "Iterable" in str(each.annotation) else 1 for each in wanted}
    with pytest.raises(Unsupported) as caught:
        getattr(Tracker(), operation)(
            *(given[each.name] for each in wanted
              if each.kind is not inspect.Parameter.KEYWORD_ONLY),
            **{each.name: given[each.name] for each in wanted
               if each.kind is inspect.Parameter.KEYWORD_ONLY})
    assert caught.value.operation == operation
