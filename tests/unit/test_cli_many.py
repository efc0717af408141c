"""Commands for many tickets, texts from an editor, and a command for every operation."""
from __future__ import annotations

import io
import json
import os
import stat
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, List, Optional
from zoneinfo import ZoneInfo

import pytest

from rtcompat import Group, InvalidValue, NotFound, Queue, Receipt, Ticket
from rtcompat.cli import operations
from rtcompat.cli.arguments import condition, ticket_numbers
from rtcompat.cli.program import program
from rtcompat.conditions import where
from rtcompat.errors import UsageError
from rtcompat.model import Member, Outcome, Page, TicketChange, Transaction
from rtcompat.tracker import OPERATIONS, Listing
from rtcompat.watching import Change, Sweeps
from tests.unit.cli_fake import Desk, listing, server

#: Operations behind commands of their own.
OWN = {"get_ticket": "show", "search_tickets": "search", "get_history": "history",
       "create_ticket": "create", "edit_ticket": "edit", "reply": "reply", "comment": "comment",
       "get_attachments": "attachments", "get_links": "links", "edit_links": "links",
       "merge_ticket": "merge", "take_ticket": "take", "untake_ticket": "untake",
       "steal_ticket": "steal", "get_tickets": "show", "get_histories": "history",
       "edit_tickets": "edit", "create_tickets": "create-many", "reply_to_tickets": "reply",
       "comment_on_tickets": "comment"}
#: Takes a record as it was read, which a command line does not have.
OF_A_RECORD = {"is_current"}


def test_every_operation_has_a_verb() -> None:
    assert set(OPERATIONS) - set(operations.VERBS.values()) - set(OWN) - OF_A_RECORD == set()
    assert set(OWN.values()) <= set(program.commands)


def test_a_command_can_be_made_of_every_signature() -> None:
    operations.check(operations.VERBS.values())


@pytest.mark.parametrize("given, found", [
    ("7", (7,)), ("#7", (7,)), ("3-5,9", (3, 4, 5, 9)), ("2,2", (2,))])
def test_numbers_are_lists_and_ranges(given: str, found: Any) -> None:
    assert ticket_numbers(given) == found


@pytest.mark.parametrize("given", ["", "x", "5-3", "0", "1-", "1--3", "1-900000"])
def test_what_is_no_list_is_refused(given: str) -> None:
    with pytest.raises(UsageError):
        ticket_numbers(given)


@pytest.mark.parametrize("given, found", [
    ("name LIKE 'web'", where("name", "LIKE", "web")), ("disabled=1", where("disabled", "=", "1")),
    ("id IN 1, 2", where("id", "IN", ["1", "2"])),
    ("id IN (1,2)", where("id", "IN", ["1", "2"])),
    ("name = 'it\\'s'", where("name", "=", "it's")), ("name = ''", where("name", "=", "")),
    ("email IS NULL", where("email", "IS NULL")),
    ("name NOT LIKE \"a b\"", where("name", "NOT LIKE", "a b")), ("id>=7", where("id", ">=", "7"))])
def test_a_condition_is_read(given: str, found: Any) -> None:
    assert condition(given, None) == found


def test_a_text_that_is_no_condition_is_refused() -> None:
    for given in ("", "name", "name ~ x", "LIKE x", "name != 'a' AND name != 'b'",
                  "name = 'a' OR id > 0", "name LIKE 'a' more", "name IN ()", "name IN ('a' 'b')",
                  "email IS NULL x", "name = two words", "name ="):
        with pytest.raises(UsageError):
            condition(given, None)


def tickets(*numbers: int) -> Any:
    return listing(*(Ticket(number, subject=f"subject {number}") for number in numbers))


def all_done(**given: Any) -> Any:
    items = next(given[name] for name in ("changes", "messages") if name in given)
    return tuple(Outcome(one.ticket_id, Receipt(id=one.ticket_id)) for one in items)


def test_many_are_shown_first_and_changed_with_yes(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path, search_tickets=lambda **_: tickets(3, 4), edit_tickets=all_done,
                get_tickets=listing(*(Outcome(one, Ticket(one, subject=f"subject {one}"))
                                      for one in (3, 4))))
    assert desk.run("edit", "3-4", "--set", "status=open") == 7
    shown = capsys.readouterr()
    assert "subject 3" in shown.out and "--yes" in shown.err
    assert [name for name, _ in desk.tracker.calls] == ["get_tickets"]
    assert desk.run("edit", "3-4", "--set", "status=open", "--yes") == 0
    assert [one.ticket_id for one in desk.call()[1]["changes"]] == [3, 4]
    assert desk.run("resolve", "--query", "Queue = 'x'", "--yes") == 0
    assert desk.call()[1]["changes"][1] == TicketChange(4, status="resolved")


def test_one_refusal_does_not_keep_the_others_and_gives_the_exit_code(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path, edit_tickets=(
        Outcome(3, Receipt(id=3)), Outcome(4, error=NotFound("there is no ticket 4")),
        Outcome(5, Receipt(id=5))))
    assert desk.run("resolve", "3", "4", "5", "--yes") == 3
    shown = capsys.readouterr()
    assert "ticket 3 resolved" in shown.out and "ticket 5 resolved" in shown.out
    assert "there is no ticket 4" in shown.err


def test_numbers_come_from_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(tmp_path, comment_on_tickets=all_done)
    listed = b"id  subject\nticket/3\n4: a subject\n#5\n\n7  x\n"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(listed)))
    assert desk.run("comment", "-", "-m", "Well.", "--yes") == 0
    assert [one.ticket_id for one in desk.call()[1]["messages"]] == [3, 4, 5, 7]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"nonsense\n")))
    assert desk.run("comment", "-", "-m", "Well.", "--yes") == 2
    assert desk.run("comment", "-", "-m", "-", "--yes") == 2


@pytest.mark.parametrize("listed, found, said", [
    ("11 12\n", [11, 12], ""), ("3-5,9\n", [3, 4, 5, 9], ""), ("11,12, #13\n", [11, 12, 13], ""),
    ("11 x 12\n12 open\n13\n", [11, 12, 13], "the first word of 2 lines is taken"),
    ("id  priority\n11  20\n12  30\n", [11, 12], ""), ("id\n11\n12\n", [11, 12], ""),
    ("11: 12 bottles\n12\n", [11, 12], ""),
    ('{"id": 11, "queue": "General"}\n{"queue": "x", "id": 12}\n', [11, 12], "")])
def test_all_numbers_of_a_line_are_meant_and_other_words_are_told(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
        listed: str, found: List[int], said: str) -> None:
    desk = Desk(tmp_path, edit_tickets=all_done)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(listed.encode())))
    assert desk.run("edit", "-", "--set", "priority=3", "--yes") == 0
    assert [one.ticket_id for one in desk.call()[1]["changes"]] == found
    told = capsys.readouterr().err
    assert said in told if said else told == ""


@pytest.mark.parametrize("listed, said", [
    ("11  20\n", "line 1: '11  20' is either tickets or the columns of one"),
    ("7\n5-3\n", "line 2: '5-3' is no range"), ("3-\n", "line 1: '3-'"), ("0 x\n", "'0'"),
    ('{"id": 11, "ticket_id": 7}\n', "begins with no ticket's number")])
def test_a_line_that_may_mean_something_else_is_refused(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
        listed: str, said: str) -> None:
    desk = Desk(tmp_path, comment_on_tickets=all_done)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(listed.encode())))
    assert desk.run("comment", "-", "-m", "Well.", "--yes") == 2
    assert said in capsys.readouterr().err and not desk.tracker.calls


@pytest.mark.parametrize("given, said", [
    ("1-100000000", "'1-100000000' is too many tickets"), ("3-", "'3-' is no range of tickets"),
    ("5-3", "'5-3' is no range"), ("4,x", "'x' is no number")])
def test_what_was_typed_is_shown(given: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        ticket_numbers(given)


@pytest.mark.parametrize("given", [(), ("3", "--query", "id = 3")])
def test_tickets_are_named_once(tmp_path: Path, given: Any) -> None:
    assert Desk(tmp_path).run("resolve", *given) == 2


def editor(folder: Path, text: str) -> str:
    """A program that writes this text into the file it is given, as an editor does."""
    path = folder / "editor"
    path.write_text(f"#!/bin/sh\nprintf '{text}' >> \"$1\"\n", "utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_a_text_comes_from_the_editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", editor(tmp_path, "Said."))
    desk = Desk(tmp_path, reply=Receipt(transaction_id=9))
    assert desk.run("reply", "7", "-e") == 0
    assert desk.call()[1]["content"] == "Said."
    monkeypatch.setenv("VISUAL", editor(tmp_path, ""))
    assert desk.run("reply", "7", "-e") == 2


def test_without_yes_the_text_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                      capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("VISUAL", editor(tmp_path, "Dear all"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    desk = Desk(tmp_path, get_tickets=listing(Outcome(3, Ticket(3)), Outcome(4, Ticket(4))))
    assert desk.run("reply", "3", "4", "-e") == 7
    kept = capsys.readouterr().err.split("kept in ")[1].split()[0]
    assert Path(kept).read_text("utf-8") == "Dear all"


def test_a_missing_editor_is_told_with_what_to_do(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("VISUAL", "/no/such/editor")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert Desk(tmp_path).run("reply", "7", "-e") == 2
    told = capsys.readouterr().err
    assert told.startswith("rtcompat: wrong usage") and "VISUAL or EDITOR" in told
    assert not list(tmp_path.glob("rtcompat-*"))


@pytest.mark.parametrize("typed", [
    ("create", "bob", "--password", "Hush-9"), ("create", "--password", "Hush-9", "bob"),
    ("edit", "bob", "--password", "-Hush-9"), ("edit", "bob", "--password", "Hush-9", "--json"),
    ("edit", "bob", "--password=Hush-9")])
def test_a_secret_that_was_typed_is_not_printed(
        tmp_path: Path, capsys: pytest.CaptureFixture[str], typed: Any) -> None:
    desk = Desk(tmp_path)
    assert desk.run("user", *typed) == 2
    told = capsys.readouterr()
    assert "--password" in told.err and "Hush" not in told.out + told.err
    assert not desk.tracker.calls


def test_other_slips_beside_a_password_are_named(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert Desk(tmp_path).run("user", "create", "--password", "bob", "--emial", "x") == 2
    assert "--emial" in capsys.readouterr().err


def test_the_zone_of_a_user_is_not_that_of_the_command(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path, edit_user=UsageError("edit_user was given nothing to change"))
    assert desk.run("user", "edit", "alice", "--timezone", "Europe/Berlin") == 2
    assert "--zone sets the user's" in capsys.readouterr().err


def test_after_a_refusal_the_text_can_be_mended(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", editor(tmp_path, "x"))
    answers: List[Any] = [InvalidValue("RT did not like it"), Receipt()]
    monkeypatch.setattr("rtcompat.cli.draft.click.confirm", lambda *_, **__: True)
    monkeypatch.setattr("sys.stdin", Terminal())

    def reply(**given: Any) -> Receipt:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        found: Receipt = answer
        return found
    desk = Desk(tmp_path, reply=reply)
    assert desk.run("reply", "7", "-e") == 0
    assert [given["content"] for _, given in desk.tracker.calls] == ["x", "xx"]


class Terminal(io.StringIO):
    buffer = io.BytesIO()

    def isatty(self) -> bool:
        return True


def test_a_text_that_was_refused_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                         capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("VISUAL", editor(tmp_path, "Dear all"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    desk = Desk(tmp_path, reply=InvalidValue("no"))
    assert desk.run("reply", "7", "-e") == 1
    kept = capsys.readouterr().err.split("kept in ")[1].split()[0]
    assert Path(kept).read_text("utf-8") == "Dear all"
    assert os.path.dirname(kept) == str(tmp_path)


def test_a_records_etag_is_for_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path, get_queue=Queue(3, name="Second Queue", etag="40"))
    assert desk.run("queue", "show", "3") == 0
    assert capsys.readouterr().out.split() == ["id", "3", "name", "Second", "Queue"]
    assert desk.run("queue", "show", "3", "--json") == 0
    assert '"etag": "40"' in capsys.readouterr().out


def test_a_record_without_a_command_of_its_own_is_shown(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path, get_queue=Queue(3, name="Second Queue", disabled=False),
                edit_queue=Receipt(id=3, changed=("description",)))
    assert desk.run("queue", "show", "3") == 0
    assert desk.call() == ("get_queue", {"queue": 3})
    assert "Second Queue" in capsys.readouterr().out
    assert desk.run("queue", "show", "name:3", "--json") == 0
    assert desk.call() == ("get_queue", {"queue": "3"})
    assert json.loads(capsys.readouterr().out)["name"] == "Second Queue"
    assert desk.run("queue", "edit", "Second Queue", "--description", "", "--no-disabled") == 0
    assert desk.call() == ("edit_queue", {"queue": "Second Queue", "description": "",
                                          "disabled": False})


def test_all_groups_are_shown_first_and_left_with_yes(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held = (Group(42, name="staff"), Group(43, name="night shift"))
    desk = Desk(tmp_path, get_memberships=held, leave_groups=Receipt(changed=("groups[42]",)))
    assert desk.run("user", "leave", "gerda") == 7
    shown = capsys.readouterr()
    assert "staff" in shown.out and "night shift" in shown.out
    assert shown.err == "rtcompat: note: nothing is done yet to 2 groups: add --yes\n"
    assert desk.run("user", "leave", "gerda", "--json") == 7
    shown = capsys.readouterr()
    assert shown.out == "" and "staff" in shown.err and "--yes" in shown.err
    assert desk.tracker.calls == [("get_memberships", {"user": "gerda"})] * 2
    assert desk.run("user", "leave", "gerda", "--yes") == 0
    assert desk.tracker.calls[2:] == [("leave_groups", {"user": "gerda"})]


def test_all_members_are_shown_first_and_taken_out_with_yes(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held = (Member("user", name="gerda", id=27), Member("group", name="staff", id=42))
    desk = Desk(tmp_path, get_group_members=held,
                remove_all_group_members=Receipt(changed=("members[27]", "members[42]")))
    assert desk.run("group", "remove-all", "night shift") == 7
    shown = capsys.readouterr()
    assert "gerda" in shown.out and "staff" in shown.out
    assert shown.err == "rtcompat: note: nothing is done yet to 2 members: add --yes\n"
    assert desk.run("group", "remove-all", "night shift", "--yes") == 0
    assert desk.tracker.calls[1:] == [("remove_all_group_members", {"group": "night shift"})]


def test_groups_that_are_named_are_left_at_once(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path, get_memberships=(), leave_groups=Receipt(changed=("groups[42]",)))
    assert desk.run("user", "leave", "gerda", "--groups", "42", "--groups", "staff") == 0
    assert desk.tracker.calls == [
        ("leave_groups", {"user": "gerda", "groups": (42, "staff")})]
    capsys.readouterr()
    assert desk.run("user", "leave", "gerda") == 0
    assert "no group is found: nothing is done" in capsys.readouterr().err
    assert desk.call()[0] == "get_memberships"


@pytest.mark.parametrize("command, operation", [
    (("user", "search"), "search_users"), (("queue", "list"), "get_queues"),
    (("user", "history", "gerda"), "get_user_history"), (("saved-search", "run", "7"),
                                                         "run_saved_search")])
@pytest.mark.parametrize("options", [(), ("--json",)])
@pytest.mark.parametrize("limit, pages", [("1", 1), ("2", 1), ("3", 2), ("4", 2), (None, 4)])
def test_a_limit_asks_for_no_more_pages(
        limit: Optional[str], pages: int, options: Any, command: Any, operation: str,
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked: List[int] = []

    def page(number: int) -> Page[Queue]:
        asked.append(number)
        return Page((Queue(2 * number, name="a"), Queue(2 * number + 1, name="b")),
                    number + 1 if number < 3 else None, 8)
    desk = Desk(tmp_path, **{operation: lambda **_: Listing(page(0), page)})
    limited = () if limit is None else ("--limit", limit)
    assert desk.run(*command, *limited, *options) == 0
    shown = capsys.readouterr()
    assert len(shown.out.splitlines()) == int(limit or 8) + (not options)
    assert len(asked) == pages
    assert shown.err == ("" if limit is None else f"rtcompat: note: {limit} of 8 are shown\n")


def test_a_limit_is_for_lists(tmp_path: Path) -> None:
    desk = Desk(tmp_path, search_users=listing())
    for command in (("user", "show", "gerda", "--limit", "1"), ("user", "search", "--limit", "0"),
                    ("user", "search", "--limit", "x")):
        assert desk.run(*command) == 2
    assert desk.tracker.calls == []


def test_a_password_is_never_an_argument(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(tmp_path, create_user=Receipt(id=9))
    monkeypatch.setattr("sys.stdin", io.StringIO("from-a-pipe\n"))
    assert desk.run("user", "create", "new", "--password") == 0
    assert desk.call() == ("create_user", {"name": "new", "password": "from-a-pipe"})
    assert desk.run("user", "create", "new", "--password", "on-the-line") == 2


def test_several_are_read_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = Outcome[Any](4, error=NotFound("there is no ticket 4"))
    desk = Desk(tmp_path, get_tickets=listing(Outcome(3, Ticket(3, subject="three")), missing),
                get_histories=listing(
                    Outcome(3, (Transaction(7, 3, "Create"), Transaction(8, 3, "Comment"))),
                    missing))
    assert desk.run("show", "3-4") == 3
    assert "three" in capsys.readouterr().out
    assert desk.run("history", "3,4", "--type", "Comment") == 3
    shown = capsys.readouterr()
    assert "ticket 3" in shown.out and "#8" in shown.out and "#7" not in shown.out
    assert "there is no ticket 4" in shown.err


def test_many_are_created_from_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "tickets"
    desk = Desk(tmp_path, create_tickets=(Outcome(7, Receipt(id=7)),))
    line = '{"queue": "General", "subject": "x", "due": "2031-01-01T08:00Z"}'
    path.write_text(f"{line}\n\n", "utf-8")
    assert desk.run("create-many", str(path)) == 0
    made, = desk.call()[1]["tickets"]
    assert (made.queue, made.due.year) == ("General", 2031)
    assert "ticket 7 created" in capsys.readouterr().out
    for wrong in ("{", "[]", "{}", '{"queue": "General", "colour": 1}',
                  '{"queue": "General", "due": 7}', '{"queue": "General", "attach": "/etc"}',
                  '{"queue": "General", "attach": 5}'):
        path.write_text(wrong, "utf-8")
        assert desk.run("create-many", str(path)) == 2
        assert "line 1" in capsys.readouterr().err


class Changes(List[Any]):
    cursor = {"mark": 2}


def test_a_query_is_watched_from_a_saved_cursor(
        tmp_path: Path, capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch) -> None:
    begun: List[Any] = []

    def watch(self: Any, query: str, since: Any, **_: Any) -> Changes:
        begun.append(since)
        return Changes([Change(Ticket(3), (Transaction(8, 3, "Comment"),), {"mark": 1})])
    monkeypatch.setattr("tests.unit.cli_fake.Recorder.watch", watch)
    desk, cursor = Desk(tmp_path), tmp_path / "cursor"
    assert desk.run("watch", "id > 0", "--cursor", str(cursor), "--since", "2031-01-01T00:00Z") == 0
    shown = capsys.readouterr()
    assert "#8" in shown.out and json.loads(cursor.read_text()) == {"mark": 2}
    assert shown.err == ""
    assert desk.run("watch", "id > 0", "--cursor", str(cursor), "--json") == 0
    assert begun[1] == {"mark": 2} and begun[0].year == 2031


@pytest.mark.parametrize("held", [
    "nonsense", "{}", "[]", '{"version": 2}', '{"version": 1}', "cut", "floor", "query", "year"])
def test_a_file_that_holds_no_cursor_of_this_watch_is_named(
        held: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole: Any = Sweeps("id > 0", datetime(2026, 3, 1, tzinfo=timezone.utc)).cursor
    text = {"cut": json.dumps(whole)[:40], "floor": json.dumps({**whole, "floor": "x"}),
            "query": json.dumps({**whole, "query": "0"}),
            "year": json.dumps({**whole, "floor": "0001-01-01T00:00:00+00:00",
                                "mark": "0001-01-01T00:00:00+00:00"})}.get(held, held)
    desk, file = Desk(tmp_path, server=server()), tmp_path / "cursor"
    file.write_text(text, "utf-8")
    assert desk.run("watch", "id > 0", "--cursor", str(file)) == 2
    told = capsys.readouterr().err
    assert f"{file}: this" in told and "remove it to begin anew" in told
    assert file.read_text("utf-8") == text


@pytest.mark.parametrize("options", [(), ("--json",), ("--since", ""), ("--cursor", "FILE")])
def test_a_watch_without_a_beginning_tells_its_moment(
        options: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch) -> None:
    begun: List[Any] = []

    def watch(self: Any, query: str, since: Any, **_: Any) -> Changes:
        begun.append(since)
        return Changes()
    monkeypatch.setattr("tests.unit.cli_fake.Recorder.watch", watch)
    desk, cursor = Desk(tmp_path), str(tmp_path / "cursor")
    given = [cursor if one == "FILE" else one for one in options]
    before = datetime.now(timezone.utc).replace(microsecond=0)
    assert desk.run("watch", "id > 0", "--timezone", "Europe/Berlin", *given) == 0
    assert before <= begun[0] <= datetime.now(timezone.utc)
    shown = capsys.readouterr()
    moment = begun[0].astimezone(ZoneInfo("Europe/Berlin")).strftime("%Y-%m-%d %H:%M:%S")
    assert shown.out == "" and shown.err.startswith(
        f"rtcompat: note: watching from now on, {moment} ") and "--since" in shown.err
    if cursor in given:  # saved by the first run, so that the second has a beginning
        assert desk.run("watch", "id > 0", *given) == 0
        assert begun[1] == {"mark": 2} and capsys.readouterr().err == ""


def test_help_names_commands_and_no_operations() -> None:
    texts = [command.help or "" for noun in operations.groups()
             for command in noun.commands.values()]
    assert len(texts) == len(operations.VERBS)
    assert [one for one in texts if "`" in one or "disabled=" in one or "_" in one
            and any(f" {name}" in one for name in OPERATIONS)] == []
    assert any("'user edit --no-disabled'" in one for one in texts)
