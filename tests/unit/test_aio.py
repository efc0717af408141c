"""What is awaited: written anew alike, bounded, and cancelled at any moment without a trace."""
from __future__ import annotations

import asyncio
import io
import logging
import threading
import time
from pathlib import Path
from typing import Any, Awaitable, Callable, Dict, Iterator, List, Mapping, Type

import pytest

from rtcompat import connect_async
from rtcompat.aio import AsyncClient, AsyncListing
from rtcompat.errors import NotAuthenticated, TimedOut, UsageError
from rtcompat.exchange import FileSink, Part, Request
from rtcompat.model import NOT_LOADED, Page, ServerInfo
from rtcompat.protocols import backends
from rtcompat.rest1.login import MANNER as REST1
from rtcompat.session import AsyncSession, Credentials
from rtcompat.transport import AsyncTransport, ThreadTransport, Transport
from rtcompat.transport_httpx import HttpxTransport
from tests import write_aio
from tests.unit.misbehaving import LikeRT, Misbehaving, Reply, Seen

KINDS: Dict[str, Type[Any]] = {"threads": ThreadTransport, "httpx": HttpxTransport}
OK = Reply(b"RT/5.0.3 200 Ok\n\nfine\n")
PASSWORD = Credentials("alice", "s3cret")


@pytest.fixture(params=list(KINDS))
def transport(request: pytest.FixtureRequest) -> Callable[..., AsyncTransport]:
    """A kind of transport."""
    found: Callable[..., AsyncTransport] = KINDS[request.param]
    return found


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """No thread of ours outlives a test."""
    before = set(threading.enumerate())
    yield
    assert [one for one in threading.enumerate()
            if one not in before and one.name.startswith("rtcompat")] == []


def test_the_operations_are_as_their_contract_is() -> None:
    there = {path.name: path.read_text("utf-8") for path in write_aio.FOLDER.glob("*.py")}
    assert there == write_aio.written(), "run python -m tests.write_aio"


# -- listings --------------------------------------------------------------------------------

PAGES: Dict[Any, Page[int]] = {None: Page((1, 2), 1, 7), 1: Page((), 2, None),
                               2: Page((3,), 3, None), 3: Page((), None)}


def listing(failing: int = 0) -> AsyncListing[int]:
    """Over `PAGES`; the question of this number fails."""
    asked: List[Any] = []

    async def ask(cursor: Any) -> Page[int]:
        asked.append(cursor)
        await asyncio.sleep(0)
        if len(asked) == failing:
            raise TimedOut("slow")
        return PAGES[cursor]
    return AsyncListing(ask)


def test_a_listing_is_iterated_without_await() -> None:
    async def main() -> None:
        found = listing()
        assert found.total is NOT_LOADED
        assert [one async for one in found] == [1, 2, 3] and found.total == 7
        assert [one async for one in found] == []
    asyncio.run(main())


def test_awaited_a_listing_knows_its_total_and_says_what_is_wrong_at_once() -> None:
    async def main() -> None:
        found = await listing()
        assert found.total == 7 and await found is found
        assert [one async for one in found] == [1, 2, 3]
        with pytest.raises(TimedOut):
            await listing(failing=1)
    asyncio.run(main())


def test_a_page_that_failed_is_asked_for_again() -> None:
    async def main() -> None:
        found = listing(failing=3)
        assert [await found.__anext__(), await found.__anext__()] == [1, 2]
        with pytest.raises(TimedOut):
            await found.__anext__()
        assert [one async for one in found] == [3]
    asyncio.run(main())


def test_several_tasks_share_a_listing() -> None:
    async def main() -> None:
        found, got = listing(), []

        async def take() -> None:
            async for one in found:
                got.append(one)
                await asyncio.sleep(0)
        await asyncio.gather(take(), take(), take())
        assert sorted(got) == [1, 2, 3]
    asyncio.run(main())


# -- at once ---------------------------------------------------------------------------------

class Busy:
    """Takes a moment for each answer, and counts how many it is at."""

    def __init__(self, wanted: int = 1) -> None:
        self.now = self.most = 0
        self._lock = threading.Lock()
        self._wanted, self._there = wanted, threading.Event()

    def __call__(self, seen: Seen) -> Reply:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
            if self.most >= self._wanted:
                self._there.set()
        self._there.wait(60)
        time.sleep(0.05)  # one too many would come in now
        with self._lock:
            self.now -= 1
        return OK


@pytest.mark.parametrize("bound", [1, 3])
def test_no_more_requests_at_once_than_asked_for(
        transport: Callable[..., AsyncTransport], bound: int) -> None:
    busy = Busy(bound)
    rt = LikeRT(busy)

    async def main(url: str) -> None:
        session = AsyncSession(transport(url), PASSWORD, (REST1,), size=bound)
        send = session.sender(REST1)
        answers = await asyncio.gather(*(send(Request("GET", f"ticket/{n}")) for n in range(20)))
        assert all(one.status == 200 for one in answers)
        assert len(rt.logins) <= bound
        await session.logout()
        await session.close()
    with Misbehaving(rt) as server:
        asyncio.run(main(server.url))
    assert busy.most == bound
    assert rt.sessions == {}


def test_a_cookie_alone_is_one_at_a_time(transport: Callable[..., AsyncTransport]) -> None:
    busy = Busy()
    rt = LikeRT(busy)
    rt.sessions["0" * 32] = "alice"

    async def main(url: str) -> None:
        session = AsyncSession(transport(url), Credentials(
            cookie=f"RT_SID_example.org.80={'0' * 32}"), (REST1,), size=4)
        send = session.sender(REST1)
        await asyncio.gather(*(send(Request("GET", f"ticket/{n}")) for n in range(5)))
        await session.close()
    with Misbehaving(rt) as server:
        asyncio.run(main(server.url))
    assert busy.most == 1


# -- cancelled -------------------------------------------------------------------------------

class Held:
    """Holds its answers until told; notes what came whole and what did not."""

    def __init__(self, reply: Reply = OK) -> None:
        self.came = threading.Event()
        self.go = threading.Event()
        self.reply = reply
        self.seen: List[Seen] = []

    def __call__(self, seen: Seen) -> Reply:
        if seen.path == "/free":
            return OK
        self.seen.append(seen)
        self.came.set()
        self.go.wait(10)
        return self.reply

    async def reached(self) -> None:
        """Until a request is here."""
        await asyncio.get_running_loop().run_in_executor(None, self.came.wait, 60)


async def cancelled(task: "asyncio.Task[Any]") -> float:
    """Cancel a task; the seconds that it took."""
    began = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    return time.monotonic() - began


async def clean(by: AsyncTransport) -> None:
    """Nothing is left but ourselves, and the transport works."""
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert [one.name for one in threading.enumerate() if one.name.startswith("rtcompat")] == []
    assert (await by.send(Request("GET", "free"))).response.status == 200
    await by.close()


def within(held: Held, main: Callable[[str], Awaitable[None]]) -> None:
    """Run against a server that holds its answers."""
    async def run(url: str) -> None:
        await main(url)
    with Misbehaving(held) as server:
        try:
            asyncio.run(run(server.url))
        finally:
            held.go.set()


def test_a_cancelled_read_is_broken_off(transport: Callable[..., AsyncTransport]) -> None:
    held = Held()

    async def main(url: str) -> None:
        by = transport(url)
        task = asyncio.ensure_future(by.send(Request("GET", "x")))
        await held.reached()
        assert await cancelled(task) < 2
        await clean(by)
    within(held, main)
    assert len(held.seen) == 1


def test_a_write_that_left_is_finished_and_told(
        transport: Callable[..., AsyncTransport], caplog: pytest.LogCaptureFixture) -> None:
    held = Held(Reply(b"made", 201))

    async def main(url: str) -> None:
        by = transport(url)
        task = asyncio.ensure_future(by.send(Request(
            "POST", "x", json={"password": "s3cret"}, effect="write-once", about="create it")))
        await held.reached()
        task.cancel()
        await asyncio.sleep(0.05)
        task.cancel()  # impatience changes nothing
        await asyncio.sleep(0.05)
        assert not task.done()
        held.go.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        await clean(by)
    with caplog.at_level(logging.WARNING, "rtcompat"):
        within(held, main)
    assert [record.getMessage() for record in caplog.records] == [
        "create it (POST x) was cancelled after it had been sent: HTTP 201"]
    assert len(held.seen) == 1


def test_a_lost_answer_to_a_cancelled_write_is_told(
        transport: Callable[..., AsyncTransport], caplog: pytest.LogCaptureFixture) -> None:
    held = Held(Reply(fault="drop"))

    async def main(url: str) -> None:
        by = transport(url)
        task = asyncio.ensure_future(by.send(Request("POST", "x", form=(), effect="write")))
        await held.reached()
        task.cancel()
        asyncio.get_running_loop().call_later(0.05, held.go.set)
        with pytest.raises(asyncio.CancelledError):
            await task
        await clean(by)
    with caplog.at_level(logging.WARNING, "rtcompat"):
        within(held, main)
    assert [record.getMessage() for record in caplog.records] == [
        "a write (POST x) was cancelled after it had been sent: the answer was lost"]


class Slow(io.BytesIO):
    """A file that is read slowly, and says when it is in the midst."""

    midst = False

    def read(self, size: Any = -1) -> bytes:
        time.sleep(0.01)
        self.midst = self.tell() > 0
        return super().read(size)


def test_an_upload_is_not_left_half_sent(transport: Callable[..., AsyncTransport]) -> None:
    held = Held()
    held.go.set()
    content = bytes(range(256)) * 8192

    async def main(url: str) -> None:
        by, file = transport(url), Slow(content)
        task = asyncio.ensure_future(by.send(Request(
            "POST", "x", parts=(Part("a", file, filename="a"),), effect="write-once")))
        while not file.midst:
            await asyncio.sleep(0.001)
        await cancelled(task)
        await clean(by)
    within(held, main)
    one, = held.seen
    assert content in one.body and len(one.body) == int(one.headers["content-length"])


def test_a_download_leaves_no_file(
        transport: Callable[..., AsyncTransport], tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"as it was")

    class Into(FileSink):
        def start(self, status: int, headers: Mapping[str, str]) -> bool:
            self.open()
            return True

        def feed(self, chunk: bytes) -> None:
            self.write(chunk)

    held = Held(Reply(b"x" * 1_000_000, fault="stall-body"))
    held.go.set()

    async def main(url: str) -> None:
        by, sink = transport(url), Into(tmp_path / "target")
        task = asyncio.ensure_future(by.send(Request("GET", "x", sink=sink)))
        while not sink.size:
            await asyncio.sleep(0.001)
        assert len(list(tmp_path.iterdir())) == 2
        assert await cancelled(task) < 2
        assert [one.name for one in tmp_path.iterdir()] == ["target"]
        await clean(by)
    within(held, main)
    assert (tmp_path / "target").read_bytes() == b"as it was"


def test_what_waits_for_its_turn_is_not_sent(transport: Callable[..., AsyncTransport]) -> None:
    held = Held()
    rt = LikeRT(held)

    async def main(url: str) -> None:
        session = AsyncSession(transport(url), PASSWORD, (REST1,), size=1)
        send = session.sender(REST1)
        first = asyncio.ensure_future(send(Request("GET", "ticket/1")))
        await held.reached()
        second = asyncio.ensure_future(send(Request("POST", "ticket/2", effect="write-once")))
        await asyncio.sleep(0.02)
        await cancelled(second)
        held.go.set()
        assert (await first).status == 200
        await session.close()
    with Misbehaving(rt) as server:
        asyncio.run(main(server.url))
    assert [seen.path for seen in held.seen] == ["/REST/1.0/ticket/1"]


def test_to_close_waits_for_what_is_under_way(transport: Callable[..., AsyncTransport]) -> None:
    held = Held(Reply(b"RT/5.0.3 200 Ok\n\n# Comments added\n"))
    rt = LikeRT(held)

    async def main(url: str) -> None:
        client = AsyncClient(
            AsyncSession(transport(url), PASSWORD, (REST1,), size=1),
            ServerInfo(url, "5.0.3", ("rest1",), "rest1"),
            backends(("rest1",), "5.0.3", "alice", None))
        tasks = [asyncio.ensure_future(client.comment(7, "x")) for _ in range(2)]
        await held.reached()
        closing = asyncio.ensure_future(client.close())
        await asyncio.sleep(0.02)
        with pytest.raises(UsageError, match="closed"):
            await client.comment(7, "x")
        assert not closing.done()
        held.go.set()
        assert [one.via for one in await asyncio.gather(*tasks)] == ["rest1"] * 2
        await closing
        await client.close()
    with Misbehaving(rt) as server:
        asyncio.run(main(server.url))
    assert len(held.seen) == 2 and not rt.sessions


def test_a_write_cancelled_while_connecting_is_not_sent(
        monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the thread's start and its first byte; httpx has no such gap on loopback."""
    held = Held()
    held.go.set()

    async def main(url: str) -> None:
        by = ThreadTransport(url)
        ready = threading.Event()
        once = Transport.once

        def late(*given: Any) -> Any:
            ready.wait(5)
            return once(*given)
        monkeypatch.setattr(Transport, "once", late)
        task = asyncio.ensure_future(by.send(Request("POST", "x", form=(), effect="write")))
        await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.sleep(0.02)
        ready.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        await clean(by)
    within(held, main)
    assert held.seen == []


# -- connecting ------------------------------------------------------------------------------

@pytest.mark.parametrize("given", [{"transport": "carrier pigeon"}, {"concurrency": 0},
                                   {"concurrency": True, "transport": "x"},
                                   {"transport": "httpx", "auth": object()}])
def test_bad_arguments_are_refused_before_anything_is_sent(given: Any) -> None:
    with Misbehaving(lambda seen: OK) as server:
        with pytest.raises(UsageError):
            asyncio.run(connect_async(server.url, user="alice", password="x", **given))
        assert server.seen == []


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_failed_connection_leaves_nothing(kind: str) -> None:
    async def main(url: str) -> None:
        with pytest.raises(NotAuthenticated):
            await connect_async(url, user="alice", password="wrong", transport=kind)
        assert asyncio.all_tasks() == {asyncio.current_task()}
    with Misbehaving(LikeRT(lambda seen: OK)) as server:
        asyncio.run(main(server.url))
