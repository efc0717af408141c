"""`AsyncClient` on real servers: cancelled at every await, many at once, saved.

The contract itself is held over it in `tests.contract.test_contract`.
"""
from __future__ import annotations

import asyncio
import io
import threading
import uuid
from collections import Counter
from pathlib import Path
from typing import Any, Awaitable, Callable, Dict, Generator, List, Tuple

import pytest

from rtcompat import (AsyncClient, Conflict, NewAttachment, NotFound, UsageError, WouldSend,
                      connect_async)
from rtcompat.model import NOT_LOADED
from tests.connections import Connections

pytestmark = pytest.mark.live

#: Each protocol and each transport once: what both transports share is held in unit tests.
PLACES = [("4.4.6", "rest1", "threads"), ("5.0.3", "rest2", "httpx")]
FILE = bytes(range(256)) * 2048


@pytest.fixture(params=PLACES, ids=lambda case: "-".join(case))
def opened(request: pytest.FixtureRequest,
           connections: Connections) -> Callable[..., Awaitable[AsyncClient]]:
    """A function that connects anew as alice."""
    name, protocol, kind = request.param
    url, given = connections.server(name).url, connections.credentials(name, "alice")

    def connecting(**options: Any) -> Awaitable[AsyncClient]:
        return connect_async(url, protocol=protocol, transport=kind, **given, **options)
    return connecting


class CancelledAt:
    """Awaits something, and cancels its own task when that waits for the k-th time.

    Attributes:
        done: whether it ended before.
    """

    def __init__(self, what: Awaitable[Any], k: int) -> None:
        self.what, self.k, self.done = what, k, False

    def __await__(self) -> Generator[Any, Any, Any]:
        steps = self.what.__await__()
        for step in range(1_000_000):
            try:
                waited_for = next(steps)
            except StopIteration as stop:
                self.done = True
                return stop.value
            if step == self.k:
                task = asyncio.current_task()
                assert task is not None
                task.cancel()
            try:
                yield waited_for
            except asyncio.CancelledError as error:
                steps = _thrown(steps, error)
        raise AssertionError("it never ends")


def _thrown(steps: Any, error: BaseException) -> Generator[Any, Any, Any]:
    """The same steps, an error thrown in at the first one."""
    waited_for = steps.throw(error)
    yield waited_for
    return (yield from steps)


async def listed(client: AsyncClient) -> int:
    """Three pages."""
    found = client.search_tickets("Subject LIKE 'paging '", fields=())
    return len([one async for one in found])


def acts(client: AsyncClient, ticket_id: int, attachment_id: int, name: str,
         folder: Path) -> Dict[str, Tuple[Callable[[], Awaitable[Any]], int]]:
    """What is cancelled, and at how many awaits at most."""
    return {
        "create": (lambda: client.create_ticket("General", subject=name), 12),
        "edit": (lambda: client.edit_ticket(ticket_id, priority=7, status="open"), 12),
        "reply": (lambda: client.reply(ticket_id, name, attachments=[
            NewAttachment("a.bin", io.BytesIO(FILE), "application/octet-stream")]), 12),
        "save": (lambda: client.save_attachment(attachment_id, folder / "target"), 12),
        "list": (lambda: listed(client), 12)}


@pytest.mark.parametrize("act", ["create", "edit", "reply", "save", "list"])
def test_cancelled_at_every_await(opened: Callable[..., Awaitable[AsyncClient]], act: str,
                                  tmp_path: Path) -> None:
    name = f"cancelled {uuid.uuid4().hex}"
    (tmp_path / "target").write_bytes(b"as it was")
    before = set(threading.enumerate())

    async def main() -> None:
        async with await opened() as client:
            ticket_id, attachment_id = await with_file(client)
            what, most = acts(client, ticket_id, attachment_id, name, tmp_path)[act]
            writes = 0
            for k in range(most):
                one = CancelledAt(what(), k)
                task = asyncio.ensure_future(held(one))
                try:
                    await task
                except asyncio.CancelledError:
                    pass
                writes += 1
                assert asyncio.all_tasks() == {asyncio.current_task()}
                assert set(threading.enumerate()) == before
                assert [each.name for each in tmp_path.iterdir()] == ["target"]
                assert (await client.get_ticket(ticket_id)).id == ticket_id
                if one.done:
                    break
                assert (tmp_path / "target").read_bytes() == b"as it was"
            assert one.done and k > 0, "it was cancelled at every await, and once not at all"
            await judged(client, act, ticket_id, name, writes)
    asyncio.run(main())
    if act == "save":
        assert (tmp_path / "target").read_bytes() == FILE


async def held(one: CancelledAt) -> Any:
    return await one


async def with_file(client: AsyncClient) -> Tuple[int, int]:
    """A ticket and an attachment of it."""
    made = await client.create_ticket("General", subject="to be cancelled", read_back=False)
    assert made.id
    await client.comment(made.id, "x", attachments=[
        NewAttachment("a.bin", io.BytesIO(FILE), "application/octet-stream")])
    file, = (each for each in await client.get_attachments(made.id) if each.filename)
    return made.id, file.id


async def judged(client: AsyncClient, act: str, ticket_id: int, name: str,
                 writes: int) -> None:
    """What is there is whole, and no more often than asked for."""
    if act == "create":
        found = [one async for one in client.search_tickets(f"Subject = '{name}'", fields=())]
        assert 1 <= len(found) <= writes
    if act == "reply":
        said = [one async for one in client.get_history(ticket_id, types=["Correspond"])]
        assert 1 <= len(said) <= writes
        for one in said:
            assert one.content is not None and one.content.rstrip("\n") == name
            file, = (each for each in one.attachments if each.filename)
            assert await client.read_attachment(file.id) == FILE


def test_a_watch_cancelled_at_every_await_misses_nothing(
        opened: Callable[..., Awaitable[AsyncClient]]) -> None:
    before = set(threading.enumerate())

    async def main() -> None:
        async with await opened() as client:
            number, _ = await with_file(client)
            query = f"id = {number}"
            told: List[int] = []
            cursor: Any = (await client.get_ticket(number)).created

            async def take() -> None:
                nonlocal cursor
                async for change in client.watch(query, cursor):
                    told.extend(one.id for one in change.transactions)
                    cursor = change.cursor
            for k in range(30):
                await client.comment(number, f"before the cancellation at {k}")
                one = CancelledAt(take(), k)
                try:
                    await asyncio.ensure_future(held(one))
                except asyncio.CancelledError:
                    pass
                assert asyncio.all_tasks() == {asyncio.current_task()}
                assert set(threading.enumerate()) == before
                if one.done:
                    break
            assert one.done and k > 2, "it was cancelled at every await, and once not at all"
            await take()
            there = [each.id async for each in client.get_history(number, content=False)]
            assert sorted(told) == sorted(there)
    asyncio.run(main())


def test_a_watch_waits_without_a_thread_until_it_is_cancelled(
        opened: Callable[..., Awaitable[AsyncClient]]) -> None:
    before = set(threading.enumerate())

    async def main() -> None:
        async with await opened() as client:
            number, _ = await with_file(client)
            watch = client.watch(f"id = {number}", (await client.get_ticket(number)).created,
                                 interval=60)
            told = [one.type for one in (await watch.__anext__()).transactions]
            task = asyncio.ensure_future(watch.__anext__())
            while watch.cursor["upto"] is not None:
                await asyncio.sleep(0.02)  # the look is not over
            assert set(threading.enumerate()) == before
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await client.comment(number, "said while nobody looked")
            async for change in client.watch(f"id = {number}", watch.cursor):
                told += [one.type for one in change.transactions]
            assert Counter(told) == Counter(Create=1, Comment=2)
    asyncio.run(main())


def test_a_time_limit_cancels(opened: Callable[..., Awaitable[AsyncClient]]) -> None:
    async def main() -> None:
        async with await opened() as client:
            for seconds in (0.0, 0.002, 0.01, 0.03):
                try:
                    await asyncio.wait_for(listed(client), seconds)
                except asyncio.TimeoutError:
                    pass
            assert await listed(client) == 250
    asyncio.run(main())


def test_many_at_once_and_listings(opened: Callable[..., Awaitable[AsyncClient]]) -> None:
    async def main() -> None:
        async with await opened(concurrency=3) as client:
            listing = client.search_tickets("Subject LIKE 'paging '", fields=["subject"])
            assert listing.total is NOT_LOADED
            ids = [one.id async for one in listing]
            assert listing.total == len(ids) == 250
            found = await asyncio.gather(*(client.get_ticket(one) for one in ids[:12]))
            assert [one.id for one in found] == ids[:12]
            sessions = client.export_session()["cookies"]
            assert 1 <= len(sessions) <= 3
            with pytest.raises(NotFound):
                await client.get_history(99999999)
            with pytest.raises(UsageError):
                await client.search_tickets("id > 0", fields=["colour"])
    asyncio.run(main())


def test_to_close_waits_for_messages_under_way(
        opened: Callable[..., Awaitable[AsyncClient]]) -> None:
    async def main() -> None:
        async with await opened() as client:
            ticket_id, _ = await with_file(client)
            other = await opened()
            tasks = [asyncio.ensure_future(other.comment(ticket_id, f"z{number}"))
                     for number in range(8)]
            await asyncio.sleep(0.05)
            await other.close()
            assert all([one.done() for one in tasks])
            assert len(await asyncio.gather(*tasks)) == 8
            said = [one.content async for one in client.get_history(ticket_id)
                    if one.type == "Comment" and str(one.content).startswith("z")]
            assert len(said) == 8
    asyncio.run(main())


def test_a_read_modify_write(opened: Callable[..., Awaitable[AsyncClient]]) -> None:
    async def main() -> None:
        async with await opened() as client:
            ticket_id, _ = await with_file(client)
            times: List[int] = []

            def more(ticket: Any) -> Any:
                times.append(ticket.priority)
                return {"priority": ticket.priority + 1}
            receipt = await client.update_ticket(ticket_id, more)
            assert receipt.changed == ("priority",) and times == [0]
            old = await client.get_ticket(ticket_id)
            await client.edit_ticket(ticket_id, priority=9)
            with pytest.raises(Conflict):
                await client.edit_ticket(ticket_id, priority=3, if_unchanged=old)
    asyncio.run(main())


def test_a_saved_session_and_a_dry_run(opened: Callable[..., Awaitable[AsyncClient]]) -> None:
    async def main() -> None:
        first = await opened()
        saved = first.export_session()
        await first.close()
        with pytest.raises(UsageError):
            await first.whoami()
        async with await opened(session=saved, dry_run=True) as client:
            assert (await client.whoami()).name == "alice"
            assert "alice" in repr(client._session) and "password" not in repr(client._session)
            with pytest.raises(WouldSend):
                await client.create_ticket("General", subject="never")
    asyncio.run(main())
