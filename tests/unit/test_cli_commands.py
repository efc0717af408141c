"""Each command: the one public call it makes, what it prints, and how it ends."""
from __future__ import annotations

import builtins
import errno
import io
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any, Dict, List

import click
import pytest

from rtcompat import errors
from rtcompat.cli import would_send
from rtcompat.cli import invocation, main
from rtcompat.exchange import Request, WouldSend
from rtcompat.model import (KEEP, Attachment, Links, NewAttachment, Outcome, Receipt, Ticket,
                            Transaction, User)
from tests.unit.cli_fake import SECRET, Desk, listing, server

DONE = Receipt(changed=("status",), id=12, via="rest2")


def pipe(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def given(desk: Desk) -> Dict[str, Any]:
    """The arguments of the last call that say something."""
    return {name: value for name, value in desk.call()[1].items()
            if value is not KEEP and value not in ((), [])}


# -- connecting ---------------------------------------------------------------------------------

def test_options_reach_the_connection(tmp_path: Path) -> None:
    desk = Desk(tmp_path, get_links=Links())
    ca = tmp_path / "ca.pem"
    ca.write_text("x")
    assert desk.run("-s", "http://other", "links", "1", "--protocol", "rest1", "--no-route",
                    "--timezone", "Europe/Berlin", "--ca", str(ca), "--timeout", "2.5",
                    "--dry-run") == 0
    assert desk.connections == [("http://other", {
        "user": "alice", "password": SECRET, "token": None, "protocol": "rest1", "route": False,
        "timezone": "Europe/Berlin", "verify": str(ca), "timeout": 2.5, "dry_run": True})]


def test_without_options_the_library_decides(tmp_path: Path) -> None:
    desk = Desk(tmp_path, get_links=Links())
    assert desk.run("links", "1") == 0
    assert desk.connections == [("https://rt.example.org", {
        "user": "alice", "password": SECRET, "token": None, "protocol": "auto", "route": True,
        "timezone": None, "verify": True, "dry_run": False})]


def test_an_option_behind_the_verb_counts(tmp_path: Path) -> None:
    desk = Desk(tmp_path, get_links=Links())
    assert desk.run("-s", "http://a", "links", "1", "-s", "http://b", "--insecure") == 0
    assert desk.connections[0][0] == "http://b"
    assert desk.connections[0][1]["verify"] is False


def test_a_token(tmp_path: Path) -> None:
    desk = Desk(tmp_path, get_links=Links())
    del desk.environment["RTCOMPAT_PASSWORD"]
    desk.environment["RTCOMPAT_TOKEN"] = "1-2-x"
    assert desk.run("links", "1") == 0
    how = desk.connections[0][1]
    assert (how["token"], how["user"], how["password"]) == ("1-2-x", None, None)


def test_the_rt_commands_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path, get_links=Links())
    desk.environment = {}
    (tmp_path / ".rtrc").write_text("server http://file\nuser bob\npasswd secret\nauth basic\n")
    (tmp_path / ".rtrc").chmod(0o644)
    assert desk.run("links", "1") == 0
    url, how = desk.connections[0]
    assert url == "http://file" and how["auth"] == ("bob", "secret")
    assert "user" not in how and "password" not in how
    err = capsys.readouterr().err
    assert "readable" not in err and "others can read it" in err and "secret" not in err


def test_nobody_to_ask_for_a_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                      capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path)
    del desk.environment["RTCOMPAT_PASSWORD"]
    pipe(monkeypatch, b"")
    assert desk.run("links", "1") == 2
    assert "RTCOMPAT_PASSWORD" in capsys.readouterr().err
    assert desk.connections == []


def test_a_prompt_in_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(tmp_path, get_links=Links())
    del desk.environment["RTCOMPAT_PASSWORD"]
    asked: List[str] = []
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)

    def prompt(text: str, *, hide_input: bool, err: bool) -> str:
        assert hide_input and err
        asked.append(text)
        return "typed"
    monkeypatch.setattr(click, "prompt", prompt)
    assert desk.run("links", "1") == 0
    assert asked == ["Password of alice at https://rt.example.org"]
    assert desk.connections[0][1]["password"] == "typed"


@pytest.mark.parametrize("wrong", [
    ("links",), ("nonsense",), ("links", "1", "--nonsense"), ("links", "0"), ("show",),
    ("links", "1", "--timezone", "Middle/Earth"), ("links", "1", "--timeout", "0"),
    ("links", "1", "--protocol", "soap"), ("links", "1", "--ca", "/no/such/file"),
    ("links", "1", "--add", "blocks=2"), ("edit", "1"), ("edit", "1", "--set", "due=2024-07-01"),
    ("attachments", "1", "--get", "5"), ("attachments", "1", "-o", "x"),
    ("reply", "1", "--attach", "/no/such/file"), ("comment", "1", "--file", "/no/such/file"),
    ("reply", "1", "--time", "-5"), ("search",), ("create", "--subject", "x"),
    ("create", "--queue", "a", "--set", "queue=b"), ("search", "x", "--limit", "0"),
    ("show", "1", "--password", "x")])
def test_wrong_usage_is_told_before_anything_is_sent(
        wrong: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path)
    assert desk.run(*wrong) == 2
    out, err = capsys.readouterr()
    assert out == "" and err and "Traceback" not in err
    assert desk.tracker.calls == []


def test_help_and_version(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path)
    assert desk.run("--help") == 0
    listed = capsys.readouterr().out
    for name in ("probe show search history create edit reply comment attachments links merge "
                 "take untake steal").split():
        assert f"\n  {name} " in listed
        assert desk.run(name, "--help") == 0
        assert "--json" in capsys.readouterr().out
    assert desk.run("--version") == 0
    assert capsys.readouterr().out.startswith("rtcompat ")


# -- reading ------------------------------------------------------------------------------------

def test_probe_without_credentials(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path)
    desk.environment = {"RTCONFIG": "/dev/null"}
    desk.states = {"rest1": "open", "rest2": "closed"}
    assert desk.run("probe", "https://rt.example.org") == 0
    assert capsys.readouterr().out.splitlines() == [
        "url    https://rt.example.org", "RT     5.0.3", "rest1  open (what came)",
        "rest2  closed (what came)"]
    assert desk.connections == []


def test_probe_with_credentials(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path, server=server(), whoami=User(7, name="alice"))
    assert desk.run("probe", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["user"] == {"id": 7, "name": "alice", "other_fields": {}}
    assert shown["server"]["protocol"] == "rest2"
    assert desk.run("probe") == 0
    assert "signed in as     alice\n" in capsys.readouterr().out


def test_probe_shows_what_answered_when_signing_in_fails(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path)
    desk.connecting = errors.NotAuthenticated("wrong password")
    assert desk.run("probe") == 4
    out, err = capsys.readouterr()
    assert "rest1  open" in out and "wrong password" in err


@pytest.mark.parametrize("states, code", [
    ({"rest1": "absent", "rest2": "absent"}, 5), ({"rest1": "closed", "rest2": "absent"}, 5),
    ({"rest1": "guarded", "rest2": "guarded"}, 4)])
def test_probe_where_nothing_is_open(states: Dict[str, str], code: int, tmp_path: Path,
                                     capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path)
    desk.states = states
    assert desk.run("probe") == code
    assert states["rest1"] in capsys.readouterr().out
    assert desk.connections == []


@pytest.mark.parametrize("states, told, code", [
    (("closed", "closed"), "no RT answers here", 5),
    (("closed", "guarded"), "the web server here asks for a login of its own", 4),
    (("absent", "closed"), "an RT answers here, but neither of its protocols", 5)])
def test_probe_says_why_nothing_is_open(states: Any, told: str, code: int, tmp_path: Path,
                                        capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path)
    desk.states = dict(zip(("rest1", "rest2"), states))
    assert desk.run("probe") == code
    assert capsys.readouterr().err == f"rtcompat: {told}\n"
    assert desk.run("probe", "--json") == code
    error = json.loads(capsys.readouterr().err)
    assert (error["what"], error["exit"]) == (told, code)


@pytest.mark.parametrize("arguments", [("show", "1"), ("show", "1", "-s", ""), ("probe", "")])
def test_without_a_server_nothing_is_asked(arguments: Any, tmp_path: Path,
                                           capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path)
    if arguments == ("show", "1"):
        del desk.environment["RTSERVER"]
    assert desk.run(*arguments) == 2
    assert capsys.readouterr().err == ("rtcompat: wrong usage: no server is named: give --server, "
                                       "RTSERVER or a .rtrc\n")
    assert desk.connections == []


def test_a_guessed_user_is_told_when_signing_in_fails(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path)
    desk.connecting = errors.NotAuthenticated("wrong password")
    assert desk.run("show", "1") == 4
    assert "nothing named a user" not in capsys.readouterr().err
    del desk.environment["RTUSER"]
    assert desk.run("show", "1") == 4
    assert "nothing named a user" in capsys.readouterr().err


def test_a_password_for_another_server_is_mentioned(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path)
    desk.environment = {}
    (tmp_path / ".rtrc").write_text("server http://file\nuser bob\npasswd secret\n")
    pipe(monkeypatch, b"")
    assert desk.run("show", "1", "-s", "http://other") == 2
    err = capsys.readouterr().err
    assert ".rtrc is for another server" in err and "secret" not in err


def test_json_lines_are_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert Desk(tmp_path).run("show", "--help") == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "one JSON object a line (JSON Lines); for python -m json.tool add its" in shown
    assert "--json-lines." in shown


@pytest.mark.parametrize("wrong", [("reply", "1"), ("reply", "1", "-m", "   "),
                                   ("comment", "1", "-m", "\n\t"),
                                   ("create", "--queue", "a", "-m", "  ")])
def test_a_message_of_blanks(wrong: Any, tmp_path: Path,
                             capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path)
    assert desk.run(*wrong) == 2
    assert "wrong usage: an empty message\n" in capsys.readouterr().err
    assert desk.connections == []


def _program(folder: Path, script: str, stdout: Any) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-c", script, str(folder)], stdout=stdout, stderr=subprocess.PIPE,
        timeout=60, cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
@pytest.mark.parametrize("command", [["show", "1"], ["--help"], ["show", "1", "--json"],
                                     ["attachments", "1", "--get", "6", "-o", "-"]])
def test_output_onto_a_full_device(command: List[str], tmp_path: Path) -> None:
    script = ("import sys\nfrom pathlib import Path\nfrom rtcompat.model import Ticket\n"
              "from tests.unit.cli_fake import Desk\n"
              "desk = Desk(Path(sys.argv[1]), get_ticket=Ticket(1), "
              "read_attachment=b'x' * 100000)\n"
              f"sys.exit(desk.run(*{command!r}))\n")
    with open("/dev/full", "wb") as full:
        done = _program(tmp_path, script, full)
    assert done.stderr.decode() == "rtcompat: standard output: No space left on device\n"
    assert done.returncode == 2


def test_a_file_on_a_full_device_is_named(tmp_path: Path,
                                          capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path, save_attachment=OSError(errno.ENOSPC, "No space left on device"))
    assert desk.run("attachments", "1", "--get", "6", "-o", str(tmp_path / "x")) == 2
    assert capsys.readouterr().err == f"rtcompat: {tmp_path / 'x'}: No space left on device\n"


def test_an_interrupt_while_modules_are_loaded(tmp_path: Path) -> None:
    script = ("import builtins, sys\nfrom rtcompat.cli import main\n"
              "genuine = builtins.__import__\n"
              "def interrupted(name, *more, **named):\n"
              "    if name == 'rtcompat.cli.program':\n        raise KeyboardInterrupt\n"
              "    return genuine(name, *more, **named)\n"
              "builtins.__import__ = interrupted\nsys.exit(main(['show', '1']))\n")
    done = _program(tmp_path, script, subprocess.PIPE)
    assert (done.returncode, done.stderr) == (130, b"rtcompat: interrupted\n")


def test_show_several(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def tickets(ticket_ids: Any) -> Any:
        return listing(*(Outcome[Any](one, error=errors.NotFound("none such")) if one == 2
                         else Outcome(one, Ticket(one, status="new")) for one in ticket_ids))
    desk = Desk(tmp_path, get_tickets=tickets)
    assert desk.run("show", "1", "#2", "3") == 3
    out, err = capsys.readouterr()
    assert out == "ticket 1\n  status  new\n\nticket 3\n  status  new\n"
    assert "none such" in err
    assert desk.run("show", "1", "3", "--json") == 0
    assert [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()] == [1, 3]


def test_show_stops_when_nobody_is_signed_in(tmp_path: Path) -> None:
    desk = Desk(tmp_path, get_tickets=errors.NotAuthenticated("expired"))
    assert desk.run("show", "1", "2") == 4
    assert len(desk.tracker.calls) == 1


def test_search(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path, search_tickets=lambda **_: listing(Ticket(1, status="new"), Ticket(2)))
    assert desk.run("search", "Queue = 'x'", "--fields", "id,Status", "--order", "-Created",
                    "--limit", "1", "--snapshot") == 0
    assert desk.call() == ("search_tickets", {"query": "Queue = 'x'", "order": "-Created",
                                              "fields": ("status",), "snapshot": True})
    assert capsys.readouterr().out == "id  status\n1   new\n"


@pytest.mark.parametrize("options, fields", [
    ((), ("status", "queue", "owner", "last_updated", "subject")), (("--json",), None),
    (("--fields", "id"), ()), (("--json", "--fields", "id,due"), ("due",))])
def test_search_loads_what_it_shows(options: Any, fields: Any, tmp_path: Path,
                                    capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path, search_tickets=lambda **_: listing(Ticket(1)))
    assert desk.run("search", "x", *options) == 0
    assert desk.call()[1]["fields"] == fields
    assert capsys.readouterr().out


@pytest.mark.parametrize("total, told", [(9, "rtcompat: note: 1 of 9 tickets are shown\n"),
                                         (1, ""), (None, "")])
def test_search_says_what_a_limit_hides(total: Any, told: str, tmp_path: Path,
                                        capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path, search_tickets=lambda **_: listing(Ticket(1), Ticket(2), total=total))
    assert desk.run("search", "x", "--limit", "1") == 0
    assert capsys.readouterr().err == told


def test_search_asks_the_query_of_the_file(tmp_path: Path) -> None:
    desk = Desk(tmp_path, search_tickets=lambda **_: listing())
    del desk.environment["RTCONFIG"]
    (tmp_path / ".rtrc").write_text("query Owner=me\nqueue General\norderby +Created\n")
    assert desk.run("search") == 0
    assert given(desk)["query"] == "(Owner='me') AND (Queue='General')"
    assert given(desk)["order"] == "Created"
    desk.environment["RTQUERY"] = "id > 1"
    desk.environment["RTORDERBY"] = "-id"
    assert desk.run("search") == 0
    assert (given(desk)["query"], given(desk)["order"]) == (
        "(id > 1) AND (Queue='General')", "-id")


def test_history(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path, get_history=lambda **_: listing(Transaction(7, 1, "Create")))
    assert desk.run("history", "1", "--no-content", "--type", "Create", "--type", "Set") == 0
    assert desk.call() == ("get_history", {"ticket_id": 1, "content": False,
                                           "types": ("Create", "Set")})
    assert capsys.readouterr().out == "#7  Create\n\n"
    assert desk.run("history", "1", "--json") == 0
    assert desk.call()[1] == {"ticket_id": 1, "content": True, "types": None}
    assert json.loads(capsys.readouterr().out)["type"] == "Create"


@pytest.mark.parametrize("types, told", [
    (("Comment",), ()), (("Create", "Told"), ()), (("Munge",), ()),
    (("Corespond",), ("'Corespond', which RT by itself does not have; did you mean "
                      "'Correspond'?",)),
    (("comment",), ("did you mean 'Comment'?",)),
    (("Create", "Forward ticket"), ("did you mean 'Forward Ticket'?",)),
    (("Qwxyz", "Qwxyz"), ("type 'Qwxyz', which RT by itself does not have\n",)),
    (("Coment", "Stael"), ("'Comment'?", "'Steal'?")),
    (("PluginsOwn",), ()), (("create",), ())])
@pytest.mark.parametrize("ids", ["1", "1,2"])
def test_history_notes_a_type_that_rt_does_not_have(
        ids: str, types: Any, told: Any, tmp_path: Path,
        capsys: pytest.CaptureFixture[str]) -> None:
    # Over REST2 the database decides whether 'create' is 'Create'.
    held = (Transaction(7, 1, "Create"), Transaction(8, 1, "PluginsOwn"))
    alike = {one.casefold() for one in types}
    desk = Desk(tmp_path, get_history=lambda **given: listing(
                    *(one for one in held if one.type.casefold() in alike)),
                get_histories=lambda **_: listing(Outcome(1, held), Outcome(2, held)))
    if ids == "1,2" and types == ("create",):
        told = ("did you mean 'Create'?",)
    options = [word for one in types for word in ("--type", one)]
    assert desk.run("history", ids, *options) == 0
    noted = capsys.readouterr().err.splitlines(keepends=True)
    assert len(noted) == len(told)
    for line, part in zip(noted, told):
        assert line.startswith("rtcompat: note: nothing is of the type ") and part in line


PARTS = (Attachment(5, filename=None, content_type="text/plain"),
         Attachment(6, filename="../../etc/pass\nwd", content_type="text/plain"))


def save(attachment_id: int, path: Any, ticket_id: int) -> int:
    return Path(path).write_bytes(b"12345")


def test_attachments_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path, get_attachments=PARTS)
    assert desk.run("attachments", "1", "--json") == 0
    assert [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()] == [5, 6]
    assert desk.run("attachments", "1") == 0
    assert capsys.readouterr().out.startswith("id  transaction")


def test_attachments_are_saved_inside_the_folder(tmp_path: Path,
                                                 capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path, get_attachments=PARTS, save_attachment=save)
    target = tmp_path / "a" / "b"
    target.mkdir(parents=True)
    assert desk.run("attachments", "1", "--save", str(target)) == 0
    assert [path.name for path in target.iterdir()] == ["6-.._.._etc_pass_wd"]
    assert desk.call()[1] == {"attachment_id": 6, "ticket_id": 1,
                              "path": target / "6-.._.._etc_pass_wd"}
    assert capsys.readouterr().out.endswith("6-.._.._etc_pass_wd  5 bytes\n")


def test_one_attachment_into_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path, save_attachment=save)
    path = tmp_path / "out"
    assert desk.run("attachments", "1", "--get", "6", "-o", str(path), "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"id": 6, "path": str(path), "size": 5}


def test_one_attachment_to_standard_output(tmp_path: Path,
                                           capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    desk = Desk(tmp_path, read_attachment=b"\x00\xff\n")
    assert desk.run("attachments", "1", "--get", "6", "-o", "-") == 0
    assert capsysbinary.readouterr().out == b"\x00\xff\n"


def test_a_file_that_cannot_be_written_is_no_refusal(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path, save_attachment=save)
    assert desk.run("attachments", "1", "--get", "6", "-o", str(tmp_path / "no" / "x")) == 2
    assert "No such file" in capsys.readouterr().err


# -- writing ------------------------------------------------------------------------------------

def test_create(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_bytes(b"file")
    desk = Desk(tmp_path, create_ticket=DONE)
    assert desk.run(
        "create", "--queue", "Second Queue", "--subject", "Hi", "-m", "<b>x</b>", "--html",
        "--attach", str(tmp_path / "a.txt"), "--requestor", "a@x", "--requestor", "b@x",
        "--cc", "c@x", "--admin-cc", "d@x", "--set", "priority=5", "--cf", "Tags=a", "--cf",
        "Tags=b", "--role", "Engineer=e@x", "--no-read-back") == 0
    assert desk.call()[0] == "create_ticket"
    assert given(desk) == {
        "queue": "Second Queue", "subject": "Hi", "content": "<b>x</b>",
        "content_type": "text/html", "requestors": ("a@x", "b@x"), "cc": ("c@x",),
        "admin_cc": ("d@x",), "priority": 5, "custom_fields": {"Tags": ("a", "b")},
        "custom_roles": {"Engineer": ("e@x",)}, "read_back": False,
        "attachments": [NewAttachment("a.txt", b"file", "text/plain")]}
    assert capsys.readouterr().out == "ticket 12 created\n  changed  status\n"


def test_create_in_the_queue_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(tmp_path, create_ticket=DONE)
    del desk.environment["RTCONFIG"]
    (tmp_path / ".rtrc").write_text("queue General\n")
    pipe(monkeypatch, "Grüße\n".encode())
    assert desk.run("create", "--file", "-") == 0
    assert given(desk) == {"queue": "General", "subject": "", "content": "Grüße\n",
                           "content_type": "text/plain", "read_back": True}
    assert desk.run("create", "--queue", "3", "--set", "subject=x") == 0
    assert (given(desk)["queue"], given(desk)["subject"]) == (3, "x")


def test_edit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path, edit_ticket=DONE)
    assert desk.run(
        "edit", "12", "--set", "status=open", "--set", "due=2024-07-01 08:00", "--timezone",
        "Europe/Berlin", "--cf", "Tags=", "--requestor", "", "--add-cc", "a@x", "--remove-cc",
        "b@x", "--add-requestor", "c", "--remove-requestor", "d", "--add-admin-cc", "e",
        "--remove-admin-cc", "f", "--complete-watchers", "--json") == 0
    said = desk.call()[1]
    assert said["requestors"] == () and said["cc"] is KEEP
    assert said["due"].isoformat() == "2024-07-01T08:00:00+02:00"
    assert (said["add_cc"], said["remove_cc"]) == (("a@x",), ("b@x",))
    assert (said["add_requestors"], said["remove_requestors"]) == (("c",), ("d",))
    assert (said["add_admin_cc"], said["remove_admin_cc"]) == (("e",), ("f",))
    assert said["complete_watchers"] and said["read_back"]
    assert (said["status"], said["custom_fields"]) == ("open", {"Tags": ()})
    assert json.loads(capsys.readouterr().out)["changed"] == ["status"]


@pytest.mark.parametrize("option", ["--set status=x", "--cf a=b", "--role a=b", "--cc a",
                                    "--admin-cc a", "--requestor a", "--add-cc a",
                                    "--remove-cc a", "--add-requestor a", "--remove-requestor a",
                                    "--add-admin-cc a", "--remove-admin-cc a"])
def test_each_option_alone_is_an_edit(option: str, tmp_path: Path) -> None:
    desk = Desk(tmp_path, edit_ticket=DONE)
    assert desk.run("edit", "12", *option.split()) == 0


@pytest.mark.parametrize("as_json", [False, True])
def test_a_partly_refused_edit_shows_its_receipt(as_json: bool, tmp_path: Path,
                                                 capsys: pytest.CaptureFixture[str]) -> None:
    receipt = Receipt(changed=("status",), refused=("owner",), messages=("Nein",), id=12)
    desk = Desk(tmp_path, edit_ticket=errors.InvalidValue("owner was refused", receipt=receipt))
    assert desk.run("edit", "12", "--set", "owner=x", *(["--json"] if as_json else [])) == 1
    out, err = capsys.readouterr()
    assert "owner was refused" in err
    if as_json:
        assert json.loads(out)["refused"] == ["owner"]
    else:
        assert out.splitlines() == ["ticket 12: not all was done", "  changed  status",
                                    "  refused  owner", "  RT said  Nein"]


@pytest.mark.parametrize("verb", ["reply", "comment"])
def test_reply_and_comment(verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.png").write_bytes(b"")
    pipe(monkeypatch, b"from a pipe")
    desk = Desk(tmp_path, **{verb: Receipt(transaction_id=5)})
    assert desk.run(verb, "12", "-m", "-", "--attach", str(tmp_path / "a.png"), "--cc", "a@x",
                    "--bcc", "b@x", "--time", "15", "--status", "resolved") == 0
    assert desk.call()[0] == verb
    assert given(desk) == {
        "ticket_id": 12, "content": "from a pipe", "content_type": "text/plain", "cc": ("a@x",),
        "bcc": ("b@x",), "time_worked": 15, "status": "resolved",
        "attachments": [NewAttachment("a.png", b"", "image/png")]}
    assert desk.run(verb, "12", "--html", "-m", "x") == 0
    assert desk.call()[1]["status"] is KEEP and desk.call()[1]["content_type"] == "text/html"


def test_links_are_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path, edit_links=Receipt(changed=("refers_to",)))
    assert desk.run("links", "12", "--add", "refers-to=13", "--remove", "members=14",
                    "--replace", "depends_on=", "--no-read-back") == 0
    assert desk.call() == ("edit_links", {
        "ticket_id": 12, "add": {"refers_to": [13]}, "remove": {"members": [14]},
        "replace": {"depends_on": []}, "read_back": False})
    assert capsys.readouterr().out == "ticket 12: links edited\n  changed  refers_to\n"


def test_links_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path, get_links=Links())
    assert desk.run("links", "12", "--json") == 0
    assert json.loads(capsys.readouterr().out)["refers_to"] == []


@pytest.mark.parametrize("verb, operation", [("take", "take_ticket"), ("untake", "untake_ticket"),
                                             ("steal", "steal_ticket")])
def test_owners(verb: str, operation: str, tmp_path: Path,
                capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path, **{operation: Receipt(changed=("owner",))})
    assert desk.run(verb, "12") == 0
    assert desk.call() == (operation, {"ticket_id": 12})
    assert capsys.readouterr().out.endswith("  changed  owner\n")


def test_merge(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path, merge_ticket=Receipt(changed=("merge",), id=13))
    assert desk.run("merge", "12", "13") == 0
    assert desk.call() == ("merge_ticket", {"ticket_id": 12, "into_id": 13})
    assert capsys.readouterr().out.startswith("ticket 12 merged into 13\n")


def test_a_dry_run_shows_the_write(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    would = WouldSend(Request("PUT", "ticket/12", json={"Status": "open"}, effect="write",
                              about="edit ticket 12"))
    desk = Desk(tmp_path, edit_ticket=would)
    assert desk.run("edit", "12", "--set", "status=open", "--dry-run") == 0
    assert capsys.readouterr().out.splitlines() == [
        "not sent: edit ticket 12 would be", "PUT ticket/12", "JSON:", "    {",
        '      "Status": "open"', "    }"]
    assert desk.run("edit", "12", "--set", "status=open", "--dry-run", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"would_send": {
        "method": "PUT", "path": "ticket/12", "query": [], "json": {"Status": "open"}}}
    assert all(how["dry_run"] for _, how in desk.connections)


# -- endings ------------------------------------------------------------------------------------

@pytest.mark.parametrize("arguments, doubt", [(("links", "1"), False),
                                              (("take", "1"), True),
                                              (("links", "1", "--add", "members=2"), True)])
def test_an_interrupt(arguments: Any, doubt: bool, tmp_path: Path,
                      capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path, get_links=KeyboardInterrupt(), take_ticket=KeyboardInterrupt(),
                edit_links=KeyboardInterrupt())
    assert desk.run(*arguments) == 130
    err = capsys.readouterr().err
    assert "interrupted" in err and ("may have been carried out" in err) is doubt


def test_a_defect_is_no_refusal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path, get_links=ZeroDivisionError())
    assert desk.run("links", "1") == 70
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_warnings_are_told_beside_the_output(tmp_path: Path,
                                             capsys: pytest.CaptureFixture[str]) -> None:
    def warn(**_: Any) -> Links:
        warnings.warn("two zones are possible")
        return Links()
    desk = Desk(tmp_path, get_links=warn)
    assert desk.run("links", "1") == 0
    assert capsys.readouterr().err == "rtcompat: note: two zones are possible\n"


def test_output_into_a_closed_pipe(tmp_path: Path) -> None:
    script = ("import sys\nfrom pathlib import Path\n"
              "from rtcompat.model import Ticket\n"
              "from tests.unit.cli_fake import Desk, listing\n"
              "many = listing(*(Ticket(n, subject='x' * 500) for n in range(1, 5000)))\n"
              f"desk = Desk(Path({str(tmp_path)!r}), search_tickets=many)\n"
              "sys.exit(desk.run('search', 'x'))\n")
    command = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, cwd=Path(__file__).parents[2],
                               env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    assert command.stdout is not None and command.stderr is not None
    command.stdout.readline()
    command.stdout.close()
    told = command.stderr.read()
    command.stderr.close()
    assert (told, command.wait(30)) == (b"", 141)


def test_a_terminal_that_lacks_characters_gets_escapes(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="latin-1"))
    desk = Desk(tmp_path, get_ticket=Ticket(1, subject="Grüße 日"))
    assert desk.run("show", "1") == 0
    assert raw.getvalue().splitlines()[1] == "  subject  Grüße \\u65e5".encode("latin-1")


def test_without_click_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch,
                                             capsys: pytest.CaptureFixture[str]) -> None:
    genuine = builtins.__import__

    def without(name: str, *more: Any, **named: Any) -> Any:
        if name == "click":
            raise ImportError(name)
        return genuine(name, *more, **named)
    monkeypatch.setattr(builtins, "__import__", without)
    assert main(["links", "1"]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1
    assert "rtcompat[cli]" in err and "pip install click" in err


def test_the_width_is_that_of_the_terminal(tmp_path: Path,
                                           monkeypatch: pytest.MonkeyPatch) -> None:
    one = invocation.Invocation(environment={})
    monkeypatch.setattr(sys.stdout, "isatty", lambda: False, raising=False)
    assert one.width is None
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "77")
    assert one.width == 77


@pytest.mark.parametrize("request_", [
    Request("POST", "user/new", json={"Name": "x", "Password": "s3cret"}),
    Request("POST", "user/new", form=(("content", "id: user/new\nPassword: s3cret\n more\n"
                                                  "City: Ulm"),))])
def test_a_dry_run_shows_stars_for_a_password(request_: Request) -> None:
    shown = "\n".join(would_send.as_text(request_)) + json.dumps(would_send.as_record(request_))
    assert "s3cret" not in shown and "more" not in shown and "***" in shown
