"""`rtcompat.tracker.groups`, awaited. Written by ``python -m tests.write_aio``."""
from __future__ import annotations

from typing import Iterable, Optional, Union

from rtcompat.aio.listing import AsyncListing
from rtcompat.aio.source import AsyncSource
from rtcompat.conditions import Condition
from rtcompat.model import Group, KEEP, Member, Receipt, Transaction
from rtcompat.tracker.groups import Principal
from rtcompat.tracker.source import CustomValues

__all__ = ["AsyncGroupOperations"]


class AsyncGroupOperations(AsyncSource):
    """Groups: those that people make (user-defined); others are read by number."""

    async def get_group(self, group: Union[str, int]) -> Group:
        """A group by name or number. See `Tracker.get_group`."""
        result: Group = await self._carried("get_group", locals())
        return result

    def search_groups(self, conditions: Iterable[Condition] = (), *, order: Optional[str] = None,
                      include_disabled: bool = False) -> AsyncListing[Group]:
        """See `Tracker.search_groups`."""
        return self._listed("search_groups", locals())

    async def create_group(self, name: str, *, description: str = KEEP,
                           custom_fields: CustomValues = KEEP, read_back: bool = True) -> Receipt:
        """Create a group, once. See `Tracker.create_group`."""
        result: Receipt = await self._carried("create_group", locals())
        return result

    async def edit_group(self, group: Union[str, int], *, name: str = KEEP,
                         description: str = KEEP, disabled: bool = KEEP,
                         custom_fields: CustomValues = KEEP, read_back: bool = True) -> Receipt:
        """Change fields of a group. See `Tracker.edit_group`."""
        result: Receipt = await self._carried("edit_group", locals())
        return result

    async def disable_group(self, group: Union[str, int]) -> Receipt:
        """See `Tracker.disable_group`."""
        result: Receipt = await self._carried("disable_group", locals())
        return result

    def get_group_history(self, group: Union[str, int]) -> AsyncListing[Transaction]:
        """See `Tracker.get_group_history`."""
        return self._listed("get_group_history", locals())

    def get_group_members(self, group: Union[str, int], *, recursive: bool = False,
                          kind: Optional[str] = None) -> AsyncListing[Member]:
        """See `Tracker.get_group_members`."""
        return self._listed("get_group_members", locals())

    async def add_group_members(self, group: Union[str, int], members: Iterable[Principal], *,
                                read_back: bool = True) -> Receipt:
        """Add users and groups to a group. See `Tracker.add_group_members`."""
        result: Receipt = await self._carried("add_group_members", locals())
        return result

    async def remove_group_members(self, group: Union[str, int], members: Iterable[Principal], *,
                                   read_back: bool = True) -> Receipt:
        """Take users and groups out of a group. See `Tracker.remove_group_members`."""
        result: Receipt = await self._carried("remove_group_members", locals())
        return result

    async def remove_all_group_members(self, group: Union[str, int], *,
                                       read_back: bool = True) -> Receipt:
        """Take every member out of a group. See `Tracker.remove_all_group_members`."""
        result: Receipt = await self._carried("remove_all_group_members", locals())
        return result
