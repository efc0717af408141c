"""REST2's values, both ways."""
from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from rtcompat.errors import ProtocolError
from rtcompat.model import NOT_LOADED, Link, Watcher
from rtcompat.rest2 import values
from tests.unit.rest2_script import person

UTC = timezone.utc


@pytest.mark.parametrize("given, number", [
    ("7", 7), (7, 7), ("-3", -3), ("", 0), (None, 0), ("0", 0), ("20 minutes", 20), ("abc", 0),
    ("1.0", 1), (0.0, 0)])
def test_numbers_come_as_text(given: Any, number: int) -> None:
    assert values.read_number(given) == number


@pytest.mark.parametrize("given, number", [
    ({"type": "attachment", "id": "12"}, 12), ("12", 12), ("0", None), (0, None), (None, None),
    ("", None)])
def test_references_and_plain_numbers_are_read_alike(given: Any, number: Any) -> None:
    assert values.read_id(given) == number


@pytest.mark.parametrize("given, moment", [
    ("2024-01-31T23:59:58Z", datetime(2024, 1, 31, 23, 59, 58, tzinfo=UTC)),
    ("2024-01-31", datetime(2024, 1, 31, tzinfo=UTC)),       # date columns of RT 6
    ("1970-01-01T00:00:00Z", None), ("", None), (None, None), ("0", None)])
def test_dates_are_utc_and_1970_is_unset(given: Any, moment: Any) -> None:
    assert values.read_date(given) == moment


@pytest.mark.parametrize("given", ["yesterday", "2024-01-31 23:59:58", "2024-13-01T"])
def test_a_date_that_rt_does_not_write_is_no_rt(given: str) -> None:
    with pytest.raises(ProtocolError):
        values.read_date(given)


def test_dates_are_sent_as_the_one_form_that_rt_keeps() -> None:
    moment = datetime(2031, 7, 15, 2, 45, 6, tzinfo=timezone(timedelta(hours=2)))
    assert values.write_date(moment) == "2031-07-15 00:45:06"
    assert values.write_date(None) == "1970-01-01 00:00:00"


def test_flags() -> None:
    assert [values.read_flag(one) for one in ("0", "1", 1, None, "")] == [False, True, True, False,
                                                                          False]
    assert (values.write_flag(True), values.write_flag(False)) == (1, 0)


def test_people_are_sorted_and_nobody_is_none() -> None:
    members = [person("zoe", 30), person("group", 44, None, "group"), person("adam", 31),
               person("mute", 37, None), person("adam", 31)]
    found = values.read_people(members)
    assert [(one.email, one.name, one.kind, one.id) for one in found] == [
        (None, "group", "group", 44), (None, "mute", "user", 37),
        ("adam@example.org", "adam", "user", 31), ("zoe@example.org", "zoe", "user", 30)]
    assert values.read_people(person("Nobody", 6, None)) == ()
    assert values.read_people(person("eve", 9)) == (Watcher("eve@example.org"),)
    assert values.read_people("") == values.read_people(None) == values.read_people([]) == ()


def test_people_of_a_record_of_its_own_have_logins_only() -> None:
    found = values.read_people([{"type": "user", "id": "alice", "_url": "…"},
                                {"type": "group", "id": "44", "_url": "…"},
                                {"type": "principal", "id": "3"}])
    assert [(one.email, one.name, one.kind, one.id) for one in found] == [
        (None, None, "group", 44), (None, "alice", "user", None)]


def test_people_are_sent_by_number_where_it_is_known() -> None:
    assert values.write_person(Watcher("a@example.org", id=3)) == "3"
    assert values.write_person(Watcher("a@example.org", name="a")) == "a@example.org"
    assert values.write_person(Watcher(None, name="a")) == "a"


def test_headers_are_unfolded() -> None:
    text = ("Subject: one\n two\n\tthree\nX-Empty:\nX-RT-Original-Encoding: iso-8859-1\r\n"
            "no header line\nTo: a: b")
    assert values.read_headers(text) == (
        ("Subject", "one two\tthree"), ("X-Empty", ""), ("X-RT-Original-Encoding", "iso-8859-1"),
        ("To", "a: b"))
    assert values.read_headers(None) == ()


def test_links_are_records_by_number_or_addresses() -> None:
    assert values.read_link({"type": "ticket", "id": "34", "_url": "x"}) == Link("ticket", 34)
    assert values.read_link({"type": "asset", "id": "3", "_url": "x"}) == Link("asset", 3)
    assert values.read_link({"type": "external", "_url": "https://x/y"}) == Link(
        "url", url="https://x/y")
    assert values.write_link(Link("ticket", 34)) == "34"
    assert values.write_link(Link("asset", 3)) == "asset:3"
    assert values.write_link(Link("url", url="https://x/y")) == "https://x/y"


def test_custom_values() -> None:
    assert values.read_values(["one", "two"], False) == ("one", "two")
    assert values.read_values([None], False) == ()            # an emptied value
    assert values.read_values([{"filename": "a.png", "_url": "…"}], False) == ("a.png",)
    assert values.read_values(["2024-01-31T23:59:58Z"], True) == ("2024-01-31 23:59:58",)
    assert values.read_values(["2024-01-31T23:59:58Z"], False) == ("2024-01-31T23:59:58Z",)
    assert values.read_values(["0"], False) == ("0",)


def test_a_queue_that_one_may_not_see_is_not_loaded() -> None:
    assert values.read_queue({"type": "queue", "id": "1", "Name": "General"}) == "General"
    assert values.read_queue({"type": "queue", "id": "1", "Name": ""}) is NOT_LOADED
