"""A session that waits for its answers."""
from __future__ import annotations

from typing import Any, Mapping, Optional, Sequence

from rtcompat.exchange import Request, Response, Send, run
from rtcompat.session.manners import Credentials, Manner
from rtcompat.session.rules import Rules
from rtcompat.transport import Transport

__all__ = ["Session"]


class Session(Rules):
    """Sends a user's requests to one site. Safe to use from several threads at once.

    Args:
        transport: bound to the site.
        credentials: none at all lets the web server in front decide who we are.
        logins: manners to log in by, in this order; only protocols that the site has.
        size: sessions at most, and so requests at once; further ones wait.
        saved: what `export` gave; an expired session is renewed if the credentials can.

    Raises:
        UsageError: a token together with credentials for the web server, which need the same
            header; or ``saved`` is from another site or user.
    """

    def __init__(self, transport: Transport, credentials: Credentials,
                 logins: Sequence[Manner], *, size: int = 4,
                 saved: Optional[Mapping[str, Any]] = None) -> None:
        super().__init__(transport.url, transport.has_auth, credentials, logins, size=size,
                         saved=saved)
        self._transport = transport

    def sender(self, manner: Manner) -> Send:
        """The ``send`` for operations of a protocol.

        It raises, besides the transport's errors, NotAuthenticated: RT does not take the
        credentials, or the session has expired and there are none to renew it by.
        """
        def send(request: Request) -> Response:
            return run(self.sending(request, manner), self._transport.ask)
        return send

    def open(self, manner: Manner) -> bool:
        """Log in now; a session that is there already, or credentials alone, are tried instead.

        Requests: 1 where REST 1.0 is open; else 2 with a password and 1 with a token; 1 more
        where there is no session to be had and for refused credentials.

        Returns:
            True with a session; False if the credentials go with each request.

        Raises:
            NotAuthenticated: RT does not take the credentials.
        """
        return run(self.opening(manner), self._transport.ask)

    def logout(self) -> None:
        """End the sessions not in use. A later request logs in again.

        Raises:
            RTError: the first failure, after every session was tried.
        """
        run(self.ending(), self._transport.ask)

    def close(self) -> None:
        """Close the connections; sessions live on at the server (see `logout`)."""
        self._transport.close()
