"""`connect_async`: from an address and credentials to an `AsyncClient`, or to the right error."""
from __future__ import annotations

from functools import partial
from typing import Any, Callable, Dict, Mapping, Optional, Sequence, Union

from rtcompat.aio.client import AsyncClient
from rtcompat.connecting import Timeout, connecting
from rtcompat.errors import UsageError
from rtcompat.exchange import run_async
from rtcompat.session import AsyncSession, Credentials, Manner
from rtcompat.transport import Answer, AsyncTransport, Call, ThreadTransport

__all__ = ["connect_async"]


async def connect_async(url: str, *, user: Optional[str] = None, password: Optional[str] = None,
                        token: Optional[str] = None, cookie: Optional[str] = None,
                        auth: Any = None, protocol: str = "auto", route: bool = True,
                        timezone: Optional[str] = None, timeout: Timeout = (10.0, 60.0),
                        verify: Union[bool, str] = True, proxy: Optional[str] = None,
                        session: Optional[Mapping[str, Any]] = None, dry_run: bool = False,
                        transport: str = "threads", concurrency: int = 4) -> AsyncClient:
    """`rtcompat.connect`, awaited: the same arguments, errors and requests, and two more arguments.

    Args:
        transport: ``threads`` sends by requests, a thread for each request while it is under way;
            ``httpx`` by httpx, which the extra ``[async]`` installs; ``auth`` is a pair then.
        concurrency: requests under way at once, at most; each needs a session of its own, so that
            many first requests at once log in as many times. A cookie alone is one at a time.
    """
    credentials = Credentials(user=user, password=password, token=token, cookie=cookie)
    if not isinstance(concurrency, int) or concurrency < 1:
        raise UsageError("concurrency is a number from 1 on", argument="concurrency")
    make_transport = partial(_transport(transport), verify=verify, proxy=proxy, timeout=timeout,
                             auth=auth)
    transports: Dict[str, AsyncTransport] = {}

    async def ask(call: Call) -> Answer:
        if call.site not in transports:
            transports[call.site] = make_transport(call.site)
        return await transports[call.site].ask(call)

    def make(base: str, manners: Sequence[Manner]) -> AsyncSession:
        return AsyncSession(transports[base], credentials, manners, saved=session,
                            size=concurrency)

    kept = ""
    try:
        who, info, backends = await run_async(
            connecting(url, credentials, make, auth=auth, protocol=protocol, route=route,
                       timezone=timezone, saved=session), ask)
        kept = info.url
    finally:
        for base, each in transports.items():
            if base != kept:
                await each.close()
    return AsyncClient(who, info, backends, ours=cookie is None and session is None,
                       dry_run=dry_run)


def _transport(name: str) -> Callable[..., AsyncTransport]:
    """The kind of transport of this name."""
    if name == "threads":
        return ThreadTransport
    if name != "httpx":
        raise UsageError(f"transport is threads or httpx, not {name!r}", argument="transport")
    try:
        from rtcompat.transport_httpx import HttpxTransport
    except ImportError:
        raise UsageError("httpx is not installed", argument="transport",
                         advice="pip install 'rtcompat[async]', or transport='threads'") from None
    return HttpxTransport
