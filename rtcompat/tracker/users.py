"""Users. The contract of each operation."""
from __future__ import annotations

from typing import Union

from rtcompat.model import KEEP, Receipt, User
from rtcompat.tracker.source import Source

__all__ = ["UserOperations"]


class UserOperations(Source):
    """Users."""

    def get_user(self, user: Union[str, int]) -> User:
        """A user by login or number.

        Raises: NotFound; PermissionDenied.
        Requests: ourselves 1/1; somebody else 1/1; a login that the path cannot carry 2/2.
        Source: REST 1.0 ``user/X/show``; REST2 ``GET /user/X``.
        """
        result: User = self._carried("get_user", locals())
        return result

    def create_user(self, name: str, *, password: str = KEEP, email: str = KEEP,
                    real_name: str = KEEP, nick_name: str = KEEP, gecos: str = KEEP,
                    organization: str = KEEP, address1: str = KEEP, address2: str = KEEP,
                    city: str = KEEP, state: str = KEEP, zip: str = KEEP, country: str = KEEP,
                    home_phone: str = KEEP, work_phone: str = KEEP, mobile_phone: str = KEEP,
                    pager_phone: str = KEEP, contact_info: str = KEEP, comments: str = KEEP,
                    signature: str = KEEP, lang: str = KEEP, timezone: str = KEEP,
                    privileged: bool = KEEP, disabled: bool = KEEP,
                    read_back: bool = True) -> Receipt:
        """Create a user, once.

        Returns: Receipt with the number in ``id``.
        Raises: InvalidValue (the name or address exists, the password is short);
            PermissionDenied.
        Requests: 2/2; read_back=False 1/1.
        Source: REST 1.0 ``user/new``; REST2 ``POST /user``.
        """
        result: Receipt = self._carried("create_user", locals())
        return result

    def edit_user(self, user: Union[str, int], *, name: str = KEEP, password: str = KEEP,
                  email: str = KEEP, real_name: str = KEEP, nick_name: str = KEEP,
                  gecos: str = KEEP, organization: str = KEEP, address1: str = KEEP,
                  address2: str = KEEP, city: str = KEEP, state: str = KEEP, zip: str = KEEP,
                  country: str = KEEP, home_phone: str = KEEP, work_phone: str = KEEP,
                  mobile_phone: str = KEEP, pager_phone: str = KEEP, contact_info: str = KEEP,
                  comments: str = KEEP, signature: str = KEEP, lang: str = KEEP,
                  timezone: str = KEEP, privileged: bool = KEEP, disabled: bool = KEEP,
                  read_back: bool = True) -> Receipt:
        """Change fields of a user. A password is changed over REST 1.0 only (REST2 crashes).

        Returns, Raises: as `edit_ticket`. A password is never read back: unverified.
        Requests: 3/3; read_back=False 1/1.
        Source: REST 1.0 ``user/X/edit``; REST2 ``PUT /user/X``.
        """
        result: Receipt = self._carried("edit_user", locals())
        return result
