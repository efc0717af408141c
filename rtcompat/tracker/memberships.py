"""What groups a user belongs to. The contract of each operation."""
from __future__ import annotations

from typing import Iterable, Optional, Tuple, Union

from rtcompat.model import Group, Receipt
from rtcompat.tracker.source import Source

__all__ = ["MembershipOperations", "GroupName"]

#: A group by name, number or record.
GroupName = Union[str, int, Group]


class MembershipOperations(Source):
    """Groups of a user. REST2 only."""

    def get_memberships(self, user: Union[str, int]) -> Tuple[Group, ...]:
        """The enabled user-defined groups that a user belongs to, also through other groups, by
        id.

        Raises: NotFound; PermissionDenied without the right to administer users.
        Requests: none -/2; some -/2.
        Source: REST2 ``GET /user/X/groups`` (1.06), ``POST /groups``.
        """
        result: Tuple[Group, ...] = self._carried("get_memberships", locals())
        return result

    def join_groups(self, user: Union[str, int], groups: Iterable[GroupName], *,
                    read_back: bool = True) -> Receipt:
        """Make a user a member of groups. REST2 only.

        Returns: Receipt with the user's number in ``id`` and a field ``groups[WHICH]`` for each, as
            it was given; unchanged also where the user belonged to it through another group. With
            read_back=False there is no ``id`` of a user given by login.
        Raises: NotFound for a group that does not exist, or is disabled; PermissionDenied.
        Requests: groups by number -/4; groups by name -/5; the first groups -/4; groups by number,
            read_back=False -/1. The user by number 1 less.
        Source: REST2 ``PUT /user/X/groups`` (1.06).
        """
        result: Receipt = self._carried("join_groups", locals())
        return result

    def leave_groups(self, user: Union[str, int], groups: Optional[Iterable[GroupName]] = None, *,
                     read_back: bool = True) -> Receipt:
        """Take a user out of groups; without them out of all. REST2 only.

        Returns: as `join_groups`; each group by number where all are left.
        Raises: as `join_groups`; InvalidValue where the user still belongs to it, perhaps through
            another group.
        Requests: one group by number -/4; all -/4; all, read_back=False -/1. 1 for each
            group; the user by number 1 less.
        Source: REST2 ``DELETE /user/X/group/N``, ``DELETE /user/X/groups`` (1.06).
        """
        result: Receipt = self._carried("leave_groups", locals())
        return result
