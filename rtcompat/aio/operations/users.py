"""`rtcompat.tracker.users`, awaited. Written by ``python -m tests.write_aio``."""
from __future__ import annotations

from typing import Iterable, Optional, Union

from rtcompat.aio.listing import AsyncListing
from rtcompat.aio.source import AsyncSource
from rtcompat.conditions import Condition
from rtcompat.model import KEEP, Receipt, Transaction, User
from rtcompat.tracker.source import CustomValues

__all__ = ["AsyncUserOperations"]


class AsyncUserOperations(AsyncSource):
    """Users."""

    async def get_user(self, user: Union[str, int]) -> User:
        """A user by login, e-mail address or number. See `Tracker.get_user`."""
        result: User = await self._carried("get_user", locals())
        return result

    async def create_user(self, name: str, *, password: str = KEEP, email: str = KEEP,
                          real_name: str = KEEP, nick_name: str = KEEP, gecos: str = KEEP,
                          organization: str = KEEP, address1: str = KEEP, address2: str = KEEP,
                          city: str = KEEP, state: str = KEEP, zip: str = KEEP,
                          country: str = KEEP, home_phone: str = KEEP, work_phone: str = KEEP,
                          mobile_phone: str = KEEP, pager_phone: str = KEEP,
                          contact_info: str = KEEP, comments: str = KEEP, signature: str = KEEP,
                          lang: str = KEEP, timezone: str = KEEP, privileged: bool = KEEP,
                          disabled: bool = KEEP, custom_fields: CustomValues = KEEP,
                          read_back: bool = True) -> Receipt:
        """Create a user, once. See `Tracker.create_user`."""
        result: Receipt = await self._carried("create_user", locals())
        return result

    async def edit_user(self, user: Union[str, int], *, name: str = KEEP, password: str = KEEP,
                        email: str = KEEP, real_name: str = KEEP, nick_name: str = KEEP,
                        gecos: str = KEEP, organization: str = KEEP, address1: str = KEEP,
                        address2: str = KEEP, city: str = KEEP, state: str = KEEP, zip: str = KEEP,
                        country: str = KEEP, home_phone: str = KEEP, work_phone: str = KEEP,
                        mobile_phone: str = KEEP, pager_phone: str = KEEP,
                        contact_info: str = KEEP, comments: str = KEEP, signature: str = KEEP,
                        lang: str = KEEP, timezone: str = KEEP, privileged: bool = KEEP,
                        disabled: bool = KEEP, custom_fields: CustomValues = KEEP,
                        read_back: bool = True) -> Receipt:
        """Change fields of a user. See `Tracker.edit_user`."""
        result: Receipt = await self._carried("edit_user", locals())
        return result

    def search_users(self, conditions: Iterable[Condition] = (), *, order: Optional[str] = None,
                     include_disabled: bool = False) -> AsyncListing[User]:
        """See `Tracker.search_users`."""
        return self._listed("search_users", locals())

    async def disable_user(self, user: Union[str, int]) -> Receipt:
        """See `Tracker.disable_user`."""
        result: Receipt = await self._carried("disable_user", locals())
        return result

    def get_user_history(self, user: Union[str, int]) -> AsyncListing[Transaction]:
        """A user's transactions, by id, without contents. See `Tracker.get_user_history`."""
        return self._listed("get_user_history", locals())
