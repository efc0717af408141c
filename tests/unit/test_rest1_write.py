"""Records to REST 1.0's forms: keys from the tables alone, values that stay values."""
from __future__ import annotations

from datetime import datetime, timezone
from email.header import decode_header, make_header
from typing import Any, Dict, Optional, Tuple

import pytest

from rtcompat import fields, limits
from rtcompat.errors import Unsupported, UsageError
from rtcompat.model import KEEP, NOT_LOADED, CustomField, NewAttachment, Ticket, Watcher
from rtcompat.rest1 import write
from rtcompat.rest1.zones import Clock, named

KNOWN = {"Single": CustomField(1, "Single", "Freeform", True),
         "Tags": CustomField(1, "Tags", "Freeform", False),
         "When": CustomField(1, "When", "DateTime", True),
         "Odd": CustomField(1, "Odd", None, None)}


def pairs(creating: bool = False, release: Optional[Tuple[int, ...]] = (5, 0, 3),
          clock: Clock = named("America/New_York"), **given: Any) -> Dict[str, str]:
    wanted = limits.checked(fields.TICKET, given)
    return dict(write.ticket(wanted, clock=clock, release=release, known=KNOWN,
                             creating=creating))


def test_a_ticket() -> None:
    due = datetime(2026, 7, 1, 12, tzinfo=timezone.utc)
    assert pairs(queue="General", subject="x", priority=0, due=due, starts=None, owner=None,
                 time_worked=5, cc=["b@x.org", "a@x.org"], requestors=["c@x.org"]) == {
        "Queue": "General", "Subject": "x", "Priority": "0", "Due": "2026-07-01 08:00:00",
        "Starts": "", "Owner": "Nobody", "TimeWorked": "5", "Cc": "a@x.org, b@x.org",
        "Requestors": "c@x.org"}


def test_requestors_of_a_new_ticket() -> None:
    assert pairs(creating=True, requestors=["c@x.org"]) == {"Requestor": "c@x.org"}
    assert pairs(creating=True, requestors=["c@x.org", "d@x.org"]) == {
        "Requestors": "c@x.org, d@x.org"}


def test_custom_fields() -> None:
    assert pairs(custom_fields={"Single": "a, b", "Tags": ["a", "b, c"],
                                "When": "2026-01-01 12:00:00", "Odd": "plain"}) == {
        "CF.{Single}": "a, b", "CF.{Tags}": 'a,"b, c"', "CF.{When}": "2026-01-01 07:00:00",
        "CF.{Odd}": "plain"}
    assert pairs(custom_fields={"Single": None, "Tags": []}) == {"CF.{Single}": "",
                                                                 "CF.{Tags}": ""}
    assert pairs(creating=True, custom_fields={"Single": None, "Tags": []}) == {}
    assert pairs(release=(3, 6, 11), custom_fields={"Single": "x"}) == {"CF-Single": "x"}


@pytest.mark.parametrize("values, error", [
    ({"Single": ["a", "b"]}, UsageError), ({"Tags": ["two\nlines"]}, UsageError),
    ({"Tags": [" edge"]}, UsageError), ({"Tags": ['"quoted']}, UsageError),
    ({"When": "tomorrow"}, UsageError), ({"When": "2026-01-01T12:00:00Z"}, UsageError),
    ({"Odd": "a,b"}, Unsupported), ({"Odd": ["a", "b"]}, Unsupported),
    ({"Odd": "two\nlines"}, Unsupported), ({"With, comma": "x"}, UsageError)])
def test_custom_fields_that_cannot_be_carried(values: Dict[str, Any], error: type) -> None:
    with pytest.raises(error):
        pairs(custom_fields=values)


def test_when_the_zone_has_to_be_known() -> None:
    now = datetime.now(timezone.utc)
    for given, needed in (({"due": now}, True), ({"due": None}, False), ({"subject": "x"}, False),
                          ({"custom_fields": {"When": "2026-01-01 12:00:00"}}, True),
                          ({"custom_fields": {"When": None, "Tags": ["x"]}}, False)):
        assert write.has_dates(limits.checked(fields.TICKET, given), KNOWN) is needed


def test_names_of_custom_fields_in_any_case() -> None:
    wanted = {"custom_fields": {"SINGLE": ("x",), "shown": ("y",), "New": ("z",)}}
    assert write.custom_names(wanted, KNOWN, ("Shown",)) == {
        "Single": ("x",), "Shown": ("y",), "New": ("z",)}


@pytest.mark.parametrize("name", [
    "plain name.txt", "Übersicht, final.txt", 'say "hi", all.txt', " edges ", "漢字 🎉.png",
    "it's", "q{x}", "=?UTF-8?Q?=41?=", "a;b=c.txt", "tab\t.txt", "per%20cent", "Å", '"half'])
def test_file_names_arrive_whole(name: str) -> None:
    files = [NewAttachment("first.txt", b""), NewAttachment(name, b"")]
    first, second = write.file_names(files).split(", ")
    assert first == "first.txt"
    # RT's list is split at commas, the name cut at slashes, quotes kept, edges trimmed
    assert second.isascii() and not set(second) & set(",\"'/\\\n") and second == second.strip()
    assert str(make_header(decode_header(second))) == name


@pytest.mark.parametrize("release", [(4, 4, 4), (4, 0, 25), (5, 0, 1)])
def test_old_servers_get_names_for_a_new_ticket_as_bytes(release: Tuple[int, ...]) -> None:
    name = 'Über "漢字" 🎉.txt'
    sent = write.file_names([NewAttachment(name, b"")], release=release, creating=True)
    assert sent.encode("latin-1").decode("utf-8") == name
    for bad in ("a, b.txt", " edge", "Å", "q{x}", "=?UTF-8?Q?=41?="):
        with pytest.raises(UsageError):
            write.file_names([NewAttachment(bad, b"")], release=release, creating=True)
        assert write.file_names([NewAttachment(bad, b"")], release=release).startswith("=?UTF-8?")
        assert write.file_names([NewAttachment(bad, b"")], release=(5, 0, 3),
                                creating=True).startswith("=?UTF-8?")


def test_a_name_in_quotes_is_refused_by_name() -> None:
    with pytest.raises(UsageError) as caught:
        write.file_names([NewAttachment('"all"', b"")])
    assert '"all"' in str(caught.value) and caught.value.argument == "attachments"


def test_passwords() -> None:
    assert write.secret(KEEP) == []
    assert write.secret("top secret: x") == [("Password", "top secret: x")]
    for bad in ("", "****", "two\nlines", " edge", 5):
        with pytest.raises(UsageError) as caught:
            write.secret(bad)
        assert "secret" not in str(caught.value)


def test_quoted() -> None:
    assert write.quoted("it's a \\ path") == "'it\\'s a \\\\ path'"


@pytest.mark.parametrize("name, one, other, same", [
    ("owner", "Alice", "alice", True), ("queue", "GENERAL", "General", True),
    ("subject", "A", "a", False), ("priority", 1, 1, True), ("due", None, None, True),
    ("cc", (Watcher("A@x.org"),), (Watcher("a@x.org"),), True),
    ("cc", (Watcher("a@x.org"),), (), False), ("cc", (), (), True),
    ("custom_fields[Tags]", ("b", "a"), ("a", "b"), True),
    ("custom_fields[Tags]", ("a", "a"), ("a",), False),
    ("refers_to", (1, 2), (2, 1), False)])
def test_what_rt_takes_for_the_same(name: str, one: Any, other: Any, same: bool) -> None:
    assert write.alike(name, one, other) is same


def test_states() -> None:
    wanted = {"subject": "x", "custom_fields": {"A": ("1",), "B": ()}}
    assert write.wanted_state(wanted) == {"subject": "x", "custom_fields[A]": ("1",),
                                          "custom_fields[B]": ()}
    ticket = Ticket(7, subject="y", custom_fields={"A": ("2",)})
    assert write.state_of(ticket, wanted) == {"subject": "y", "custom_fields[A]": ("2",),
                                              "custom_fields[B]": ()}
    assert write.new_ticket("owner") == "Nobody" and write.new_ticket("priority") is NOT_LOADED
    assert write.new_ticket("custom_fields[A]") == ()
