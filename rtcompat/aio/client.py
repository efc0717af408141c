"""`AsyncClient`: the operations of a protocol, run over HTTP and awaited.

What each operation promises stands in `Tracker`, whose own methods check the arguments here too;
which protocol carries it is the `Carrier`'s business, who we are the session's.
"""
from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from types import TracebackType
from typing import Any, Dict, Iterable, Mapping, Optional, Type, Union

from rtcompat.aio.listing import AsyncListing
from rtcompat.aio.operations import AsyncOperations
from rtcompat.aio.watch import AsyncWatch
from rtcompat.client import Carrier, would_send
from rtcompat.errors import RTError
from rtcompat.exchange import AsyncSend, Request, Response, run_async
from rtcompat.model import Page, ServerInfo
from rtcompat.protocols import PROTOCOLS, Backends
from rtcompat.session import AsyncSession
from rtcompat.ticketsql import Query
from rtcompat.tracker import Tracker
from rtcompat.watching import Sweeps

__all__ = ["AsyncClient"]

_log = logging.getLogger("rtcompat.client")


class AsyncClient(AsyncOperations):
    """A live server, for the tasks of one event loop. Made by `rtcompat.connect_async`.

    A cancelled operation leaves nothing half-sent: what had not left is not sent, a read is broken
    off, and a write of which a byte has left is finished before the cancellation goes on; a
    warning of the logger ``rtcompat.transport`` then tells what RT answered. What such a write
    did is not read back.

    Args: as `Client`'s.
    """

    def __init__(self, session: AsyncSession, info: ServerInfo, backends: Backends, *,
                 ours: bool = True, dry_run: bool = False) -> None:
        self._session = session
        self._info = info
        self._carrier = Carrier(info, backends)
        self._contract = _Contract(self)
        self._ours = ours
        self._dry_run = dry_run
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def __repr__(self) -> str:
        return f"<AsyncClient of {self._info.url} over {self._info.protocol}>"

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, kind: Optional[Type[BaseException]],
                        error: Optional[BaseException],
                        trace: Optional[TracebackType]) -> None:
        await self.close()

    async def server(self) -> ServerInfo:
        """What is known of the server: version, protocols, the one in use, our time zone."""
        return self._carrier.server()

    def watch(self, query: Union[str, Query], since: Union[datetime, Mapping[str, Any]], *,
              interval: Optional[float] = None, fields: Optional[Iterable[str]] = None,
              content: bool = False, ignore: Iterable[str] = ()) -> AsyncWatch:
        """What changed since a moment or a saved cursor, for ``async for``. See `Tracker.watch`."""
        return AsyncWatch(self, Sweeps(query, since, interval=interval, fields=fields,
                                       content=content, ignore=ignore, server=self._info.url))

    def export_session(self) -> Dict[str, Any]:
        """See `Client.export_session`; sends nothing."""
        self._ours = False
        return self._session.export()

    async def close(self) -> None:
        """End the sessions on the server and close the connections, when the operations that are
        under way are done; others are refused at once. May be called twice."""
        self._carrier.closed = True
        try:
            await self._idle.wait()
            if self._ours:
                await self._session.logout()
        except RTError as error:
            # Closing must also work when the server is gone; RT forgets the session by itself.
            _log.warning("the session could not be ended: %s", error)
        finally:
            await self._session.close()

    async def _carried(self, operation: str, given: Mapping[str, Any]) -> Any:
        arguments = {name: value for name, value in given.items() if name != "self"}
        return await getattr(self._contract, operation)(**arguments)

    def _listed(self, operation: str, given: Mapping[str, Any]) -> AsyncListing[Any]:
        arguments = {name: value for name, value in given.items() if name != "self"}
        listing: AsyncListing[Any] = getattr(self._contract, operation)(**arguments)
        return listing

    def _send(self, protocol: str) -> AsyncSend:
        manner = PROTOCOLS[protocol].manner
        send = self._session.sender(manner)

        async def reads_only(request: Request) -> Response:
            would_send(request, manner.base)
            return await send(request)
        return reads_only if self._dry_run else send

    async def _over(self, protocol: str, operation: str, arguments: Mapping[str, Any]) -> Any:
        """An operation over a protocol."""
        self._running += 1
        self._idle.clear()
        try:
            for before in self._carrier.before(protocol):
                await run_async(before, self._send("rest2"))
            with self._carrier.located(protocol, operation, arguments):
                made = self._carrier.made(protocol, operation, arguments)
                return await run_async(made, self._send(protocol))
        finally:
            self._running -= 1
            if not self._running:
                self._idle.set()


class _Contract(Tracker):
    """The operations as `Tracker` defines them, giving what is to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    def _carried(self, operation: str, given: Mapping[str, Any]) -> Any:
        return self._client._over(*self._client._carrier.route(operation, given))

    def _listed(self, operation: str, given: Mapping[str, Any]) -> Any:
        protocol, operation, arguments = self._client._carrier.route(operation, given)

        async def ask(cursor: Any) -> Page[Any]:
            page: Page[Any] = await self._client._over(
                protocol, operation, {**arguments, "cursor": cursor})
            return page
        return AsyncListing(ask)
