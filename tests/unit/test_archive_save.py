"""`archive.save` and `verify` against a server in memory: whole, broken off, gone on with."""
from __future__ import annotations

import errno
import json
import multiprocessing
import os
import resource
import signal
import threading
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Tuple, cast
from unittest import mock

import pytest

from rtcompat import archive
from rtcompat.archive import save, verify
from rtcompat.archive.folder import Stopped, Store
from rtcompat.archive.manifest import MANIFEST, UNFINISHED, Entry
from rtcompat.errors import (InvalidQuery, NotAuthenticated, NotFound, NotSaved,
                             PermissionDenied, ProtocolError, RTError, ServerFailure, TimedOut,
                             Unsupported, UsageError)
from rtcompat.exchange import Request, Response
from rtcompat.model import NOT_LOADED, Links, ServerInfo
from rtcompat.ticketsql import ticketsql
from tests.saving import NOW, FakeLive, FakeRest2, Kept

_EARLIER = NOW - timedelta(days=30)


def _server() -> FakeLive:
    return FakeLive({1: Kept("one", _EARLIER), 2: Kept("two", _EARLIER, ("a\n", "b")),
                     3: Kept("three", _EARLIER, ("", "x" * 5000), queue="Sup/port, 2nd")})


def _small() -> FakeLive:
    return FakeLive({1: Kept("one", _EARLIER), 2: Kept("two", _EARLIER, ("a\n", "b"))})


#: Each process is killed; they are forked from one that has no threads.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload([__name__])


def _is_killed(act: Callable[..., None], *given: Any) -> None:
    process = _PROCESSES.Process(target=act, args=given)
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL


def _files(folder: Path) -> Dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*")) if path.is_file() and path.name != MANIFEST}


def _lines(folder: Path) -> List[Dict[str, object]]:
    return [json.loads(line) for line in (folder / MANIFEST).read_bytes().splitlines()]


def test_a_dump_is_rts_bytes_with_a_manifest(tmp_path: Path) -> None:
    live, seen = _server(), []
    saved = save(live, "id > 0", tmp_path, progress=lambda done, of: seen.append((done, of)))
    assert (saved.found, saved.tickets, saved.failures, saved.composed) == (3, 3, (), False)
    assert seen[0] == (0, 3) and seen[-1] == (3, 3)
    files = _files(tmp_path)
    assert files["ticket/2/show"] == live.exchange("rest1", Request(
        "POST", "show", form=(("id", "ticket/2"),))).content
    assert files["attachment/201/content"] == b"RT/5.0.3 200 Ok\n\nb"
    assert files["attachment/300/content"] == b""
    assert {"user/alice/show", "user/Nobody/show", "queue/General/show",
            "queue/General/ticketcustomfields", "queue/Sup%2Fport%2C%202nd/show"} <= set(files)
    assert not (tmp_path / UNFINISHED).exists()
    begun, *lines, ended = _lines(tmp_path)
    assert (begun["begun"], begun["found"], begun["here"]) == ("id > 0", 3, 0)
    assert (ended["ended"], ended["found"]) == ("id > 0", 3)
    assert {one["file"] for one in lines} == set(files) and len(lines) == len(files)
    assert saved.files == len(files) and saved.bytes == sum(map(len, files.values()))
    content = next(one for one in lines if one["file"] == "attachment/200/content")
    assert content["request"] == "GET REST/1.0/attachment/200/content"
    assert (content["composed"], content["user"], content["timezone"], content["status"]) == (
        False, "alice", "Europe/Berlin", 200)
    assert content["time"] == "2026-01-02T03:04:05Z" and content["ticket"] == 2
    assert verify(tmp_path) == ()


def test_the_requests_are_few(tmp_path: Path) -> None:
    live = _server()
    save(live, "id > 0", tmp_path, jobs=1)
    about_two = [one for one in live.asked if "ticket/2" in one or "/20" in one]
    assert len(about_two) == 4  # the ticket, its attachments' forms, two contents
    assert len([one for one in live.asked if one.startswith("user/")]) == 2
    assert len(live.asked) == len(set(live.asked))


def test_a_second_save_asks_for_what_changed_alone(tmp_path: Path) -> None:
    save(_server(), "id > 0", tmp_path)
    before = _files(tmp_path)
    later = _server().later(t2={"subject": "changed", "texts": ("a\n", "b", "new")})
    saved = save(later, "id > 0", tmp_path)
    assert (saved.found, saved.tickets) == (3, 1)
    assert [one for one in later.asked if one not in ("", "search/ticket id > 0")] == [
        "search_tickets changed",
        "show ticket/2 ticket/2/history ticket/2/attachments ticket/2/links",
        "queue/General/show", "queue/General/ticketcustomfields",
        "show attachment/202", "attachment/202/content"]
    after = _files(tmp_path)
    assert {name for name in after if after[name] != before.get(name)} == {
        "ticket/2/show", "attachment/202/content", "show/attachments-202"}
    assert verify(tmp_path) == ()
    again = save(later.later(), "id > 0", tmp_path)
    assert again.tickets == 0


def test_what_changed_while_it_was_saved_is_saved_again(tmp_path: Path) -> None:
    live = _server()
    live.tickets[1] = Kept("one", NOW - timedelta(minutes=1))
    save(live, "id > 0", tmp_path)
    assert save(live.later(), "id > 0", tmp_path).tickets == 1


def test_where_the_zone_is_in_doubt_all_are_looked_at(tmp_path: Path) -> None:
    save(_server(), "id > 0", tmp_path)
    later = _server().later(t2={"subject": "changed"})
    later.exact = False
    assert save(later, "id > 0", tmp_path).tickets == 3
    assert "search_tickets id > 0" in later.asked


def test_a_ticket_that_is_gone_is_asked_once_and_its_last_answer_stays(tmp_path: Path) -> None:
    save(_server(), "id > 0", tmp_path)
    before = _files(tmp_path)
    later = _server().later(t2=None)
    saved = save(later, "id > 0", tmp_path)
    assert [(one.what, type(one.error)) for one in saved.failures] == [("ticket/2", NotFound)]
    assert _files(tmp_path)["ticket/2/show"] == before["ticket/2/show"]
    assert save(later.later(), "id > 0", tmp_path).tickets == 0


def test_a_refusal_is_kept_where_there_is_nothing_better(tmp_path: Path) -> None:
    live = _server()
    live.tickets[9] = Kept("hidden", _EARLIER)
    live.hidden = {9}
    saved = save(live, "id > 0", tmp_path)
    assert len(saved.failures) == 1
    assert _files(tmp_path)["ticket/9/show"].endswith(b"# Ticket 9 does not exist.\n\n\n")
    assert verify(tmp_path) == ()


def test_an_error_of_one_ticket_is_told_and_the_next_save_tries_again(tmp_path: Path) -> None:
    live = _server()
    live.fails["attachment/201/content"] = TimedOut("too slow")
    saved = save(live, "id > 0", tmp_path)
    assert [(one.what, type(one.error)) for one in saved.failures] == [("ticket/2", TimedOut)]
    files = _files(tmp_path)
    assert "ticket/1/show" in files and "ticket/3/show" in files
    assert "ticket/2/show" not in files and "attachment/201/content" not in files
    again = _server()
    assert save(again, "id > 0", tmp_path).tickets == 1
    assert "attachment/200/content" not in again.asked
    assert verify(tmp_path) == ()


def test_where_rt_crashes_over_a_history_the_rest_is_saved(tmp_path: Path) -> None:
    live = _server()
    live.fails["ticket/2/history"] = ServerFailure("subrequest depth > 32")
    saved = save(live, "id > 0", tmp_path)
    assert [(one.what, type(one.error)) for one in saved.failures] == [
        ("ticket/2/history", ServerFailure)]
    content = _files(tmp_path)["ticket/2/show"]
    assert content.count(b"RT/5.0.3 200 Ok\n") == 3 and b"\nid: ticket/2/links\n" in content
    assert [one.what.split(":")[0] for one in verify(tmp_path)] == [
        "ticket/2/history could not be saved"]
    with closing(archive.open(tmp_path)) as read:
        assert read.get_ticket(2).subject == "two" and read.get_links(2) == Links()
        with pytest.raises(NotSaved):
            read.get_history(2)


def test_what_ends_everything_is_raised_and_what_is_saved_stays(tmp_path: Path) -> None:
    live = _server()
    live.fails["show ticket/3"] = NotAuthenticated("signed out")
    with pytest.raises(NotAuthenticated):
        save(live, "id > 0", tmp_path, jobs=1)
    assert "ticket/1/show" in _files(tmp_path)
    saved = save(_server(), "id > 0", tmp_path)
    assert saved.failures == () and verify(tmp_path) == ()


def _killed(folder: str, at: int) -> None:
    live = _small()
    live.killed_at = at
    save(live, "id > 0", folder, jobs=1)


def _whole(folder: Path) -> Tuple[int, Dict[str, bytes]]:
    live = _small()
    save(live, "id > 0", folder, jobs=1)
    return len(live.asked), _files(folder)


def test_killed_at_any_request_and_gone_on_with(tmp_path: Path) -> None:
    count, files = _whole(tmp_path / "whole")
    for at in range(2, count + 1):
        folder = tmp_path / str(at)
        _is_killed(_killed, str(folder), at)
        told = {line.get("file") for line in _lines(folder)} \
            if (folder / MANIFEST).exists() else set()
        assert not told or "did not come to its end" in verify(folder)[0].what
        live = _small()
        save(live, "id > 0", folder, jobs=1)
        assert _files(folder) == files and verify(folder) == (), at
        assert not {one for one in told if str(one).endswith("/content") and one in live.asked}


@pytest.mark.parametrize("told", [False, True])
def test_killed_between_putting_a_file_in_place_and_telling_it(
        tmp_path: Path, told: bool) -> None:
    _, files = _whole(tmp_path / "whole")
    for at in range(1, len(files) + 1):
        folder = tmp_path / str(at)
        _is_killed(_killed_after_a_file, str(folder), at)
        if told:  # the next one meets tickets that changed
            save(_small().later(t2={"subject": "changed"}), "id > 0", folder)
        save(_small(), "id > 0", folder)
        assert verify(folder) == (), at
        assert told or _files(folder) == files


def test_killed_while_a_changed_ticket_replaces_the_old_one(tmp_path: Path) -> None:
    later = _small().later(t1={"subject": "two"}, t2={"subject": "six", "texts": ("a\n", "c")})
    for at in range(1, 6):
        folder = tmp_path / str(at)
        save(_small(), "id > 0", folder)
        _is_killed(_killed_after_a_file, str(folder), at, later)
        save(later, "id > 0", folder)
        assert verify(folder) == (), at
        assert b"Subject: six" in _files(folder)["ticket/2/show"]


def _killed_after_a_file(folder: str, at: int, live: Optional[FakeLive] = None) -> None:
    count, replace = [0], os.replace

    def replacing(source: str, target: str) -> None:
        replace(source, target)
        count[0] += 1
        if count[0] == at:
            os.kill(os.getpid(), signal.SIGKILL)
    with mock.patch("rtcompat.archive.folder.os.replace", replacing):
        save(live or _small(), "id > 0", folder, jobs=1)


def test_a_line_cut_off_is_no_line(tmp_path: Path) -> None:
    save(_server(), "id > 0", tmp_path)
    manifest = tmp_path / MANIFEST
    whole = manifest.read_bytes()
    whole = whole[:whole[:-1].rindex(b"\n") + 1]  # without the line that tells the end
    manifest.write_bytes(whole[:-20])
    live = _server()
    saved = save(live, "id > 0", tmp_path)
    assert saved.problems == () and verify(tmp_path) == ()
    assert manifest.read_bytes().startswith(whole[:whole[:-1].rindex(b"\n") + 1])
    manifest.write_bytes(b"{}\n" + manifest.read_bytes())
    assert [(one.line, one.raw) for one in verify(tmp_path)] == [(1, b"{}\n")]


@pytest.mark.parametrize("changed", [
    {"timezone": 5}, {"timezone_exact": "yes"}, {"size": "1"}, {"size": True}, {"ticket": "7"},
    {"user": []}, {"composed": 0}, {"file": "{outside}"}, {"file": "../secret.txt"},
    {"file": "a/../../secret.txt"}, {"file": "a\\..\\secret.txt"}, {"file": "C:secret.txt"},
    {"file": "./a"}, {"file": "a//b"}, {"file": "a/"}, {"file": "a\0b"}, {"file": ""}],
    ids=str)
def test_what_cannot_be_a_line_of_ours_is_a_problem_and_not_followed(
        tmp_path: Path, changed: Dict[str, object]) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    folder = tmp_path / "dump"
    save(_small(), "id > 0", folder)
    raw: Dict[str, object] = {**next(one for one in _lines(folder) if "file" in one), **changed}
    if raw["file"] == "{outside}":
        raw["file"] = str(secret)
    with open(folder / MANIFEST, "a", encoding="ascii") as file:
        file.write(json.dumps(raw) + "\n")
    (problem,) = verify(folder)
    assert (problem.file, problem.what) == (str(folder / MANIFEST), "no line of a manifest")
    with archive.open(folder) as opened:
        assert opened.problems == (problem,) and opened.get_ticket(1).id == 1
    assert save(_small(), "id > 0", folder).problems == (problem,)


def test_a_failure_told_of_a_place_outside_takes_nothing_away(tmp_path: Path) -> None:
    outside = tmp_path / "other" / "content"
    outside.parent.mkdir()
    outside.write_text("not ours")
    folder = tmp_path / "dump"
    save(_small(), "id > 0", folder)
    with open(folder / MANIFEST, "a", encoding="ascii") as file:
        file.write(json.dumps({"failed": "attachment/../../other", "error": "x"}) + "\n")
    Store(folder).leave()
    assert outside.is_file()


def test_a_manifest_does_not_grow_for_ever(tmp_path: Path) -> None:
    live = _server()
    save(live, "id > 0", tmp_path)
    count = len(_lines(tmp_path))
    lengths = []
    for day in range(8):
        live = live.later(t1={"subject": f"{day}"}, t2={"subject": "x"}, t3={"subject": "y"})
        save(live, "id > 0", tmp_path)
        lengths.append(len(_lines(tmp_path)))
        assert verify(tmp_path) == ()
    assert count - 1 in lengths and max(lengths) <= 2 * count
    assert f"Subject: {day}".encode() in _files(tmp_path)["ticket/1/show"]


def test_a_broken_answer_replaces_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path)
    draft = store.draft()
    draft.write(b"half")
    draft.drop()
    assert list((tmp_path / UNFINISHED).iterdir()) == []
    left = store.draft()
    left.write(b"of a process that died")
    left.close()
    store.leave()
    assert [one.what for one in (verify(_dump(tmp_path)))] == [
        "left behind by a save that broke off"]
    Store(tmp_path).close()
    assert not (tmp_path / UNFINISHED).exists()


def _dump(folder: Path) -> Path:
    (folder / MANIFEST).write_bytes(b"")
    return folder


def test_verify_tells_what_is_missing_changed_or_too_many(tmp_path: Path) -> None:
    save(_server(), "id > 0", tmp_path)
    (tmp_path / "attachment/100/content").write_bytes(b"RT/5.0.3 200 Ok\n\nHallo\n")
    (tmp_path / "ticket/1/show").unlink()
    (tmp_path / "ticket/1/notes.txt").write_text("mine")
    assert [(Path(one.file).relative_to(tmp_path).as_posix(), one.what.split(":")[0])
            for one in verify(tmp_path)] == [
        ("attachment/100/content", "not as it was saved"), ("ticket/1/show", "missing"),
        ("ticket/1/notes.txt", "not told in MANIFEST.jsonl")]
    live = _server()
    assert save(live, "id > 0", tmp_path).tickets == 1


def test_verify_tells_what_is_another_kind_of_answer(tmp_path: Path) -> None:
    save(_server(), "id > 0", tmp_path)
    store = Store(tmp_path)
    entry = store.get("ticket/1/show")
    assert entry is not None
    store.put(b"<html><title>Login</title></html>", entry)
    assert [one.what for one in verify(tmp_path)] == [
        f"this should be the answer to {entry.request}, and it is: web page"]


def test_over_rest2_alone_the_answers_are_written_from_records(tmp_path: Path) -> None:
    live = FakeRest2({1: Kept("one", _EARLIER, ("Grüße\n",)), 2: Kept("two", _EARLIER),
                      3: Kept("hidden", _EARLIER)})
    live.hidden = {3}
    saved = save(live, "id > 0", tmp_path)
    assert saved.composed and saved.found == 3
    assert sorted((one.what, type(one.error)) for one in saved.failures) == [
        ("attachment/104", Unsupported), ("attachment/204", Unsupported),
        ("ticket/3", PermissionDenied)]
    assert sorted(one.what for one in verify(tmp_path)) == [
        f"attachment/{one} could not be saved: Unsupported: a mail in a mail"
        for one in (104, 204)]
    assert {(one["composed"], one["timezone"]) for one in _lines(tmp_path)
            if "file" in one} == {(True, "UTC")}
    assert live.asked.count("group/12") == 1 and live.asked.count("attachments 10") == 1
    files = _files(tmp_path)
    assert files["attachment/103/content"] == b"RT/5.0.3 200 Ok\n\n" + bytes(range(70))
    assert files["ticket/3/show"].endswith(b"# You are not allowed to display ticket 3.\n\n\n")
    assert b"SLA" not in files["ticket/1/show"]  # the queue has no service levels
    with closing(archive.open(tmp_path)) as read:
        ticket = read.get_ticket(1)
        assert ticket.created == _EARLIER and ticket.times_exact
        assert [who.email for who in ticket.cc] == ["a@example.org", "b@example.org"]
        assert ticket.custom_fields["Severity"] == ("low, rather",)
        assert ticket.custom_roles is NOT_LOADED and ticket.last_updated_by is NOT_LOADED
        assert read.get_links(1) == live.get_links(1)
        (entry,) = read.get_history(1)
        assert entry.content == "Grüße\n" and entry.rt_description is NOT_LOADED
        assert [(one.id, one.size, one.filename) for one in entry.attachments] == [
            (100, None, None), (101, None, None), (102, None, None), (103, 70, "a.png"),
            (104, None, None)]
        assert [read.get_attachment(one).parent_id for one in range(100, 105)] == [
            None, 100, 100, 102, 100]
        assert read.get_attachment(103).headers == (("X-Part", "103"),)
        assert read.read_attachment(101) == "Grüße\n".encode()
        with pytest.raises(NotSaved):
            read.read_attachment(104)
    later = FakeRest2(live.tickets, now=NOW + timedelta(days=1))
    assert save(later, "id > 0", tmp_path).tickets == 0


def test_misuse(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        save(_server(), " ", tmp_path)
    with pytest.raises(UsageError):
        save(_server(), "id > 0", tmp_path, jobs=0)
    with pytest.raises(UsageError, match="moments"):
        save(_server(), ticketsql(created__gt=NOW), tmp_path)
    with pytest.raises(UsageError):
        verify(tmp_path / "nowhere")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UsageError):
        save(_server(), "id > 0", tmp_path / "file")
    assert save(_server(), ticketsql(status="new"), tmp_path / "d").found == 3


# -- a newcomer's mistakes, full disks, and what could not be saved ------------------------------

class _Elsewhere(FakeLive):
    """The same tickets at another address, or of another user."""

    url, user = "http://other", "alice"

    def server(self) -> ServerInfo:
        return replace(super().server(), url=self.url, user=self.user)


def test_two_servers_or_users_never_stand_in_one_dump(tmp_path: Path) -> None:
    save(_server(), "id > 0", tmp_path)
    before = _files(tmp_path)
    other = _Elsewhere(_server().tickets)
    with pytest.raises(UsageError, match="holds what http://rt answered, not http://other"):
        save(other, "id > 0", tmp_path)
    other.url, other.user = "http://rt/", "bob"
    with pytest.raises(UsageError, match="holds what alice may see, and bob asks now"):
        save(other, "id > 0", tmp_path)
    assert other.asked == [] and _files(tmp_path) == before
    other.user = "Alice"
    assert save(other, "id > 0", tmp_path).tickets == 0


def test_a_server_that_moved_is_gone_on_with(tmp_path: Path) -> None:
    save(_server(), "id > 0", tmp_path)
    other = _Elsewhere(_server().tickets)
    with pytest.raises(UsageError, match="moved_from='http://rt'"):
        save(other, "id > 0", tmp_path, moved_from="http://third")
    assert save(other, "id > 0", tmp_path, moved_from="http://rt/").tickets == 0
    assert save(other, "id > 0", tmp_path).tickets == 0, "the last answer counts"


def test_a_folder_with_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").touch()
    live = _server()
    with pytest.raises(UsageError, match="not empty.*new folder"):
        save(live, "id > 0", tmp_path)
    assert live.asked == [] and [one.name for one in tmp_path.iterdir()] == ["thesis.tex"]


def test_an_archive_is_no_server_to_save(tmp_path: Path) -> None:
    save(_server(), "id > 0", tmp_path / "dump")
    with closing(archive.open(tmp_path / "dump")) as old:
        with pytest.raises(UsageError, match="a connection to a live server"):
            save(cast(Any, old), "id > 0", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_disk_that_is_full_is_told_with_the_file(tmp_path: Path) -> None:
    live = _server()
    live.tickets[4] = Kept("long", _EARLIER, ("x" * 200_000,))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(OSError) as met:
            save(live, "id > 0", tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert met.value.errno == errno.EFBIG and str(tmp_path) in met.value.filename
    save(live, "id > 0", tmp_path)
    assert verify(tmp_path) == ()


def test_verify_goes_on_behind_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    save(_server(), "id > 0", tmp_path)
    for name in ("attachment/100/content", "ticket/1/show"):
        (tmp_path / name).unlink()
        (tmp_path / name).symlink_to("/proc/self/mem")  # opens, and gives no byte
    assert [(Path(one.file).relative_to(tmp_path).as_posix(), one.what)
            for one in verify(tmp_path)] == [
        (name, "cannot be read: Input/output error")
        for name in ("attachment/100/content", "ticket/1/show")]


def test_what_could_not_be_saved_is_told_until_it_is(tmp_path: Path) -> None:
    live = _server()
    live.fails["attachment/201/content"] = TimedOut("too slow")
    live.fails["ticket/1/history"] = ServerFailure("subrequest depth > 32")
    save(live, "id > 0", tmp_path)
    wanted = ["ticket/1/history could not be saved: ServerFailure: subrequest depth > 32",
              "ticket/2 could not be saved: TimedOut: too slow"]
    assert sorted(one.what for one in verify(tmp_path)) == wanted
    assert all(one.file == str(tmp_path / MANIFEST) and one.line for one in verify(tmp_path))
    with closing(archive.open(tmp_path, strict=True)) as read:
        assert sorted(one.what for one in read.problems) == wanted
    later = _server().later(t1={"subject": "again"}, t2={"subject": "again"})
    save(later, "id > 0", tmp_path)
    assert verify(tmp_path) == ()


def test_what_could_not_be_saved_survives_a_shorter_manifest(tmp_path: Path) -> None:
    live = FakeRest2({1: Kept("one", _EARLIER)})
    save(live, "id > 0", tmp_path)
    (told,) = [one.what for one in verify(tmp_path)]
    assert told.startswith("attachment/104 could not be saved: Unsupported: ")
    manifest = tmp_path / MANIFEST
    manifest.write_bytes(manifest.read_bytes() * 4)
    save(FakeRest2(live.tickets, now=NOW + timedelta(days=1)), "id > 0", tmp_path)
    assert [one.what for one in verify(tmp_path)] == [told]
    assert len(_lines(tmp_path)) <= len(set(map(str, _lines(tmp_path)))) + 1


def test_a_break_hides_no_failure(tmp_path: Path) -> None:
    live = FakeRest2({1: Kept("one", _EARLIER), 2: Kept("two", _EARLIER)})
    with mock.patch.object(live, "get_links", side_effect=[Links(), NotAuthenticated("out")]):
        with pytest.raises(NotAuthenticated):
            save(live, "id > 0", tmp_path)
    assert "attachment/104" in "".join(one.what for one in verify(tmp_path))


# -- what failed is asked for again, and what is not whole has failed ----------------------------

class _Garbling(FakeLive):
    """Gives other bytes for some answers, by the beginning of what is asked."""

    garbled: Dict[str, Callable[[bytes], bytes]] = {}

    def _answer(self, path: str, given: Dict[str, str], ids: List[str]) -> bytes:
        content = super()._answer(path, given, ids)
        line = " ".join([path, *ids])
        return next((change(content) for begin, change in self.garbled.items()
                     if line.startswith(begin)), content)


def _garbling() -> _Garbling:
    return _Garbling(_server().tickets)


def _failed(saved: archive.Saved) -> List[str]:
    return sorted(one.what for one in saved.failures)


def _unsaved(folder: Path) -> List[str]:
    return sorted(one.what.partition(" could not be saved: ")[0] for one in verify(folder))


@pytest.mark.parametrize("asked, what, tickets", [
    ("queue/General/show", "queue/General", 0),
    ("queue/General/ticketcustomfields", "queue/General", 0),
    ("queue/Sup", "queue/Sup%2Fport%2C%202nd", 0), ("user/alice", "user/alice", 0),
    ("show attachment/200", "show/attachments-200", 1),
    ("attachment/201/content", "attachment/201", 0), ("show ticket/1", "ticket/1", 1)])
def test_what_failed_is_asked_for_again_until_it_is_had(
        tmp_path: Path, asked: str, what: str, tickets: int) -> None:
    live = _server()
    live.fails[asked] = ProtocolError("HTTP 502, not REST 1.0")
    if what.startswith("queue/Sup"):  # RT is asked for its number
        live.fails = {"queue/1": ProtocolError("HTTP 502, not REST 1.0")}
    assert _failed(save(live, "id > 0", tmp_path)) == [what] == _unsaved(tmp_path)
    live.asked.clear()
    assert _failed(save(live, "id > 0", tmp_path)) == [what] == _unsaved(tmp_path)
    assert any(one.startswith(next(iter(live.fails))) for one in live.asked)
    again = save(_server(), "id > 0", tmp_path)
    assert (again.failures, again.tickets, verify(tmp_path)) == ((), tickets, ())
    save(_server(), "id > 0", tmp_path / "other")
    assert _files(tmp_path / "other").items() <= _files(tmp_path).items()
    last = _server()
    assert save(last, "id > 0", tmp_path).files == 1 and len(last.asked) == 3


_BROKEN: Dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "head": lambda content: content[:content.index(b"\n\n") + 2],
    "head without its line end": lambda content: content[:content.index(b"\n")],
    "in a value": lambda content: content.rstrip(b"\n")[:-1],
    "behind a line": lambda content: content.rstrip(b"\n") + b"\n",
    "by lines of a proxy": lambda content: content.rstrip(b"\n") + b"\nBad gateway\nof a proxy\n",
}
_WHOLE = (("show ticket/2", "ticket/2", "ticket/2/show"),
          ("show attachment/200", "show/attachments-200", "show/attachments-200"),
          ("queue/General/show", "queue/General", "queue/General/show"),
          ("user/alice", "user/alice", "user/alice/show"),
          ("search/ticket", "search/ticket-", "search/ticket-"))


@pytest.mark.parametrize("broken", _BROKEN)
@pytest.mark.parametrize("asked, what, file", _WHOLE)
def test_an_answer_that_is_not_whole_has_failed(
        tmp_path: Path, asked: str, what: str, file: str, broken: str) -> None:
    live = _garbling()
    live.garbled = {asked: _BROKEN[broken]}
    for _ in range(2):
        failures = save(live, "id > 0", tmp_path).failures
        assert len(failures) == 1 and failures[0].what.startswith(what)
        assert isinstance(failures[0].error, ProtocolError)
        assert [one.startswith(what) for one in _unsaved(tmp_path)] == [True]
        assert not any(name.startswith(file) for name in _files(tmp_path))
    assert save(_server(), "id > 0", tmp_path).failures == ()
    assert verify(tmp_path) == () and any(one.startswith(file) for one in _files(tmp_path))


def test_a_list_cut_in_a_number_saves_no_other_ticket(tmp_path: Path) -> None:
    live = _Garbling({1: Kept("one", _EARLIER), 23: Kept("other", _EARLIER)})
    live.garbled = {"search/ticket": lambda content: content.rstrip(b"\n")[:-1]}
    save(live, "id > 0", tmp_path)
    assert not (tmp_path / "ticket/2").exists() and (tmp_path / "ticket/1/show").exists()


def test_forms_and_parts_that_are_missing_at_a_border_are_missed(tmp_path: Path) -> None:
    live = _garbling()
    live.garbled = {
        "show attachment/200": lambda content: content[:content.rindex(b"\n--\n")] + b"\n",
        "show ticket/1": lambda content: content[:content.rindex(b"\n--\n")] + b"\n"}
    saved = save(live, "id > 0", tmp_path)
    assert {one.what: one.error.what for one in saved.failures} == {
        "show/attachments-200": "RT answered for 1 of 2 attachments (line 0)",
        "ticket/1": "ticket/1/show: the answer ends before the links: cut short"}


@pytest.mark.parametrize("broken", _BROKEN)
@pytest.mark.parametrize("asked, what, file", _WHOLE)
def test_a_dump_that_holds_an_answer_that_is_not_whole_is_repaired(
        tmp_path: Path, asked: str, what: str, file: str, broken: str) -> None:
    save(_server(), "id > 0", tmp_path)
    before = _files(tmp_path)
    store = Store(tmp_path)
    (entry,) = (one for one in store.entries() if one.file.startswith(file))
    store.put(_BROKEN[broken](before[entry.file]), entry)
    store.close()
    (told,) = verify(tmp_path)
    assert told.file == str(tmp_path / entry.file)
    live = _garbling()
    live.garbled = {asked: _BROKEN[broken]}
    assert [one.what.startswith(what) for one in save(live, "id > 0", tmp_path).failures] == [True]
    assert len(verify(tmp_path)) == 2  # the answer itself, and that it could not be saved
    assert save(_server(), "id > 0", tmp_path).failures == ()
    assert verify(tmp_path) == () and _files(tmp_path) == before


def _saved_before(folder: Path) -> None:
    """A dump whose manifest does not say that its files were looked at."""
    save(_server(), "id > 0", folder)
    lines = [{key: value for key, value in one.items() if key != "looked"}
             for one in _lines(folder)]
    (folder / MANIFEST).write_text("".join(json.dumps(one) + "\n" for one in lines))


def test_a_dump_of_before_is_looked_at_once(tmp_path: Path) -> None:
    _saved_before(tmp_path)
    saved = save(_server(), "id > 0", tmp_path)
    assert (saved.tickets, saved.failures, verify(tmp_path)) == (0, (), ())
    saving = import_module("rtcompat.archive.save")
    with mock.patch.object(saving, "look", side_effect=AssertionError) as look:
        with pytest.raises(AssertionError):
            save(_server(), "id > 0", tmp_path)
    assert look.call_count == 1  # the new list of tickets


def test_a_file_that_cannot_be_read_is_not_taken_away(tmp_path: Path) -> None:
    _saved_before(tmp_path)
    before = _files(tmp_path)
    saving = import_module("rtcompat.archive.save")
    broken = OSError(errno.EIO, os.strerror(errno.EIO), "attachment/200/content")
    with mock.patch.object(saving, "open", side_effect=broken, create=True):
        with pytest.raises(OSError, match="attachment/200/content"):
            save(_server(), "id > 0", tmp_path)
    assert _files(tmp_path) == before


def test_what_is_odd_and_whole_is_saved(tmp_path: Path) -> None:
    live = _garbling()
    live.garbled = {
        "show ticket/1": lambda content: content.replace(
            b"Subject: one\n", b"Subject: one\ntwo, which RT stored with a line end\n"),
        "user/alice": lambda content: content.replace(b"Name: ", b"odd line\nName: "),
        "attachment/200": lambda content: b"RT/5.0.3 200 Ok\n\nRT/5.0.3 200 Ok\n\n# half a"}
    assert save(live, "id > 0", tmp_path).failures == () and verify(tmp_path) == ()
    assert b"\ntwo, which" in _files(tmp_path)["ticket/1/show"]


@pytest.mark.parametrize("given", [b"", b"RT/5.0.3 200 Ok\n\n"])
def test_an_empty_content_that_is_listed_with_a_size_has_failed(
        tmp_path: Path, given: bytes) -> None:
    live = _garbling()
    live.garbled = {f"attachment/{one}/content": lambda content: given for one in (200, 201, 300)}
    for _ in range(2):
        saved = save(live, "id > 0", tmp_path)
        assert {one.what: one.error.what for one in saved.failures} == {
            "attachment/200": "RT gave no content where its list says 2b",
            "attachment/201": "RT gave no content where its list says 1b"}
        assert _unsaved(tmp_path) == ["attachment/200", "attachment/201"]
        with closing(archive.open(tmp_path)) as read:
            assert read.read_attachment(300) == b""
            assert read.read_attachment(200) == b"a\n"  # its form tells it, too
    saved = save(_server(), "id > 0", tmp_path)
    assert (saved.failures, saved.tickets, verify(tmp_path)) == ((), 0, ())


def test_an_empty_content_that_was_kept_before_is_asked_for_again(tmp_path: Path) -> None:
    save(_server(), "id > 0", tmp_path)
    before = _files(tmp_path)
    store = Store(tmp_path)
    for number in (200, 301):
        entry = store.get(f"attachment/{number}/content")
        assert entry is not None
        store.put(b"", entry)
    assert [one.what for one in verify(_closed(store))] == [
        f"RT gave no content where its list says {size}" for size in ("2b", "4.8k")]
    live = _garbling()
    live.garbled = {"attachment/301": lambda content: b""}
    assert _failed(save(live, "id > 0", tmp_path)) == ["attachment/301"] == _unsaved(tmp_path)
    assert not (tmp_path / "attachment/301/content").exists()
    assert save(_server(), "id > 0", tmp_path).failures == ()
    assert _files(tmp_path) == before and verify(tmp_path) == ()


def _closed(store: Store) -> Path:
    store.close()
    return store.folder


def test_over_rest2_tickets_without_their_queue_or_group_are_written_again(
        tmp_path: Path) -> None:
    tickets = {1: Kept("one", _EARLIER), 2: Kept("two", _EARLIER)}
    mails = ["attachment/104", "attachment/204"]  # which REST2 does not give
    live = FakeRest2(tickets)
    with mock.patch.object(live, "get_queue", side_effect=ProtocolError("HTTP 502")), \
            mock.patch.object(live, "get_group_members", side_effect=ProtocolError("HTTP 502")):
        for count in (2, 0):
            saved = save(live, "id > 0", tmp_path)
            assert saved.tickets == count
            assert _failed(saved) == [*mails, "group/12", "queue/General"] == _unsaved(tmp_path)
    saved = save(FakeRest2(tickets), "id > 0", tmp_path)
    assert (_failed(saved), saved.tickets) == (mails, 2) and _unsaved(tmp_path) == mails
    save(FakeRest2(tickets), "id > 0", tmp_path / "other")
    assert all(_files(tmp_path)[name] == content
               for name, content in _files(tmp_path / "other").items())
    saved = save(FakeRest2(tickets), "id > 0", tmp_path)
    assert (_failed(saved), saved.tickets) == (mails, 0)


def test_over_rest2_an_empty_content_with_a_size_has_failed(tmp_path: Path) -> None:
    live = FakeRest2({1: Kept("one", _EARLIER)})

    def nothing(number: int, path: Any, *, ticket_id: Optional[int] = None) -> int:
        Path(path).write_bytes(b"")
        return 0
    with mock.patch.object(live, "save_attachment", nothing):
        for _ in range(2):
            saved = save(live, "id > 0", tmp_path)
            assert {one.what: one.error.what for one in saved.failures} == {
                "attachment/101": "RT gave no content where its list says 6b",
                "attachment/103": "RT gave no content where its list says 70b"}
            assert _unsaved(tmp_path) == ["attachment/101", "attachment/103"]
    assert (tmp_path / "attachment/104/content").read_bytes() == b""  # of no size that is told


def test_before_5_0_2_attachments_are_asked_for_by_an_address_each(tmp_path: Path) -> None:
    live = _Garbling({2: Kept("two", _EARLIER, ("a\n", "b"))})
    live.garbled = {"show ticket/2/attachments/": lambda _: FakeLive._answer(
        live, "show", {}, ["attachment/200,201"])}
    with mock.patch("tests.saving.VERSION", "5.0.1"):  # 4.4.4 refuses a list of them as a number
        assert save(live, "id > 0", tmp_path).failures == ()
    assert "show ticket/2/attachments/200 ticket/2/attachments/201" in live.asked
    (entry,) = (one for one in _lines(tmp_path) if one.get("file") == "show/attachments-200")
    assert entry["address"] == "ticket/2/attachments/200,201" and verify(tmp_path) == ()


# -- a save that did not come to its end --------------------------------------------------------

class _Interrupted(FakeLive):
    """Is closed when its user interrupts the save, which is when two tickets are done: as the
    answers about the others are under way."""

    def __init__(self, tickets: Dict[int, Kept]) -> None:
        super().__init__(tickets)
        self.closed = threading.Event()

    def exchange(self, protocol: str, request: Request) -> Response:
        posted = [value for name, value in request.form or () if name == "id"]
        if posted and posted[0].startswith("ticket/") and int(posted[0].split("/")[1]) > 2:
            assert self.closed.wait(30)
        if self.closed.is_set():
            raise UsageError("this client is closed", advice="connect again")
        return super().exchange(protocol, request)

    def progress(self, done: int, of: int) -> None:
        if done == 2:
            self.closed.set()
            raise KeyboardInterrupt


def _interrupted(folder: Path) -> None:
    live = _Interrupted({number: Kept("x", _EARLIER) for number in range(1, 31)})
    with pytest.raises(KeyboardInterrupt):
        save(live, "id > 0", folder, progress=live.progress)


def _thirty() -> FakeLive:
    return FakeLive({number: Kept("x", _EARLIER) for number in range(1, 31)})


def test_verify_tells_of_a_save_that_was_interrupted_until_one_ends(tmp_path: Path) -> None:
    _interrupted(tmp_path)
    (told,) = verify(tmp_path)
    assert told.what.startswith("the save did not come to its end: 2 of 30 tickets by then (begun")
    assert told.what.endswith(": id > 0); save that query again, or id > 0")
    assert (told.file, told.line) == (str(tmp_path / MANIFEST), 1)
    with closing(archive.open(tmp_path)) as read:
        assert [one.what for one in read.problems] == [told.what]
    save(_thirty(), "id < 5", tmp_path)
    assert [one.what for one in verify(tmp_path)] == [told.what]
    saved = save(_thirty(), "id>0", tmp_path)
    assert (saved.failures, saved.problems, saved.found) == ((), (), 30)
    assert verify(tmp_path) == ()


def test_a_save_that_goes_on_and_is_interrupted_counts_what_was_there(tmp_path: Path) -> None:
    save(_small(), "id > 0", tmp_path)
    live = _thirty()
    live.fails["show ticket/5"] = NotAuthenticated("out")
    with pytest.raises(NotAuthenticated):
        save(live, "id > 0", tmp_path, jobs=1)
    (told,) = verify(tmp_path)
    assert "end: 4 of 30 tickets by then" in told.what
    later = _small().later(t1={"subject": "a"}, t2={"subject": "b"})
    later.fails["show ticket/1"] = NotAuthenticated("out")
    with pytest.raises(NotAuthenticated):
        save(later, "id > 0", tmp_path, jobs=1)
    (told,) = verify(tmp_path)
    assert "all 2 tickets by then, but maybe not what had changed in them" in told.what


def test_of_a_list_in_doubt_no_number_is_told(tmp_path: Path) -> None:
    live = _garbling()
    live.garbled = {"search/ticket": lambda content: content.rstrip(b"\n")}
    live.fails["show ticket/2"] = NotAuthenticated("out")
    with pytest.raises(NotAuthenticated):
        save(live, "id > 0", tmp_path, jobs=1)
    assert "did not come to its end: tickets by then: 1 (" in "".join(
        one.what for one in verify(tmp_path))


def test_two_saves_into_one_folder_are_refused(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(UsageError, match="another save writes into"):
        save(_server(), "id > 0", tmp_path)
    store.leave()
    assert save(_server(), "id > 0", tmp_path).failures == ()
    assert verify(tmp_path) == ()


def test_an_older_manifest_tells_neither_begin_nor_end(tmp_path: Path) -> None:
    save(_server(), "id > 0", tmp_path)
    (tmp_path / MANIFEST).write_text("".join(
        json.dumps(one) + "\n" for one in _lines(tmp_path) if "file" in one))
    assert verify(tmp_path) == ()


def test_an_interrupt_is_no_failure_of_rt(tmp_path: Path) -> None:
    _interrupted(tmp_path)
    lines = _lines(tmp_path)
    assert not [one for one in lines if "failed" in one]
    assert {str(one["file"]) for one in lines if str(one.get("file")).startswith("ticket/")} == {
        "ticket/1/show", "ticket/2/show"}
    assert not (tmp_path / UNFINISHED).exists()


def test_a_thread_that_an_interrupt_left_behind_writes_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "dump")
    draft = store.draft()
    draft.feed(b"half")
    store.leave()
    with pytest.raises(Stopped):
        draft.feed(b"more")
    with pytest.raises(Stopped):
        store.draft()
    with pytest.raises(Stopped):
        store.fail("ticket/1", "UsageError: this client is closed")
    (tmp_path / "dump" / UNFINISHED).mkdir(exist_ok=True)
    with pytest.raises(Stopped):
        store.keep(draft, Entry("ticket/1/show", "", "", "", 0, 200, "", False, "", ""))
    assert not [one for one in tmp_path.rglob("*") if one.is_file()]


def test_a_file_that_is_in_its_place_as_the_save_stops_is_told(tmp_path: Path) -> None:
    def interrupted(source: str, target: str) -> None:
        os.rename(source, target)
        store.stop()
    store = Store(tmp_path)
    with mock.patch("rtcompat.archive.folder.os.replace", interrupted):
        store.put(b"", Entry("attachment/1/content", "", "", "", 0, 200, "", False, "", ""))
    store.leave()
    assert verify(tmp_path) == ()


@pytest.mark.parametrize("rest2", [False, True])
def test_misuse_is_raised_and_no_failure_of_rt(tmp_path: Path, rest2: bool) -> None:
    closed = UsageError("this client is closed")
    live: FakeLive = FakeRest2({1: Kept("one", _EARLIER)}) if rest2 else _server()
    with mock.patch.object(live, "get_links" if rest2 else "get_ticket", side_effect=closed):
        live.fails["show ticket/1"] = closed
        with pytest.raises(UsageError, match="closed"):
            save(live, "id > 0", tmp_path)
    assert not [one for one in _lines(tmp_path) if "closed" in str(one)]


def test_a_name_that_several_records_have_keeps_no_other_from_being_saved(
        tmp_path: Path) -> None:
    live = _server()
    live.fails["user/alice"] = UsageError("several have the name 'alice'", argument="user")
    assert _failed(save(live, "id > 0", tmp_path)) == ["user/alice"] == _unsaved(tmp_path)


@pytest.mark.parametrize("asked, error", [("search/ticket", InvalidQuery("no field Subjct")),
                                          ("", NotAuthenticated("wrong password"))])
def test_a_refused_save_leaves_nothing_that_was_not_there(
        tmp_path: Path, asked: str, error: RTError) -> None:
    live = _server()
    live.fails[asked] = error
    there = tmp_path / "there"
    there.mkdir()
    for folder in (there, tmp_path / "not" / "there"):
        with pytest.raises(type(error)):
            save(live, "Subjct = 'x'", folder)
    assert list(tmp_path.rglob("*")) == [there]
    save(_server(), "id > 0", there)
    before = _files(there), _lines(there)
    with pytest.raises(type(error)):
        save(live, "Subjct = 'x'", there)
    assert (_files(there), _lines(there)) == before and verify(there) == ()
    assert not (there / UNFINISHED).exists()
