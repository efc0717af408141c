"""Who came between: told from fields before and transactions after."""
from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, Dict, Optional, Tuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtcompat import conflicts
from rtcompat.errors import Conflict, UsageError
from rtcompat.model import Receipt, Ticket, Transaction, Watcher

NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


def entry(number: int, old: str, new: str, creator: str = "alice", field: str = "TimeWorked",
          kind: str = "Set", taken: int = 0) -> Transaction:
    return Transaction(number, 7, kind, field=field, old_value=old, new_value=new, time_taken=taken,
                       creator=creator, created=NOON + timedelta(seconds=number))


def judged(*entries: Transaction, was: Any = 5, wanted: Any = 6, name: str = "time_worked",
           ours: Optional[str] = "alice", silent: bool = False,
           several: Tuple[str, ...] = ()) -> Optional[Conflict]:
    return conflicts.changed_meanwhile(
        conflicts.Attempt({name: wanted}, {name: was}, {name: wanted}, ours, silent,
                          lambda name, one: one.type == "CustomField", several),
        entries, Receipt(), 7)


def lost(found: Optional[Conflict]) -> Tuple[int, ...]:
    assert found is not None and found.applied
    return tuple(one.id for one in found.transactions)


def test_our_own_change_and_those_that_build_on_it_are_none() -> None:
    assert judged(entry(1, "5", "6")) is None
    assert judged(entry(1, "5", "6"), entry(2, "6", "7", "root"), entry(3, "7", "0")) is None
    assert judged() is None  # not shown to us, or not recorded


def test_what_was_changed_before_ours_or_written_over_unseen_is_reported() -> None:
    assert lost(judged(entry(1, "5", "6"), entry(2, "5", "6"))) == (1,)
    assert lost(judged(entry(1, "5", "9", "root"), entry(2, "9", "6"))) == (1,)
    assert lost(judged(entry(1, "5", "6", "root"), entry(2, "6", "7", "gerda"),
                       entry(3, "5", "6"))) == (1, 2)
    # the last one has seen the first, and not the second
    assert lost(judged(entry(1, "5", "6"), entry(2, "6", "7", "root"),
                       entry(3, "6", "8", "gerda"))) == (2,)
    assert lost(judged(entry(1, "", "", "root", "", "Comment", taken=3),
                       entry(2, "8", "6"))) == (1,)


def test_a_message_that_took_time_builds_on_what_is_there() -> None:
    assert judged(entry(1, "5", "6"), entry(2, "", "", "root", "", "Comment", taken=3),
                  entry(3, "9", "10", "root")) is None


def test_what_another_wrote_and_we_did_not_is_to_be_tried_again() -> None:
    for found in (judged(entry(1, "5", "6", "root")), judged(entry(1, "5", "6"), silent=True),
                  judged(entry(1, "5", "8"), ours=None)):
        assert found is not None and not found.applied
        assert [one.id for one in found.transactions] == [1] and found.wanted == {
            "time_worked": 6}


def test_owners_and_queues_are_told_by_who_did_it() -> None:
    mine = entry(1, "6", "27", field="Owner")
    second = entry(2, "6", "27", field="Owner", kind="SetWatcher")
    assert judged(mine, second, name="owner", was="Nobody", wanted="gerda") is None
    other = entry(3, "6", "30", "root", field="Owner", kind="Take")
    assert lost(judged(mine, second, other, name="owner", was="Nobody", wanted="gerda")) == (1,)


@pytest.mark.parametrize("name, field, kind, was, wanted, columns", [
    ("owner", "Owner", "Set", "Nobody", "gerda", ("6", "27", "30")),
    ("queue", "Queue", "Set", "General", "Hidden", ("1", "3", "4")),
    ("due", "Due", "Set", NOON, None, ("2026-03-01 12:00:00", "2026-03-02 12:00:00",
                                       "1970-01-01 00:00:00")),
    ("custom_fields[Single]", "2", "CustomField", ("1",), ("3",), ("1", "2", "3")),
    ("custom_fields[Single]", "2", "CustomField", ("1",), (), ("1", "2", ""))])
def test_a_writer_of_our_own_login_is_another_one(
        name: str, field: str, kind: str, was: Any, wanted: Any,
        columns: Tuple[str, str, str]) -> None:
    """Several programs under one login, each setting one field to another value."""
    first, theirs, ours = columns
    seen = judged(entry(1, first, theirs, field=field, kind=kind),
                  entry(2, theirs, ours, field=field, kind=kind), name=name, was=was, wanted=wanted)
    assert 1 in lost(seen)
    assert judged(entry(2, first, ours, field=field, kind=kind), name=name, was=was,
                  wanted=wanted) is None


def test_a_value_that_rt_stored_otherwise_is_ours_all_the_same() -> None:
    assert judged(entry(1, "1", "two", field="2", kind="CustomField"),
                  name="custom_fields[Single]", was=("1",), wanted=("TWO ",)) is None


def test_dates_and_texts_are_compared_as_rt_stores_them() -> None:
    due = entry(1, "1970-01-01 00:00:00", "2026-03-01 12:00:00", field="Due")
    assert judged(due, name="due", was=None, wanted=NOON) is None
    assert judged(entry(1, "2026-03-01 12:00:00", "1970-01-01 00:00:00", field="Due"), name="due",
                  was=NOON, wanted=None) is None
    assert judged(entry(1, "a", "b c", field="Subject"), name="subject", was="a",
                  wanted=" b  c") is None
    again = judged(entry(1, "a", "x", "root", field="Subject"), name="subject", was="a", wanted="b")
    assert again is not None and not again.applied


def test_lists_are_counted() -> None:
    one, two, three = (Watcher(f"{name}@example.org") for name in "abc")
    ours = entry(1, "", "31", field="Cc", kind="AddWatcher")
    theirs = entry(2, "", "32", "root", field="Cc", kind="AddWatcher")
    gone = entry(3, "32", "", field="Cc", kind="DelWatcher")
    assert judged(ours, name="cc", was=(one,), wanted=(one, two)) is None
    assert lost(judged(ours, theirs, gone, name="cc", was=(one,), wanted=(one, two))) == (2,)
    found = judged(theirs, name="cc", was=(one,), wanted=(one, three), ours="alice")
    assert found is not None and not found.applied
    tags = "custom_fields[Tags]"
    added = entry(1, "", "b", field="4", kind="CustomField")
    assert judged(added, name=tags, was=("a",), wanted=("a", "b"), several=(tags,)) is None
    assert lost(judged(added, entry(2, "", "c", "root", "4", "CustomField"), name=tags, was=("a",),
                       wanted=("a", "b"), several=(tags,))) == (2,)


def test_a_field_that_held_the_value_already_is_nobody_s_conflict() -> None:
    assert judged(entry(1, "6", "7", "root"), was=6, wanted=6) is None


@settings(max_examples=300)
@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=8))
def test_of_counters_exactly_what_was_overwritten_is_reported(
        steps: Any) -> None:
    """Writers that add one to a value which they may have read some changes ago."""
    values, entries = [0], []
    for number, (back, blind) in enumerate(steps, 1):
        read = values[-1 - back] if blind and back < len(values) else values[-1]
        entries.append(entry(number, str(read), str(read + 1)))
        values.append(read + 1)
    reported = set()
    for own in entries:
        mark = max((one.id for one, value in zip(entries, values[1:])
                    if one.id < own.id and str(value) == own.old_value), default=0)
        found = judged(*(one for one in entries if one.id > mark), was=int(own.old_value or 0),
                       wanted=int(own.new_value or 0))
        reported |= {one.id for one in found.transactions} if found else set()
    assert values[-1] >= len(entries) - len(reported)


# -- before ---------------------------------------------------------------------------------------

def changed(given: Dict[str, Any], now: Dict[str, Any], *entries: Transaction
            ) -> Optional[Conflict]:
    return conflicts.changed_before(Ticket(7, **given), Ticket(7, **now), entries,
                                    {"priority": 3})


def test_only_what_both_hold_is_compared_and_people_as_far_as_both_show_them() -> None:
    assert changed({"subject": "a"}, {"subject": "a", "priority": 4}) is None
    assert changed({"subject": "a", "priority": 4}, {"subject": "a"}) is None
    group = (Watcher(None, "staff", "group", 9),)
    assert changed({"cc": (Watcher("a@example.org"),)}, {"cc": group}) is None
    assert changed({"cc": (Watcher("a@example.org"),)}, {"cc": (Watcher("A@example.org"),)}) is None
    found = changed({"cc": (Watcher("a@example.org", "a", id=3),)}, {"cc": group})
    assert found is not None and found.found == {"cc": group} and not found.applied
    doubtful = {"due": NOON, "times_exact": False}
    assert changed(doubtful, {"due": NOON + timedelta(hours=1)}) is None


def test_what_happened_since_is_told_by_the_etag_or_by_the_time() -> None:
    entries = [entry(1, "a", "b"), entry(9, "b", "c")]
    found = changed({"subject": "a", "last_updated": entries[0].created}, {"subject": "c"},
                    *entries)
    assert found is not None and [one.id for one in found.transactions] == [9]
    assert found.found == {"subject": "c"} and found.wanted == {"priority": 3}
    found = changed({"etag": "1"}, {}, *entries)
    assert found is not None and [one.id for one in found.transactions] == [9]
    assert changed({"etag": "9"}, {}, *entries) is None


def test_what_is_no_ticket_or_another_one_is_refused() -> None:
    for wrong in (7, Ticket(8, subject="x"), Ticket(7), "7"):
        with pytest.raises(UsageError) as caught:
            conflicts.checked(wrong, 7)
        assert caught.value.argument == "if_unchanged"
    assert conflicts.checked(Ticket(9, subject="x", asked_id=7), 7).id == 9
