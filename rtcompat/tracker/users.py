"""Users. The contract of each operation."""
from __future__ import annotations

from typing import Iterable, Optional, Union

from rtcompat.conditions import Condition
from rtcompat.model import KEEP, Receipt, Transaction, User
from rtcompat.tracker.source import CustomValues, Listing, Source

__all__ = ["UserOperations"]


class UserOperations(Source):
    """Users."""

    def get_user(self, user: Union[str, int]) -> User:
        """A user by login, e-mail address or number.

        Args:
            user: text is a login, one of digits too; where nobody has a login with ``@``, it is
                an address.
        Raises: NotFound; PermissionDenied.
        Requests: ourselves 1/1; somebody else 1/1; a login that the path cannot carry 2/2; by
            address 2/3.
        Source: REST 1.0 ``user/X/show``, ``user/X``; REST2 ``GET /user/X``, ``POST /users``.
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
                    custom_fields: CustomValues = KEEP, read_back: bool = True) -> Receipt:
        """Create a user, once. timezone and custom_fields over REST2 only.

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
                  custom_fields: CustomValues = KEEP, read_back: bool = True) -> Receipt:
        """Change fields of a user. A password is changed over REST 1.0 only (REST2 crashes),
        timezone and custom_fields over REST2 only.

        Returns, Raises: as `edit_ticket`. A password is never read back: unverified.
        Requests: 3/3; read_back=False 1/1.
        Source: REST 1.0 ``user/X/edit``; REST2 ``PUT /user/X``.
        """
        result: Receipt = self._carried("edit_user", locals())
        return result

    def search_users(self, conditions: Iterable[Condition] = (), *, order: Optional[str] = None,
                     include_disabled: bool = False) -> Listing[User]:
        """The users that all conditions hold for, by id; without one all, RT's own two too.

        Args:
            conditions: made by `where`, over name, email, real_name, nick_name, gecos,
                organization, city, country, lang, and over REST2 timezone: RT passes over others.
            order: one of these or id, ``-`` before it for descending; what is changed meanwhile
                may be missed. REST2 only.
            include_disabled: disabled ones, too. REST2 only.
        Returns: without RT's own two, RT_System and Nobody; over REST2 without ``privileged``, and
            without what we may not see of others.
        Raises: UsageError for another field; PermissionDenied: REST 1.0 for all who do not
            administer users, REST2 for unprivileged users.
        Requests: 2/1; include_disabled -/2. REST2: 1 per 100, with include_disabled 2; REST 1.0:
            1 a condition and 1 per 100; once a login whether we administer users (-/1).
        Source: REST 1.0 ``search/user`` (RT 4.2.2), ``show``; REST2 ``POST /users``.
        """
        return self._listed("search_users", locals())

    def disable_user(self, user: Union[str, int]) -> Receipt:
        """Disable a user; ``edit_user(…, disabled=False)`` enables it again.

        Returns, Raises: as `edit_user`.
        Requests: 3/3.
        Source: REST 1.0 ``user/X/edit``; REST2 ``PUT /user/X``, as ``DELETE`` does.
        """
        result: Receipt = self._carried("disable_user", locals())
        return result

    def get_user_history(self, user: Union[str, int]) -> Listing[Transaction]:
        """A user's transactions, by id, without contents. REST2 only.

        Raises: NotFound; PermissionDenied without the right to administer users.
        Requests: -/1. 1 per 100, 1 more where there are none, or RT hides the end.
        Source: REST2 ``GET /user/X/history``.
        """
        return self._listed("get_user_history", locals())
