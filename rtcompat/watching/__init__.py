"""What changed since a moment: `Watch`, over any `Tracker`; `Sweeps`, whatever drives it.

``sweeps`` decides what to ask and what is new, ``cursor`` holds how far that has come, ``asking``
is what is asked, and who answers is a driver: ``watch`` here, blocking, or asyncio's.
"""
from __future__ import annotations

from rtcompat.watching.asking import Ask, Histories, Next, Search, Wait
from rtcompat.watching.sweeps import Change, Sweeps
from rtcompat.watching.watch import Watch, Watched

__all__ = ["Ask", "Change", "Histories", "Next", "Search", "Sweeps", "Wait", "Watch", "Watched"]
