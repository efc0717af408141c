"""`rtcompat.tracker.memberships`, awaited. Written by ``python -m tests.write_aio``."""
from __future__ import annotations

from typing import Iterable, Optional, Tuple, Union

from rtcompat.aio.source import AsyncSource
from rtcompat.model import Group, Receipt
from rtcompat.tracker.memberships import GroupName

__all__ = ["AsyncMembershipOperations"]


class AsyncMembershipOperations(AsyncSource):
    """Groups of a user. REST2 only."""

    async def get_memberships(self, user: Union[str, int]) -> Tuple[Group, ...]:
        """See `Tracker.get_memberships`."""
        result: Tuple[Group, ...] = await self._carried("get_memberships", locals())
        return result

    async def join_groups(self, user: Union[str, int], groups: Iterable[GroupName], *,
                          read_back: bool = True) -> Receipt:
        """Make a user a member of groups. See `Tracker.join_groups`."""
        result: Receipt = await self._carried("join_groups", locals())
        return result

    async def leave_groups(self, user: Union[str, int],
                           groups: Optional[Iterable[GroupName]] = None, *,
                           read_back: bool = True) -> Receipt:
        """Take a user out of groups; without them out of all. See `Tracker.leave_groups`."""
        result: Receipt = await self._carried("leave_groups", locals())
        return result
