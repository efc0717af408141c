"""Answers saved from a real RT with plain requests read as a live client reads them."""
from __future__ import annotations

import io
import tarfile
import warnings
from pathlib import Path
from typing import Any, Callable, Dict, List, Tuple

import pytest

from rtcompat import archive
from rtcompat.errors import NotSaved, Refused, Unsupported
from rtcompat.model import NOT_LOADED
from rtcompat.tracker import Tracker
from tests.archived import Saving, save_tickets
from tests.bench.bench import Bench
from tests.connections import Connections

pytestmark = [pytest.mark.live, pytest.mark.reads]

VERSION = "4.4.6"
#: Tickets of the seed that are each odd in a way of their own.
NAMES = ("plain", "fields", "html-comment", "hidden", "deleted", "links", "mail-alternative",
         "mail-windows-1252", "mail-forwarded", "merged", "survivor", "torture-envelope",
         "torture-zero", "dates-july-night")
DATES = ("dates-january", "dates-july", "dates-europe-spring-1", "dates-january-2016")


class Dump:
    """What was saved, and who saved it."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        server = bench.require(VERSION)
        self.saving = Saving(server, "alice", folder)
        self.tickets = [int(server.ids["tickets"][name]) for name in NAMES]
        self.parts = save_tickets(self.saving, self.tickets)

    def concatenated(self) -> bytes:
        """All answers after each other; contents, which only their names tell, left out."""
        return b"".join(path.read_bytes() for path in sorted(self.saving.folder.rglob("*.txt"))
                        if path.name != "content.txt")


@pytest.fixture(scope="module")
def dump(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> Dump:
    return Dump(bench, tmp_path_factory.mktemp("dump"))


@pytest.fixture(scope="module")
def live(connections: Connections) -> Tracker:
    return connections.tracker(VERSION, "alice", "rest1")


def _attempt(act: Callable[[], Any]) -> Any:
    """What is read, or the kind of the refusal."""
    try:
        return act()
    except (Refused, Unsupported) as error:
        return type(error).__name__


def _everything(tracker: Tracker, dump: Dump) -> Dict[Tuple[str, int], Any]:
    found: Dict[Tuple[str, int], Any] = {}
    for outcome in tracker.get_tickets(dump.tickets):
        found["ticket", outcome.id or 0] = outcome.result if outcome.ok \
            else type(outcome.error).__name__
    for histories in tracker.get_histories(dump.tickets):
        found["history", histories.id or 0] = histories.result if histories.ok \
            else type(histories.error).__name__
    for number in dump.tickets:
        found["links", number] = _attempt(lambda: tracker.get_links(number))
        found["list", number] = _attempt(lambda: tracker.get_attachments(number))
    for part in dict.fromkeys(dump.parts):
        found["attachment", part] = _attempt(lambda: tracker.get_attachment(part))
        found["content", part] = _attempt(lambda: tracker.read_attachment(part))
    found["queue", 1] = _attempt(lambda: tracker.get_queue("General"))
    found["fields", 1] = _attempt(
        lambda: tracker.get_applied_custom_fields("queue", "General"))
    return found


@pytest.fixture(scope="module")
def wanted(dump: Dump, live: Tracker) -> Dict[Tuple[str, int], Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _everything(live, dump)


def _differing(found: Dict[Tuple[str, int], Any], wanted: Dict[Tuple[str, int], Any]
               ) -> List[Tuple[str, int]]:
    return [key for key in wanted if found[key] != wanted[key]]


def test_a_folder_of_answers_reads_as_the_server(
        dump: Dump, wanted: Dict[Tuple[str, int], Any]) -> None:
    with archive.open(dump.saving.folder) as saved:
        assert _differing(_everything(saved, dump), wanted) == []
        assert saved.server().version.startswith(VERSION)


def test_a_container_reads_as_its_folder(
        dump: Dump, wanted: Dict[Tuple[str, int], Any], tmp_path: Path) -> None:
    packed = tmp_path / "anything.at.all"
    with tarfile.open(packed, "w:gz") as tar:
        tar.add(dump.saving.folder, "dump")
    with archive.open(packed) as saved:
        assert _differing(_everything(saved, dump), wanted) == []


def test_answers_after_each_other_read_as_files(
        dump: Dump, wanted: Dict[Tuple[str, int], Any]) -> None:
    forwarded = {key for key, value in wanted.items() if key[0] == "content"
                 and wanted["attachment", key[1]].content_type == "message/rfc822"}
    with archive.open(io.BytesIO(dump.concatenated())) as saved:
        found = _everything(saved, dump)
    # contents are told by the attachments' forms, but for messages that RT took apart
    assert forwarded and set(_differing(found, wanted)) == forwarded
    assert {found[key] for key in forwarded} == {"NotSaved"}


def test_a_search_alone_has_the_tickets_and_nothing_else(
        dump: Dump, wanted: Dict[Tuple[str, int], Any], tmp_path: Path) -> None:
    ids = " OR ".join(f"id = {number}" for number in dump.tickets)
    found = dump.saving.ask("search/ticket", query=ids, format="l")
    lines = dump.saving.ask("search/ticket", query=ids, format="s")
    (tmp_path / "long.txt").write_bytes(found)
    (tmp_path / "short.txt").write_bytes(lines)
    queues = dump.saving.folder / "queue"
    with archive.open(tmp_path / "long.txt", queues, timezone="UTC") as saved:
        tickets = list(saved.search_tickets("id > 0"))
        assert len(tickets) == found.count(b"\nid: ticket/") > 10
        assert [one for one in tickets if one != wanted["ticket", one.id]] == []
        with pytest.raises(NotSaved, match="ticket/1/history"):
            saved.get_history(1)
    with archive.open(tmp_path / "short.txt") as saved:
        for one in saved.search_tickets("id > 0"):
            assert one.subject == wanted["ticket", one.id].subject
            assert one.status is NOT_LOADED


def test_searches_find_what_the_server_finds(dump: Dump, live: Tracker) -> None:
    ids = " OR ".join(f"id = {number}" for number in dump.tickets)
    queries = ("Status = 'new' OR Status = 'open'", "Subject LIKE 'dates'", "Queue = 'General'",
               "CF.{Severity} = 'High'", "Created > '2024-03-01' AND Created < '2025-01-01'",
               "Filename LIKE 'txt'", "DependsOn IS NOT NULL",
               "Owner = 'alice' OR Requestor LIKE 'example'")
    with archive.open(dump.saving.folder) as saved:
        for query in queries:
            whole = f"({query}) AND ({ids})"
            there = [one.id for one in live.search_tickets(whole, order="-Created", fields=())]
            here = [one.id for one in saved.search_tickets(whole, order="-Created", fields=())]
            assert here == there, query
        # which RT does where its database has an index of them
        assert [one.id for one in saved.search_tickets("Content LIKE 'a comment'")]


@pytest.mark.parametrize("user, zone", [("gerda", "UTC"),
                                        ("yorick", "America/New_York")])
def test_the_zone_and_language_are_learnt_from_the_dump(
        user: str, zone: str, bench: Bench, live: Tracker, tmp_path: Path) -> None:
    server = bench.require(VERSION)
    saving = Saving(server, user, tmp_path)
    tickets = [int(server.ids["tickets"][name]) for name in DATES]
    for number in tickets:
        saving.save(f"ticket/{number}/show")
        saving.save(f"ticket/{number}/history", format="l")
    with archive.open(tmp_path) as saved:
        theirs = {one.id: one.get() for one in saved.get_tickets(tickets)}
        assert saved.server().timezone is not None
    exact = 0
    for one in live.get_tickets(tickets):
        ours = one.get()
        if theirs[ours.id].times_exact:
            exact += 1
            assert [getattr(ours, name) for name in ("created", "due", "last_updated")] == [
                getattr(theirs[ours.id], name) for name in ("created", "due", "last_updated")]
    with archive.open(tmp_path, timezone=zone) as saved:
        assert [one.get().due for one in saved.get_tickets(tickets)] == [
            one.get().due for one in live.get_tickets(tickets)]
    assert exact
