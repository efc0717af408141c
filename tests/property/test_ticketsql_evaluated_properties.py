"""Any query that is built parses, and finds what a predicate of Python says; no text breaks the
parser."""
from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Callable, Dict, List, Optional, Tuple

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rtcompat import InvalidQuery, Query, Unsupported, UsageError, ticketsql
from rtcompat.model import FrozenMap, Ticket, Watcher
from rtcompat.ticketsql.datetexts import moment_of
from rtcompat.ticketsql.evaluating import found
from rtcompat.ticketsql.parsing import conditions_of, parse
from tests.property.strategies import nasty
from tests.property.test_ticketsql_properties import WORDS, text

Predicate = Callable[[Ticket], bool]
START = datetime(2025, 1, 1, tzinfo=timezone.utc)
SUBJECTS = ("Printer", "printer", "it's", "a\\b", "", "100%", "x' OR id > 0 OR Subject = '")
ADDRESSES = ("a@example.org", "B@example.org", "c@example.net")


def moments() -> st.SearchStrategy[datetime]:
    return st.integers(0, 9).map(lambda days: START + timedelta(days))


tickets = st.lists(st.builds(
    lambda number, subject, priority, due, people, tags: Ticket(
        number, queue="General", subject=subject, status="new", priority=priority, due=due,
        requestors=tuple(Watcher(one) for one in people),
        custom_fields=FrozenMap({"Tags": tuple(tags)})),
    st.integers(1, 9), st.sampled_from(SUBJECTS), st.integers(0, 3), st.none() | moments(),
    st.lists(st.sampled_from(ADDRESSES), unique=True, max_size=2),
    st.lists(st.sampled_from(("red", "Hot", "x")), unique=True, max_size=2)),
    unique_by=lambda one: one.id, max_size=6)


def _subject(value: str) -> Tuple[Query, Predicate]:
    return ticketsql(subject=value), lambda one: one.subject.lower() == value.lower()


def _starts(value: str) -> Tuple[Query, Predicate]:
    assume(value and "%" not in value and "\\" not in value)
    return (ticketsql(subject__startswith=value),
            lambda one: one.subject.lower().startswith(value.lower()))


def _priority(suffix: str, number: int) -> Tuple[Query, Predicate]:
    compare: Dict[str, Callable[[int], bool]] = {
        "gt": lambda it: it > number, "le": lambda it: it <= number, "not": lambda it: it != number}
    return ticketsql(**{f"priority__{suffix}": number}), lambda one: compare[suffix](one.priority)


def _due(moment: Optional[datetime]) -> Tuple[Query, Predicate]:
    if moment is None:
        return ticketsql(due=None), lambda one: one.due is None
    return ticketsql(due__lt=moment), lambda one: one.due is not None and one.due < moment


def _requestor(address: str) -> Tuple[Query, Predicate]:
    return ticketsql(requestors=address), lambda one: any(
        (each.email or "").lower() == address.lower() for each in one.requestors)


def _tag(value: str) -> Tuple[Query, Predicate]:
    return ticketsql(cf={"tags": value}), lambda one: value.lower() in [
        each.lower() for each in one.custom_fields["Tags"]]


leaves: st.SearchStrategy[Tuple[Query, Predicate]] = st.one_of(
    st.sampled_from(SUBJECTS).map(_subject), st.sampled_from(SUBJECTS).map(_starts),
    st.builds(_priority, st.sampled_from(("gt", "le", "not")), st.integers(0, 3)),
    (st.none() | moments()).map(_due), st.sampled_from(ADDRESSES).map(_requestor),
    st.sampled_from(("RED", "hot", "nope")).map(_tag))


def _both(two: Tuple[Tuple[Query, Predicate], ...]) -> Tuple[Query, Predicate]:
    return two[0][0] & two[1][0], lambda one: two[0][1](one) and two[1][1](one)


def _either(two: Tuple[Tuple[Query, Predicate], ...]) -> Tuple[Query, Predicate]:
    return two[0][0] | two[1][0], lambda one: two[0][1](one) or two[1][1](one)


def _not(pair: Tuple[Query, Predicate]) -> Tuple[Query, Predicate]:
    try:
        return ~pair[0], lambda one: not pair[1](one)
    except UsageError:
        return pair


queries = st.recursive(leaves, lambda inner: st.one_of(
    st.tuples(inner, inner).map(_both), st.tuples(inner, inner).map(_either), inner.map(_not)),
    max_leaves=10)


@given(queries, tickets, st.sampled_from(("UTC", "Asia/Kathmandu", "America/New_York")))
def test_a_built_query_finds_what_it_says(built: Tuple[Query, Predicate], some: List[Ticket],
                                          zone: str) -> None:
    query, predicate = built
    result = found(query, some, zone=zone)
    assert not result.undecided
    assert [one.id for one in result.tickets] == sorted(one.id for one in some if predicate(one))
    again = found(f"NOT ({query.text(zone)})", some, zone=zone)
    assert {one.id for one in again.tickets} == {one.id for one in some if not predicate(one)}


@given(text)
def test_any_text_that_can_be_asked_for_is_found_as_it_is(value: str) -> None:
    try:
        query = ticketsql(subject=value)
    except UsageError:
        assume(False)
    assert [one.values for one in conditions_of(parse(query.text()))] == [(value,)]
    some = [Ticket(1, subject=value), Ticket(2, subject=value + "x")]
    assert [one.id for one in found(query, some).tickets] == [1]


@given(text)
def test_any_name_of_a_custom_field_is_kept(name: str) -> None:
    try:
        query = ticketsql(cf={name: "x"})
    except UsageError:
        assume(False)
    some = [Ticket(1, custom_fields=FrozenMap({name: ("x",)})),
            Ticket(2, custom_fields=FrozenMap({name + "x": ("x",)}))]
    assert [one.id for one in found(query, some).tickets] == [1]


_PIECES = st.lists(st.one_of(
    st.sampled_from((*WORDS, "id", "Subject", "Due", "CF.{a b}", "=", "!=", "LIKE", "IS", "NOT",
                     "IN", "1", "'x'", "'today'", "(", ")", ",", " ", "Requestor.Name", "Owner")),
    nasty), max_size=12).map(" ".join)


@given(_PIECES)
def test_any_text_is_a_query_or_an_error_that_says_so(query: str) -> None:
    some = [Ticket(1, subject="x"), Ticket(2)]
    try:
        found(query, some, user="alice")
    except (InvalidQuery, Unsupported) as error:
        assert str(error)


@given(st.lists(st.sampled_from(("2025-01-05", "10:30", "3 days", "ago", "last", "monday", "+", "-",
                                 "now", "at", "Jan", "5", "2025", "am", "week", "T", "9" * 30)),
                max_size=5).map(" ".join) | nasty)
def test_any_text_of_a_date_is_a_moment_or_is_refused(value: str) -> None:
    try:
        moment = moment_of(value, START, "America/New_York")
    except InvalidQuery:
        return
    assert moment.utcoffset() == timedelta(0)


@pytest.mark.parametrize("count", [1, 101, 2500])
def test_long_lists_are_no_depth(count: int) -> None:
    query = ticketsql(subject__in=[f"s{number}" for number in range(count)])
    some = [Ticket(1, subject="S0"), Ticket(2, subject=f"s{count - 1}"), Ticket(3, subject="s9999")]
    assert {one.id for one in found(query, some).tickets} == {1, 2}
