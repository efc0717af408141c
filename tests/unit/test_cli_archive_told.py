"""What the commands on archives say beside their output."""
from __future__ import annotations

import json
import os
from typing import Optional, Tuple

import pytest

from rtcompat.archive import exports
from rtcompat.cli.program import run
from rtcompat.errors import NotSaved
from tests.unit.archive_dump import ticket, written
from tests.unit.cli_fake import Desk

Out = pytest.CaptureFixture[str]


def test_the_zone_given_is_that_of_the_times_shown(desk: Desk, dump: str, capsys: Out) -> None:
    assert desk.run("archive", "show", "1", "--from", dump, "--timezone", "Asia/Tokyo") == 0
    told = capsys.readouterr()
    assert "2023-01-13 16:30:00 +0900" in told.out
    assert told.err == ("rtcompat: note: histories say America/New_York, not Asia/Tokyo as "
                        "given\n")


def test_utc_is_written_alike(desk: Desk, dump: str, capsys: Out) -> None:
    shown = []
    for zone in ((), ("--timezone", "UTC"), ("--timezone", "Etc/UTC")):
        assert desk.run("archive", "show", "1", "--from", dump, *zone) == 0
        shown.append(capsys.readouterr().out)
    assert "2023-01-13 07:30:00 UTC" in shown[0] and shown[0] == shown[1] == shown[2]


def test_problems_of_the_query_are_told_at_once(desk: Desk, dump: str, capsys: Out) -> None:
    query = "'CF.{Nope}' = 'x'"
    for words in (("search", query), ("export", "--query", query, "--to",
                                      str(desk.folder / "o.jsonl"))):
        assert desk.run("archive", *words, "--from", dump) == 0
        err = capsys.readouterr().err
        assert "rtcompat: note: " in err and "no ticket has a custom field 'Nope'" in err
        assert "rtcompat archive problems" not in err


@pytest.mark.parametrize("content", [None, b"", b"hello\n"])
def test_nothing_of_rt_is_told_and_refused(
        content: Optional[bytes], desk: Desk, capsys: Out) -> None:
    empty = desk.folder / "empty"
    empty.mkdir()
    if content is not None:
        (empty / "note.txt").write_bytes(content)
    out = desk.folder / "out"
    for words in (("archive", "search", "--from", str(empty)), ("archive", "kinds", str(empty)),
                  ("archive", "search", "--json", "--from", str(empty)),
                  ("archive", "user", "search", "--from", str(empty)),
                  ("archive", "export", "--to", f"{out}.db", "--from", str(empty)),
                  ("archive", "export", "--to", f"{out}.jsonl", "--from", str(empty)),
                  ("archive", "export", "--to", f"{out}.parquet", "--from", str(empty)),
                  ("archive", "export", "--to", "-", "--from", str(empty)),
                  ("parse", str(empty)), ("parse", "--jobs", "2", str(empty))):
        assert desk.run(*words) == 1, words
        told = capsys.readouterr()
        assert told.err.count(f"no answer of RT in {empty}") == 1, (words, told)
        if "export" in words or "--json" in words:
            assert told.out == "", words
    assert not list(desk.folder.glob("*out*"))
    assert desk.run("archive", "show", "1", "--from", str(empty)) == 3
    capsys.readouterr()
    assert desk.run("archive", "problems", "--from", str(empty)) == 1
    assert f"no answer of RT in {empty}\n" in capsys.readouterr().out


def test_nothing_of_rt_for_a_cluster_is_refused_alike(
        desk: Desk, capsys: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **how: object) -> None:
        raise NotSaved("no answer of RT in s3://dump")
    monkeypatch.setattr(exports, "export_by_dask", refuse)
    assert desk.run("archive", "export", "--from", "s3://dump", "--to", "out",
                    "--dask-scheduler", "tcp://x:1") == 1
    assert capsys.readouterr() == ("", "rtcompat: note: no answer of RT in s3://dump\n")


def test_a_query_that_finds_nothing_in_answers_is_no_failure(
        desk: Desk, dump: str, capsys: Out) -> None:
    out = desk.folder / "out.jsonl"
    assert desk.run("archive", "search", "id = 99", "--from", dump) == 0
    assert desk.run("archive", "export", "--query", "id = 99", "--to", str(out),
                    "--from", dump) == 0
    assert out.read_bytes() == b""


def test_a_named_file_that_cannot_be_read_is_told_and_refused(
        desk: Desk, dump: str, capsys: Out) -> None:
    lost = str(desk.folder / "lost.txt")
    os.symlink("nowhere", lost)
    out = desk.folder / "out.jsonl"
    for words in (("archive", "search", "--from", dump, "--from", lost),
                  ("archive", "export", "--to", str(out), "--from", lost, "--from", dump),
                  ("archive", "show", "1", "--from", dump, "--from", lost),
                  ("archive", "kinds", dump, lost), ("parse", dump, lost),
                  ("parse", "--jobs", "2", lost, dump)):
        assert desk.run(*words) == 1, words
        told = capsys.readouterr()
        assert told.err.count(f"{lost}: cannot be read: No such file") == 1, (words, told.err)
        assert told.out or "export" in words, words
    assert out.read_bytes().count(b"\n") == 3, "what can be read is written"
    os.symlink("nowhere", f"{dump}/lost.txt")  # nobody named this one
    assert desk.run("archive", "search", "--from", dump) == 0
    assert desk.run("archive", "kinds", dump) == 0
    assert desk.run("parse", dump) == 0


def test_tickets_that_no_search_finds_are_told(desk: Desk, dump: str, capsys: Out) -> None:
    for number in (1, 3):
        os.unlink(f"{dump}/ticket/{number}/show.txt")
    what = ("2 tickets have a history, attachments or links, and were not saved themselves (1, "
            "3): no search finds them\n")
    assert desk.run("archive", "search", "--from", dump) == 0
    told = capsys.readouterr()
    assert told.err.count(what) == 1 and told.err.count(f"note: {dump}/ticket/1/") == 1
    out = desk.folder / "out.jsonl"
    assert desk.run("archive", "export", "--to", str(out), "--from", dump) == 0
    told = capsys.readouterr()
    assert told.out == f"{out}: 3 tickets, 6 transactions, 6 attachments\n"
    assert what in told.err and "ticket of 2" in told.err
    assert desk.run("archive", "history", "3", "--from", dump) == 0
    assert what not in capsys.readouterr().err
    assert desk.run("archive", "problems", "--from", dump) == 0
    assert what in capsys.readouterr().out


def test_a_problem_of_the_whole_names_the_archive_and_our_options(
        desk: Desk, capsys: Out) -> None:
    place = str(written(desk.folder / "one", {"7.txt": [ticket()]}))
    assert desk.run("archive", "problems", "--from", place) == 0
    told = capsys.readouterr().out
    assert "give --timezone Area/City" in told and "timezone=" not in told
    assert not told.startswith(":") and ":0:" not in told


@pytest.mark.parametrize("words", [
    ("comment", "1"), ("edit", "1", "--set", "status=open"), ("create",), ("create-many", "x"),
    ("merge", "1", "2"), ("user", "create"), ("queue", "edit", "3"), ("take", "1")])
def test_writing_is_refused_as_such(words: Tuple[str, ...], desk: Desk, capsys: Out) -> None:
    assert desk.run("archive", *words) == 2
    assert "an archive is read-only" in capsys.readouterr().err


def test_other_words_are_no_commands(desk: Desk, capsys: Out) -> None:
    for words in (("nonsense",), ("user", "nonsense"), ("watch",)):
        assert desk.run("archive", *words) == 2
        assert "No such command" in capsys.readouterr().err


def test_an_export_of_nothing_names_both_sources(desk: Desk, capsys: Out) -> None:
    assert desk.run("archive", "export", "--to", "x.jsonl") == 2
    err = capsys.readouterr().err
    assert "--from PATH" in err and "--server URL" in err


def test_one_ticket_is_one(desk: Desk, dump: str, capsys: Out) -> None:
    to = str(desk.folder / "o.jsonl")
    assert desk.run("archive", "export", "--from", dump, "--query", "id = 1", "--to", to) == 0
    assert capsys.readouterr().out == f"{to}: 1 ticket, 2 transactions, 2 attachments\n"


def test_a_password_in_a_file_s_name_is_not_printed(desk: Desk, capsys: Out) -> None:
    folder = written(desk.folder / "wget", {
        "1?user=alice&pass=s3cret": b"hello\n",
        "2?pass=s3cret&user=alice": b"RT/4.4.6 200 Ok\n\nid: ticket/2\nQueue: G\nbroken\n\n",
        "3%3Fuser=alice%26pass%3Ds3cret%26x=1": b"hello\n", "4@user=alice&pass=s3cret": b"x\n"})
    for words in (("parse",), ("parse", "--jobs", "2"), ("archive", "problems", "--from"),
                  ("archive", "problems", "--json", "--from"), ("archive", "kinds"),
                  ("archive", "problems", "--strict", "--from"),
                  ("archive", "problems", "--strict", "--json", "--from")):
        desk.run(*words, str(folder))
        told = capsys.readouterr()
        assert "s3cret" not in told.out + told.err, words
        assert words[-1] == "kinds" or "user=alice" in told.out + told.err
    assert desk.run("parse", str(folder)) == 0
    names = [json.loads(line)["file"] for line in capsys.readouterr().out.splitlines()]
    assert f"{folder}/2?pass=…&user=alice" in names


def test_the_program_itself_still_runs() -> None:
    assert run(["archive", "--help"]) == 0
