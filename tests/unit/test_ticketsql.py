"""What queries are made of filters and templates, and what is refused."""
from __future__ import annotations

import pickle
from datetime import date, datetime, timedelta, timezone
from functools import partial
from typing import Any, Callable, Dict

import pytest

from rtcompat import Query, RTError, Unsupported, UsageError, ticketsql, wild
from rtcompat.ticketsql.searchable import FIELDS

#: What the types forbid, too.
NO_VALUES: Any = ([1, 2],)
#: One byte more than RT keeps in the column Content.
LONG = "x" * 256
NOON = datetime(2026, 7, 1, 12, tzinfo=timezone.utc)


@pytest.mark.parametrize("query, text", [
    (ticketsql(queue="General", status__in=["new", "open"]),
     "Queue = 'General' AND (Status = 'new' OR Status = 'open')"),
    (ticketsql(subject__like="x", cf={"Severity": "High"}),
     "Subject LIKE 'x' AND 'CF.{Severity}' = 'High'"),
    (ticketsql(cf={"It's": "a\\b", 7: 5}), r"'CF.{It\'s}' = 'a\\b' AND 'CF.{7}' = '5'"),
    (ticketsql("Subject LIKE {} AND Owner = {}", "it's", "alice"),
     r"Subject LIKE 'it\'s' AND Owner = 'alice'"),
    (ticketsql("CF.{Severity} = {}", "High"), "CF.{Severity} = 'High'"),
    (ticketsql("MemberOf = {} AND RefersTo != {}", "7", "http://x"),
     "MemberOf = '7' AND RefersTo != 'http://x'"),
    (ticketsql("id = {} AND Created.DayOfWeek = {} AND CustomRole.{a.b}.City = {}", "12", "Monday",
               "1"), "id = '12' AND Created.DayOfWeek = 'Monday' AND CustomRole.{a.b}.City = '1'"),
    (ticketsql("Created > {} AND Due < {} AND Updated >= {}", "2026-07-01", "-1 day", "5 Jan 2026"),
     "Created > '2026-07-01' AND Due < '-1 day' AND Updated >= '5 Jan 2026'"),
    (ticketsql("Due IS {} OR 'CF.{a b}' != \"x\"", None), "Due IS NULL OR 'CF.{a b}' != \"x\""),
    (ticketsql("Status = 'new'", queue=3), "(Status = 'new') AND Queue = 3"),
    (ticketsql(owner=None), "Owner = 'Nobody'"),
    (ticketsql(owner="alice"), "Owner.Name = 'alice'"),
    (ticketsql(requestors="a@example.org"), "Requestor = 'a@example.org'"),
    (ticketsql(requestors=12, cc=None), "Requestor = 12 AND Cc IS NULL"),
    (ticketsql(watchers__city__like="Bo", admin_cc__id=4),
     "Watcher.City LIKE 'Bo' AND AdminCc.id = 4"),
    (ticketsql(subject__in=["a", "B"]), "(Subject = 'a') OR (Subject = 'B')"),
    (ticketsql(sla__not="Gold"), "(SLA != 'Gold') OR SLA IS NULL"),
    (ticketsql(priority__ge=-5, id__notin=[1, 2]), "Priority >= '-5' AND id != 1 AND id != 2"),
    (ticketsql(due__is_null=False), "Due IS NOT NULL"),
    (ticketsql(depends_on="7", members__not=8, refers_to="http://x/'"),
     r"DependsOn = 7 AND HasMember != 8 AND RefersTo = 'http://x/\''"),
    (ticketsql(subject__like=wild("10_%")), "Subject LIKE '10_%'"),
    (ticketsql(subject__like="CF.x"), "Subject LIKE '%CF.x'"),
    (ticketsql(cf__notlike={"A": "x"}),
     "'CF.{A}.Content' NOT LIKE 'x' AND 'CF.{A}.LargeContent' NOT LIKE 'x'"),
    (ticketsql(cf={"A": "x" * 255}, cf__in={"B": ["ä" * 128, "y"]}),
     f"'CF.{{A}}' = '{'x' * 255}' AND ('CF.{{B}}.LargeContent' = '{'ä' * 128}' OR "
     "'CF.{B}' = 'y')"),
    (ticketsql(cf__not={3: LONG}, cf__gt={"A": LONG}),
     f"'CF.{{3}}.LargeContent' != '{LONG}' AND 'CF.{{A}}' > '{LONG}'"),
    (ticketsql("CF.{a b} = {} AND 'CustomField.{c}' = {} AND CF.{d}.LargeContent = {} AND "
               "CF.{e} != {}", LONG, LONG, LONG, LONG),
     f"CF.{{a b}}.LargeContent = '{LONG}' AND 'CustomField.{{c}}.LargeContent' = '{LONG}' AND "
     f"CF.{{d}}.LargeContent = '{LONG}' AND CF.{{e}} != '{LONG}'"),
    (ticketsql(status="new") | ticketsql(status="open") & ticketsql(queue=1),
     "Status = 'new' OR (Status = 'open' AND Queue = 1)"),
    (~(ticketsql(status="new") | ticketsql(priority__gt=3)),
     "Status != 'new' AND Priority <= 3"),
    (ticketsql("a = 1 OR b = 2") & ticketsql("c = 3"), "(a = 1 OR b = 2) AND (c = 3)"),
])
def test_what_is_written(query: Query, text: str) -> None:
    assert str(query) == query.text() == query.text("Asia/Tokyo") == text
    assert not query.needs_zone
    assert pickle.loads(pickle.dumps(query)) == query and hash(query) == hash(query)


@pytest.mark.parametrize("query, text", [
    (ticketsql(created__gt=NOON), "Created > '2026-07-01 14:00:00'"),
    (ticketsql(created=NOON),
     "Created >= '2026-07-01 14:00:00' AND Created <= '2026-07-01 14:00:00'"),
    (ticketsql(created__ge=NOON + timedelta(microseconds=1)), "Created > '2026-07-01 14:00:00'"),
    (ticketsql(created__lt=NOON + timedelta(microseconds=1)), "Created <= '2026-07-01 14:00:00'"),
    (~ticketsql(due__gt=NOON), "Due <= '2026-07-01 14:00:00' OR Due IS NULL"),
    (ticketsql(cf={"Window": NOON, "Day": date(2026, 7, 1)}),
     "'CF.{Window}' = '2026-07-01 14:00:00' AND 'CF.{Day}' = '2026-07-01'"),
    (ticketsql("Told >= {}", NOON), "Told >= '2026-07-01 14:00:00'"),
])
def test_moments_are_in_the_zone_given(query: Query, text: str) -> None:
    assert query.needs_zone and query.text("Europe/Berlin") == text
    assert query.text(["Europe/Berlin", "Europe/Paris"]) == text
    with pytest.raises(UsageError, match="time zone"):
        str(query)
    with pytest.raises(UsageError, match="no such time zone"):
        query.text("Europe/Nowhere")
    with pytest.raises(Unsupported, match="2 zones fit: Europe/Berlin, UTC"):
        query.text(["Europe/Berlin", "UTC"])


@pytest.mark.parametrize("moment, text", [
    # New York: clocks go forward on 2026-03-08 at 07:00 UTC, back on 2026-11-01 at 06:00 UTC.
    ("2026-03-08T06:30", "2026-03-08 01:30:00"), ("2026-03-08T07:30", "2026-03-08 02:30:00"),
    ("2026-11-01T04:30", "2026-11-01 00:30:00"), ("2026-11-01T05:30", "2026-11-01 01:30:00"),
    ("2026-11-01T06:30", "2026-11-01 02:30:00"), ("2026-11-01T07:30", "2026-11-01 03:30:00"),
    ("2026-11-01T11:00", "2026-11-01 06:00:00"), ("2026-11-01T10:30", None)])
def test_days_on_which_the_clocks_change(moment: str, text: Any) -> None:
    query = ticketsql(due__ge=datetime.fromisoformat(f"{moment}:00+00:00"))
    if text is None:
        with pytest.raises(Unsupported, match="clocks go back"):
            query.text("America/New_York")
    else:
        assert query.text("America/New_York") == f"Due >= '{text}'"


def test_a_day_that_rt_would_take_for_the_one_before_is_refused() -> None:
    with pytest.raises(Unsupported, match="another day"):
        ticketsql(cf={"Day": date(2026, 9, 27)}).text("Pacific/Auckland")
    assert ticketsql(cf={"Day": date(2026, 9, 28)}).text("Pacific/Auckland").endswith("09-28'")


REFUSED: Dict[str, Callable[[], Any]] = {
    "no filter": lambda: ticketsql(),
    "unknown field": lambda: ticketsql(nope=1),
    "unknown suffix": lambda: ticketsql(subject__near="x"),
    "suffix of another kind": lambda: ticketsql(subject__gt="x"),
    "no suffix where one is needed": lambda: ticketsql(content="x"),
    "trailing underscores": lambda: ticketsql(subject__="x"),
    "custom roles": lambda: ticketsql(custom_roles={"Engineer": "alice"}),
    "detail unlike": lambda: ticketsql(requestors__city__notlike="x"),
    "detail not": lambda: ticketsql(requestors__city__not="x"),
    "negated detail": lambda: ~ticketsql(requestors__city="x"),
    "negated content": lambda: ~ticketsql(content__like="x"),
    "negated template": lambda: ~ticketsql("id > 0"),
    "negated order of a custom field": lambda: ~ticketsql(cf__gt={"A": "5"}),
    "empty list": lambda: ticketsql(status__in=[]),
    "empty list of others": lambda: ticketsql(status__notin=()),
    "text as list": lambda: ticketsql(status__in="new"),
    "list as value": lambda: ticketsql(status=["new"]),
    "null byte": lambda: ticketsql(subject="a\0b"),
    "half a character": lambda: ticketsql(subject="\ud83d"),
    "empty part": lambda: ticketsql(subject__like=""),
    "percent": lambda: ticketsql(subject__like="10%"),
    "underscore": lambda: ticketsql(subject__startswith="a_b"),
    "backslash in a part": lambda: ticketsql(subject__like="a\\"),
    "wild, but equal": lambda: ticketsql(subject=wild("x%")),
    "current user": lambda: ticketsql(owner="__CurrentUser__"),
    "active": lambda: ticketsql(status="__active__"),
    "column": lambda: ticketsql(subject="CF.{Severity}"),
    "column in lower case": lambda: ticketsql(subject__startswith="cf.x"),
    "digits as queue": lambda: ticketsql(queue="12"),
    "digits and a line end as owner": lambda: ticketsql(owner="12\n"),
    "foreign digits": lambda: ticketsql(creator="١٢"),
    "empty queue": lambda: ticketsql(queue=""),
    "queue none": lambda: ticketsql(queue=None),
    "id none": lambda: ticketsql(id=None),
    "link to null": lambda: ticketsql(depends_on="null"),
    "link to zero": lambda: ticketsql(depends_on=0),
    "text for a number": lambda: ticketsql(priority="5"),
    "bool for a number": lambda: ticketsql(priority=True),
    "moment without a zone": lambda: ticketsql(created__gt=datetime(2026, 1, 1)),
    "day for a moment": lambda: ticketsql(created=date(2026, 1, 1)),
    "moment before all": lambda: ticketsql(created__gt=datetime(1969, 1, 1, tzinfo=timezone.utc)),
    "fraction of a second": lambda: ticketsql(created=NOON.replace(microsecond=5)),
    "moment for text": lambda: ticketsql(subject=NOON),
    "name of digits": lambda: ticketsql(cf={"12": "x"}),
    "name of another queue's": lambda: ticketsql(cf={"a.{b": "x"}),
    "name with a line end": lambda: ticketsql(cf={"a\nb": "x"}),
    "no name": lambda: ticketsql(cf={"": "x"}),
    "no mapping": lambda: ticketsql(cf="x"),
    "empty custom field": lambda: ticketsql(cf={"A": ""}),
    "moment as text": lambda: ticketsql(cf={"A": "2026-01-01 10:00:00"}),
    "is null of text": lambda: ticketsql(due__is_null="yes"),
    "template: too few": lambda: ticketsql("Subject = {}"),
    "template: too many": lambda: ticketsql("Subject = {}", "a", "b"),
    "values, no template": lambda: ticketsql("id > 0", "a"),
    "template: quoted": lambda: ticketsql("Subject = '{}'", "a"),
    "template: open quotation": lambda: ticketsql("Subject = 'a", ),
    "template: closes what it did not open": lambda: ticketsql("id = 1) OR (id = {}", 2),
    "template: not closed": lambda: ticketsql("(id = {}", 2),
    "template: long, no braces": lambda: ticketsql("id = 1 AND CF.A = {}", LONG),
    "template: two words": lambda: ticketsql("id = 1 AND id = 2 OR id = {}", 3),
    "template: no operator": lambda: ticketsql("Subject {}", "a"),
    "template: as a name": lambda: ticketsql("CF.{} = {}", "a", "b"),
    "template: passed over": lambda: ticketsql("Subject = {} & id > 0", "a"),
    "template: none": lambda: ticketsql("Due = {}", None),
    "template: list": lambda: ticketsql("id = {}", *NO_VALUES),
    "template: whole day": lambda: ticketsql("Created = {}", NOON),
    "template: digits": lambda: ticketsql("Owner = {}", "12"),
    "template: digits of who wrote": lambda: ticketsql("UpdatedBy = {}", "1"),
    "template: digits as a group": lambda: ticketsql("OwnerGroup = {}", "1"),
    "template: digits as a role": lambda: ticketsql("CustomRole.{a.b} = {}", "1"),
    "template: number of none": lambda: ticketsql("Queue != {}", 0),
    "template: digits as a date": lambda: ticketsql("Updated = {}", "1"),
    "template: text as a date": lambda: ticketsql("Created > {}", "x"),
    "template: text as a number": lambda: ticketsql("Priority < {}", "x"),
    **{f"template: {word} {value!r}": partial(ticketsql, f"{word} = {{}}", value)
       for word in ("MemberOf", "dependson", "RefersTo", "HasMember", "DependedOnBy",
                    "ReferredToBy", "Linked", "LinkedTo", "LinkedFrom", "DependentOn")
       for value in ("", " ", "0", "00", "NULL", "null\n", 0, -1)},
    "template: empty": lambda: ticketsql(" "),
    "template: wildcard": lambda: ticketsql("Subject LIKE {}", "50%"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_rt_would_take_for_something_else_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        REFUSED[name]()


def test_every_field_has_a_filter_that_is_written() -> None:
    values: Dict[str, Any] = {"text": "x", "number": 1, "date": None, "queue": "General",
                              "login": "alice", "people": "a@example.org", "link": 3,
                              "file": "x"}
    for name, field in FIELDS.items():
        if field.kind == "cf":
            query = ticketsql(cf={"A": "x"})
        elif field.kind == "body":
            query = ticketsql(**{f"{name}__like": "x"})
        else:
            query = ticketsql(**{name: values[field.kind]})
        assert str(query)


def test_errors_say_which_filter_and_what_it_takes() -> None:
    with pytest.raises(RTError, match="status__gt: status takes no __gt; it takes .*__in"):
        ticketsql(status__gt="new")
    with pytest.raises(RTError, match="by 'nope'; by admin_cc, cc"):
        ticketsql(nope="x")
