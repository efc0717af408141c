"""What transports share whose answers are awaited: the rules of sending, and of being cancelled.

When a cancelled `AsyncTransport.send` raises CancelledError, nothing of its request is running
any more. A request that had not left is not sent. A read is broken off. A write of which a byte
has left is not: RT might carry out half a body, and nobody would know what became of it; its
answer is waited for (no longer than ``timeout`` allows), told in a warning, and then the
cancellation goes on.
"""
from __future__ import annotations

import asyncio
import logging
from typing import Optional, Sequence, Tuple, Union

from rtcompat.exchange import Request, relative_to, run_async
from rtcompat.transport.rules import (RETRIES, Answer, Attempt, Call, Divert, Pause, Rules)

__all__ = ["AsyncTransport"]

_log = logging.getLogger("rtcompat.transport")


class AsyncTransport(Rules):
    """`Transport`, awaited, for the tasks of one event loop. Arguments as there."""

    async def send(self, request: Request, *, base: str = "",
                   headers: Sequence[Tuple[str, str]] = (), retries: int = RETRIES,
                   divert: Optional[Divert] = None) -> Answer:
        """Send one request and read its answer; arguments and errors as `Transport.send`'s."""
        asked = relative_to(request, base)

        async def step(what: Union[Pause, Attempt]) -> Optional[Answer]:
            if isinstance(what, Pause):
                await asyncio.sleep(what.seconds)
                return None
            return await self._finished(asked, what, self._begun(asked, headers, what, divert))
        return await run_async(self._trying(asked, retries), step)

    async def ask(self, call: Call) -> Answer:
        """What rules that do not send themselves want sent."""
        return await self.send(call.request, base=call.base, headers=call.headers,
                               retries=call.retries, divert=call.divert)

    async def close(self) -> None:
        """Close every connection; a later request opens new ones."""
        raise NotImplementedError

    def _begun(self, request: Request, headers: Sequence[Tuple[str, str]], attempt: Attempt,
               divert: Optional[Divert]) -> asyncio.Future[Answer]:
        """One try, under way: it ends by itself, or by `Attempt.abort` and `_break_off`."""
        raise NotImplementedError

    def _break_off(self, work: asyncio.Future[Answer]) -> None:
        """What `Attempt.abort`, which was called, does not do by itself."""

    async def _finished(self, request: Request, attempt: Attempt,
                        work: asyncio.Future[Answer]) -> Answer:
        """The answer; cancelled, it ends as the module says."""
        cancelled: Optional[asyncio.CancelledError] = None
        while not work.done():
            try:
                await asyncio.wait({work})
            except asyncio.CancelledError as error:
                if attempt.abort(request.effect != "read") and cancelled is None:
                    self._break_off(work)
                cancelled = error
        if cancelled is None:
            return work.result()
        failure = None if work.cancelled() else work.exception()
        if request.effect != "read" and attempt.left:
            became = "the answer was lost" if work.cancelled() or failure is not None \
                else f"HTTP {work.result().response.status}"
            _log.warning("%s (%s) was cancelled after it had been sent: %s",
                         request.about or "a write", request.line, became)
        raise cancelled
