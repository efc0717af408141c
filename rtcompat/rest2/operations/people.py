"""Users and queues over REST2."""
from __future__ import annotations

from typing import Any, Iterable, Mapping, Optional, Union

from rtcompat.conditions import Condition
from rtcompat.exchange import Operation
from rtcompat.model import KEEP, Page, Queue, Receipt, System, Transaction, User
from rtcompat.rest2 import people, records, system
from rtcompat.rest2.operations.bound import Bound
from rtcompat.tracker.source import CustomValues
from rtcompat.tracker.source import People as Watchers

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
                    custom_fields: CustomValues = KEEP,
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
                  custom_fields: CustomValues = KEEP, read_back: bool = True) -> Operation[Receipt]:
        return people.edit_user(self._context, user, locals(), read_back)

    def get_queue(self, queue: Union[str, int]) -> Operation[Queue]:
        return people.get_queue(queue)

    def get_queues(self, *, cursor: Any = None) -> Operation[Page[Queue]]:
        return people.get_queues(cursor)

    def create_queue(self, name: str, *, description: str = KEEP, correspond_address: str = KEEP,
                     comment_address: str = KEEP, lifecycle: str = KEEP, sort_order: int = KEEP,
                     subject_tag: str = KEEP, custom_fields: CustomValues = KEEP,
                     read_back: bool = True) -> Operation[Receipt]:
        return people.create_queue(self._context, name, locals(), read_back)

    def edit_queue(self, queue: Union[str, int], *, name: str = KEEP, description: str = KEEP,
                   correspond_address: str = KEEP, comment_address: str = KEEP,
                   disabled: bool = KEEP, sla_disabled: bool = KEEP, lifecycle: str = KEEP,
                   sort_order: int = KEEP, subject_tag: str = KEEP, cc: Watchers = KEEP,
                   admin_cc: Watchers = KEEP, custom_fields: CustomValues = KEEP,
                   read_back: bool = True) -> Operation[Receipt]:
        return people.edit_queue(self._context, queue, locals(), read_back)

    def search_users(self, conditions: Iterable[Condition] = (), *, order: Optional[str] = None,
                     include_disabled: bool = False,
                     cursor: Any = None) -> Operation[Page[User]]:
        return people.search_users(self._context, conditions, order, include_disabled, cursor)

    def disable_user(self, user: Union[str, int]) -> Operation[Receipt]:
        return records.disable(self._context, people.USER, user)

    def get_user_history(self, user: Union[str, int], *,
                         cursor: Any = None) -> Operation[Page[Transaction]]:
        return people.user_history(user, cursor)

    def search_queues(self, conditions: Iterable[Condition] = (), *, order: Optional[str] = None,
                      include_disabled: bool = False,
                      cursor: Any = None) -> Operation[Page[Queue]]:
        return people.search_queues(conditions, order, include_disabled, cursor)

    def disable_queue(self, queue: Union[str, int]) -> Operation[Receipt]:
        return records.disable(self._context, people.QUEUE, queue)

    def get_queue_history(self, queue: Union[str, int], *,
                          cursor: Any = None) -> Operation[Page[Transaction]]:
        return records.history(people.QUEUE, queue, cursor)

    def get_system(self) -> Operation[System]:
        return system.system()
