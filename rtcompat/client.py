"""`Client`: the operations of a protocol, run over HTTP on a live server.

Nothing here knows a wire format. Which protocol carries an operation is asked of `protocols`; who
we are on the server is the business of `session`.
"""
from __future__ import annotations

import logging
from typing import Any, Dict, Mapping

from rtcompat import protocols
from rtcompat.errors import RTError, UsageError
from rtcompat.exchange import Request, Response, Send, WouldSend, relative_to, run
from rtcompat.model import Page, ServerInfo, User
from rtcompat.session import Session
from rtcompat.tracker import Listing, Tracker

__all__ = ["Client"]

_log = logging.getLogger("rtcompat.client")


class Client(Tracker):
    """A live server. Made by `rtcompat.connect`; may be used from several threads.

    Args:
        session: who we are there.
        info: what is known of the server.
        backends: the operations of each protocol that may be used, the preferred one first.
        ours: whether the sessions were opened by us, and so are ended by `close`.
        dry_run: reads pass; the first write of an operation raises `exchange.WouldSend`.
    """

    def __init__(self, session: Session, info: ServerInfo, backends: protocols.Backends, *,
                 ours: bool = True, dry_run: bool = False) -> None:
        self._session = session
        self._info = info
        self._backends = backends
        self._ours = ours
        self._dry_run = dry_run
        self._zone_asked = False
        self._closed = False

    def __repr__(self) -> str:
        return f"<Client of {self._info.url} over {self._info.protocol}>"

    def __enter__(self) -> Client:
        return self

    def server(self) -> ServerInfo:
        return protocols.with_zone(self._info, self._backends)

    def export_session(self) -> Dict[str, Any]:
        """The sessions as plain values, to give to ``connect(session=…)`` later: secrets.

        From now on `close` leaves them open on the server.
        """
        self._ours = False
        return self._session.export()

    def close(self) -> None:
        self._closed = True
        if self._ours:
            try:
                self._session.logout()
            except RTError as error:
                # Closing must also work when the server is gone; RT forgets the session by itself.
                _log.warning("the session could not be ended: %s", error)
        self._session.close()

    def _send(self, protocol: str) -> Send:
        manner = protocols.PROTOCOLS[protocol].manner
        send = self._session.sender(manner)
        if not self._dry_run:
            return send

        def reads_only(request: Request) -> Response:
            if request.effect != "read":
                raise WouldSend(relative_to(request, manner.base))
            return send(request)
        return reads_only

    def _arguments(self, given: Mapping[str, Any]) -> Dict[str, Any]:
        return {name: value for name, value in given.items() if name != "self"}

    def _carried(self, operation: str, given: Mapping[str, Any]) -> Any:
        arguments = self._arguments(given)
        protocol = protocols.route(operation, arguments, protocols.lacking(self._backends))
        return self._over(protocol, operation, arguments)

    def _over(self, protocol: str, operation: str, arguments: Mapping[str, Any]) -> Any:
        if self._closed:
            # A new session would be opened that nobody ends.
            raise UsageError("this client is closed", advice="connect again")
        if not self._zone_asked and protocols.needs_zone(protocol, self._backends):
            self._zone_asked = True
            me: User = run(self._backends["rest2"].whoami(), self._send("rest2"))
            protocols.learn_zone(self._backends, me.timezone or "")
        backend = self._backends[protocol]
        try:
            return run(getattr(backend, operation)(**arguments), self._send(protocol))
        except RTError as error:
            self._locate(error, protocols.PROTOCOLS[protocol].base)
            raise

    def _locate(self, error: RTError, base: str) -> None:
        """Say where it happened, for an error that an operation decided by itself."""
        error.server = error.server or self._info.url
        method, _, path = (error.request or "").partition(" ")
        if path and not path.startswith("REST/"):
            error.request = f"{method} {base}{path}"

    def _listed(self, operation: str, given: Mapping[str, Any]) -> Listing[Any]:
        """A listing whose first page is asked for now, so that a refusal comes from the call."""
        arguments = self._arguments(given)
        protocol = protocols.route(operation, arguments, protocols.lacking(self._backends))

        def ask(cursor: Any) -> Page[Any]:
            page: Page[Any] = self._over(protocol, operation, {**arguments, "cursor": cursor})
            return page
        return Listing(ask(None), ask)
