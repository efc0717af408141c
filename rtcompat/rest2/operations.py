"""Every operation of `Tracker` over REST2, as generators of requests.

What each promises stands in `Tracker`; how it is done stands in the modules of this folder, one a
subject. A listing also takes the cursor of the page before and returns one `Page`.
"""
from __future__ import annotations

from pathlib import Path
from typing import Any, Iterable, Mapping, Optional, Sequence, Tuple, Union

from rtcompat.errors import Unsupported
from rtcompat.exchange import Operation
from rtcompat.model import (KEEP, Attachment, Links, NewAttachment, Page, Queue, Receipt, Ticket,
                            Transaction, User)
from rtcompat.rest2 import creating, editing, history, linking, messages, people, tickets
from rtcompat.rest2.context import Context
from rtcompat.tracker import CustomValues, Date, LinkChanges, People

__all__ = ["Rest2", "Context"]

_ONE_TIME = "REST2 has no one-time recipients; a Cc key would replace the ticket's watchers"

#: What older versions pass over without a word, by the version that brought it.
_SINCE: Tuple[Tuple[Tuple[int, ...], str], ...] = (
    ((5, 0, 1), "merge_ticket"), ((5, 0, 1), "edit_links"), ((5, 0, 1), "take_ticket"),
    ((5, 0, 1), "untake_ticket"), ((5, 0, 1), "steal_ticket"),
    ((5, 0, 1), "create_ticket(attachments)"), ((5, 0, 2), "create_ticket(custom_roles)"),
    ((5, 0, 2), "reply(status)"), ((5, 0, 2), "comment(status)"),
    ((5, 0, 3), "edit_ticket(custom_roles)"),
)


class Rest2:
    """The operations over REST2. Requests' paths are relative to `BASE`.

    Args:
        context: what is known of the server and the login; shared by threads.
    """

    NAME = "rest2"
    BASE = "REST/2.0/"
    #: What no version of REST2 can do; an instance's own table adds what its server cannot.
    UNSUPPORTED: Mapping[str, str] = {
        "reply(cc)": _ONE_TIME, "reply(bcc)": _ONE_TIME,
        "comment(cc)": _ONE_TIME, "comment(bcc)": _ONE_TIME,
        "edit_user(password)": "REST2 crashes on a new password (5.0.0 to 6.0.0)",
    }

    def __init__(self, context: Context) -> None:
        self._context = context
        self.UNSUPPORTED = {**type(self).UNSUPPORTED, **{
            key: f"RT does this over REST2 since {'.'.join(map(str, since))}"
            for since, key in _SINCE if context.before(*since)}}

    def whoami(self) -> Operation[User]:
        return people.whoami(self._context)

    def get_ticket(self, ticket_id: int) -> Operation[Ticket]:
        found = yield from tickets.find_ticket(self._context, ticket_id)
        return found.ticket

    def search_tickets(self, query: str, *, order: Optional[str] = None,
                       fields: Optional[Iterable[str]] = None,
                       snapshot: bool = False,
                       cursor: Any = None) -> Operation[Page[Ticket]]:
        return tickets.search(self._context, query, order, fields, snapshot, cursor)

    def create_ticket(self, queue: Union[str, int], *, subject: str = "", content: str = "",
                      content_type: str = "text/plain",
                      requestors: People = KEEP, cc: People = KEEP, admin_cc: People = KEEP,
                      owner: str = KEEP, status: str = KEEP, priority: int = KEEP,
                      initial_priority: int = KEEP, final_priority: int = KEEP,
                      starts: Date = KEEP, started: Date = KEEP, due: Date = KEEP,
                      resolved: Date = KEEP, time_estimated: int = KEEP, time_worked: int = KEEP,
                      time_left: int = KEEP, sla: str = KEEP,
                      custom_fields: CustomValues = KEEP,
                      custom_roles: Mapping[str, People] = KEEP,
                      attachments: Sequence[NewAttachment] = (),
                      read_back: bool = True) -> Operation[Receipt]:
        return creating.create(self._context, queue, locals(), content, content_type,
                               attachments, read_back)

    def edit_ticket(self, ticket_id: int, *, queue: Union[str, int] = KEEP, owner: str = KEEP,
                    subject: str = KEEP, status: str = KEEP, priority: int = KEEP,
                    initial_priority: int = KEEP, final_priority: int = KEEP,
                    requestors: People = KEEP, cc: People = KEEP, admin_cc: People = KEEP,
                    add_requestors: People = (), remove_requestors: People = (),
                    add_cc: People = (), remove_cc: People = (),
                    add_admin_cc: People = (), remove_admin_cc: People = (),
                    complete_watchers: bool = False,
                    starts: Date = KEEP, started: Date = KEEP, due: Date = KEEP,
                    resolved: Date = KEEP, told: Date = KEEP, time_estimated: int = KEEP,
                    time_worked: int = KEEP, time_left: int = KEEP, sla: str = KEEP,
                    custom_fields: CustomValues = KEEP,
                    custom_roles: Mapping[str, People] = KEEP,
                    read_back: bool = True) -> Operation[Receipt]:
        return editing.edit(self._context, ticket_id, locals(), read_back)

    def delete_ticket(self, ticket_id: int) -> Operation[Receipt]:
        return editing.delete(self._context, ticket_id)

    def reply(self, ticket_id: int, content: str = "", *, content_type: str = "text/plain",
              cc: People = (), bcc: People = (), time_worked: int = 0, status: str = KEEP,
              attachments: Sequence[NewAttachment] = ()) -> Operation[Receipt]:
        self._no_one_time("reply", cc, bcc)
        return messages.send(self._context, "reply", ticket_id, content, content_type,
                             time_worked, status, attachments)

    def comment(self, ticket_id: int, content: str = "", *, content_type: str = "text/plain",
                cc: People = (), bcc: People = (), time_worked: int = 0, status: str = KEEP,
                attachments: Sequence[NewAttachment] = ()) -> Operation[Receipt]:
        self._no_one_time("comment", cc, bcc)
        return messages.send(self._context, "comment", ticket_id, content, content_type,
                             time_worked, status, attachments)

    def add_time(self, ticket_id: int, minutes: int, *, comment: str = "") -> Operation[Receipt]:
        return messages.add_time(self._context, ticket_id, minutes, comment)

    def merge_ticket(self, ticket_id: int, into_id: int) -> Operation[Receipt]:
        return linking.merge(self._context, ticket_id, into_id)

    def take_ticket(self, ticket_id: int) -> Operation[Receipt]:
        return linking.own(self._context, "take", ticket_id)

    def untake_ticket(self, ticket_id: int) -> Operation[Receipt]:
        return linking.own(self._context, "untake", ticket_id)

    def steal_ticket(self, ticket_id: int) -> Operation[Receipt]:
        return linking.own(self._context, "steal", ticket_id)

    def get_history(self, ticket_id: int, *, content: bool = True,
                    types: Optional[Iterable[str]] = None,
                    cursor: Any = None) -> Operation[Page[Transaction]]:
        return history.history(ticket_id, content, types, cursor)

    def get_transaction(self, transaction_id: int, *,
                        ticket_id: Optional[int] = None) -> Operation[Transaction]:
        return history.transaction(transaction_id, ticket_id)

    def get_attachments(self, ticket_id: int) -> Operation[Tuple[Attachment, ...]]:
        return history.attachments(self._context, ticket_id)

    def get_attachment(self, attachment_id: int, *,
                       ticket_id: Optional[int] = None) -> Operation[Attachment]:
        return history.attachment(attachment_id, ticket_id)

    def read_attachment(self, attachment_id: int, *,
                        ticket_id: Optional[int] = None) -> Operation[bytes]:
        return history.read_content(self._context, attachment_id, ticket_id)

    def save_attachment(self, attachment_id: int, path: Union[str, Path], *,
                        ticket_id: Optional[int] = None) -> Operation[int]:
        return history.save_content(self._context, attachment_id, path, ticket_id)

    def get_links(self, ticket_id: int) -> Operation[Links]:
        return linking.get(ticket_id)

    def edit_links(self, ticket_id: int, *, add: LinkChanges = KEEP, remove: LinkChanges = KEEP,
                   replace: LinkChanges = KEEP, read_back: bool = True) -> Operation[Receipt]:
        return linking.edit(self._context, ticket_id, add, remove, replace, read_back)

    def get_user(self, user: Union[str, int]) -> Operation[User]:
        return people.get_user(user)

    def create_user(self, name: str, *, password: str = KEEP, email: str = KEEP,
                    real_name: str = KEEP, nick_name: str = KEEP, gecos: str = KEEP,
                    organization: str = KEEP, address1: str = KEEP, address2: str = KEEP,
                    city: str = KEEP, state: str = KEEP, zip: str = KEEP, country: str = KEEP,
                    home_phone: str = KEEP, work_phone: str = KEEP, mobile_phone: str = KEEP,
                    pager_phone: str = KEEP, contact_info: str = KEEP, comments: str = KEEP,
                    signature: str = KEEP, lang: str = KEEP, timezone: str = KEEP,
                    privileged: bool = KEEP, disabled: bool = KEEP,
                    read_back: bool = True) -> Operation[Receipt]:
        return people.create_user(name, locals(), read_back)

    def edit_user(self, user: Union[str, int], *, name: str = KEEP, password: str = KEEP,
                  email: str = KEEP, real_name: str = KEEP, nick_name: str = KEEP,
                  gecos: str = KEEP, organization: str = KEEP, address1: str = KEEP,
                  address2: str = KEEP, city: str = KEEP, state: str = KEEP, zip: str = KEEP,
                  country: str = KEEP, home_phone: str = KEEP, work_phone: str = KEEP,
                  mobile_phone: str = KEEP, pager_phone: str = KEEP, contact_info: str = KEEP,
                  comments: str = KEEP, signature: str = KEEP, lang: str = KEEP,
                  timezone: str = KEEP, privileged: bool = KEEP, disabled: bool = KEEP,
                  read_back: bool = True) -> Operation[Receipt]:
        return people.edit_user(self._context, user, locals(), read_back)

    def get_queue(self, queue: Union[str, int]) -> Operation[Queue]:
        return people.get_queue(queue)

    def get_queues(self, *, cursor: Any = None) -> Operation[Page[Queue]]:
        return people.get_queues(cursor)

    def create_queue(self, name: str, *, description: str = KEEP, correspond_address: str = KEEP,
                     comment_address: str = KEEP, lifecycle: str = KEEP, sort_order: int = KEEP,
                     subject_tag: str = KEEP, read_back: bool = True) -> Operation[Receipt]:
        return people.create_queue(name, locals(), read_back)

    def edit_queue(self, queue: Union[str, int], *, name: str = KEEP, description: str = KEEP,
                   correspond_address: str = KEEP, comment_address: str = KEEP,
                   disabled: bool = KEEP, sla_disabled: bool = KEEP, lifecycle: str = KEEP,
                   sort_order: int = KEEP, subject_tag: str = KEEP,
                   read_back: bool = True) -> Operation[Receipt]:
        return people.edit_queue(self._context, queue, locals(), read_back)

    def _no_one_time(self, operation: str, cc: People, bcc: People) -> None:
        for argument, given in (("cc", cc), ("bcc", bcc)):
            if given != ():
                raise Unsupported(_ONE_TIME, operation=operation, argument=argument,
                                  protocol=self.NAME, advice="REST 1.0 could carry it")
