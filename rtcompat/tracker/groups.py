"""Groups and their members. The contract of each operation."""
from __future__ import annotations

from typing import Iterable, Optional, Union

from rtcompat.conditions import Condition
from rtcompat.model import KEEP, Group, Member, Receipt, Transaction, User
from rtcompat.tracker.source import CustomValues, Listing, Source

__all__ = ["GroupOperations", "Principal"]

#: A user by login or e-mail address, any principal by number, or a record of one.
Principal = Union[str, int, User, Group, Member]


class GroupOperations(Source):
    """Groups: those that people make (user-defined); others are read by number."""

    def get_group(self, group: Union[str, int]) -> Group:
        """A group by name or number.

        Raises: NotFound: also for a name of a group that we may not see; PermissionDenied over
            REST2 for such a number (over REST 1.0 RT shows every group).
        Requests: by number 1/1; by name 1/2.
        Source: REST 1.0 ``group/X`` (RT 3.8.2); REST2 ``GET /group/N``, ``POST /groups``.
        """
        result: Group = self._carried("get_group", locals())
        return result

    def search_groups(self, conditions: Iterable[Condition] = (), *, order: Optional[str] = None,
                      include_disabled: bool = False) -> Listing[Group]:
        """The user-defined groups that we may see and that all conditions hold for, by id.

        Args:
            conditions: made by `where`, over id, name, description.
            order: one of these, ``-`` before it for descending; what is changed meanwhile may be
                missed. REST2 only.
            include_disabled: disabled ones, too. REST2 only.
        Raises: UsageError for another field.
        Requests: 2/1+; include_disabled -/2+. REST2: 1 per 100, with include_disabled 2;
            REST 1.0: 1 a condition and 1 per 100.
        Source: REST 1.0 ``search/group`` (RT 4.2.2), ``show``; REST2 ``POST /groups``.
        """
        return self._listed("search_groups", locals())

    def create_group(self, name: str, *, description: str = KEEP,
                     custom_fields: CustomValues = KEEP, read_back: bool = True) -> Receipt:
        """Create a group, once. custom_fields over REST2 only.

        Returns: Receipt with the number in ``id``.
        Raises: InvalidValue (the name exists or is empty); PermissionDenied.
        Requests: 2/2; read_back=False 1/1.
        Source: REST 1.0 ``group/new``; REST2 ``POST /group`` (1.06).
        """
        result: Receipt = self._carried("create_group", locals())
        return result

    def edit_group(self, group: Union[str, int], *, name: str = KEEP, description: str = KEEP,
                   disabled: bool = KEEP, custom_fields: CustomValues = KEEP,
                   read_back: bool = True) -> Receipt:
        """Change fields of a group. custom_fields over REST2 only.

        Returns, Raises: as `edit_ticket`.
        Requests: by number 3/3; by number, read_back=False 1/1; by name 3/4; by name,
            read_back=False 2/2.
        Source: REST 1.0 ``group/N/edit``; REST2 ``PUT /group/N`` (1.06).
        """
        result: Receipt = self._carried("edit_group", locals())
        return result

    def disable_group(self, group: Union[str, int]) -> Receipt:
        """Disable a group; ``edit_group(…, disabled=False)`` enables it again.

        Returns, Raises: as `edit_group`.
        Requests: by number 3/3.
        Source: REST 1.0 ``group/N/edit`` (RT 4.2.2); REST2 ``PUT /group/N``, as ``DELETE`` does.
        """
        result: Receipt = self._carried("disable_group", locals())
        return result

    def get_group_history(self, group: Union[str, int]) -> Listing[Transaction]:
        """A group's transactions that we may see, by id, without contents. REST2 only.

        Requests: by number -/1+. 1 per 100, 1 more where there are none.
        Source: REST2 ``GET /group/N/history``.
        """
        return self._listed("get_group_history", locals())

    def get_group_members(self, group: Union[str, int], *, recursive: bool = False,
                          kind: Optional[str] = None) -> Listing[Member]:
        """Who belongs to a group: users first, each kind by number; over REST 1.0 by address and
        by name.

        Args:
            recursive: also the members of the groups in it, however deep. REST2 only.
            kind: ``user`` or ``group``: only these; None: both.
        Raises: UsageError; NotFound; PermissionDenied.
        Requests: users alone 1/2; users and groups 1/3; none 1/1. REST2 by number, and 1 more for
            each group below where recursive.
        Source: REST 1.0 ``group/X?fields=Members`` (RT 3.8.2); REST2 ``GET /group/N``, as
            ``GET /group/N/members`` tells no names and is closed to most who see the group.
        """
        return self._listed("get_group_members", locals())

    def add_group_members(self, group: Union[str, int], members: Iterable[Principal], *,
                          read_back: bool = True) -> Receipt:
        """Add users and groups to a group. REST2 only.

        Args:
            members: logins, e-mail addresses, principals' numbers, records; a group by number or
                record.
        Returns: Receipt with a field ``members[WHO]`` for each, as it was given.
        Raises: NotFound; InvalidValue for who does not exist; PermissionDenied.
        Requests: numbers -/3; logins -/4; the first numbers -/4; numbers, read_back=False -/2.
        Source: REST2 ``GET /group/N/members``, ``PUT /group/N/members`` (1.06).
        """
        result: Receipt = self._carried("add_group_members", locals())
        return result

    def remove_group_members(self, group: Union[str, int], members: Iterable[Principal], *,
                             read_back: bool = True) -> Receipt:
        """Take users and groups out of a group. REST2 only. As `add_group_members`.

        Requests: one number -/3; one number, read_back=False -/2. 1 for each member.
        Source: REST2 ``DELETE /group/N/member/M`` (1.06).
        """
        result: Receipt = self._carried("remove_group_members", locals())
        return result

    def remove_all_group_members(self, group: Union[str, int], *,
                                 read_back: bool = True) -> Receipt:
        """Take every member out of a group. REST2 only.

        Returns: Receipt with a field ``members[NUMBER]`` for each that was in it.
        Raises: NotFound; PermissionDenied.
        Requests: by number -/3; by number, read_back=False -/2.
        Source: REST2 ``DELETE /group/N/members`` (1.06).
        """
        result: Receipt = self._carried("remove_all_group_members", locals())
        return result
