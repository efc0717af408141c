"""Watching an RT whose transactions become visible late and out of order, killed at any point."""
from __future__ import annotations

import asyncio
import json
import random
import re
import threading
import time
from collections import Counter
from datetime import datetime, timedelta, timezone
from typing import (Any, Awaitable, Callable, Coroutine, Dict, Iterable, Iterator, List, Optional,
                    Tuple, Union)

import pytest

from rtcompat.aio import AsyncListing, AsyncWatch
from rtcompat.errors import InvalidQuery, NotFound, TimedOut, UsageError
from rtcompat.model import Outcome, Page, Ticket, Transaction
from rtcompat.ticketsql import Query, ticketsql
from rtcompat.watching import Sweeps, Watch
from tests.awaited import AwaitedWatch, Loop

HERE = "https://rt.example.org"
START = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


class Entry:
    """A transaction that is dated at one moment and seen from a later one on."""

    def __init__(self, one: Transaction, seen_from: datetime) -> None:
        self.one, self.seen_from = one, seen_from


class Server:
    """As much of a tracker as watching asks.

    Args:
        doubtful: its times are as REST 1.0 gives them where the zone is in doubt, hours off.
    """

    def __init__(self, doubtful: bool = False) -> None:
        self.now = START
        self.entries: List[Entry] = []
        self.matching: Dict[int, bool] = {}
        self.gone: List[int] = []
        self.hidden: Dict[int, datetime] = {}
        self.requests = 0
        self.contents: List[bool] = []
        self.fails = 0
        self.off = timedelta(hours=-5) if doubtful else timedelta(0)

    def write(self, ticket: int, delay: float = 0, kind: str = "Set",
              creator: str = "alice") -> int:
        number = len(self.entries) + 1
        self.matching.setdefault(ticket, True)
        created = self.now.replace(microsecond=0)
        self.entries.append(Entry(Transaction(number, ticket, kind, creator=creator,
                                              created=created),
                                  self.now + timedelta(seconds=delay)))
        return number

    def seen(self, ticket: int) -> List[Transaction]:
        return [each.one for each in self.entries
                if each.one.ticket_id == ticket and each.seen_from <= self.now]

    def updated(self, ticket: int) -> Optional[datetime]:
        moments = [one.created for one in self.seen(ticket)]
        if ticket in self.hidden:
            moments.append(self.hidden[ticket])
        return max(moments, default=None)

    def _answer(self) -> None:
        self.requests += 1
        if self.fails:
            self.fails -= 1
            raise TimedOut("no answer")

    def search_tickets(self, query: Union[str, Query], *, order: Optional[str] = None,
                       fields: Optional[Iterable[str]] = None,
                       snapshot: bool = False) -> Iterator[Ticket]:
        self._answer()
        text = query.text("UTC") if isinstance(query, Query) else query
        since = re.search(r"LastUpdated > '([^']+)'", text)
        after = re.search(r"id > (\d+)\Z", text)
        named = {int(number) for number in re.findall(r"id = (\d+)", text)}
        found = []
        for number, matching in self.matching.items():
            moment = self.updated(number)
            if moment is None or number in self.gone or named and number not in named:
                continue
            if since and (not matching or f"{moment:%Y-%m-%d %H:%M:%S}" <= since.group(1)):
                continue
            if after and number <= int(after.group(1)):
                continue
            found.append(Ticket(number, last_updated=moment + self.off, times_exact=not self.off))
        if order:
            assert order == "-LastUpdated"
            found.sort(key=lambda one: one.last_updated or START, reverse=True)
        else:
            found.sort(key=lambda one: one.id)
        return iter(found)

    def get_histories(self, ticket_ids: Iterable[int], *, content: bool = True
                      ) -> Iterator[Outcome[Tuple[Transaction, ...]]]:
        self._answer()
        self.contents.append(content)
        for number in ticket_ids:
            if number in self.gone:
                yield Outcome(number, error=NotFound("gone"))
            else:
                yield Outcome(number, tuple(self.seen(number)))


class Awaited:
    """The same server, awaited.

    Attributes:
        cancel_at: at which answer from now on the task that waits for it is cancelled.
        hang: no answer comes.
    """

    def __init__(self, server: Server) -> None:
        self.server = server
        self.cancel_at = 0
        self.hang = False

    def search_tickets(self, query: Union[str, Query], *, order: Optional[str] = None,
                       fields: Optional[Iterable[str]] = None,
                       snapshot: bool = False) -> AsyncListing[Ticket]:
        async def ask(_: Any) -> Page[Ticket]:
            await self._moment()
            return Page(tuple(self.server.search_tickets(query, order=order, fields=fields)), None)
        return AsyncListing(ask)

    def get_histories(self, ticket_ids: Iterable[int], *, content: bool = True
                      ) -> AsyncListing[Outcome[Tuple[Transaction, ...]]]:
        async def ask(_: Any) -> Page[Outcome[Tuple[Transaction, ...]]]:
            await self._moment()
            return Page(tuple(self.server.get_histories(ticket_ids, content=content)), None)
        return AsyncListing(ask)

    async def _moment(self) -> None:
        self.cancel_at -= 1
        task = asyncio.current_task()
        if self.cancel_at == 0 and task is not None:
            task.cancel()
        await asyncio.sleep(60 if self.hang else 0)


Watching = Union[Watch, AwaitedWatch]
#: Watches a server: the blocking way, or the awaited one with a blocking face.
Face = Callable[..., Watching]


@pytest.fixture(scope="module")
def loop() -> Iterator[Loop]:
    made = Loop()
    yield made
    made.close()


def blocking(server: Server, *given: Any, **more: Any) -> Watching:
    return Watch(server, Sweeps(*given, **more))


@pytest.fixture(params=["blocking", "awaited"])
def face(request: pytest.FixtureRequest, loop: Loop) -> Face:
    """Either driver of the same sweeps."""
    def awaited(server: Server, *given: Any, **more: Any) -> Watching:
        return AwaitedWatch(loop, AsyncWatch(Awaited(server), Sweeps(*given, **more)))
    return blocking if request.param == "blocking" else awaited


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    return timed(Server(), monkeypatch)


def timed(made: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """A server whose clock is ours, too, but for three hours."""
    monkeypatch.setattr("rtcompat.watching.sweeps.time.time",
                        lambda: (made.now + timedelta(hours=3)).timestamp())
    return made


def saved(cursor: Any) -> Any:
    return json.loads(json.dumps(cursor))


def look(face: Face, server: Server, since: Any, most: Optional[int] = None, **more: Any
         ) -> Tuple[List[Tuple[int, Tuple[int, ...]]], Any]:
    """What one look brings, as far as it is handled, and where to go on."""
    found: List[Tuple[int, Tuple[int, ...]]] = []
    watch = face(server, "Queue = 'General'", since, **more)
    cursor = since
    for change in watch:
        found.append((change.ticket.id, tuple(one.id for one in change.transactions)))
        cursor = saved(change.cursor)
        if most is not None and len(found) >= most:
            return found, cursor
    return found, saved(watch.cursor)


@pytest.mark.parametrize("face, seed", [
    *(("blocking", seed) for seed in range(8)), ("awaited", 8), ("awaited", 9)],
    indirect=["face"])
@pytest.mark.parametrize("doubtful", [False, True])
def test_each_transaction_comes_once_however_late_it_is_seen_and_whenever_it_is_killed(
        face: Face, seed: int, doubtful: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    server = timed(Server(doubtful), monkeypatch)
    tickets = chance.choice((3, 30, 150))
    told: List[int] = []
    cursor: Any = START
    for turn in range(40):
        for _ in range(chance.choice((0, 1, 5, tickets))):
            server.write(chance.randint(1, tickets), chance.choice((0, 0, 0.5, 2, 30, 100)))
            if chance.random() < 0.2:
                server.now += timedelta(seconds=chance.random())
        # Killed after so many changes, or before the cursor of a last look is saved.
        changes, cursor = look(face, server, cursor, chance.choice((None, None, 0, 1, 3, 120)))
        told += [number for _, numbers in changes for number in numbers]
        server.now += timedelta(seconds=chance.choice((0, 0.3, 1, 5, 60, 400)))
    server.now += timedelta(seconds=200)
    for _ in range(3):
        changes, cursor = look(face, server, cursor)
        told += [number for _, numbers in changes for number in numbers]
        server.now += timedelta(seconds=130)
    assert Counter(told) == Counter(range(1, len(server.entries) + 1))
    if not doubtful:
        assert len(cursor["done"]) + len(cursor["seen"]) <= 2 * len(server.entries)


def test_nothing_new_costs_one_request_and_the_cursor_stays_small(
        face: Face, server: Server) -> None:
    for ticket in range(1, 80):
        server.write(ticket)
        server.now += timedelta(seconds=10)
    changes, cursor = look(face, server, START)
    assert len(changes) == 79 and [ticket for ticket, _ in changes] == list(range(1, 80))
    assert len(cursor["done"]) <= 25 and len(cursor["seen"]) <= 25
    for _ in range(3):
        server.now += timedelta(seconds=130)
        _, cursor = look(face, server, cursor)
    server.requests = 0
    assert look(face, server, cursor)[0] == [] and server.requests == 1


def test_more_than_a_page_comes_by_number_and_goes_on_where_it_was_killed(
        face: Face, server: Server) -> None:
    for ticket in range(250, 0, -1):
        server.write(ticket)
        server.now += timedelta(seconds=1)
    changes, cursor = look(face, server, START, 130)
    assert cursor["after"] == 100 and len(cursor["swept"]) == 30
    server.write(5)
    server.write(240)
    rest, cursor = look(face, server, cursor)
    later, cursor = look(face, server, cursor)
    every = Counter(number for _, numbers in changes + rest + later for number in numbers)
    assert every == Counter(range(1, 253))
    assert cursor["upto"] is None and [ticket for ticket, _ in later] == [5]


def test_a_ticket_that_matches_late_is_gone_or_changed_unseen(face: Face, server: Server) -> None:
    server.write(2)
    server.matching[2] = False
    server.now += timedelta(hours=1)
    server.write(1)
    changes, cursor = look(face, server, START)
    assert [ticket for ticket, _ in changes] == [1]
    server.now += timedelta(hours=1)
    first = server.write(2)
    server.matching[2] = True
    changes, cursor = look(face, server, cursor)
    assert changes == [(2, (first,))]
    server.now += timedelta(hours=1)
    server.hidden[1] = server.now
    changes, cursor = look(face, server, cursor)
    assert changes == [(1, ())]
    assert look(face, server, cursor)[0] == []
    server.now += timedelta(hours=1)
    server.write(1)
    server.gone.append(1)
    assert look(face, server, cursor)[0] == []


def test_whose_changes_are_ignored_do_not_come_back(face: Face, server: Server) -> None:
    server.write(1, creator="robot")
    server.write(2, creator="robot")
    other = server.write(2)
    changes, cursor = look(face, server, START, ignore=["Robot"])
    assert changes == [(2, (other,))] and server.contents == [False]
    assert look(face, server, cursor)[0] == []


def test_a_failure_ends_nothing(face: Face, server: Server) -> None:
    first = server.write(1)
    watch = face(server, ticketsql(queue="General"), START)
    for fails in (1, 2):
        server.fails = 1
        with pytest.raises(TimedOut):
            next(watch)
    assert [one.id for one in next(watch).transactions] == [first]
    assert list(watch) == []


def test_it_polls_until_it_is_closed(face: Face, server: Server) -> None:
    first = server.write(1)
    watch = face(server, "id > 0", START, interval=0, fields=())
    change = next(watch)
    assert change.ticket == Ticket(1) and [one.id for one in change.transactions] == [first]
    second = server.write(1)
    assert [one.id for one in next(watch).transactions] == [second]
    watch.close()
    assert list(watch) == []


@pytest.mark.parametrize("wrong", [
    {"query": ""}, {"query": 7}, {"since": None}, {"since": datetime(2026, 3, 1)}, {"since": {}},
    {"since": {"version": 1}}, {"since": {"version": 1, "floor": "x"}}, {"interval": -1},
    {"interval": True}, {"ignore": "alice"}])
def test_what_cannot_be_watched_is_refused(wrong: Dict[str, Any], server: Server) -> None:
    arguments: Dict[str, Any] = {"query": "id > 0", "since": START, **wrong}
    with pytest.raises(UsageError):
        Sweeps(**arguments)
    assert server.requests == 0


@pytest.mark.parametrize("query, server, error", [
    ("Queue = 'Other'", HERE, "another query"), (ticketsql(queue="Other"), HERE, "another query"),
    ("Queue = 'General'", "https://rt.example.net", f"another server: {HERE}, not https://rt.e"),
    (ticketsql(queue="General"), HERE, ""), ("Queue  = 'General' ", HERE, ""),
    ("Queue = 'General'", None, "")])
def test_a_cursor_belongs_to_its_query_and_its_server(query: Any, server: Any,
                                                      error: str) -> None:
    cursor = saved(Sweeps("Queue = 'General'", START, server=HERE).cursor)
    assert "General" not in json.dumps(cursor)
    if error:
        with pytest.raises(UsageError, match=error):
            Sweeps(query, cursor, server=server)
    else:
        assert Sweeps(query, cursor, server=server).cursor["floor"] == cursor["floor"]


def test_a_cursor_of_before_and_one_of_a_query_whose_moment_moves_go_on() -> None:
    cursor = saved(Sweeps("Queue = 'General'", START, server=HERE).cursor)
    old = {name: one for name, one in cursor.items() if name not in ("query", "server")}
    assert Sweeps("Queue = 'Other'", old, server="https://rt.example.net").cursor["query"]
    recent = [ticketsql(queue="General", created__gt=START + timedelta(days=days))
              for days in (0, 7)]
    assert Sweeps(recent[1], Sweeps(recent[0], START).cursor).cursor["floor"] == cursor["floor"]


@pytest.mark.parametrize("query", ["id = 1) OR (id = 2", "(id = 1", "Subject = 'a"])
def test_a_query_that_cannot_be_narrowed_is_refused(query: str) -> None:
    with pytest.raises(InvalidQuery):
        Sweeps(query, START)


@pytest.mark.parametrize("given, said", [
    ({"since": datetime(2026, 3, 1)}, r"time zone, not datetime.datetime\(2026"),
    ({"since": 7}, "cursor of a change, not 7"), ({"interval": "x"}, "from 0 on.* not 'x'"),
    ({"since": {"version": 2}}, "not the cursor of a change as it was saved")])
def test_what_was_given_is_told(given: Any, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Sweeps(**{"query": "id > 0", "since": START, **given})


# -- awaited ---------------------------------------------------------------------------------

def alone(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run it; no thread and no task may be left."""
    async def within() -> None:
        await main()
        assert asyncio.all_tasks() == {asyncio.current_task()}
    before = set(threading.enumerate())
    asyncio.run(within())
    assert set(threading.enumerate()) <= before


async def ended(what: Awaitable[Any]) -> bool:
    """Whether that was cancelled."""
    task = asyncio.ensure_future(what)
    await asyncio.wait((task,))
    if task.cancelled():
        return True
    task.result()
    return False


@pytest.mark.parametrize("tickets", [3, 130])
def test_cancelled_at_any_answer_it_goes_on_without_a_loss(server: Server, tickets: int) -> None:
    by = Awaited(server)
    told: List[int] = []
    cursors: List[Any] = [START]

    async def take(watch: AsyncWatch) -> None:
        async for change in watch:
            told.extend(one.id for one in change.transactions)
            cursors.append(saved(change.cursor))

    async def main() -> None:
        for anew in (False, True):
            watch = AsyncWatch(by, Sweeps("id > 0", cursors[-1]))
            by.cancel_at = at = 1
            while True:
                for ticket in range(1, tickets + 1):
                    server.write(ticket)
                server.now += timedelta(seconds=1)
                by.cancel_at = at
                if not await ended(take(watch)):
                    break
                at += 1
                if anew:
                    watch = AsyncWatch(by, Sweeps("id > 0", cursors[-1]))
            assert at > 3
            cursors.append(saved(watch.cursor))
    alone(main)
    assert Counter(told) == Counter(range(1, len(server.entries) + 1))


def test_cancelled_while_it_waits_it_looks_at_once_when_asked_again(server: Server) -> None:
    async def main() -> None:
        watch = AsyncWatch(Awaited(server), Sweeps("id > 0", START, interval=60))
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(watch.__anext__(), 0.05)
        number = server.write(1)
        change = await asyncio.wait_for(watch.__anext__(), 5)
        assert [one.id for one in change.transactions] == [number]
    alone(main)


def test_cancelled_in_a_request_it_asks_again(server: Server) -> None:
    by = Awaited(server)

    async def main() -> None:
        number = server.write(1)
        watch = AsyncWatch(by, Sweeps("id > 0", START))
        by.hang = True
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(watch.__anext__(), 0.05)
        by.hang = False
        assert [one.id async for change in watch for one in change.transactions] == [number]
    alone(main)


@pytest.mark.parametrize("how", ["close", "aclose"])
def test_another_task_closes_it_while_it_waits(server: Server, how: str) -> None:
    async def main() -> None:
        server.write(1)
        watch = AsyncWatch(Awaited(server), Sweeps("id > 0", START, interval=60))
        began = time.monotonic()
        got: List[int] = []

        async def take() -> None:
            async for change in watch:
                got.append(change.ticket.id)
        tasks = [asyncio.ensure_future(take()) for _ in range(2)]
        await asyncio.sleep(0.05)
        if how == "close":
            watch.close()
        else:
            await watch.aclose()
        await asyncio.gather(*tasks)
        assert got == [1] and time.monotonic() - began < 10
        with pytest.raises(StopAsyncIteration):
            await watch.__anext__()
    alone(main)


def test_it_waits_its_interval_and_others_work_meanwhile(server: Server) -> None:
    async def main() -> None:
        watch = AsyncWatch(Awaited(server), Sweeps("id > 0", START, interval=0.5))
        task = asyncio.ensure_future(watch.__anext__())
        began, turns = time.monotonic(), 0
        while not server.requests:
            await asyncio.sleep(0)
        number = server.write(1)
        while not task.done():
            await asyncio.sleep(0.01)
            turns += 1
        assert time.monotonic() - began >= 0.4 and turns > 2
        assert [one.id for one in task.result().transactions] == [number]
    alone(main)


def test_closed_before_it_looks_it_asks_nothing(server: Server) -> None:
    async def main() -> None:
        watch = AsyncWatch(Awaited(server), Sweeps("id > 0", START, interval=0))
        watch.close()
        with pytest.raises(StopAsyncIteration):
            await watch.__anext__()
        assert server.requests == 0
    alone(main)
