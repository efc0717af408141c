"""Blocking faces over what is awaited, so that one suite of tests holds for both.

Coroutines run on one event loop in a thread of its own; callers of any thread wait for them.
"""
from __future__ import annotations

import asyncio
import inspect
import threading
from typing import (Any, Awaitable, Callable, Coroutine, Dict, Iterator, List, Mapping, Optional,
                    Sequence, TypeVar)

from rtcompat.aio import AsyncClient, AsyncListing, AsyncWatch, connect_async
from rtcompat.exchange import Request, Response, Send, run_async
from rtcompat.model import Page, ServerInfo
from rtcompat.session import AsyncSession, Credentials, Manner
from rtcompat.tracker import Listing, Tracker
from rtcompat.transport import Answer, AsyncTransport, ThreadTransport
from rtcompat.transport_httpx import HttpxTransport
from rtcompat.watching import Change

__all__ = ["AwaitedSession", "AwaitedTracker", "AwaitedTransport", "AwaitedWatch", "HttpxFace",
           "Loop", "ThreadFace"]

T = TypeVar("T")


class Loop:
    """An event loop in a thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="tests.awaited")
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Its result, waited for."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def close(self) -> None:
        """End the thread; nothing may be left to run."""
        left = self.run(_others())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()
        assert not left, left


async def _others() -> List[str]:
    """Tasks that are left, besides the one that looks."""
    await asyncio.sleep(0)
    return [repr(task) for task in asyncio.all_tasks() if task is not asyncio.current_task()]


async def _awaiting(wanted: Awaitable[T]) -> T:
    return await wanted


class AwaitedTransport:
    """An `AsyncTransport` with the face of `Transport`."""

    kind: Callable[..., AsyncTransport]

    def __init__(self, url: str, **options: Any) -> None:
        self.within = type(self).kind(url, **options)
        self.loop: Optional[Loop] = None
        self._starting = threading.Lock()
        self.url, self.has_auth = self.within.url, self.within.has_auth

    def __repr__(self) -> str:
        return repr(self.within)

    def running(self) -> Loop:
        """The loop, started when it is first needed."""
        with self._starting:
            if self.loop is None:
                self.loop = Loop()
            return self.loop

    def send(self, request: Request, **options: Any) -> Answer:
        """As `Transport.send`."""
        return self.running().run(self.within.send(request, **options))

    def close(self) -> None:
        """As `Transport.close`; ends the loop, too."""
        if self.loop is not None:
            self.loop.run(self.within.close())
            self.loop.close()
            self.loop = None


class ThreadFace(AwaitedTransport):
    """By `ThreadTransport`."""

    kind = ThreadTransport


class HttpxFace(AwaitedTransport):
    """By `HttpxTransport`."""

    kind = HttpxTransport


class AwaitedSession:
    """An `AsyncSession` with the face of `Session`."""

    def __init__(self, transport: AwaitedTransport, credentials: Credentials,
                 logins: Sequence[Manner], **options: Any) -> None:
        self._transport = transport

        async def make() -> AsyncSession:
            return AsyncSession(transport.within, credentials, logins, **options)
        try:
            self._within = transport.running().run(make())
        except BaseException:
            transport.close()
            raise

    def __repr__(self) -> str:
        return repr(self._within)

    @property
    def unprivileged(self) -> bool:
        return self._within.unprivileged

    def sender(self, manner: Manner) -> Send:
        def send(request: Request) -> Response:
            loop = self._transport.running()
            return loop.run(_awaiting(self._within.sender(manner)(request)))
        return send

    def open(self, manner: Manner) -> bool:
        transport = self._transport
        return transport.running().run(run_async(self._within.opening(manner),
                                                 transport.within.ask))

    def export(self) -> Dict[str, Any]:
        return self._within.export()

    def logout(self) -> None:
        self._transport.running().run(self._within.logout())

    def close(self) -> None:
        self._transport.close()


class AwaitedWatch(Iterator[Change]):
    """An `AsyncWatch` with the face of `Watch`."""

    def __init__(self, loop: Loop, within: AsyncWatch) -> None:
        self._loop, self._within = loop, within

    def __next__(self) -> Change:
        try:
            return self._loop.run(_awaiting(self._within.__anext__()))
        except StopAsyncIteration:
            raise StopIteration from None

    @property
    def cursor(self) -> Dict[str, Any]:
        return self._within.cursor

    def close(self) -> None:
        self._loop.run(self._within.aclose())


class AwaitedTracker(Tracker):
    """An `AsyncClient` with the face of `Tracker`: every call goes through the client's own."""

    def __init__(self, url: str, **options: Any) -> None:
        self._loop = Loop()
        try:
            self._client: AsyncClient = self._loop.run(connect_async(url, **options))
        except BaseException:
            self._loop.close()
            raise

    def __getattribute__(self, name: str) -> Any:
        client = super().__getattribute__("__dict__").get("_client")
        if name.startswith("_") or name == "close" or not hasattr(AsyncClient, name):
            return super().__getattribute__(name)
        operation = getattr(client, name)

        def call(*given: Any, **named: Any) -> Any:
            return self._waited(operation, given, named)
        return call

    def _waited(self, operation: Callable[..., Any], given: Sequence[Any],
                named: Mapping[str, Any]) -> Any:
        async def asked() -> Any:
            made = operation(*given, **named)
            return await made if inspect.isawaitable(made) else made
        found = self._loop.run(asked())
        if isinstance(found, AsyncWatch):
            return AwaitedWatch(self._loop, found)
        return self._pages(found) if isinstance(found, AsyncListing) else found

    def _pages(self, listing: AsyncListing[T]) -> Listing[T]:
        """A blocking listing that takes one item after the other."""
        def ask(_: Any) -> Page[T]:
            try:
                return Page((self._loop.run(_awaiting(listing.__anext__())),), True)
            except StopAsyncIteration:
                return Page((), None)
        return Listing(Page((), True, listing.total), ask)

    def server(self) -> ServerInfo:
        return self._loop.run(self._client.server())

    def close(self) -> None:
        self._loop.run(self._client.close())
        self._loop.close()
