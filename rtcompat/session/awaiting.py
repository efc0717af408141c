"""A session whose answers are awaited."""
from __future__ import annotations

import asyncio
from typing import Any, Mapping, Optional, Sequence

from rtcompat.exchange import AsyncSend, Request, Response, run_async
from rtcompat.session.manners import Credentials, Manner
from rtcompat.session.rules import Rules
from rtcompat.transport import AsyncTransport

__all__ = ["AsyncSession"]


class AsyncSession(Rules):
    """Sends a user's requests to one site, for the tasks of one event loop.

    At most ``size`` requests are under way at once, further ones wait here: so none ever waits
    for a place in the pool, which would hold up the loop. Arguments and errors: see `Session`.
    """

    def __init__(self, transport: AsyncTransport, credentials: Credentials,
                 logins: Sequence[Manner], *, size: int = 4,
                 saved: Optional[Mapping[str, Any]] = None) -> None:
        super().__init__(transport.url, transport.has_auth, credentials, logins, size=size,
                         saved=saved)
        self._transport = transport
        self._gate = asyncio.Semaphore(min(size, max(1, self._places)))

    def sender(self, manner: Manner) -> AsyncSend:
        """The awaiting ``send`` for operations of a protocol; errors as `Session.sender`'s."""
        async def send(request: Request) -> Response:
            async with self._gate:
                return await run_async(self.sending(request, manner), self._transport.ask)
        return send

    async def logout(self) -> None:
        """See `Session.logout`."""
        await run_async(self.ending(), self._transport.ask)

    async def close(self) -> None:
        """See `Session.close`."""
        await self._transport.close()
