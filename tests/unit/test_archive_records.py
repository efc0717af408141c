"""Records put together from saved answers."""
from __future__ import annotations

import gzip
import io
import tarfile
import threading
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Callable, Dict, List, Tuple

import pytest

from rtcompat import archive
from rtcompat.archive.sources import PathOrFile
from rtcompat.conditions import where
from rtcompat.errors import (FormSyntaxError, NotAuthenticated, NotFound, NotSaved,
                             PermissionDenied, RTError, Unsupported, UsageError)
from rtcompat.model import NOT_LOADED, Link, Watcher
from rtcompat.ticketsql import ticketsql
from tests.tiny import tiny
from tests.unit.archive_dump import TICKET, answer, entry, form, ticket, written

UTC = timezone.utc


def test_a_ticket_and_its_history_tell_each_other_s_zone(tmp_path: Path) -> None:
    written(tmp_path, {"a.txt": [ticket()], "b.txt": [entry(70)],
                       "c.txt": [ticket(8, Created="Tue Jul 16 04:00:00 2024")],
                       "d.txt": [entry(80, 8, Created="2024-07-16 08:00:00")]})
    with archive.open(tmp_path) as saved:
        found = saved.get_ticket(7)
        assert found.created == datetime(2024, 1, 15, 8, 37, 11, tzinfo=UTC)
        assert found.due == datetime(2024, 7, 16, 4, 5, 59, tzinfo=UTC)
        assert found.requestors == (Watcher("a@example.org"),)
        assert found.time_worked == 90 and found.starts is None and found.times_exact
        assert saved.server().timezone in ("America/New_York", "America/Detroit")
        assert saved.server().protocol == "archive" and saved.server().version == "4.4.6"
        assert saved.problems == ()


def test_without_a_history_times_are_read_as_utc_and_said_to_be_inexact(tmp_path: Path) -> None:
    written(tmp_path, {"a.txt": [ticket()]})
    with archive.open(tmp_path) as saved:
        found = saved.get_ticket(7)
        assert found.created == datetime(2024, 1, 15, 3, 37, 11, tzinfo=UTC)
        assert not found.times_exact
        assert [one for one in saved.problems if "time zone" in one.what]
    with archive.open(tmp_path, timezone="America/New_York") as saved:
        assert saved.get_ticket(7).created == datetime(2024, 1, 15, 8, 37, 11, tzinfo=UTC)
        assert saved.problems == ()


def test_folders_of_two_users_have_a_zone_each(tmp_path: Path) -> None:
    files = {}
    for month in range(1, 13):
        number = 100 + month
        utc = f"2024-{month:02}-10 12:00:00"
        for user, hours in (("east", 9), ("west", -3)):
            shown = datetime(2024, month, 10, 12 + hours).strftime("%a %b %d %H:%M:%S %Y")
            files[f"{user}/{number}.txt"] = [ticket(number, Created=shown, Subject=user)]
        files[f"histories/{number}.txt"] = [entry(number, number, Created=utc)]
    written(tmp_path, files)
    with archive.open(tmp_path) as saved:
        assert {saved.get_ticket(number).created for number in (101, 107)} == {
            datetime(2024, month, 10, 12, tzinfo=UTC) for month in (1, 7)}
        assert len([one for one in saved.problems if "elsewhere in another" in one.what]) == 2


def test_the_copy_that_was_changed_last_counts(tmp_path: Path) -> None:
    written(tmp_path, {"1.txt": [ticket(Subject="new", LastUpdated="Wed Jan 17 03:37:11 2024")],
                       "2.txt": [ticket(Subject="old")], "3.txt": [ticket(Subject="old")]})
    with archive.open(tmp_path, timezone="UTC") as saved:
        assert saved.get_ticket(7).subject == "new"
        assert [one.what for one in saved.problems] == [
            "ticket 7 was saved in 2 different states: the one that was changed last counts"]


def test_partial_answers_add_up_to_what_they_tell(tmp_path: Path) -> None:
    written(tmp_path, {"1.txt": b"RT/4.4.6 200 Ok\n\n7: printer\n8: other\n\n\n",
                       "2.txt": [form({"id": "ticket/7", "Status": "open", "CF.{A}": "x"})],
                       "3.txt": b"RT/4.4.6 200 Ok\n\nid\tOwner\tPriority\n7\troot\t5\n\n\n"})
    with archive.open(tmp_path) as saved:
        found = saved.get_ticket(7)
        assert (found.subject, found.status, found.owner, found.priority) == (
            "printer", "open", "root", 5)
        assert found.custom_fields == {"A": ("x",)}
        assert found.queue is NOT_LOADED and found.created is NOT_LOADED
        assert saved.get_ticket(8).status is NOT_LOADED
        assert [one.id for one in saved.search_tickets("id > 0")] == [7, 8]


def test_what_rt_refused_and_what_was_not_saved(tmp_path: Path) -> None:
    written(tmp_path, {
        "ticket/7/show.txt": [ticket()],
        "x.txt": b"RT/4.4.6 200 Ok\n\n# Ticket 9 does not exist.\n\n\n",
        "y.txt": b"RT/4.4.6 200 Ok\n\n# You are not allowed to display ticket 10.\n\n\n",
        "ids.txt": b"RT/4.4.6 200 Ok\n\nticket/7\nticket/10\nticket/13\n\n\n",
        "ticket/11/show.txt": b"RT/4.4.6 401 Credentials required\n"})
    with archive.open(tmp_path, timezone="UTC") as saved:
        with pytest.raises(NotFound, match="Ticket 9 does not exist") as refused:
            saved.get_ticket(9)
        assert not isinstance(refused.value, NotSaved)
        with pytest.raises(PermissionDenied):
            saved.get_history(10)
        with pytest.raises(PermissionDenied):
            saved.get_ticket(10)
        with pytest.raises(NotAuthenticated):
            saved.get_ticket(11)
        missing: Dict[str, Callable[[], Any]] = {
            "ticket/12/show": lambda: saved.get_ticket(12),
            "ticket/13/show": lambda: saved.get_ticket(13),
            "ticket/7/history": lambda: saved.get_history(7),
            "ticket/7/links": lambda: saved.get_links(7),
            "ticket/7/attachments": lambda: saved.get_attachments(7),
            "attachment/1": lambda: saved.get_attachment(1),
            "attachment/1/content": lambda: saved.read_attachment(1),
            "user/root": lambda: saved.get_user("root"),
            "transaction/5": lambda: saved.get_transaction(5)}
        for what, act in missing.items():
            with pytest.raises(NotSaved, match=what):
                act()
        outcomes = list(saved.get_tickets([7, 9, 12]))
        assert [type(one.error).__name__ for one in outcomes] == ["NoneType", "NotFound",
                                                                  "NotSaved"]


def test_writing_is_refused_and_arguments_are_checked(tmp_path: Path) -> None:
    written(tmp_path, {"a.txt": [ticket()]})
    with archive.open(tmp_path, timezone="UTC") as saved:
        writing: List[Callable[[], Any]] = [
            lambda: saved.edit_ticket(7, subject="x"), lambda: saved.reply(7, "x"),
            lambda: saved.create_user("x"),
            lambda: saved.update_ticket(7, lambda one: {"subject": "x"})]
        for act in writing:
            with pytest.raises(Unsupported, match="read-only"):
                act()
        with pytest.raises(Unsupported, match="REST 1.0"):
            saved.get_asset(1)
        with pytest.raises(Unsupported):
            saved.get_history(7, custom_fields=True)
        with pytest.raises(UsageError):
            saved.get_ticket(0)
        with pytest.raises(UsageError):
            saved.search_tickets("")
        with pytest.raises(UsageError):
            saved.search_tickets("id > 0", fields=["nonsense"])
    with pytest.raises(RTError, match="closed"):
        saved.get_ticket(7)
    with pytest.raises(UsageError):
        archive.open()
    with pytest.raises(UsageError, match="no such time zone"):
        archive.open(tmp_path, timezone="Nowhere/Else")


def test_merged_tickets_answer_with_the_survivor(tmp_path: Path) -> None:
    written(tmp_path, {"ticket/6/show.txt": [ticket(7)], "ticket/7/show.txt": [ticket(7)],
                       "ticket/7/links/show.txt": [form({"id": "ticket/7/links",
                                                         "RefersTo": "http://a/"})]})
    with archive.open(tmp_path, timezone="UTC") as saved:
        assert saved.get_ticket(6) == saved.get_ticket(7)
        assert (saved.get_ticket(6).asked_id, saved.get_ticket(6).id) == (6, 7)
        assert saved.get_links(6).refers_to == (Link("url", url="http://a/"),)
        assert [one.id for one in saved.search_tickets("id > 0")] == [7]


def test_a_wrong_name_hides_no_ticket(tmp_path: Path) -> None:
    written(tmp_path, {"ticket/6/show.txt": [ticket(7)], "x.txt": [ticket(6, Subject="mine")]})
    with archive.open(tmp_path, timezone="UTC") as saved:
        assert saved.get_ticket(6).subject == "mine"
        assert saved.get_ticket(7).subject == "printer"
        assert [one for one in saved.problems if "wrong name" in one.what]


def test_values_are_told_apart_by_the_queue_s_fields(tmp_path: Path) -> None:
    fields = form({"id": "queue/1", "Tags ()": "MultiValueFreeform",
                   "One ()": "SingleValueFreeform"})
    shown = form({**TICKET, "CF.{Tags}": "a,'b, c'", "CF.{One}": "x, y"})
    written(tmp_path / "with", {"queue/General/ticketcustomfields.txt": [fields],
                                "t.txt": [shown]})
    written(tmp_path / "without", {"t.txt": [shown]})
    with archive.open(tmp_path / "with", timezone="UTC") as saved:
        found = saved.get_ticket(7)
        assert found.custom_fields == {"Tags": ("a", "b, c"), "One": ("x, y",)}
        assert found.undecided == frozenset()
        assert [(one.name, one.single) for one in
                saved.get_applied_custom_fields("queue", "General")] == [
                    ("One", True), ("Tags", False)]
    with archive.open(tmp_path / "without", timezone="UTC") as saved:
        assert saved.get_ticket(7).undecided == {"Tags", "One"}
        with pytest.raises(NotSaved, match="ticketcustomfields"):
            saved.get_applied_custom_fields("queue", "General")


def test_people_queues_and_groups(tmp_path: Path) -> None:
    written(tmp_path, {
        "u.txt": [form({"id": "user/12", "Name": "alice", "EmailAddress": "a@example.org",
                        "RealName": "Alice A.", "HomePhone": "", "Privileged": "1",
                        "Disabled": "0"})],
        "q.txt": [form({"id": "queue/1", "Name": "General", "Description": "all",
                        "CorrespondAddress": "", "CommentAddress": "", "Disabled": "0"})],
        "q2.txt": [form({"id": "queue/2", "Name": "Old", "Description": "",
                         "CorrespondAddress": "", "CommentAddress": "", "Disabled": "1"})],
        "g.txt": [form({"id": "group/5", "Name": "staff", "Description": "",
                        "Members": "Alice A. <a@example.org>"})]})
    with archive.open(tmp_path) as saved:
        for who in ("alice", "ALICE", 12, "a@example.org"):
            assert saved.get_user(who).real_name == "Alice A."
        # empty or hidden: RT prints both alike
        assert saved.get_user(12).home_phone is NOT_LOADED
        assert saved.get_queue("general").id == 1
        assert [one.name for one in saved.get_queues()] == ["General"]
        assert [one.id for one in saved.search_queues(include_disabled=True, order="-name")] == [
            2, 1]
        assert [one.id for one in saved.search_queues([where("disabled", "=", True)])] == [2]
        assert [one.name for one in saved.search_users([where("email", "ENDSWITH", "ORG")])] == [
            "alice"]
        assert list(saved.search_users([where("name", "NOT LIKE", "ali")])) == []
        assert [one.email for one in saved.get_group_members("staff")] == ["a@example.org"]
        with pytest.raises(Unsupported):
            saved.whoami()


def test_containers_and_streams_are_spooled(tmp_path: Path) -> None:
    written(tmp_path / "dump", {"a.txt": [ticket()], "b.txt": [entry(70)]})
    with tarfile.open(tmp_path / "x.tar.gz", "w:gz") as tar:
        tar.add(tmp_path / "dump", "dump")
    joined = answer(ticket()) + answer(entry(70))
    (tmp_path / "y.gz").write_bytes(gzip.compress(joined))
    paths: List[Tuple[PathOrFile, ...]] = [
        (tmp_path / "dump",), (tmp_path / "x.tar.gz",), (tmp_path / "y.gz",),
        (io.BytesIO(joined),)]
    readings = []
    for given in paths:
        with archive.open(*given) as saved:
            readings.append((saved.get_ticket(7), tuple(saved.get_history(7))))
    assert all(one == readings[0] for one in readings)


def test_searches_by_ticketsql(tmp_path: Path) -> None:
    written(tmp_path, {
        "1.txt": [ticket(1, Subject="a"), ticket(2, Subject="b", Status="deleted"),
                  ticket(3, Subject="c", Priority="9")],
        "2.txt": [entry(70, 1, Type="Comment")]})
    with archive.open(tmp_path, timezone="America/New_York") as saved:
        found = saved.search_tickets("Status = 'open'", order="-Priority")
        assert (found.total, [one.id for one in found]) == (2, [3, 1])
        moment = datetime(2024, 1, 15, 8, 37, 11, tzinfo=UTC)
        assert [one.id for one in saved.search_tickets(ticketsql(created=moment))] == [1, 3]
        assert [one.id for one in saved.search_tickets("Created = '2024-01-15 03:37:11'")] == [
            1, 3]
        only = next(saved.search_tickets("id = 1", fields=["status"]))
        assert only.status == "open" and only.subject is NOT_LOADED
        assert list(saved.search_tickets("LastUpdatedBy = 'root'")) == []
        assert [one.what for one in saved.problems if "LastUpdatedBy" in one.what]


def test_a_record_is_current_as_the_archive_holds_it(tmp_path: Path) -> None:
    written(tmp_path, {"1.txt": [ticket()]})
    with archive.open(tmp_path, timezone="UTC") as saved:
        found = saved.get_ticket(7)
        assert saved.is_current(found)
    written(tmp_path, {"1.txt": [ticket(LastUpdated="Tue Jan 16 03:37:11 2024")]})
    with archive.open(tmp_path, timezone="UTC") as saved:
        assert not saved.is_current(found)


def test_what_was_sent_and_refused_is_no_record(tmp_path: Path) -> None:
    echo = (b"RT/4.4.6 409 Syntax Error\n\n# Status: no.\n\nid: ticket/7\nStatus: nonsense\n\n")
    written(tmp_path, {"1.txt": [ticket()], "2.txt": echo})
    with archive.open(tmp_path, timezone="UTC") as saved:
        assert saved.get_ticket(7).status == "open"
    written(tmp_path, {"1.txt": echo})
    with archive.open(tmp_path, timezone="UTC") as saved:
        with pytest.raises(NotSaved):
            saved.get_ticket(7)


def test_strict_raises_the_first_problem(tmp_path: Path) -> None:
    written(tmp_path, {"1.txt": [ticket()], "2.txt": [ticket(Subject="other")]})
    with pytest.raises(FormSyntaxError, match="2 different states"):
        archive.open(tmp_path, timezone="UTC", strict=True)


def test_fields_that_cannot_be_read_are_left_out_and_told(tmp_path: Path) -> None:
    written(tmp_path, {"1.txt": [ticket(1, Due="99 Nonsense 2024", Priority="High")],
                       "2.txt": [ticket(2)]})
    with archive.open(tmp_path, timezone="UTC") as saved:
        first, second = saved.search_tickets("id > 0")
        assert (first.due, first.priority, first.subject) == (NOT_LOADED, NOT_LOADED, "printer")
        assert first.sla is None and first.custom_fields == {}
        assert second.priority == 1
        assert [(one.file, one.what.split(" is ")[0]) for one in saved.problems] == [
            (str(tmp_path / "1.txt"), "ticket 1: Priority"),
            (str(tmp_path / "1.txt"), "ticket 1: Due")]


@pytest.mark.parametrize("saved_as, content", [
    (b"RT/4.4.6 200 Ok\r\n\r\nhello\r\nx", b"hello\r\nx"),
    (b"RT/4.4.6 200 Ok\r\n\r\n\r\nx", b"\r\nx"), (b"RT/4.4.6 200 Ok\r\n\r\n", b""),
    (b"RT/4.4.6 200 Ok\n\n\r\nx", b"\r\nx")])
def test_rt_s_own_empty_line_is_no_part_of_a_content(
        tmp_path: Path, saved_as: bytes, content: bytes) -> None:
    written(tmp_path, {"attachment/8/content": saved_as})
    with archive.open(tmp_path, timezone="UTC") as saved:
        assert saved.read_attachment(8) == content


def test_several_threads_read_at_once(tmp_path: Path) -> None:
    files = {f"{number}.txt": [ticket(number, Subject=f"s{number}")] for number in range(1, 80)}
    written(tmp_path, files)
    wrong: Dict[int, str] = {}
    with archive.open(tmp_path, timezone="UTC") as saved:
        def read_all() -> None:
            for number in range(1, 80):
                subject = saved.get_ticket(number).subject
                if subject != f"s{number}":
                    wrong[number] = subject
        threads = [threading.Thread(target=read_all) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == {}


def _alone(folder: Path) -> Path:
    """Tickets of which nothing but a history, attachments or links was saved; 9 is saved."""
    return written(folder, {
        "a/335.txt": [entry(80, 335)], "b/history.txt": [entry(81, 336)],
        "c.txt": [form({"id": "ticket/12/links", "RefersTo": "https://example.org/x"})],
        "d.txt": [form({"id": "ticket/13/attachments",
                        "Attachments": "26: (Unnamed) (text/plain / 5b)"})],
        "ticket/14/attachments/27.txt": [form({"id": "27", "ContentType": "text/plain"})],
        "e.txt": [ticket(9)], "f.txt": [entry(90, 9)]})


def test_tickets_of_which_only_a_part_was_saved_are_told_as_soon_as_tickets_are_listed(
        tmp_path: Path) -> None:
    with archive.open(_alone(tmp_path), timezone="America/New_York") as saved:
        assert saved.unshown == (12, 13, 14, 335, 336)
        assert [one.type for one in saved.get_history(335)] == ["Create"]
        assert not saved.problems, "nobody asked for tickets"
        for _ in range(2):
            assert [one.id for one in saved.search_tickets("id > 0")] == [9]
        assert saved.problems == (archive.Problem(
            f"{tmp_path}/c.txt", 1, "5 tickets have a history, attachments or links, and were not "
            "saved themselves (12, 13, 14, 335, 336): no search finds them", asked=True),)


def test_one_such_ticket_is_one_and_of_many_some_are_named(tmp_path: Path) -> None:
    one = written(tmp_path / "one", {"a.txt": [entry(80, 335)]})
    many = written(tmp_path / "many", {f"{number}.txt": [entry(number, number)]
                                       for number in range(1, 13)})
    told = []
    for place in (one, many):
        with archive.open(place) as saved:
            assert tuple(saved.search_tickets("Status = 'new'")) == ()
            told += [each.what for each in saved.problems if "no search" in each.what]
    assert told == ["a ticket has a history, attachments or links, and was not saved itself (335): "
                    "no search finds it",
                    "12 tickets have a history, attachments or links, and were not saved "
                    "themselves (1, 2, 3, 4, 5, …): no search finds them"]


def test_what_was_merged_or_listed_is_no_such_ticket(tmp_path: Path) -> None:
    both = [entry(80, 7, total=2), entry(81, 8, total=2)]
    written(tmp_path, {
        "ticket/7/show.txt": [ticket(7)], "ticket/8/history.txt": both,
        "ticket/6/history.txt": both,  # another one that was merged, which nothing names
        "ids.txt": b"RT/4.4.6 200 Ok\n\nticket/7\nticket/10\n\n\n",
        "ticket/10/history.txt": [entry(90, 10)]})
    with archive.open(tmp_path, timezone="UTC") as saved:
        assert [one.id for one in saved.search_tickets("id > 0")] == [7, 10]
        assert saved.unshown == ()
        assert not [one for one in saved.problems if "no search" in one.what]


@pytest.mark.parametrize("text, missing", [
    (b"Subject: hello\n\nsome words\nid: ticket/9\nmore words\n", "Queue, Owner, Creator, "
     "Status, Created"),
    (b"id: ticket/9\nSubject: hello\nQueue: General\n", "Owner, Creator, Status, Created")])
def test_what_merely_looks_like_a_ticket_is_told(
        text: bytes, missing: str, tmp_path: Path) -> None:
    written(tmp_path, {"att-26.bin": text})
    with archive.open(tmp_path) as saved:
        assert [one.id for one in saved.search_tickets("id > 0")] == [9]
        found = [one for one in saved.problems if "without" in one.what]
        assert [one.what for one in found] == [
            f"ticket 9 stands here without a status line and without {missing}, which RT shows of "
            "every ticket: a part of an answer, or what only looks like one"]
        assert found[0].line == text[:text.index(b"id: ticket")].count(b"\n") + 1
        assert found[0].raw.startswith(b"id: ticket/9\n")


def test_a_whole_ticket_without_a_status_line_and_lists_are_no_such_thing(tmp_path: Path) -> None:
    whole = answer(ticket(7)).split(b"\n\n", 1)[1]
    written(tmp_path, {"1.txt": whole, "2.txt": b"8: one\n9: two\n",
                       "3.txt": [form({"id": "ticket/10", "Status": "open"})]})
    with archive.open(tmp_path) as saved:
        assert [one.id for one in saved.search_tickets("id > 0")] == [7, 8, 9, 10]
        assert not [one for one in saved.problems if "looks like" in one.what]


def test_an_attachment_that_a_whole_history_does_not_list_is_not_the_tickets(
        tmp_path: Path) -> None:
    tiny(tmp_path / "dump", 2)
    with archive.open(tmp_path / "dump", timezone="UTC") as saved:
        for number in (999, 1005):
            with pytest.raises(NotFound, match=f"ticket 1 has no attachment {number}"):
                saved.read_attachment(number, ticket_id=1)
