"""Kinds of values in REST 1.0's forms, both ways."""
from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Optional, Tuple

import pytest

from rtcompat.errors import ProtocolError, Unsupported, UsageError
from rtcompat.model import Link, Watcher
from rtcompat.rest1 import values
from rtcompat.rest1.zones import Clock, named

UTC = timezone.utc


@pytest.mark.parametrize("text, minutes", [
    ("0", 0), ("90 minutes", 90), ("", 0), ("90 min", 90), ("2 hours", 120), ("3 days", 4320),
    ("-5 minutes", -5), ("90 minutes minutes", 90), ("1 weeks", 10080), ("15", 15),
])
def test_minutes(text: str, minutes: int) -> None:
    assert values.read_minutes(text) == minutes


def test_minutes_are_written_bare() -> None:
    assert values.write_minutes(90) == "90"
    assert values.read_minutes(values.write_minutes(7)) == 7


@pytest.mark.parametrize("text", ["2 Stunden", "soon", "1.5 hours"])
def test_minutes_that_cannot_be_read(text: str) -> None:
    with pytest.raises(ProtocolError):
        values.read_minutes(text)


def test_numbers() -> None:
    assert [values.read_number(text) for text in ("", "42", "-1", "7.00", " 3 ")] == [
        0, 42, -1, 7, 3]
    with pytest.raises(ProtocolError):
        values.read_number("High")


@pytest.mark.parametrize("text, number", [
    ("ticket/7", 7), ("7", 7), ("attachment/12", 12), ("ticket/7/links", 7), ("user/14", 14)])
def test_ids(text: str, number: int) -> None:
    assert values.read_id(text) == number


@pytest.mark.parametrize("text", ["", "ticket/", "user/root", "ticket/7/links/x", "7a"])
def test_what_is_no_id(text: str) -> None:
    with pytest.raises(ProtocolError):
        values.read_id(text)


def test_flags() -> None:
    assert [values.read_flag(text) for text in ("1", "0", "")] == [True, False, False]
    assert values.write_flag(True) + values.write_flag(False) == "10"


@pytest.mark.parametrize("size, kind, found", [
    ("42b", "image/png", 42), ("42b", "text/plain", None), ("2.9k", "image/png", None),
    ("0b", "image/png", None), ("1024b", "application/pdf", 1024), ("42b", None, None)])
def test_sizes_are_known_where_rt_counts_bytes(size: str, kind: Optional[str],
                                               found: Optional[int]) -> None:
    assert values.read_size(size, kind) == found


def test_people_are_sorted_without_doubles() -> None:
    people = values.read_people("b@example.org, a@example.org,\n        b@example.org")
    assert people == (Watcher("a@example.org"), Watcher("b@example.org"))
    assert values.read_people("") == ()


def test_people_are_written_by_address_login_or_number() -> None:
    people = (Watcher("a@example.org"), Watcher(None, name="alice"),
              Watcher(None, id=44, kind="group"), Watcher(None, id=12))
    assert values.write_people(people, "cc") == "a@example.org, alice, 44, 12"


@pytest.mark.parametrize("who", [Watcher(None, name="staff", kind="group"), Watcher("a,b@x"),
                                 Watcher("a@x\nStatus: deleted"), Watcher('"a"@x'),
                                 Watcher(" a@x")])
def test_people_that_would_be_somebody_else_are_refused(who: Watcher) -> None:
    with pytest.raises(UsageError) as caught:
        values.write_people((who,), "cc")
    assert caught.value.argument == "cc"


@pytest.mark.parametrize("uri, link", [
    ("fsck.com-rt://example.com/ticket/7", Link("ticket", 7)),
    ("fsck.com-article://example.com/article/3", Link("article", 3)),
    ("asset:12", Link("asset", 12)),
    ("fsck.com-asset://example.com/asset/12", Link("asset", 12)),
    ("https://example.com/ticket/7", Link("url", url="https://example.com/ticket/7")),
    ("mailto:a@b", Link("url", url="mailto:a@b")),
])
def test_links(uri: str, link: Link) -> None:
    assert values.read_link(uri) == link
    assert values.read_links(f"{uri}, {uri}") == {link: uri}
    assert values.write_link(link, uri, None, True) == uri  # one that exists keeps its name


def test_new_links() -> None:
    ticket, url = Link("ticket", 7), Link("url", url="https://x/")
    assert values.write_link(ticket, None, None, False) == "7"
    assert values.write_link(url, None, None, True) == "https://x/"
    # up to 4.0.5 a bare number links to ticket 1
    assert values.write_link(ticket, None, "example.com", True) == (
        "fsck.com-rt://example.com/ticket/7")
    with pytest.raises(UsageError):
        values.write_link(ticket, None, None, True)
    with pytest.raises(UsageError):
        values.write_link(Link("article", 3), None, None, False)


def test_dates_are_written_in_the_users_zone() -> None:
    july = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert values.write_date(july, named("America/New_York"), "due") == "2026-07-01 08:00:00"
    assert values.write_date(None, Clock(), "due") == ""
    with pytest.raises(Unsupported):
        values.write_date(july, Clock(), "due")


@pytest.mark.parametrize("text, pairs", [
    ("From: a@b\nSubject: two\n words\n", (("From", "a@b"), ("Subject", "two words"))),
    ("X: \t1 \r\n\tmore\r", (("X", "1\tmore"),)),
    (" lost\nno header\nA:b", (("A", "b"),)),
    ("", ()),
])
def test_headers(text: str, pairs: Tuple[Any, ...]) -> None:
    assert values.read_headers(text) == pairs


@pytest.mark.parametrize("uri, link", [
    ("fsck.com-rt://example.com/ticket/7", Link("ticket", 7)),
    ("fsck.com-article://example.com/article/3", Link("article", 3)),
    ("fsck.com-asset://example.com/asset/4", Link("asset", 4)), ("asset:5", Link("asset", 5)),
    ("article:1", Link("url", url="article:1")), ("rt:1", Link("url", url="rt:1")),
    ("fsck.com-rt://example.com/group/7", Link("url", url="fsck.com-rt://example.com/group/7")),
    ("asset:²", Link("url", url="asset:²")),
    ("asset:" + "9" * 5000, Link("url", url="asset:" + "9" * 5000))])
def test_a_link_is_local_where_rt_writes_it_so(uri: str, link: Link) -> None:
    assert values.read_link(uri) == link
