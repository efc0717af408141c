"""Users and queues over REST2."""
from __future__ import annotations

from typing import Any, Mapping, Union

from rtcompat.exchange import Operation
from rtcompat.model import KEEP, Page, Queue, Receipt, User
from rtcompat.rest2 import people
from rtcompat.rest2.operations.bound import Bound

__all__ = ["People"]


class People(Bound):
    """Users and queues over REST2: see `Tracker`."""

    LACKS: Mapping[str, str] = {
        "edit_user(password)": "REST2 crashes on a new password (5.0.0 to 6.0.0)"}

    def whoami(self) -> Operation[User]:
        return people.whoami(self._context)

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
        return people.create_user(self._context, name, locals(), read_back)

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
        return people.create_queue(self._context, name, locals(), read_back)

    def edit_queue(self, queue: Union[str, int], *, name: str = KEEP, description: str = KEEP,
                   correspond_address: str = KEEP, comment_address: str = KEEP,
                   disabled: bool = KEEP, sla_disabled: bool = KEEP, lifecycle: str = KEEP,
                   sort_order: int = KEEP, subject_tag: str = KEEP,
                   read_back: bool = True) -> Operation[Receipt]:
        return people.edit_queue(self._context, queue, locals(), read_back)
