"""`ThreadTransport`: the blocking transport, a thread for each request while it is under way."""
from __future__ import annotations

import asyncio
import threading
from typing import Any, Callable, Optional, Sequence, Tuple, Union

from rtcompat.exchange import Request
from rtcompat.transport.awaiting import AsyncTransport
from rtcompat.transport.rules import Answer, Attempt, Divert
from rtcompat.transport.sending import Transport

__all__ = ["ThreadTransport"]


class ThreadTransport(AsyncTransport):
    """Sends by `Transport` from threads that end with their request. Arguments as there.

    Threads are not kept: one costs a ten-thousandth of a request to RT, and so none is left over
    by a client that nobody closed.
    """

    def __init__(self, url: str, *, verify: Union[bool, str] = True, proxy: Optional[str] = None,
                 timeout: Union[float, Tuple[float, float]] = (10.0, 60.0), auth: Any = None,
                 user_agent: Optional[str] = None, max_body: int = 512 * 1024 * 1024) -> None:
        super().__init__(url, verify=verify, timeout=timeout, auth=auth, user_agent=user_agent,
                         max_body=max_body)
        self._blocking = Transport(url, verify=verify, proxy=proxy, timeout=timeout, auth=auth,
                                   user_agent=user_agent, max_body=max_body)

    async def close(self) -> None:
        self._blocking.close()

    def _begun(self, request: Request, headers: Sequence[Tuple[str, str]], attempt: Attempt,
               divert: Optional[Divert]) -> asyncio.Future[Answer]:
        loop = asyncio.get_running_loop()
        work: asyncio.Future[Answer] = loop.create_future()

        def once() -> None:
            try:
                answer = self._blocking.once(request, headers, attempt, divert)
            except BaseException as error:
                loop.call_soon_threadsafe(over, work.set_exception, error)
            else:
                loop.call_soon_threadsafe(over, work.set_result, answer)

        def over(put: Callable[[Any], None], outcome: Any) -> None:
            thread.join()  # it has nothing left to do
            put(outcome)

        thread = threading.Thread(target=once, name=f"rtcompat {request.line}")
        thread.start()
        return work
