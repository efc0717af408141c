"""TicketSQL over records: what is found, what is left undecided, and in which order."""
from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, Dict, List, Optional

import pytest

from rtcompat import InvalidQuery, Unsupported, UsageError, ticketsql
from rtcompat.model import (NOT_LOADED, Attachment, FrozenMap, Link, Links, Ticket, Transaction,
                            User, Watcher)
from rtcompat.ticketsql.comparing import text_test
from rtcompat.ticketsql.datetexts import day_around, moment_of
from rtcompat.ticketsql.evaluating import Evaluator, Undecided, found
from rtcompat.ticketsql.known import Known


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0,
        second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)


#: A Sunday.
NOW = utc(2026, 11, 22, 15, 20, 7)


def ticket(number: int, **fields: Any) -> Ticket:
    given: Dict[str, Any] = dict(
        queue="General", owner="Nobody", creator="alice", last_updated_by="root",
        subject="Printer on fire", status="new", priority=5, initial_priority=0, final_priority=0,
        requestors=(), cc=(), admin_cc=(), created=utc(2025, 1, 10, 12), starts=None, started=None,
        due=None, resolved=None, told=None, last_updated=utc(2025, 1, 11), time_worked=0,
        time_left=0, time_estimated=0, sla=None, custom_fields=FrozenMap())
    given.update(fields)
    return Ticket(number, **given)


def holds(query: str, one: Ticket, **context: Any) -> Optional[bool]:
    return Evaluator(query, **{"now": NOW, **context}).matches(one)


@pytest.mark.parametrize("query, expected", [
    ("id = 7", True), ("id = '7'", True), ("id != 7", False), ("id = 7.0", True),
    ("id LIKE 7", True), ("EffectiveId = 7", True), ("Priority > 4.5", True),
    ("Priority >= +5", True), ("Priority < '-1'", False), ("Priority IS NULL", False),
    ("Priority = 'High'", False), ("Priority < 'HIGH'", True), ("id IN (1, 7)", True),
    ("id NOT IN (1, 2)", True), ("id NOT IN (1, 7)", False),
    ("Subject = 'PRINTER ON FIRE'", True), ("Subject LIKE 'p%ON'", True),
    ("Subject LIKE 'on%p'", False), ("Subject LIKE '_rinter'", True),
    ("Subject NOT LIKE 'fire'", False), ("Subject STARTSWITH 'printer'", True),
    ("Subject STARTSWITH 'rinter'", False), ("Subject ENDSWITH 'FIRE'", True),
    ("Subject ENDSWITH 'fire '", False), ("Subject > 'p'", True), ("Subject = ''", False),
    ("Subject IS NOT NULL", True), ("SLA IS NULL", True), ("SLA = 'x'", False),
    ("SLA != 'x'", False), ("NOT SLA = 'x'", True), ("Status = 'NEW'", True),
    ("Status = '__Active__'", True), ("Status != '__active__'", False),
    ("Status = '__Inactive__'", False), ("Queue = 'general'", True), ("Queue != 'x'", True),
    ("Queue LIKE 'ener'", True), ("Creator = 'ALICE'", True), ("Owner = 'Nobody'", True),
    ("Owner IS NULL", False), ("LastUpdatedBy != 'root'", False), ("Type = 'ticket'", True),
    ("Type IN ('ticket', 'reminder')", True), ("Type != 'reminder'", True),
    ("Due IS NULL", True), ("Due < 'now'", False), ("Due = 0", True), ("Told = 0", False),
    ("Created >= Due", True), ("Created < Due", False), ("Due < Created", False),
    ("Created = '2025-01-10'", True), ("Created = '2025-01-10 23:00'", True),
    ("Created > '2025-01-10'", True), ("Created <= '2025-01-10'", False),
    ("Created < LastUpdated", True), ("Priority > TimeWorked", True),
    ("Requestor IS NULL", True), ("Requestor != 'x'", True), ("Watcher = 'x'", None),
])
def test_one_condition(query: str, expected: Optional[bool]) -> None:
    assert holds(query, ticket(7)) is expected


def test_deleted_tickets_are_never_found() -> None:
    assert holds("Status = 'deleted'", ticket(7, status="deleted")) is False
    assert holds("NOT id = 8", ticket(7, status="deleted")) is False


CUSTOM = ticket(7, custom_fields=FrozenMap({
    "Severity": ("High",), "Tags": ("hot", "Red"), "Empty": (), "Day": ("2025-01-10",),
    "Window": ("2025-01-10 10:00:00",), "Ip": ("10.0.0.5",), "Net": ("10.0.0.0-10.0.0.255",)}))


@pytest.mark.parametrize("query, expected", [
    ("CF.{severity} = 'HIGH'", True), ("CF.Severity = 'High'", True),
    ("CF.{Severity}.Content = 'High'", True), ("'CF.{Severity}' LIKE 'ig'", True),
    ("CF.{Tags} = 'red'", True), ("CF.{Tags} != 'red'", False), ("CF.{Tags} != 'cold'", True),
    ("CF.{Tags} NOT LIKE 'e'", False), ("CF.{Tags} = 'red' AND CF.{Tags} = 'hot'", True),
    ("CF.{Tags} IN ('cold', 'hot')", True), ("CF.{Tags} NOT IN ('cold', 'hot')", False),
    ("CF.{Empty} IS NULL", True), ("CF.{Empty} != 'x'", True), ("CF.{Empty} LIKE ''", False),
    ("CF.{Nope} IS NULL", True), ("CF.{Nope} != 'x'", True), ("CF.{Nope} = 'x'", False),
    ("CF.{Day} = '10 Jan 2025'", True), ("CF.{Day} < 'today'", True),
    ("CF.{Day} = '2025-01-10 23:00:00'", True), ("CF.{Day} LIKE '2025'", True),
    ("CF.{Window} = '2025-01-10'", True), ("CF.{Window} = '2025-01-11'", False),
    ("CF.{Window} = '2025-01-10 10:00:00'", True), ("CF.{Window} > '2025-01-10 09:59'", True),
    ("CF.{Window} != '2025-01-10'", True), ("CF.{Ip} = '10.0.0.5'", True),
    ("CF.{Ip} < '10.0.0.20'", True), ("CF.{Net} = '10.0.0.7'", True),
    ("CF.{Net} = '10.0.1.0/24'", False), ("CF.{Net} != '10.0.0.7'", False),
    ("CF.General.{Severity} = 'High'", True), ("CF.Other.{Severity} = 'High'", None),
    ("Created > CF.{Window}", True), ("Subject = CF.{Severity}", False),
    ("CF.{Severity} = CF.{Tags}", False),
])
def test_custom_fields(query: str, expected: Optional[bool]) -> None:
    assert holds(query, CUSTOM) is expected


def test_long_values_are_found_as_they_are_built() -> None:
    value = "x)Ä" * 200
    one, other = (ticket(7, custom_fields=FrozenMap({"Notes": (each, "y")}))
                  for each in (value, value + "z"))
    for query in (ticketsql(cf={"Notes": value}), ticketsql(cf__in={"Notes": ["z", value]}),
                  ticketsql("id = 7 AND CF.{Notes} = {}", value), ~ticketsql(cf__not={
                      "Notes": value})):
        assert holds(str(query), one) is True and holds(str(query), other) is False
    assert holds(str(~ticketsql(cf={"Notes": value})), one) is False


def test_one_value_or_two_is_undecided() -> None:
    one = ticket(7, custom_fields=FrozenMap({"Tags": ("a,b",)}), undecided=frozenset({"Tags"}))
    assert holds("CF.{Tags} = 'a'", one) is None
    assert holds("CF.{Tags} IS NOT NULL", one) is None
    assert holds("CF.{Tags} = 'a'", ticket(7, custom_fields=FrozenMap({"Tags": ("a,b",)}))) is False


ALICE = User(27, name="alice", email="alice@example.org", city="Bonn")
GROUP = Watcher(None, "Staff", "group", 90)
PEOPLE = ticket(7, owner="alice", requestors=(
    Watcher("alice@example.org"), Watcher("Bob@example.net", "bob", id=31)), cc=(GROUP,))
KNOWN = Known(user={"alice": ALICE, "alice@example.org": ALICE, 27: ALICE}.get,
              queue_id={"General": 3}.get)


@pytest.mark.parametrize("query, expected", [
    ("Requestor = 'ALICE@example.org'", True), ("Requestor != 'bob@example.net'", False),
    ("Requestor LIKE 'example.net'", True), ("Requestors ENDSWITH '.com'", False),
    ("Requestor NOT LIKE '.com'", True), ("Requestor = 'alice'", False),
    ("Requestor.Name = 'alice'", True), ("Requestor.id = 31", True), ("Requestor = 27", True),
    ("Requestor.City = 'Bonn'", True), ("Requestor.City = 'Köln'", None),
    ("Requestor.Name = 'bob'", True), ("Requestor IS NULL", False),
    ("Cc = 'staff'", True), ("Cc = 'alice@example.org'", None), ("Cc IS NOT NULL", True),
    ("Cc SHALLOW = 'alice@example.org'", False), ("Requestor SHALLOW = 'alice@example.org'", None),
    ("Requestor SHALLOW = 'bob@example.net'", True), ("AdminCc IS NULL", True),
    ("Owner = 'Alice'", True), ("Owner = 27", True), ("Owner = 28", False),
    ("Owner.EmailAddress LIKE 'example'", True), ("Owner LIKE 'example'", True),
    ("Owner = '__CurrentUser__'", True), ("Requestor = '__CurrentUser__'", True),
    ("Owner = __CurrentUserName__", True), ("AdminCc = '__CurrentUser__'", False),
    ("Watcher = 'alice@example.org'", True), ("Watcher IS NULL", False),
    ("Owner IN ('bob', 'alice')", True), ("Queue = 3", True), ("Queue != 3", False),
    ("CustomRole.{Engineer} = 'x'", None),
])
def test_people(query: str, expected: Optional[bool]) -> None:
    assert holds(query, PEOPLE, known=KNOWN, user="alice") is expected


def test_custom_roles() -> None:
    one = ticket(7, custom_roles=FrozenMap({"Engineer": (Watcher("e@example.org"),), "X": ()}))
    assert holds("CustomRole.{engineer} = 'E@example.org'", one) is True
    assert holds("CustomRole.{Engineer}.EmailAddress LIKE 'x.org'", one) is False
    assert holds("CustomRole.{X} IS NULL", one) is True


LINKS = Links(refers_to=(Link("ticket", 5), Link("url", url="https://example.org/kb")),
              members=(Link("ticket", 9),), depends_on=(Link("article", 5),))


@pytest.mark.parametrize("query, expected", [
    ("RefersTo = 5", True), ("RefersTo = '5'", True), ("RefersTo != 5", False),
    ("RefersTo = 'https://example.org/kb'", True), ("DependsOn = 5", False),
    ("DependsOn = 'fsck.com-article://example.org/article/5'", True),
    ("RefersTo = 'fsck.com-rt://example.org/ticket/5'", True), ("RefersTo = 't:5'", True),
    ("DependsOn IS NOT NULL", True), ("MemberOf IS NULL", True), ("MemberOf = 0", True),
    ("MemberOf = ''", True), ("HasMember = 9", True), ("Linked = 9", True), ("LinkedTo = 9", False),
    ("LinkedFrom = 9", True), ("LinkedTo IS NULL", False), ("RefersTo IN (4, 5)", True),
])
def test_links(query: str, expected: bool) -> None:
    assert holds(query, ticket(7), known=Known(links={7: LINKS}.get)) is expected
    assert holds(query, ticket(7)) is None


def attachment(number: int, name: Optional[str], kind: str) -> Attachment:
    return Attachment(number, filename=name, content_type=kind)


HISTORY = (
    Transaction(1, 7, "Create", creator="alice", created=utc(2025, 1, 10),
                attachments=(attachment(11, None, "text/plain"),)),
    Transaction(2, 7, "Set", creator="root", created=utc(2025, 1, 12), attachments=()),
    Transaction(3, 7, "EmailRecord", creator="root", created=utc(2025, 1, 12),
                attachments=(attachment(13, None, "text/plain"),)),
    Transaction(4, 7, "Correspond", creator="bob", created=utc(2025, 2, 1),
                attachments=(attachment(14, "a.png", "image/png"),
                             attachment(15, "b.txt", "text/plain"))))
TEXTS = {11: "Help, fire!", 13: "mail sent", 14: "", 15: "Bericht"}


@pytest.mark.parametrize("query, expected", [
    ("Content LIKE 'FIRE'", True), ("Content LIKE 'mail'", False), ("Content NOT LIKE 'x'", True),
    ("Filename = 'A.PNG'", True), ("Filename LIKE 'txt' AND ContentType = 'image/png'", False),
    ("Filename LIKE 'txt' AND ContentType = 'text/plain'", True),
    ("Filename LIKE 'txt' AND UpdatedBy = 'bob'", True),
    ("Filename LIKE 'txt' AND UpdatedBy = 'root'", False),
    ("Filename IS NULL AND UpdatedBy = 'bob'", False), ("ContentType IS NULL", True),
    ("UpdatedBy = 'root' AND Updated = '2025-01-12'", True),
    ("UpdatedBy = 'root' AND Updated > '2025-01-13'", False),
    ("Updated < '2025-01-11'", True), ("TransactionDate > '2025-03-01'", False),
    ("UpdatedBy != 'root'", True), ("UpdatedBy = 'nobody'", False),
    ("id = 7 OR UpdatedBy = 'nobody'", True), ("id = 8 AND UpdatedBy = 'root'", False),
])
def test_the_history(query: str, expected: bool) -> None:
    known = Known(history={7: HISTORY}.get, content=lambda one: TEXTS[one.id])
    assert holds(query, ticket(7), known=known) is expected


def test_a_content_that_is_not_known_is_undecided() -> None:
    known = Known(history={7: HISTORY}.get)
    assert holds("Content LIKE 'fire'", ticket(7), known=known) is None
    assert holds("Content LIKE 'fire'", ticket(7)) is None
    assert holds("Filename = 'a.png'", ticket(7)) is None
    assert holds("id = 8 OR Filename = 'a.png'", ticket(7)) is None


def test_what_is_not_loaded_is_undecided_and_named() -> None:
    bare = Ticket(3, subject="x")
    result = found("Subject = 'x' AND (Status = 'new' OR CF.{A} = 'b' OR Requestor = 'c')",
                   [bare, ticket(2, subject="x"), Ticket(1, subject="y")])
    assert [one.id for one in result.tickets] == [2]
    assert result.undecided == (Undecided(3, ("Status", "CF.{A}", "Requestor")),)
    assert found("Subject = 'x' OR Status = 'new'", [bare]).tickets == (bare,)
    assert found("NOT Status = 'new'", [bare]).undecided == (Undecided(3, ("Status",)),)
    for query in ("Priority = 1", "Due IS NULL", "Queue = 'x'", "Owner = 'x'", "Cc IS NULL",
                  "Created < Due", "Watcher = 'x'"):
        assert holds(query, bare) is None, query


def test_a_status_of_another_lifecycle_is_undecided_until_told() -> None:
    one = ticket(7, status="Delivered")
    assert holds("Status = '__Active__'", one) is None
    known = Known(inactive=frozenset({"delivered"}))
    assert holds("Status = '__Inactive__'", one, known=known) is True


def test_the_standard_precedence_and_a_note() -> None:
    result = found("id = 1 OR id = 2 AND id = 3", [ticket(1), ticket(2)])
    assert [one.id for one in result.tickets] == [1]
    assert "AND was taken first" in result.notes[0]
    assert found("id = 1 OR (id = 2 AND id = 3)", [ticket(1)]).notes == ()


@pytest.mark.parametrize("query", [
    "Linked IS NULL", "NOT LinkedTo IS NOT NULL", "LinkedFrom = 0", "EffectiveId != id",
    "EffectiveId = 1 OR EffectiveId = 2"])
def test_what_hangs_on_merges_is_noted(query: str) -> None:
    note, = found(query, [ticket(1)]).notes
    assert "merge" in note


@pytest.mark.parametrize("query", ["Linked = 7", "MemberOf IS NULL", "id = EffectiveId"])
def test_what_does_not_is_not(query: str) -> None:
    assert found(query, [ticket(1)]).notes == ()


def test_a_field_that_no_ticket_has_is_noted() -> None:
    assert found("CF.{Severety} = 'High'", [CUSTOM]).notes == (
        "no ticket has a custom field 'Severety'",)
    assert found("CF.{severity} = 'High'", [ticket(1), CUSTOM]).notes == ()


@pytest.mark.parametrize("query, error, said", [
    ("Priority > 'abc'", InvalidQuery, "'abc' is none"),
    ("Created > 'garbage'", InvalidQuery, "'garbage'"),
    ("Created > '05/01/2025'", InvalidQuery, "'05/01/2025'"),
    ("Created > '2025-01-15T10:00:00Z'", InvalidQuery, "not understood"),
    ("Created > '2025-02-30'", InvalidQuery, "not understood"),
    ("Status LIKE '__Active__'", InvalidQuery, "= and !="),
    ("id = '__Bookmarked__'", InvalidQuery, "no meaning"),
    ("Subject LIKE Status", Unsupported, "another field"),
    ("CF.{12} = 'x'", Unsupported, "does not number"),
    ("Type = 'reminder'", Unsupported, "type"),
    ("Owner = '__CurrentUser__'", UsageError, "whose"),
])
def test_what_cannot_be_evaluated_is_refused_before_any_ticket(
        query: str, error: type, said: str) -> None:
    with pytest.raises(error, match=said):
        Evaluator(query)


def test_built_queries_are_taken_with_their_moments() -> None:
    query = ticketsql(created__gt=utc(2025, 1, 10, 11, 59, 59)) & ~ticketsql(owner="bob")
    assert found(query, [ticket(7)], zone="America/New_York").tickets
    assert not found(ticketsql(created__gt=utc(2025, 1, 10, 12)), [ticket(7)]).tickets


def test_wrong_arguments() -> None:
    with pytest.raises(UsageError, match="time zone"):
        found("id = 1", [], now=datetime(2026, 1, 1))
    with pytest.raises(UsageError, match="no such time zone"):
        found("id = 1", [], zone="Nowhere/Land")
    with pytest.raises(InvalidQuery, match="Did you mean 'Created'"):
        found("id = 1", [], order="-Creatd")
    with pytest.raises(InvalidQuery):
        found("id = 1", [], order="")


def numbers(order: Optional[str], *tickets: Ticket) -> List[int]:
    return [one.id for one in found("id > 0", tickets, order=order).tickets]


def test_orders() -> None:
    some = (ticket(3, subject="b", due=utc(2025, 1, 2)), ticket(1, subject="B", due=None),
            ticket(2, subject="a", due=utc(2025, 1, 1)))
    assert numbers(None, *some) == [1, 2, 3] and numbers("-id", *some) == [3, 2, 1]
    assert numbers("Subject", *some) == [2, 1, 3] and numbers("-subject", *some) == [1, 3, 2]
    assert numbers("Due", *some) == [1, 2, 3] and numbers("-Due", *some) == [3, 2, 1]
    assert numbers("+Priority", *some) == [1, 2, 3]
    with_values = [ticket(number, custom_fields=FrozenMap({"X": value})) for number, value in
                   ((1, ("b",)), (2, ()), (3, ("A",)))]
    assert numbers("CF.{X}", *with_values) == [2, 3, 1]
    people = [ticket(number, requestors=those) for number, those in (
        (1, (Watcher("b@x"),)), (2, ()), (3, (Watcher("a@x"),)))]
    assert numbers("-Requestor.EmailAddress", *people) == [1, 3, 2]


def test_what_tells_no_place_comes_last() -> None:
    result = found("id > 0", [Ticket(1), ticket(2)], order="-Created")
    assert [one.id for one in result.tickets] == [2, 1]
    assert result.notes == ("1 tickets do not tell their -Created and come last",)


def test_of_two_records_of_a_ticket_the_first_counts() -> None:
    assert numbers(None, ticket(1, subject="a"), ticket(1, subject="b")) == [1]


#: As Perl's Time::ParseDate 2015.103 and DateTime::Format::Natural read them on that Sunday.
@pytest.mark.parametrize("text, moment", [
    ("2025-01-05", utc(2025, 1, 5)), ("2025/1/5", utc(2025, 1, 5)),
    ("2025.01.15", utc(2025, 1, 15)), ("2025-01-05 10:30", utc(2025, 1, 5, 10, 30)),
    ("2025-01-05T10:30:07", utc(2025, 1, 5, 10, 30, 7)),
    ("2025-01-15 25:00", utc(2025, 1, 16, 1)), ("10:30 2025-01-05", utc(2025, 1, 5, 10, 30)),
    ("Wed, 15 Jan 2025", utc(2025, 1, 15)), ("15 January 2025 10:00", utc(2025, 1, 15, 10)),
    ("Sat Nov 21 20:25:07 2026", utc(2026, 11, 21, 20, 25, 7)), ("Jan 5", utc(2026, 1, 5)),
    ("January 20th, 2025", utc(2025, 1, 20)), ("12:30", utc(2026, 11, 22, 12, 30)),
    ("10am", utc(2026, 11, 22, 10)), ("12am", utc(2026, 11, 22)),
    ("12:30 pm", utc(2026, 11, 22, 12, 30)), ("noon", utc(2026, 11, 22, 12)),
    ("midnight", utc(2026, 11, 22)), ("now", NOW), ("today", NOW), ("Today ", NOW),
    ("yesterday", NOW - timedelta(1)), ("tomorrow 5pm", utc(2026, 11, 23, 17)),
    ("yesterday at noon", utc(2026, 11, 21, 12)), ("today noon", utc(2026, 11, 22, 12)),
    ("3 days ago", NOW - timedelta(3)), ("3 days", NOW + timedelta(3)),
    ("-3 days", NOW - timedelta(3)), ("+2 weeks", NOW + timedelta(14)),
    ("now + 3 days", NOW + timedelta(3)), ("now - 2 hours", NOW - timedelta(hours=2)),
    ("90 minutes ago", NOW - timedelta(minutes=90)), ("1.5 hours ago", NOW - timedelta(hours=1.5)),
    ("2 days 3 hours ago", NOW - timedelta(2, 3 * 3600)),
    ("1 day ago 10:00", utc(2026, 11, 21, 10)), ("1 month ago", utc(2026, 10, 22, 15, 20, 7)),
    ("13 months ago", utc(2025, 10, 22, 15, 20, 7)), ("2 years", utc(2028, 11, 22, 15, 20, 7)),
    ("last week", NOW - timedelta(7)), ("next month", utc(2026, 12, 22, 15, 20, 7)),
    ("last monday", NOW - timedelta(6)), ("last sunday", NOW - timedelta(7)),
    ("next friday", NOW + timedelta(5)), ("monday", utc(2026, 11, 16)),
    ("this friday", utc(2026, 11, 20)), ("sunday 10:00", utc(2026, 11, 22, 10)),
    ("0", utc(1970, 1, 1)),
])
def test_texts_of_dates(text: str, moment: datetime) -> None:
    assert moment_of(text, NOW, "UTC") == moment


@pytest.mark.parametrize("text", [
    "", "x", "2025", "2025-01", "20250115", "05/01/2025", "15.01.2025", "2025-13-01", "12 pm",
    "2025-01-15T10:00:00Z", "2025-01-15 10:00:00 +02:00", "2025-01-15 10:00 CET", "a week ago",
    "yesterday tomorrow", "at", "2025-01-15 x", "-3 days ago", "99999999999 days", "1" * 5000,
    "1e5 days", "9" * 400 + " days"])
def test_texts_that_are_no_dates(text: str) -> None:
    with pytest.raises(InvalidQuery, match="not understood"):
        moment_of(text, NOW, "UTC")


def test_dates_are_read_in_the_zone() -> None:
    assert moment_of("2025-01-05", NOW, "America/New_York") == utc(2025, 1, 5, 5)
    assert moment_of("now", NOW, "Asia/Kathmandu") == NOW
    assert moment_of("midnight", utc(2026, 11, 22, 20), "Asia/Kathmandu") == utc(
        2026, 11, 22, 18, 15)
    assert day_around(utc(2025, 1, 5, 4), "America/New_York") == (
        utc(2025, 1, 4, 5), utc(2025, 1, 5, 5))
    # The day of the change: its midnight, and 24 hours.
    assert day_around(utc(2026, 3, 8, 12), "America/New_York") == (
        utc(2026, 3, 8, 5), utc(2026, 3, 9, 5))
    one = ticket(7, created=utc(2025, 1, 5, 3))
    assert holds("Created = '2025-01-04'", one, zone="America/New_York") is True
    assert holds("Created = '2025-01-05'", one) is True


@pytest.mark.parametrize("pattern, text, fits", [
    ("a%b%a", "xaXbXax", True), ("%", "", True), ("_", "", False), ("__", "ab", True),
    ("a%%b", "ab", True), ("%%", "x", True), ("a%a", "a", False), (".*", "x", False),
    ("a\nb", "xA\nBx", True), ("[x]", "[X]", True)])
def test_like(pattern: str, text: str, fits: bool) -> None:
    assert text_test("LIKE", pattern)(text) is fits


def test_like_with_many_wildcards_ends() -> None:
    assert not text_test("LIKE", "%".join("a" * 200) + "b")("a" * 5000)
    assert not text_test("LIKE", "%" * 5000 + "b")("a" * 5000)


def test_nothing_loaded_is_no_deleted_ticket() -> None:
    assert Ticket(1).status is NOT_LOADED
    assert holds("id = 1", Ticket(1)) is True
