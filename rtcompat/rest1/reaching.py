"""Who cannot be named in a path, and is looked for."""
from __future__ import annotations

import re
from typing import Optional

from rtcompat.errors import NotFound, PermissionDenied, Unsupported, UsageError
from rtcompat.exchange import Operation, Request
from rtcompat.rest1.answers import listed_ids
from rtcompat.rest1.asking import segment
from rtcompat.rest1.timing import Timing

__all__ = ["Reaching", "unreachable"]


def unreachable(name: str) -> bool:
    """Whether a name cannot stand in a path: RT decodes ``%2F`` first and splits at commas, and
    takes digits for a number (``user/X``, 3.4 to 6.0); dots alone are gone before RT sees them."""
    return name.isdigit() or any(character in name for character in "/,") \
        or name in ("new", "show", "edit", ".", "..")


class Reaching(Timing):
    """Operations that make paths of names."""

    def _number_by_search(self, kind: str, name: str) -> Operation[int]:
        """The number of the user, queue or group of this name (RT 4.2.2 and later).

        Requests: 1; 2 for a disabled one and for none.
        Raises: NotFound; Unsupported, also where searching takes the right AdminUsers.
        """
        if not self._at_least(4, 2, 2):
            raise Unsupported(f"RT before 4.2.2 cannot find a {kind} called {name!r} over "
                              "REST 1.0", operation=f"get_{kind}", protocol="rest1",
                              advice="give its number")
        if '"' in name or "\\" in name:
            raise Unsupported(f"REST 1.0 cannot search for {name!r}", operation=f"get_{kind}",
                              protocol="rest1", advice="give its number, or use REST2")
        answer = yield from self._ask(Request(
            "POST", f"search/{kind}", form=(("query", f'Name = "{name}"'), ("format", "i")),
            about=f"look for the {kind} {name}"))
        refused = answer.refusal()
        if isinstance(refused, PermissionDenied):
            raise Unsupported(f"REST 1.0 finds a {kind} called {name!r} for administrators alone",
                              operation=f"get_{kind}", protocol="rest1",
                              advice="give its number, or use REST2") from refused
        answer.checked()
        for number in listed_ids(answer.envelopes[0].body if answer.envelopes else "", kind):
            return number
        disabled = yield from self._disabled_number(kind, name)
        if disabled is None:
            raise NotFound(f"no {kind} called {name!r}", server=answer.response.server,
                           request=answer.response.request.line)
        return disabled

    def _disabled_number(self, kind: str, name: str) -> Operation[Optional[int]]:
        """The number of the disabled one of this name: RT searches the enabled by a name, and
        lists all disabled ones (4.2.2 and later). Requests: 1."""
        answer = yield from self._ask(Request(
            "POST", f"search/{kind}", form=(("query", "Disabled = 1"), ("format", "s")),
            about=f"look for the {kind} {name} among the disabled ones"))
        body = answer.checked().envelopes[0].body if answer.envelopes else ""
        called = {line.casefold(): int(number)
                  for number, line in re.findall(r"^([0-9]+): (.*)$", body, re.MULTILINE)}
        return called.get(name.casefold())

    def _reachable(self, kind: str, name: str) -> Operation[str]:
        """A name as a segment of a path, or the number of who is called so."""
        if not isinstance(name, str) or not name.strip() or "\n" in name:
            raise UsageError(f"{name!r} names no {kind}", argument=kind)
        if not unreachable(name):
            return segment(name)
        number = yield from self._number_by_search(kind, name)
        return str(number)
