"""Groups over REST 1.0 (RT 3.8.2 and later): read, made, changed, who is in them."""
from __future__ import annotations

from typing import Any, Iterable, Optional, Tuple, Union

from rtcompat import fields, limits
from rtcompat.conditions import Condition
from rtcompat.errors import (InvalidValue, NotFound, PermissionDenied, Refused, ServerFailure,
                             UsageError)
from rtcompat.exchange import Operation
from rtcompat.model import KEEP, Group, Member, Page, Receipt
from rtcompat.rest1 import read, write
from rtcompat.rest1.answers import created_id, withheld
from rtcompat.rest1.asking import Answer, denied, segment
from rtcompat.rest1.forms import Form
from rtcompat.rest1.naming import unreachable
from rtcompat.rest1.people import People
from rtcompat.tracker.source import CustomValues

__all__ = ["Groups"]


class Groups(People):
    """Operations on groups."""

    def get_group(self, group: Union[str, int]) -> Operation[Group]:
        """See `Tracker.get_group`.

        Requests: 1; 2 for a name of digits or with ``/`` or ``,``; for a disabled one by name,
            which RT finds by number only, 2 more, for none 1 more.
        """
        return read.group((yield from self._group_form(group)))

    def _group_form(self, group: Union[str, int],
                    query: Tuple[Tuple[str, str], ...] = ()) -> Operation[Form]:
        """A group's form. Names are resolved by ``group/NAME`` alone, not with ``show`` or
        ``edit`` behind it, and those of enabled groups only (4.4, 5.0).

        Raises: NotFound, PermissionDenied.
        """
        if isinstance(group, int):
            place = f"group/{limits.positive_id(group, 'group')}"
        elif not isinstance(group, str) or not group.strip() or "\n" in group:
            raise UsageError(f"{group!r} names no group", argument="group")
        elif unreachable(group):
            place = f"group/{yield from self._number_by_search('group', group)}"
        else:
            place = f"group/{segment(group)}"
        try:
            answer = yield from self._get(place, query, about=f"read group {group}")
        except NotFound:
            if isinstance(group, int) or not self._at_least(4, 2, 2):
                raise
            number = yield from self._disabled_number("group", group)
            if number is None:
                raise
            answer = yield from self._get(f"group/{number}", query, about=f"read group {group}")
        except ServerFailure as failure:
            # by name and without rights RT crashes (4.4 to 5.0)
            raise NotFound(f"no group {group!r} that we may see", code=failure.code,
                           server=failure.server, request=failure.request) from failure
        form = answer.form()
        if withheld(form) or not form.get("id"):
            raise denied(answer, place)
        return form

    def search_groups(self, conditions: Iterable[Condition] = (), *, order: Optional[str] = None,
                      include_disabled: bool = False,
                      cursor: Any = None) -> Operation[Page[Group]]:
        """See `Tracker.search_groups`. Requests: 1 a condition, and 1 per 100."""
        return (yield from self._found("search_groups", "group", fields.GROUP, conditions,
                                       read.group, cursor))

    def get_group_members(self, group: Union[str, int], *, recursive: bool = False,
                          kind: Optional[str] = None,
                          cursor: Any = None) -> Operation[Page[Member]]:
        """See `Tracker.get_group_members`. All come in one page. Requests: as `get_group`."""
        if kind not in (None, "user", "group"):
            raise UsageError(f"kind is user, group or None, not {kind!r}", argument="kind")
        form = yield from self._group_form(group, (("fields", "Members"),))
        found = tuple(one for one in read.members(form) if kind in (None, one.kind))
        return Page(found, None, len(found))

    # -- making and changing ------------------------------------------------------------------

    def create_group(self, name: str, *, description: str = KEEP,
                     custom_fields: CustomValues = KEEP,
                     read_back: bool = True) -> Operation[Receipt]:
        """See `Tracker.create_group`.

        Requests: 1, and 1 to read back; 1 more when refused, to say why.
        """
        wanted = limits.checked(fields.GROUP, locals())
        self._lacking("create_group", fields.GROUP, wanted)
        answer = yield from self._ask(self._form_request(
            "group/new", write.pairs(fields.GROUP, wanted), effect="write-once",
            about=f"create group {name}"))
        number = created_id(answer.envelopes, "Group")
        if number is None:
            raise (yield from self._group_not_created(name, answer))
        after = {}
        if read_back:
            after = yield from self._state(lambda: self.get_group(number), wanted)
        return self._receipt(wanted, {"name": "", "description": ""}, after, answer, number)

    def _group_not_created(self, name: str, answer: Answer) -> Operation[Refused]:
        """RT gives no reason: a name that is there already, or one that RT takes for none or for a
        number, or a right."""
        refused = answer.refusal()
        if isinstance(refused, (PermissionDenied, NotFound)):
            return refused
        bad = not name.strip() or name.isdecimal()
        taken = bad or (yield from self._is_group(name))
        make = InvalidValue if taken else PermissionDenied
        return make(f"RT did not create the group {name!r}", messages=answer.messages,
                    code=answer.code, server=answer.response.server,
                    request=answer.response.request.line)

    def _is_group(self, name: str) -> Operation[bool]:
        try:
            yield from self._group_form(name)
        except (NotFound, PermissionDenied):
            return False
        return True

    def edit_group(self, group: Union[str, int], *, name: str = KEEP, description: str = KEEP,
                   disabled: bool = KEEP, custom_fields: CustomValues = KEEP,
                   read_back: bool = True) -> Operation[Receipt]:
        """See `Tracker.edit_group`.

        Requests: 1, and 2 to decide the receipt; by name 1 more without a receipt, as only its
            number can be edited; 1 more when refused, to say why.
        """
        wanted = limits.checked(fields.GROUP, locals())
        self._lacking("edit_group", fields.GROUP, wanted)
        if not wanted:
            raise UsageError("edit_group was given nothing to change")
        before = {}
        number = group
        if read_back or not isinstance(group, int):
            record = read.group((yield from self._group_form(group)))
            number, before = record.id, write.state_of(record, wanted)
        request = self._form_request(f"group/{number}/edit", write.pairs(fields.GROUP, wanted),
                                     effect="write", about=f"edit group {group}")
        try:
            return (yield from self._change(
                request, wanted, before,
                lambda: self._state(lambda: self.get_group(number), wanted),
                number=int(number), read_back=read_back))
        except InvalidValue as refused:
            # A description and a flag are refused for want of a right only.
            if "name" in wanted and (yield from self._is_group(wanted["name"])):
                raise
            raise PermissionDenied("we may not edit this group", messages=refused.messages,
                                   code=refused.code, receipt=refused.receipt,
                                   server=refused.server, request=refused.request) from refused

    def disable_group(self, group: Union[str, int]) -> Operation[Receipt]:
        """See `Tracker.disable_group`. Requests: 3."""
        return (yield from self.edit_group(group, disabled=True))
