"""Groups and their members over REST2."""
from __future__ import annotations

from typing import Any, Iterable, Optional, Tuple, Union

from rtcompat.conditions import Condition
from rtcompat.exchange import Operation
from rtcompat.model import KEEP, Group, Member, Page, Receipt, Transaction
from rtcompat.rest2 import groups as groups_of_rt
from rtcompat.rest2 import memberships, records, searching
from rtcompat.rest2.groups import GROUP
from rtcompat.rest2.operations.bound import Bound
from rtcompat.tracker.groups import Principal
from rtcompat.tracker.memberships import GroupName
from rtcompat.tracker.source import CustomValues

__all__ = ["Groups"]


class Groups(Bound):
    """Groups and memberships over REST2: see `Tracker`."""

    def get_group(self, group: Union[str, int]) -> Operation[Group]:
        return records.get(GROUP, group)

    def search_groups(self, conditions: Iterable[Condition] = (), *, order: Optional[str] = None,
                      include_disabled: bool = False,
                      cursor: Any = None) -> Operation[Page[Group]]:
        return searching.search(GROUP, conditions, order, include_disabled, cursor)

    def create_group(self, name: str, *, description: str = KEEP,
                     custom_fields: CustomValues = KEEP,
                     read_back: bool = True) -> Operation[Receipt]:
        return groups_of_rt.create(self._context, name, locals(), read_back)

    def edit_group(self, group: Union[str, int], *, name: str = KEEP, description: str = KEEP,
                   disabled: bool = KEEP, custom_fields: CustomValues = KEEP,
                   read_back: bool = True) -> Operation[Receipt]:
        return groups_of_rt.edit(self._context, group, locals(), read_back)

    def disable_group(self, group: Union[str, int]) -> Operation[Receipt]:
        return records.disable(self._context, GROUP, group)

    def get_group_history(self, group: Union[str, int], *,
                          cursor: Any = None) -> Operation[Page[Transaction]]:
        return records.history(GROUP, group, cursor)

    def get_group_members(self, group: Union[str, int], *, recursive: bool = False,
                          kind: Optional[str] = None,
                          cursor: Any = None) -> Operation[Page[Member]]:
        return groups_of_rt.members(group, recursive, kind)

    def add_group_members(self, group: Union[str, int], members: Iterable[Principal], *,
                          read_back: bool = True) -> Operation[Receipt]:
        return groups_of_rt.add(group, members, read_back)

    def remove_group_members(self, group: Union[str, int], members: Iterable[Principal], *,
                             read_back: bool = True) -> Operation[Receipt]:
        return groups_of_rt.remove(group, members, read_back)

    def remove_all_group_members(self, group: Union[str, int], *,
                                 read_back: bool = True) -> Operation[Receipt]:
        return groups_of_rt.remove_all(group, read_back)

    def get_memberships(self, user: Union[str, int]) -> Operation[Tuple[Group, ...]]:
        return memberships.memberships(user)

    def join_groups(self, user: Union[str, int], groups: Iterable[GroupName], *,
                    read_back: bool = True) -> Operation[Receipt]:
        return memberships.join(user, groups, read_back)

    def leave_groups(self, user: Union[str, int], groups: Optional[Iterable[GroupName]] = None, *,
                     read_back: bool = True) -> Operation[Receipt]:
        return memberships.leave(user, groups, read_back)
