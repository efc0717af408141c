"""The commands on archives: the same words as for a server, exports, parse."""
from __future__ import annotations

import io
import json
import resource
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Dict, List

import pytest

from rtcompat import archive
from rtcompat.archive import Failure, Problem, Saved, exports
from rtcompat.archive import save as saved
from rtcompat.cli import archive as commands
from rtcompat.cli.program import program
from rtcompat.client import Client
from rtcompat.errors import NotFound, UsageError
from rtcompat.model import Outcome, Ticket
from tests.exported import jsonl_back, parquet_back, sqlite_back
from tests.saving import NOW, FakeLive, Kept
from tests.tiny import content_of
from tests.unit.cli_fake import Desk, listing

Out = pytest.CaptureFixture[str]


def records(capsys: Out) -> List[Dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("arguments, shown", [
    (("show", "2"), ["ticket 2", "Ticket 2: Größe", "two, 2"]),
    (("show", "1-2"), ["ticket 1", "ticket 2"]),
    (("search", "Priority > 1"), ["Ticket 2: Größe", "Ticket 3: Größe"]),
    (("search",), ["Ticket 1: Größe", "Ticket 3: Größe"]),
    (("search", "id = 1", "--fields", "priority"), ["priority"]),
    (("history", "3"), ["Create", "text 3", "file.bin", "Priority changed"]),
    (("attachments", "3"), ["application/octet-stream", "file.bin"]),
    (("links", "3"), ["https://example.org/x"]),
    (("transaction", "show", "101"), ["ticket 1", "text 1"]),
    (("attachment", "show", "1003"), ["file.bin", "Content-Length: 268"]),
    (("server", "system"), ["4.4.6"]),
    (("custom-field", "applied", "queue", "General"), ["Severity", "Tags"]),
])
def test_what_reads_a_server_reads_an_archive(
        arguments: Any, shown: List[str], desk: Desk, dump: str, capsys: Out) -> None:
    assert desk.run("archive", *arguments, "--from", dump) == 0
    told = capsys.readouterr()
    for text in shown:
        assert text in told.out
    assert told.err == "" and desk.connections == []


def test_the_environment_names_archives(desk: Desk, dump: str, capsys: Out) -> None:
    desk.environment.update(RTCOMPAT_ARCHIVE=f"{dump}/ticket/1:{dump}/ticket/3", RTQUERY="id = 3",
                            RTORDERBY="-Created")
    assert desk.run("archive", "search", "--json") == 0
    assert [one["id"] for one in records(capsys)] == [1, 3]
    assert desk.run("archive", "search", "--json", "--from", f"{dump}/ticket/2") == 0
    assert [one["id"] for one in records(capsys)] == [2]
    del desk.environment["RTCOMPAT_ARCHIVE"]
    assert desk.run("archive", "search") == 2
    assert "--from PATH" in capsys.readouterr().err


def test_json_is_that_of_a_server(desk: Desk, dump: str, capsys: Out) -> None:
    assert desk.run("--json", "archive", "show", "2", "--from", dump) == 0
    assert desk.run("archive", "show", "2", "--from", dump, "--json") == 0
    first, second = records(capsys)
    assert first == second and first["created"] == "2023-01-24T07:30:00Z"


@pytest.mark.parametrize("number, said", [("999", "Ticket 999 does not exist"),
                                          ("55", "was not saved")])
def test_what_is_not_there_ends_with_3(
        number: str, said: str, desk: Desk, dump: str, capsys: Out) -> None:
    assert desk.run("archive", "show", number, "--from", dump) == 3
    assert said in capsys.readouterr().err
    assert desk.run("archive", "show", number, "--from", dump, "--json") == 3
    assert said in json.loads(capsys.readouterr().err)["what"]


def test_the_zone_is_told(desk: Desk, dump: str, tmp_path: Path, capsys: Out) -> None:
    for history in tmp_path.glob("dump/ticket/*/history.txt"):
        history.unlink()
    assert desk.run("archive", "show", "1", "--from", dump, "--timezone", "Asia/Tokyo",
                    "--json") == 0
    assert records(capsys)[0]["created"] == "2023-01-12T17:30:00Z"
    assert desk.run("archive", "show", "1", "--from", dump, "--timezone", "Mars/Base") == 2


def test_an_attachment_is_saved(desk: Desk, dump: str, tmp_path: Path) -> None:
    assert desk.run("archive", "attachments", "2", "--from", dump, "--save", str(tmp_path)) == 0
    assert (tmp_path / "1005-file.bin").read_bytes() == content_of(2)


def test_only_reading_is_offered(desk: Desk, dump: str, capsys: Out) -> None:
    nouns = commands.archive.commands
    for name in ("create", "edit", "reply", "merge", "watch", "probe", "asset", "saved-search"):
        assert name not in nouns
    for noun in ("user", "queue", "group"):
        assert not {"create", "edit", "disable"} & set(getattr(nouns[noun], "commands"))
    for arguments in (("show", "1", "--server", "http://x"), ("links", "1", "--add", "members=2"),
                      ("show", "1", "--dry-run")):
        assert desk.run("archive", *arguments, "--from", dump) == 2


def test_problems_are_counted_and_listed(
        desk: Desk, dump: str, tmp_path: Path, capsys: Out) -> None:
    (tmp_path / "dump" / "odd.txt").write_bytes(b"\x00\x01 nothing of RT\n")
    with archive.open(dump) as opened:
        count = len(opened.problems)
    assert desk.run("archive", "show", "1", "--from", dump) == 0
    many = f"{count} problem{'s' * (count > 1)}"
    assert count and f"{many}: rtcompat archive problems --from {dump} lists" in \
        capsys.readouterr().err
    assert desk.run("archive", "problems", "--from", dump) == 0
    told = capsys.readouterr()
    assert told.out.startswith(f"{dump}/odd.txt:1: ") and told.out.count("\n") == count
    assert told.err == ""
    assert desk.run("archive", "problems", "--from", dump, "--json") == 0
    assert records(capsys)[0]["file"] == f"{dump}/odd.txt"
    assert desk.run("archive", "show", "1", "--from", dump, "--strict") == 5
    assert desk.run("archive", "problems", "--opening-only", "--from", dump) == 0


def test_kinds_are_counted(desk: Desk, dump: str, capsys: Out) -> None:
    assert desk.run("archive", "kinds", dump) == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert {"3  ticket", "6  attachment"} <= set(lines)
    assert desk.run("archive", "kinds", dump, "--json") == 0
    assert {"kind": "links", "answers": 3} in records(capsys)


# -- exports ------------------------------------------------------------------------------------

def test_an_archive_is_exported(desk: Desk, dump: str, tmp_path: Path, capsys: Out) -> None:
    back = {"out.jsonl": jsonl_back, "out.db": sqlite_back, "out.parquet": parquet_back}
    for name, read in back.items():
        assert desk.run("archive", "export", "--from", dump, "--to", str(tmp_path / name),
                        "--contents", "--jobs", "2") == 0
        assert capsys.readouterr() == (
            f"{tmp_path / name}: 3 tickets, 6 transactions, 6 attachments\n", "")
        assert [one.contents[1001 + 2 * one.ticket.id] for one in read(tmp_path / name)] == [
            content_of(1), content_of(2), content_of(3)]
    assert desk.run("archive", "export", "--from", dump, "--to", str(tmp_path / "two"),
                    "--format", "jsonl", "--query", "id < 3", "--json") == 0
    assert records(capsys)[0]["tickets"] == 2


def test_a_server_is_exported(desk: Desk, dump: str, tmp_path: Path, capsys: Out) -> None:
    desk.tracker.answers.update(
        search_tickets=listing(Ticket(7, subject="live")), get_links=NotFound("gone"),
        get_histories=lambda ticket_ids: listing(*(Outcome(one, ()) for one in ticket_ids)))
    to = str(tmp_path / "out.jsonl")
    assert desk.run("archive", "export", "--to", to) == 2, "nothing names what to export"
    assert desk.run("archive", "export", "--to", to, "--server", "https://x", "--from", dump) == 2
    capsys.readouterr()
    assert desk.run("archive", "export", "--to", to, "--server", "https://x") == 0
    assert "'lacking' tells: links of 1" in capsys.readouterr().err
    assert [one.ticket.subject for one in jsonl_back(tmp_path / "out.jsonl")] == ["live"]
    assert [url for url, _ in desk.connections] == ["https://x"] and desk.tracker.closed == 1


def test_an_export_that_cannot_be_is_refused(desk: Desk, dump: str, tmp_path: Path) -> None:
    for arguments in (("--to", "x.txt"), ("--to", dump, "--format", "parquet"),
                      ("--to", "x.db", "--jobs", "0"),
                      ("--to", "x", "--dask-scheduler", "tcp://h:1", "--query", "id = 1"),
                      ("--to", "x", "--dask-scheduler", "tcp://h:1", "--format", "sqlite")):
        assert desk.run("archive", "export", "--from", dump, *arguments) == 2


def test_an_export_goes_to_standard_output(
        desk: Desk, dump: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert desk.run("archive", "export", "--from", dump, "--to", str(tmp_path / "x.jsonl")) == 0
    capfdbinary.readouterr()
    for more in ((), ("--format", "jsonl", "--json")):
        assert desk.run("archive", "export", "--from", dump, "--to", "-", *more) == 0
        told = capfdbinary.readouterr()
        assert told.out == (tmp_path / "x.jsonl").read_bytes() and told.err == b""
    for other in (("--format", "sqlite"), ("--dask-scheduler", "tcp://h:1")):
        assert desk.run("archive", "export", "--from", dump, "--to", "-", *other) == 2
        assert b"JSON Lines only" in capfdbinary.readouterr().err


def test_a_file_that_is_there_is_replaced_by_force_alone(
        desk: Desk, dump: str, tmp_path: Path, capsys: Out) -> None:
    target = tmp_path / "x.jsonl"
    target.write_text("mine")
    words = ("archive", "export", "--from", dump, "--to", str(target))
    assert desk.run(*words) == 2 and target.read_text() == "mine"
    assert "is there already" in (told := capsys.readouterr().err) and "give --force" in told
    assert desk.run(*words, "--force") == 0 and len(jsonl_back(target)) == 3
    for name in ("x.jsonl", "x.db", "x.parquet"):
        capsys.readouterr()
        assert desk.run(*words[:-1], str(tmp_path / "no" / name)) == 2
        assert f"there is no folder {tmp_path / 'no'}\n" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["x.jsonl", "x.db"])
def test_a_full_disk_is_one_line_that_names_the_target(
        name: str, desk: Desk, dump: str, tmp_path: Path, capsys: Out) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3_000, before[1]))
    try:
        code = desk.run("archive", "export", "--from", dump, "--to", str(tmp_path / name),
                        "--contents")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    told = capsys.readouterr().err
    assert code == 2 and told.startswith(f"rtcompat: {tmp_path / name}: ")
    assert told.count("\n") == 1 and not (tmp_path / name).exists()


def test_dask_is_given_the_paths(
        desk: Desk, dump: str, monkeypatch: pytest.MonkeyPatch, capsys: Out) -> None:
    asked: List[Any] = []

    def exported(*given: Any, **named: Any) -> Any:
        asked.append((given, named))
        return archive.Exported(Path("out"), "parquet", 3, problems=2)
    monkeypatch.setattr(exports, "export_by_dask", exported)
    assert desk.run("archive", "export", "--from", "s3://a/*.gz", "--from", dump, "--to", "out",
                    "--dask-scheduler", "tcp://h:1", "--contents", "--timezone", "UTC") == 0
    assert asked == [((("s3://a/*.gz", dump), "out", "tcp://h:1"),
                      {"contents": True, "timezone": "UTC"})]
    told = capsys.readouterr()
    assert told.out.startswith("out: 3 tickets") and "2 problems" in told.err


# -- save and verify ----------------------------------------------------------------------------

class Live(Client):
    """A client that nobody connected."""

    def __init__(self) -> None:
        pass

    def close(self) -> None:
        pass


def test_a_server_is_saved(
        desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out) -> None:
    asked: List[Any] = []

    def save(client: Any, query: str, folder: str, *, jobs: int, progress: Any,
             moved_from: Any) -> Saved:
        asked.append((client, query, folder, jobs, moved_from))
        return Saved(Path(folder), 5, 4, 1200, 34567, False,
                     (Failure("ticket/12", NotFound("gone")),),
                     (Problem("MANIFEST.jsonl", 3, "no line"),))
    monkeypatch.setattr(archive, "save", save)
    live = Live()
    monkeypatch.setattr(desk, "tracker", live)
    assert desk.run("archive", "save", "--query", "id < 9", "--jobs", "2", "--moved",
                    "http://old", str(tmp_path / "to")) == 1
    told = capsys.readouterr()
    assert told.out == (f"{tmp_path / 'to'}: 5 tickets found, 4 asked for, 1,200 files written "
                        "(34,567 bytes)\n")
    assert "ticket/12" in told.err and "MANIFEST.jsonl:3: no line" in told.err
    assert "all tickets are saved" not in told.err
    assert asked == [(live, "id < 9", str(tmp_path / "to"), 2, "http://old")]
    assert desk.run("archive", "save", str(tmp_path / "to")) == 1
    assert "note: all tickets are saved, as there is no --query\n" in capsys.readouterr().err
    assert asked[1][1] == "id > 0"


def test_what_is_no_server_is_not_saved(desk: Desk, tmp_path: Path) -> None:
    assert desk.run("archive", "save", str(tmp_path / "to")) == 2


def test_save_says_what_it_does_not_take(desk: Desk, tmp_path: Path, capsys: Out) -> None:
    to = str(tmp_path / "to")
    for arguments in (("archive", "save", to, "--dry-run"), ("--dry-run", "archive", "save", to),
                      ("archive", "export", "--to", to, "--server", "https://x", "--dry-run")):
        assert desk.run(*arguments) == 2
        assert "--dry-run" in capsys.readouterr().err
    assert desk.run("archive", "save", "--from", "old", to) == 2
    assert "--server URL in place of --from" in capsys.readouterr().err
    assert desk.connections == [] and not Path(to).exists()


def test_what_would_mix_servers_is_told_in_options(
        desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out) -> None:
    saved(FakeLive({1: Kept("one", NOW)}), "id > 0", tmp_path / "to")
    live = Live()
    info = replace(FakeLive({}).server(), url="https://new")
    monkeypatch.setattr(live, "server", lambda: info, raising=False)
    monkeypatch.setattr(desk, "tracker", live)
    assert desk.run("archive", "save", str(tmp_path / "to")) == 2
    assert "or give --moved 'http://rt' if" in capsys.readouterr().err


def test_a_folder_is_verified(
        desk: Desk, dump: str, monkeypatch: pytest.MonkeyPatch, capsys: Out) -> None:
    assert desk.run("archive", "verify", dump) == 2, "it has no manifest"
    monkeypatch.setattr(archive, "verify", lambda folder: ())
    capsys.readouterr()
    assert desk.run("archive", "verify", dump) == 0
    assert capsys.readouterr().out == f"{dump}: whole\n"
    monkeypatch.setattr(archive, "verify", lambda folder: (Problem("x", 0, "missing"),))
    assert desk.run("archive", "verify", dump) == 1
    assert capsys.readouterr().out == "x: missing\n"


# -- parse --------------------------------------------------------------------------------------

@pytest.mark.parametrize("jobs", ["1", "2"])
def test_parse_prints_answers(jobs: str, desk: Desk, dump: str,
                              capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert desk.run("parse", dump, "--jobs", jobs) == 0
    told = capfdbinary.readouterr()
    assert told.err == b""
    found = [json.loads(line) for line in told.out.splitlines()]
    assert len(found) == 3 * 8 + 2 and {one["type"] for one in found} == {"answer"}


def test_parse_tells_problems(desk: Desk, dump: str, tmp_path: Path,
                              capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    odd = tmp_path / "odd.txt"
    odd.write_bytes(b"\x00\x01 nothing of RT\n")
    assert desk.run("parse", str(odd), dump) == 0
    assert capfdbinary.readouterr().err.startswith(f"{odd}:1: ".encode())
    assert desk.run("parse", str(odd), dump, "--strict") == 1
    assert desk.run("parse", str(odd)) == 1, "nothing else is there"
    assert desk.run("parse", str(tmp_path / "nothing")) == 2


def test_parse_reads_standard_input(desk: Desk, dump: str, monkeypatch: pytest.MonkeyPatch,
                                    capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    content = Path(dump, "ticket", "1", "show.txt").read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert desk.run("parse", "-") == 0
    found = json.loads(capfdbinary.readouterr().out)
    assert (found["file"], found["kind"]) == ("-", "ticket")
    assert ["Subject", "Ticket 1: Größe"] in found["forms"][0]["fields"]


def test_all_commands_are_there() -> None:
    assert {"archive", "parse"} <= set(program.commands)
    assert set(commands.archive.commands) >= {
        "show", "search", "history", "attachments", "links", "user", "queue", "group",
        "transaction", "attachment", "server", "save", "verify", "export", "problems", "kinds"}
    with pytest.raises(UsageError):
        archive.open()
