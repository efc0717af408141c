"""Values of the command line: dates, fields, people, texts, files, links."""
from __future__ import annotations

import io
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, List
from zoneinfo import ZoneInfo

import pytest

from rtcompat.cli import arguments
from rtcompat.errors import UsageError
from rtcompat.model import KEEP

BERLIN = ZoneInfo("Europe/Berlin")


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0,
        second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)


@pytest.mark.parametrize("given, moment", [
    ("2024-07-01T08:00+02:00", utc(2024, 7, 1, 6)),
    ("2024-07-01 08:00:09Z", utc(2024, 7, 1, 8, 0, 9)),
    ("2024-07-01 08:00 -0430", utc(2024, 7, 1, 12, 30)),
    ("2024-01-05t09:30z", utc(2024, 1, 5, 9, 30)),
    ("2024-07-01+00:00", utc(2024, 7, 1)), ("", None)])
def test_dates_with_an_offset(given: str, moment: datetime) -> None:
    assert arguments.date(given, None, "due") == moment
    assert arguments.date(given, BERLIN, "due") == moment


@pytest.mark.parametrize("given, moment", [
    ("2024-07-01 08:00", utc(2024, 7, 1, 6)), ("2024-01-01T08:00", utc(2024, 1, 1, 7)),
    ("2024-07-01", utc(2024, 6, 30, 22))])
def test_dates_in_the_zone_given(given: str, moment: datetime) -> None:
    assert arguments.date(given, BERLIN, "due") == moment
    with pytest.raises(UsageError, match="--timezone"):
        arguments.date(given, None, "due")


@pytest.mark.parametrize("given", ["2024-10-27 02:30", "2024-03-31T02:30"])
def test_a_time_that_clocks_show_twice_or_never(given: str) -> None:
    with pytest.raises(UsageError, match="twice or never"):
        arguments.date(given, BERLIN, "due")
    assert arguments.date(given + "+01:00", BERLIN, "due") is not None


@pytest.mark.parametrize("given", ["tomorrow", "2024-13-01Z", "2024-02-30Z", "1.7.2024",
                                   "2024-07-01T25:00Z", "2024-07-01T08:00+99:00", "20240701Z",
                                   "2024-07-01T08:00Z\n", "٢٠٢٤-07-01Z", "0"])
def test_what_is_no_date(given: str) -> None:
    with pytest.raises(UsageError, match="due"):
        arguments.date(given, BERLIN, "due")


@pytest.mark.parametrize("name", ["Middle/Earth", "", "../etc/passwd", "/etc/passwd", "America"])
def test_what_is_no_zone(name: str) -> None:
    with pytest.raises(UsageError, match="IANA"):
        arguments.zone_named(name)


def test_fields_by_their_kind() -> None:
    given = ["priority=-5", "Time-Worked=90", "due=2024-07-01T08:00Z", "starts=", "sla=",
             "subject=a=b", "owner=alice"]
    assert arguments.settings(given, None, creating=False) == {
        "priority": -5, "time_worked": 90, "due": utc(2024, 7, 1, 8), "starts": None, "sla": "",
        "subject": "a=b", "owner": "alice"}


@pytest.mark.parametrize("given, creating, words", [
    (["creator=x"], False, "no field"), (["nonsense=x"], False, "there are"),
    (["told="], True, "no field"), (["cc=a@b"], False, "--cc"),
    (["requestors=a"], True, "--requestor"),
    (["custom_fields=x"], False, "--cf"), (["status"], False, "name=value"),
    (["=x"], False, "name=value"), (["priority=high"], False, "whole number"),
    (["time_left=1.5"], False, "minutes"), (["status=a", "Status=b"], False, "twice"),
    (["id=3"], False, "no field"), (["priority=٣"], False, "whole number")])
def test_fields_that_are_refused(given: List[str], creating: bool, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        arguments.settings(given, None, creating=creating)


def test_custom_fields() -> None:
    assert arguments.custom_fields(["Tags=a", "Severity=High", "Tags=b=c", "Old="]) == {
        "Tags": ("a", "b=c"), "Severity": ("High",), "Old": ()}
    assert arguments.custom_fields([]) is KEEP
    assert arguments.roles(["Engineer=a@b", "Observers="]) == {
        "Engineer": ("a@b",), "Observers": ()}
    assert arguments.roles([]) is KEEP
    with pytest.raises(UsageError, match="--role"):
        arguments.roles(["Engineer"])


def test_people() -> None:
    assert arguments.people([]) is KEEP
    assert arguments.people([""]) == ()
    assert arguments.people(["a@b", "Doe, Jane <j@d>"]) == ("a@b", "Doe, Jane <j@d>")


def test_the_text_of_a_message(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_bytes("Grüße\r\n\n".encode())
    nothing = io.BytesIO(b"piped\n")
    assert arguments.text("as is", None, nothing) == "as is"
    assert arguments.text(None, None, nothing) == ""
    assert arguments.text(None, str(path), nothing) == "Grüße\r\n\n"
    assert arguments.text("-", None, nothing) == "piped\n"
    assert arguments.text(None, "-", io.BytesIO(b"")) == ""
    with pytest.raises(UsageError, match="both"):
        arguments.text("a", str(path), nothing)
    with pytest.raises(UsageError, match="byte 1"):
        arguments.text(None, "-", io.BytesIO(b"a\xff"))


@pytest.mark.parametrize("name, content_type", [
    ("a.png", "image/png"), ("a.txt", "text/plain"), ("a.tar.gz", "application/octet-stream"),
    ("README", "application/octet-stream"), ("ä b.pdf", "application/pdf")])
def test_files(name: str, content_type: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"x")
    one, = arguments.files([str(tmp_path / name)])
    assert (one.filename, one.content, one.content_type) == (name, b"x", content_type)


def test_a_large_file_is_streamed_and_an_empty_one_known(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * 1_000_001)
    (tmp_path / "empty").write_bytes(b"")
    large, empty = arguments.files([str(tmp_path / "large"), str(tmp_path / "empty")])
    assert empty.content == b""
    assert not isinstance(large.content, bytes)
    with large.content as opened:
        assert len(opened.read()) == 1_000_001


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        arguments.files([str(tmp_path / "absent")])


def test_links() -> None:
    changes: Any = arguments.link_changes(
        ["depends-on=12", "refers_to=https://x/?a=b", "Refers-To=#7", "members="],
        "--replace")
    assert changes == {"depends_on": [12], "refers_to": ["https://x/?a=b", 7], "members": []}
    assert arguments.link_changes([], "--add") is KEEP
    with pytest.raises(UsageError, match="depended_on_by"):
        arguments.link_changes(["blocks=3"], "--add")


@pytest.mark.parametrize("option", ["--add", "--remove"])
@pytest.mark.parametrize("end", ["", "  "])
def test_a_link_to_nothing(option: str, end: str) -> None:
    with pytest.raises(UsageError, match=f"{option} depends-on= names no ticket"):
        arguments.link_changes([f"depends-on={end}"], option)


@pytest.mark.parametrize("given, number", [("12", 12), ("#12", 12), ("007", 7)])
def test_a_ticket(given: str, number: int) -> None:
    assert arguments.ticket_number(given) == number


@pytest.mark.parametrize("given", ["0", "-1", "1.5", "ticket/3", "", "٣", "1 OR 1=1", "##1"])
def test_what_is_no_ticket(given: str) -> None:
    with pytest.raises(UsageError):
        arguments.ticket_number(given)


def test_names_of_fields() -> None:
    assert arguments.field_names("id, Status,last-updated,") == ("id", "status", "last_updated")
