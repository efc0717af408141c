"""What changed since a moment: each transaction once, whoever writes and whatever ends it."""
from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any, Dict, List

import pytest

from rtcompat import Change, InvalidQuery, Tracker, UsageError, ticketsql
from tests.connections import Connections
from tests.contract.matrix import surface
from tests.contract.watching_process import handled

pytestmark = pytest.mark.live

ROOT = Path(__file__).resolve().parents[2]
#: Every place the blocking way, and either transport of `AsyncClient` on one.
FACES = [*((*place, "sync") for place in surface()),
         *((*place, face) for place, face in zip(surface()[:1] + surface("rest2")[:1],
                                                 ("threads", "httpx")))]
WRITERS, TICKETS, WRITES = 3, 4, 6


def tickets(rt: Tracker, count: int, word: str) -> List[int]:
    """New tickets that ``Subject LIKE`` their number in common finds."""
    first = rt.create_ticket("General", subject=word, content="x", read_back=False).id
    assert first
    made = [first]
    for _ in range(count - 1):
        number = rt.create_ticket("General", subject=f"{word} of {first}", read_back=False).id
        assert number
        made.append(number)
    rt.edit_ticket(first, subject=f"{word} of {first}", read_back=False)
    return made


def transactions(rt: Tracker, numbers: List[int]) -> Dict[int, int]:
    """Every transaction of these tickets: its number and the ticket's."""
    return {one.id: number for number in numbers for one in rt.get_history(number, content=False)}


def seen(changes: List[Change]) -> Counter[int]:
    return Counter(one.id for change in changes for one in change.transactions)


class Watcher:
    """The watching program, killed and started again."""

    def __init__(self, path: Path, *arguments: str) -> None:
        self.path, self.arguments = path, arguments
        self.errors = path.with_suffix(".errors")
        self.start()

    def start(self) -> None:
        with open(self.errors, "ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.contract.watching_process", *self.arguments,
                 str(self.path)], cwd=ROOT, stderr=errors)

    def kill(self) -> None:
        """End it at once, wherever it is."""
        assert self.process.poll() is None, self.errors.read_text()
        self.process.kill()
        self.process.wait()

    def until(self, count: int, seconds: float) -> None:
        """Wait until it has handled so many transactions."""
        end = time.monotonic() + seconds
        while sum(len(one.get("transactions", ())) for one in self.lines()) < count \
                and time.monotonic() < end:
            time.sleep(0.1)

    def lines(self) -> List[Dict[str, Any]]:
        text = self.path.read_text("utf-8")
        return [json.loads(line) for line in text[:text.rfind("\n") + 1].splitlines()]


@pytest.mark.parametrize("name, protocol", surface())
def test_killed_and_restarted_twice_it_reports_each_transaction_once(
        name: str, protocol: str, connections: Connections, tmp_path: Path) -> None:
    rt = connections.tracker(name, "alice", protocol)
    server = connections.server(name)
    numbers = tickets(rt, TICKETS, f"watched over {protocol}")
    query = f"Subject = 'watched over {protocol} of {numbers[0]}'"
    path = tmp_path / "handled"
    path.write_text(json.dumps({"since": min(rt.get_ticket(number).created
                                             for number in numbers).isoformat()}) + "\n")
    watcher = Watcher(path, server.url, protocol, "alice", server.users["alice"].password, query)

    def write(turn: int) -> None:
        for step in range(WRITES):
            number = numbers[(turn + step) % TICKETS]
            if step % 2:
                rt.edit_ticket(number, priority=10 * turn + step, read_back=False)
            else:
                rt.comment(number, f"{turn} {step}\n")

    threads = [threading.Thread(target=write, args=(turn,)) for turn in range(WRITERS)]
    for count in (3, 9):
        watcher.until(count, 20)
        if count == 3:
            for thread in threads:
                thread.start()
        watcher.kill()
        watcher.start()
    for thread in threads:
        thread.join()
    expected = transactions(rt, numbers)
    watcher.until(len(expected), 30)
    time.sleep(0.5)
    watcher.kill()
    lines = handled(path)[1:]
    got = Counter(number for line in lines for number in line["transactions"])
    assert got == Counter(list(expected)), (watcher.errors.read_text(), len(lines))
    for line in lines:
        assert {expected[number] for number in line["transactions"]} <= {line["ticket"]}
        assert line["transactions"] == sorted(line["transactions"]) != []


@pytest.mark.parametrize("name, protocol, face", FACES)
def test_what_is_made_merged_and_begins_to_match_comes_and_what_is_ignored_does_not(
        name: str, protocol: str, face: str, connections: Connections) -> None:
    rt = connections.tracker(name, "alice", protocol, face)
    other = connections.tracker(name, "root", protocol)
    numbers = tickets(rt, 3, f"joined over {protocol}")
    subject = f"joined over {protocol} of {numbers[0]}"
    query = ticketsql(subject=subject, priority=7)
    look = rt.watch(query, rt.get_ticket(numbers[0]).created)
    assert list(look) == []
    rt.edit_ticket(numbers[0], priority=7)
    look = rt.watch(query, look.cursor)
    changes = list(look)
    assert [change.ticket.id for change in changes] == [numbers[0]]
    assert changes[0].ticket.priority == 7 and changes[0].ticket.subject == subject
    first = seen(changes)
    assert set(first.values()) == {1}

    late = rt.create_ticket("General", subject=subject, priority=7, content="late\n").id
    assert late
    rt.comment(numbers[1], "before it was merged\n")
    rt.merge_ticket(numbers[1], numbers[0])
    other.comment(numbers[0], "by somebody else\n")
    cursor = json.loads(json.dumps(changes[-1].cursor))
    bare = list(rt.watch(query, cursor, ignore=["Root"]))
    look = rt.watch(query, cursor, content=True, ignore=["Root"])
    changes = list(look)
    assert {change.ticket.id for change in changes} == {numbers[0], late}
    told = seen(changes)
    assert seen(bare) == told, "who did it is told without the contents, too"
    assert set(told.values()) == {1} and not set(told) & set(first)
    texts = {one.content for change in changes for one in change.transactions}
    assert {"late\n", "before it was merged\n"} <= texts and "by somebody else\n" not in texts
    assert {one.creator for change in changes for one in change.transactions} <= {
        "alice", "RT_System"}
    assert list(rt.watch(query, look.cursor)) == []


def test_one_who_may_see_nothing_is_told_nothing_and_a_wrong_beginning_is_refused(
        connections: Connections) -> None:
    name, protocol = surface()[0]
    rt = connections.tracker(name, "alice", protocol)
    made = rt.get_ticket(tickets(rt, 1, "unseen")[0])
    nora = connections.tracker(name, "nora", protocol)
    assert list(nora.watch(f"id = {made.id}", made.created)) == []
    beginnings: List[Any] = [made.created.replace(tzinfo=None), {"version": 0}, {"version": 1}, 7]
    for wrong in beginnings:
        with pytest.raises(UsageError):
            rt.watch("id = 1", wrong)


@pytest.mark.parametrize("name, protocol", surface())
def test_what_rt_cannot_read_is_not_watched(name: str, protocol: str,
                                            connections: Connections) -> None:
    rt = connections.tracker(name, "root", protocol)
    made = rt.get_ticket(tickets(rt, 1, "enclosed (")[0])
    for query in (f"id = {made.id}) OR (id = 1", f"(id = {made.id}", f"id = {made.id} OR (id = 1",
                  f"id = {made.id} OR Subject = 'x"):
        with pytest.raises(InvalidQuery):
            list(rt.search_tickets(query))
        with pytest.raises(InvalidQuery):
            list(rt.watch(query, made.created))
    for query in (f"id = {made.id} AND Subject != ')'", f"id = {made.id} OR (id = {made.id})",
                  f"id = {made.id} OR CF.{{It's (none}} = 'x'"):
        assert [one.id for one in rt.search_tickets(query)] == [made.id], query
        assert [one.ticket.id for one in rt.watch(query, made.created)] == [made.id], query


@pytest.mark.parametrize("name, protocol, face", FACES)
def test_it_waits_until_it_is_closed(name: str, protocol: str, face: str,
                                     connections: Connections) -> None:
    rt = connections.tracker(name, "alice", protocol, face)
    number = tickets(rt, 1, f"awaited over {protocol}")[0]
    look = rt.watch(f"id = {number}", rt.get_ticket(number).created, interval=0.1)
    first = next(look)
    assert first.transactions[0].type == "Create"
    timer = threading.Timer(0.3, rt.comment, (number, "said meanwhile\n"))
    timer.start()
    types = [one.type for one in first.transactions]
    while "Comment" not in types:
        types += [one.type for one in next(look).transactions]
    timer.join()
    threading.Timer(0.3, look.close).start()
    rest = [one.type for change in look for one in change.transactions]
    assert Counter(types + rest)["Comment"] == 1
