"""Who is meant by a login: RT reads one of digits as the number of any user or group."""
from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple

from rtcompat.errors import InvalidValue, NotFound, Unsupported, UsageError
from rtcompat.exchange import Operation
from rtcompat.model import Watcher
from rtcompat.rest1 import write
from rtcompat.rest1.asking import Answer, show
from rtcompat.rest1.reaching import unreachable
from rtcompat.rest1.tickets import Tickets

__all__ = ["Naming", "unreachable"]

State = Dict[str, Any]


def _login(who: Watcher) -> Optional[str]:
    """The login by which somebody is given; None for an address, a group or a number."""
    if who.kind == "group":
        return None
    if who.email is not None:
        return None if "@" in who.email else who.email
    return who.name


class Naming(Tickets):
    """Operations that look names up."""

    def _known_people(self, wanted: State) -> Operation[None]:
        """Replace logins among the wanted watchers by addresses, in place: RT takes a login of
        digits for the number of a user or group and says nothing of one that does not exist.

        Requests: 1 where logins are among them; 2 for each of digits, 3 where it is disabled.
        Raises: InvalidValue for a login that does not exist; UsageError for one of digits that
            cannot be looked up.
        """
        roles = [role for role in write.WATCHERS if role in wanted]
        logins = [_login(who) for role in roles for who in wanted[role]]
        known = yield from self._emails_of([one for one in logins if one is not None])
        for role in roles:
            people: Dict[Tuple[str, str, int], Watcher] = {}
            for who in wanted[role]:
                email = known.get((_login(who) or "").casefold())
                one = who if email is None else Watcher(email, name=_login(who))
                key = ((one.email or "").casefold(), one.name or "", one.id or 0)
                people[(key[0], "", 0) if key[0] else key] = one
            wanted[role] = tuple(people[key] for key in sorted(people))

    def _emails_of(self, logins: List[str]) -> Operation[Dict[str, Optional[str]]]:
        """Addresses by login in lower case; None for who has none, or is not shown to us.

        By ``user/X/show``, which finds disabled users too (3.4 to 6.0).
        """
        found: Dict[str, Optional[str]] = {}
        asked = [login for login in dict.fromkeys(logins) if not unreachable(login)]
        if asked:
            answer = yield from self._ask(show([f"user/{login}/show" for login in asked],
                                               fields=("Name", "EmailAddress"),
                                               about="ask for the addresses of watchers"))
            for form in answer.forms:
                if form.get("Name"):
                    found[(form.get("Name") or "").casefold()] = form.get("EmailAddress") or None
            self._must_be_users(answer, [one for one in asked if one.casefold() not in found])
        for login in dict.fromkeys(logins):
            if login.isdigit():
                number = yield from self._user_of_digits(login, "a watcher")
                answer = yield from self._get(f"user/{number}/show",
                                              (("fields", "Name,EmailAddress"),),
                                              about=f"ask for the address of {login}")
                email = answer.form().get("EmailAddress")
                if not email:
                    raise UsageError(f"RT takes {login} for a number, and the user called so has "
                                     "no e-mail address", advice="use REST2, or give the id")
                found[login] = email
        return found

    @staticmethod
    def _must_be_users(answer: Answer, missing: List[str]) -> None:
        """Raises: InvalidValue where RT says that a login does not exist."""
        said = [" ".join(form.comment).casefold() for form in answer.forms
                if isinstance(answer.form_refusal(form), NotFound)]
        unknown = [login for login in missing
                   if any(f" {login.casefold()} " in line for line in said)]
        if unknown:
            raise InvalidValue("there is no user " + ", ".join(map(repr, unknown)),
                               messages=answer.messages, server=answer.response.server,
                               request=answer.response.request.line)

    def _user_of_digits(self, login: str, what: str) -> Operation[int]:
        """The number of the user whose login is digits.

        Raises: InvalidValue; UsageError where we cannot search.
        """
        try:
            return (yield from self._number_by_search("user", login))
        except NotFound as missing:
            raise InvalidValue(f"there is no user {login!r}", server=missing.server,
                               request=missing.request) from missing
        except Unsupported as cannot:
            raise UsageError(f"RT would take {login} for a number, and we may not look up {what} "
                             "called so", advice="use REST2" if what == "an owner"
                             else "give the e-mail address, or use REST2") from cannot

    def _known_owner(self, wanted: State) -> Operation[State]:
        """What to send: an owner of digits by number, as RT reads it so.

        Requests: 1 for a login of digits, 2 where it is disabled.
        Raises: InvalidValue, UsageError.
        """
        owner = wanted.get("owner")
        if not isinstance(owner, str) or not owner.strip().isdigit():
            return wanted
        number = yield from self._user_of_digits(owner.strip(), "an owner")
        return {**wanted, "owner": str(number)}
