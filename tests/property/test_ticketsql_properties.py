"""No value widens a query, by a model of how RT reads it."""
from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, Callable, List, Tuple

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rtcompat import Query, Unsupported, UsageError, ticketsql
from rtcompat.ticketsql.moments import all_zones, read_by_rt
from tests.property.model_of_ticketsql import Leaf, holds, parsed
from tests.property.strategies import nasty

#: What has a meaning in TicketSQL, in Perl or in SQL.
WORDS = ("'", '"', "\\", "\\'", "''", "' OR id > 0 OR Subject = '", "') OR (id > 0", "%", "_", "{}",
         "CF.{Severity}", "cf.x", "CF.", "NULL", "__CurrentUser__", "__Active__", "\n", "\r\n", ")",
         "(", " AND ", " OR ", "--", ";", "/*", "\x85", "\u2028", "\udcff", "\0", "ı", "\\\n")
text = st.lists(st.one_of(st.sampled_from(WORDS), nasty, st.text(max_size=4)),
                max_size=5).map("".join)
#: Many are so long that RT keeps them apart.
longer = st.one_of(text, st.builds(lambda one, times: (one * times)[:600], text,
                                   st.integers(50, 300)))
BUILDERS: Tuple[Tuple[str, str, str, Callable[[str], Query]], ...] = (
    ("Subject", "=", "", lambda value: ticketsql(subject=value)),
    ("Subject", "LIKE", "%", lambda value: ticketsql(subject__like=value)),
    ("Subject", "STARTSWITH", "", lambda value: ticketsql(subject__startswith=value)),
    ("Status", "!=", "", lambda value: ticketsql(status__not=value)),
    ("Queue", "=", "", lambda value: ticketsql(queue=value)),
    ("Creator", "=", "", lambda value: ticketsql(creator=value)),
    ("Requestor.City", "=", "", lambda value: ticketsql(requestors__city=value)),
    ("RefersTo", "=", "", lambda value: ticketsql(refers_to=value)),
    ("Content", "LIKE", "%", lambda value: ticketsql(content__like=value)),
    ("CF.{Severity}", "=", "", lambda value: ticketsql(cf={"Severity": value})),
    ("CF.{It's}", "!=", "", lambda value: ticketsql(cf__not={"It's": value})),
    ("CF.{a b}", "=", "", lambda value: ticketsql("CF.{a b} = {}", value)),
    ("QueueCF.{It's}", "=", "", lambda value: ticketsql(r"'QueueCF.{It\'s}'\t= {}", value)),
    ("Subject", "=", "", lambda value: ticketsql("Subject = {}", value)),
    ("Subject", "NOT LIKE", "%", lambda value: ticketsql("Subject NOT LIKE {}", value)),
)


@given(longer, st.sampled_from(BUILDERS))
def test_rt_reads_the_value_and_nothing_else(
        value: str, builder: Tuple[str, str, str, Callable[[str], Query]]) -> None:
    key, operator, in_front, build = builder
    try:
        query = build(value)
    except UsageError:
        return
    if "CF.{" in key and len(value.encode()) > 255:
        key += ".LargeContent"  # without it RT joins an = by OR to what stands before
    found = parsed(query.text()).parts
    if len(found) == 1 and isinstance(found[0], Leaf) and found[0].key == "RefersTo":
        assert found[0].value in (value, str(int(value)) if value.isdigit() else value)
        return
    assert found in ([Leaf(key, operator, value, False)],
                     [Leaf(key, operator, in_front + value, False)])


@given(text)
def test_a_text_that_is_refused_has_a_meaning_to_rt(value: str) -> None:
    try:
        ticketsql(subject=value)
    except UsageError:
        special = value.lower().strip()
        assert (special.startswith("cf.") or special.startswith("__") or "\0" in value
                or "\udcff" in value or any("\ud800" <= one <= "\udfff" for one in value))


@given(text)
def test_the_name_of_a_custom_field_stays_a_name(name: str) -> None:
    try:
        query = ticketsql(cf={name: "x"})
    except UsageError:
        return
    assert parsed(query.text()).parts == [Leaf(f"CF.{{{name}}}", "=", "x", False)]


def _leaf(number: int) -> Query:
    return ticketsql(priority=number)


def _trees() -> st.SearchStrategy[Tuple[Query, Callable[[int], bool]]]:
    leaves = st.integers(0, 5).map(
        lambda number: (_leaf(number), lambda priority: priority == number))
    templates = st.tuples(st.integers(0, 5), st.integers(0, 5), st.sampled_from(["AND", "OR"])).map(
        lambda three: (
            ticketsql(f"Priority = {{}} {three[2]} Priority = {{}}", three[0], three[1]),
            lambda priority: (all if three[2] == "AND" else any)(
                (priority == three[0], priority == three[1]))))

    def grown(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        pairs = st.tuples(inner, inner)
        return st.one_of(
            pairs.map(lambda two: (two[0][0] & two[1][0],
                                   lambda priority: two[0][1](priority) and two[1][1](priority))),
            pairs.map(lambda two: (two[0][0] | two[1][0],
                                   lambda priority: two[0][1](priority) or two[1][1](priority))))
    return st.recursive(st.one_of(leaves, templates), grown, max_leaves=12)


def _judge(priority: int) -> Callable[[Leaf], bool]:
    def judge(leaf: Leaf) -> bool:
        equal = str(priority) == leaf.value
        return equal if leaf.operator == "=" else not equal
    return judge


@given(_trees())
def test_joined_queries_find_what_they_say(
        tree: Tuple[Query, Callable[[int], bool]]) -> None:
    query, meant = tree
    read = parsed(query.text())
    for priority in range(6):
        assert holds(read, _judge(priority)) == meant(priority)


@given(_trees())
def test_the_opposite_finds_the_others(tree: Tuple[Query, Callable[[int], bool]]) -> None:
    query, meant = tree
    try:
        opposite = parsed((~query).text())
    except UsageError:
        assume(False)
    for priority in range(6):
        assert holds(opposite, _judge(priority)) != meant(priority)


def test_a_thousand_alternatives_are_not_one_level() -> None:
    query = ticketsql(subject__in=[f"s{number}" for number in range(2500)])
    read = parsed(query.text())

    def widest(level: Any) -> int:
        parts: List[Any] = [] if isinstance(level, Leaf) else level.parts
        return max([len(parts), *(widest(one) for one in parts)])
    assert widest(read) <= 100
    assert holds(read, lambda leaf: leaf.value == "s1234")
    assert not holds(read, lambda leaf: leaf.value == "s2500")


ZONES = ("UTC", "America/New_York", "Europe/Berlin", "Pacific/Auckland", "Asia/Kathmandu",
         "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia")


@given(st.datetimes(datetime(1971, 1, 1), datetime(2037, 12, 31)), st.sampled_from(ZONES))
def test_a_moment_is_what_rt_reads_or_is_refused(moment: datetime, zone: str) -> None:
    whole = moment.replace(microsecond=0, tzinfo=timezone.utc)
    try:
        query = ticketsql(created__ge=whole).text(zone)
    except Unsupported:
        # only the hour that no text gives
        texts = [(whole + timedelta(minutes=each)).replace(tzinfo=None)
                 for each in range(-16 * 60, 16 * 60, 5)]
        assert all(read_by_rt(one, zone) != whole for one in texts)
        return
    leaf = parsed(query).parts[0]
    assert isinstance(leaf, Leaf)
    assert read_by_rt(datetime.fromisoformat(leaf.value), zone) == whole


def test_a_moment_in_any_zone_is_in_doubt() -> None:
    with pytest.raises(Unsupported, match="not known well enough"):
        ticketsql(created__gt=datetime(2026, 1, 1, tzinfo=timezone.utc)).text(all_zones())
