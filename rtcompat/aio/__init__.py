"""asyncio: `connect_async` gives an `AsyncClient`, with the operations of `Tracker`, awaited.

``operations`` is written from Tracker's signatures by ``python -m tests.write_aio``.
"""
from __future__ import annotations

from rtcompat.aio.client import AsyncClient
from rtcompat.aio.connecting import connect_async
from rtcompat.aio.listing import AsyncListing
from rtcompat.aio.watch import AsyncWatch

__all__ = ["AsyncClient", "AsyncListing", "AsyncWatch", "connect_async"]
