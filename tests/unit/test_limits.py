"""What RT cannot store is refused by name before anything is sent."""
from __future__ import annotations

import io
from datetime import datetime, timedelta, timezone
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtcompat import fields, limits
from rtcompat.errors import UsageError
from rtcompat.model import KEEP, NOT_LOADED, Link, NewAttachment, Watcher

UTC = timezone.utc


@pytest.mark.parametrize("field, value", [
    ("subject", "two\nlines"), ("subject", "x" * 201), ("subject", 7), ("subject", "a\0b"),
    ("subject", "\ud800"), ("status", "open\nOwner: root"), ("priority", "7"),
    ("priority", True), ("priority", 2**31), ("time_worked", -1), ("time_worked", 1.5),
    ("due", datetime(2031, 1, 1)), ("due", "2031-01-01"),
    ("due", datetime(1970, 1, 1, tzinfo=UTC)), ("owner", " "), ("queue", ""), ("queue", 0),
    ("queue", "1"),
    ("requestors", "a@example.org"), ("requestors", ["a@example.org, b@example.org"]),
    ("cc", ["a@example.org\nStatus: resolved"]), ("cc", [""]), ("cc", [Watcher(None)]),
    ("custom_fields", {"Name\n": "x"}), ("custom_fields", [("a", "b")]),
    ("custom_fields", {"Name": [7]}), ("subject", NOT_LOADED),
    ("cc", [Watcher("a@example.org,b@example.org")]), ("cc", ["<a@example.org, b@example.org>"]),
    ("cc", ["a@example.org;b@example.org"]), ("cc", ["@"]), ("cc", ["a@"]), ("cc", ["@b"]),
    ("cc", [Watcher("")]), ("cc", ["a" * 109 + "@example.org"]), ("cc", ["Nobody"]),
    ("admin_cc", [Watcher(None, name="nobody")]), ("custom_roles", {"Engineer": ["Nobody"]}),
])
def test_a_value_that_rt_cannot_store_is_refused_by_name(field: str, value: Any) -> None:
    with pytest.raises(UsageError) as caught:
        limits.checked(fields.TICKET, {field: value})
    assert caught.value.argument and caught.value.argument.startswith(field)
    assert field in str(caught.value)


@pytest.mark.parametrize("day", ["1970-01-01", "1969-12-31", "1970-1-2", "now"])
def test_a_day_of_a_custom_field_that_rt_cannot_store_is_refused(day: str) -> None:
    for check, text in ((limits.check_day, day), (limits.checked_moment, f"{day} 00:00:00")):
        with pytest.raises(UsageError, match="custom_fields.Day."):
            check(text, "Day")


def test_days_and_moments_after_1970_pass() -> None:
    limits.check_day("1970-01-02", "Day")
    assert limits.checked_moment("1970-01-01 00:00:01", "Day") == datetime(
        1970, 1, 1, 0, 0, 1, tzinfo=UTC)


def test_arguments_become_what_a_record_would_hold() -> None:
    summer = datetime(2031, 7, 1, 14, 0, 5, 999, tzinfo=timezone(timedelta(hours=2)))
    found = limits.checked(fields.TICKET, {
        "subject": "0", "due": summer, "starts": None, "owner": None, "queue": 3,
        "requestors": ["Bob <bob@example.org>", "alice@example.org", "alice@example.org", "root"],
        "custom_fields": {"One": "x", "Many": ["a", "b"], "None": None, "Empty": [""]},
        "status": KEEP, "no_field": 1})
    assert found == {
        "subject": "0", "due": datetime(2031, 7, 1, 12, 0, 5, tzinfo=UTC), "starts": None,
        "owner": "Nobody", "queue": 3,
        "requestors": (Watcher(None, name="root"), Watcher("alice@example.org"),
                       Watcher("bob@example.org")),
        "custom_fields": {"One": ("x",), "Many": ("a", "b"), "None": (), "Empty": ()}}


def test_a_user_is_who_the_address_says_and_not_the_number() -> None:
    """A number names somebody else in another RT."""
    people = limits.checked_people([Watcher("x@example.org", name="x", id=14),
                                    Watcher(None, name="mute", id=15), Watcher(None, id=16),
                                    Watcher(None, name="crew", kind="group", id=17)], "cc")
    assert [(who.email, who.name, who.id) for who in people] == [
        (None, None, 16), (None, "crew", 17), (None, "mute", None), ("x@example.org", "x", None)]


@pytest.mark.parametrize("field, value, said", [
    ("requestors", [None], "an entry of requestors"),
    ("custom_fields", {"Tags": ["a", None]}, r"an entry of custom_fields\[Tags\]"),
    ("due", datetime(2031, 1, 1, 12), "due is 2031-01-01 12:00:00.*tzinfo="),
    ("due", "soon", "not 'soon'")])
def test_what_was_given_is_said_and_what_would_do(field: str, value: Any, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        limits.checked(fields.TICKET, {field: value})


def test_no_custom_field_is_nothing_to_change() -> None:
    assert limits.checked(fields.TICKET, {"custom_fields": {}, "custom_roles": {}}) == {}


def test_people_without_an_address_are_all_kept() -> None:
    people = [Watcher(None, name="mute", id=7), Watcher(None, name="staff", kind="group", id=4)]
    assert len(limits.checked_people(people, "cc")) == 2


@given(st.text())
def test_a_line_is_taken_as_it_is_or_refused(text: str) -> None:
    try:
        found = limits.checked(fields.TICKET, {"subject": text})
    except UsageError:
        assert "\n" in text or "\r" in text or "\0" in text or len(text) > 200
    else:
        assert found["subject"] == text


@pytest.mark.parametrize("value", [0, -1, True, "7", None, 1.0])
def test_a_number_of_a_record(value: Any) -> None:
    with pytest.raises(UsageError, match="ticket_id"):
        limits.positive_id(value, "ticket_id")
    assert limits.positive_id(7, "ticket_id") == 7


@pytest.mark.parametrize("value", [
    {"parents": [1]}, {"members": 1}, {"members": "http://x"}, {"members": ["no url"]},
    {"members": ["http://x/a b"]}, {"members": ["http://x/a,b"]}, {"members": [0]},
    {"members": ["7"]}, ["members"], {"members": [None]},
    {"members": [Link("url", url="http://x/\nStatus: open")]},
    {"members": [Link("url", url="http://x/a,b")]}, {"members": [Link("url")]},
    {"members": [Link("url", url="12")]}, {"members": [Link("url", 7, "http://x/")]},
    {"members": [Link("ticket", 0)]}, {"members": [Link("ticket", 7, "http://x/")]},
    {"members": [Link("group", 7)]}, {"members": ["http://x/" + "a" * 232]}])
def test_links_that_rt_cannot_keep(value: Any) -> None:
    with pytest.raises(UsageError):
        limits.checked_links(value, "add")


def test_links() -> None:
    assert limits.checked_links({"members": [3, "http://x/?a=b", 3]}, "add") == {
        "members": (Link("ticket", 3), Link("url", url="http://x/?a=b"))}
    assert limits.checked_links(KEEP, "add") == {}
    known = (Link("asset", 2), Link("ticket", 3), Link("url", url="http://x/" + "a" * 231))
    assert limits.checked_links({"members": known}, "add") == {"members": known}


@pytest.mark.parametrize("content, content_type, files", [
    ("0", "text/plain", ()), ("x", "text/markdown", ()), (b"x", "text/plain", ()),
    ("x", "text/plain", (NewAttachment("a/b", b"x"),)),
    ("x", "text/plain", (NewAttachment("", b"x"),)),
    ("x", "text/plain", (NewAttachment("0", b"x"),)),
    ("x", "text/plain", (NewAttachment("a\nb", b"x"),)),
    ("x", "text/plain", (NewAttachment("a", b"x", "text/plain\nX: y"),)),
    ("x", "text/plain", ("path",)), ("a\r\nb", "text/plain", ()),
    ("x", "text/plain", NewAttachment("a", b"x")),
    ("x", "text/plain", (NewAttachment("a", cast(Any, "text")),)),
    ("x", "text/plain", (NewAttachment("a", b"\xe9", "text/plain; charset=utf-8"),)),
    ("x", "text/plain", (NewAttachment("a", b"\xe9", "text/plain"),)),
    ("x", "text/plain", (NewAttachment("a", b"\x00", "text/plain"),)),
    ("x", "text/plain", (NewAttachment("a", "x".encode("utf-16"), "text/x; charset=UTF-16"),)),
    ("x", "text/plain", (NewAttachment("a", b"x", "multipart/mixed; boundary=x"),)),
    ("x", "text/plain", (NewAttachment("a", b"x", "text/plain; charset=no-such"),)),
    ("x", "text/plain", (NewAttachment("(Unnamed)", b"x"),)),
])
def test_messages_that_rt_would_change(content: Any, content_type: str, files: Any) -> None:
    with pytest.raises(UsageError):
        limits.checked_message(content, content_type, files)


def test_texts_in_their_own_charset_pass() -> None:
    limits.checked_message("x", "text/plain", [
        NewAttachment("a", b"\xe9\n", "text/plain; charset=\"iso-8859-1\""),
        NewAttachment("b", b"\x80", "text/csv; charset=windows-1252"),
        NewAttachment("c", b"\x00\xff"), NewAttachment("d", b"", "text/plain")])


def test_which_protocol_keeps_a_value() -> None:
    empty = NewAttachment("a", b"")
    assert limits.carried_by("comment", {"content": "x"}) == limits.BOTH
    assert limits.carried_by("comment", {"content": "\nx"}) == limits.REST2_ONLY
    assert limits.carried_by("comment", {"attachments": [empty]}) == limits.REST1_ONLY
    assert limits.carried_by("comment", {"content": "\nx", "attachments": [empty]}) == frozenset()


@pytest.mark.parametrize("operation, name, content, content_type, carriers", [
    ("create_ticket", "k", "да".encode("koi8-r"), "text/plain; charset=koi8-r", limits.REST1_ONLY),
    ("create_ticket", "k", "да".encode("koi8-r"), "TEXT/HTML; Charset=\"KOI8-R\"",
     limits.REST1_ONLY),
    ("create_ticket", "k", io.BytesIO(b"x"), "text/plain; charset=koi8-r", limits.REST1_ONLY),
    ("create_ticket", "k", "да".encode("koi8-r"), "text/csv; charset=koi8-r", limits.BOTH),
    ("create_ticket", "да", b"ascii", "text/plain; charset=koi8-r", limits.BOTH),
    ("create_ticket", "да", "да".encode(), "text/plain; charset=utf8", limits.BOTH),
    ("comment", "k", "да".encode("koi8-r"), "text/plain; charset=koi8-r", limits.BOTH),
    ("comment", "да", b"ascii", "text/plain; charset=us-ascii", limits.REST1_ONLY),
    ("reply", "да", b"ascii", "image/png; charset=koi8-r", limits.REST1_ONLY),
    ("reply", "да", b"ascii", "text/plain", limits.BOTH)])
def test_a_file_in_another_charset_goes_where_nothing_of_it_is_lost(
        operation: str, name: str, content: Any, content_type: str, carriers: Any) -> None:
    file = NewAttachment(name, content, content_type)
    assert limits.carried_by(operation, {"attachments": [file]}) == carriers


@pytest.mark.parametrize("query", ["", " \n", None, 7, "a\0b"])
def test_an_empty_query_is_refused_lest_it_looks_like_no_tickets(query: Any) -> None:
    with pytest.raises(UsageError):
        limits.checked_query(query)


@pytest.mark.parametrize("order", ["", "-", "+id", "a\nb", ["Created"], 7])
def test_what_names_no_field_is_no_order(order: Any) -> None:
    with pytest.raises(UsageError):
        limits.checked_order(order)


def test_an_order_is_a_field_and_a_direction() -> None:
    assert limits.checked_order("-CF.{A b}") == ("CF.{A b}", True)
    assert limits.checked_order("id") == ("id", False)


def test_a_text_of_blanks_is_no_text() -> None:
    with pytest.raises(UsageError):
        limits.checked_message(" \n\t", "text/plain", ())


def test_a_subject_has_200_bytes() -> None:
    for fits in ("é" * 100, "x" * 200):
        assert limits.checked(fields.TICKET, {"subject": fits}) == {"subject": fits}
    with pytest.raises(UsageError, match="202 bytes"):
        limits.checked(fields.TICKET, {"subject": "é" * 101})
