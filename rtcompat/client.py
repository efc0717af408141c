"""`Client`: the operations of a protocol, run over HTTP on a live server.

Nothing here knows a wire format. Which protocol carries an operation is asked of `protocols`; who
we are on the server is the business of `session`.
"""
from __future__ import annotations

import logging
import re
from contextlib import contextmanager
from typing import Any, Dict, Iterator, Mapping, Tuple

from rtcompat import protocols
from rtcompat.errors import RTError, Unsupported, UsageError
from rtcompat.exchange import Operation, Request, Response, Send, WouldSend, relative_to, run
from rtcompat.model import Outcome, Page, ServerInfo, User
from rtcompat.session import Session
from rtcompat.tracker import Listing, Tracker

__all__ = ["Carrier", "Client", "would_send"]

_log = logging.getLogger("rtcompat.client")
#: Operations that write nothing.
_READING = re.compile(r"(?:get|search|read|save|run)_|is_current\Z|whoami\Z|exchange\Z")
#: Requests that write nothing: REST 1.0's ``show`` and ``search``, REST2's searches (``users``).
_READ = re.compile(r"(?:GET|HEAD) |POST REST/[12]\.0/(?:show|search/\w+|[a-z]+s)(?:\?|\Z)")


class Carrier:
    """What carries the operations on one server: which protocol, asked for what beforehand.

    Attributes:
        closed: set by the client's ``close``: from then on every operation is refused.
    """

    def __init__(self, info: ServerInfo, backends: protocols.Backends) -> None:
        self._info = info
        self._backends = backends
        self._zone_asked = False
        self.closed = False

    def server(self) -> ServerInfo:
        """What is known of the server by now."""
        return protocols.with_zone(self._info, self._backends)

    def route(self, operation: str,
              given: Mapping[str, Any]) -> Tuple[str, str, Dict[str, Any]]:
        """The protocol for an operation, its name, and its arguments (``given`` has ``self``)."""
        arguments = {name: value for name, value in given.items() if name != "self"}
        protocol = protocols.route(operation, arguments, protocols.lacking(self._backends))
        return protocol, operation, arguments

    def must_use(self, protocol: str) -> None:
        """Raises: UsageError on a closed client; Unsupported for a protocol that is not in use."""
        if self.closed:
            raise UsageError("this client is closed", advice="connect again")
        if protocol not in self._backends:
            raise Unsupported(f"this client does not use {protocol}", operation="exchange",
                              argument="protocol", protocol=protocol, server=self._info.url)

    def before(self, protocol: str) -> Iterator[Operation[None]]:
        """What is to be asked over REST2 first: our time zone, once, where REST 1.0 needs it."""
        if self.closed:
            # A new session would be opened that nobody ends.
            raise UsageError("this client is closed", advice="connect again")
        if not self._zone_asked and protocols.needs_zone(protocol, self._backends):
            self._zone_asked = True
            yield self._learning_zone()

    def _learning_zone(self) -> Operation[None]:
        me: User = yield from self._backends["rest2"].whoami()
        protocols.learn_zone(self._backends, me.timezone or "")

    def made(self, protocol: str, operation: str, arguments: Mapping[str, Any]) -> Operation[Any]:
        """The operation, to be run by a ``send`` of that protocol. Errors that its result keeps
        say where they happened."""
        result: Any = yield from getattr(self._backends[protocol], operation)(**arguments)
        for one in result.items if isinstance(result, Page) else (result,):
            for kept in one if isinstance(one, tuple) else (one,):
                if isinstance(kept, Outcome) and kept.error is not None:
                    self._locate(protocol, kept.error)
        return result

    @contextmanager
    def located(self, protocol: str, operation: str,
                arguments: Mapping[str, Any]) -> Iterator[None]:
        """Around an operation: its errors say where they happened, also what it decided itself,
        and of a write that a reading ended, which write."""
        try:
            yield
        except RTError as error:
            self._locate(protocol, error)
            if not _READING.match(operation) and error.operation is None and _READ.match(
                    error.request or ""):
                number = next(iter(arguments.values()), None)
                # No other values: they may be secret.
                error.operation = f"{operation}({number if isinstance(number, int) else '…'})"
            raise

    def _locate(self, protocol: str, error: RTError) -> None:
        error.server = error.server or self._info.url
        method, _, path = (error.request or "").partition(" ")
        if path and not path.startswith("REST/"):
            error.request = f"{method} {protocols.PROTOCOLS[protocol].base}{path}"


def would_send(request: Request, base: str) -> None:
    """Raise `WouldSend` for a write: what a dry run does in place of sending it."""
    if request.effect != "read":
        raise WouldSend(relative_to(request, base))


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
        self._carrier = Carrier(info, backends)
        self._ours = ours
        self._dry_run = dry_run

    def __repr__(self) -> str:
        return f"<Client of {self._info.url} over {self._info.protocol}>"

    def __enter__(self) -> Client:
        return self

    def server(self) -> ServerInfo:
        return self._carrier.server()

    def export_session(self) -> Dict[str, Any]:
        """The sessions as plain values, to give to ``connect(session=…)`` later: secrets.

        From now on `close` leaves them open on the server.
        """
        self._ours = False
        return self._session.export()

    def close(self) -> None:
        self._carrier.closed = True
        if self._ours:
            try:
                self._session.logout()
            except RTError as error:
                # Closing must also work when the server is gone; RT forgets the session by itself.
                _log.warning("the session could not be ended: %s", error)
        self._session.close()

    def exchange(self, protocol: str, request: Request) -> Response:
        """What RT answers to a read of ours over one protocol, as it came: nothing is parsed, and
        RT's own refusals are answers like others. For who keeps answers (`archive.save`).

        Args:
            protocol: ``rest1`` or ``rest2``.
            request: with ``effect="read"``, its path below the protocol's (``ticket/7/show``); a
                sink in it takes the body.
        Raises: UsageError for what is no read; Unsupported where this client does not use the
            protocol; TransportError; NotAuthenticated.
        Requests: 1.
        """
        if request.effect != "read":
            raise UsageError("exchange is for reads", argument="request", request=request.line)
        self._carrier.must_use(protocol)
        with self._carrier.located(protocol, "exchange", {}):
            return self._send(protocol)(request)

    def _send(self, protocol: str) -> Send:
        manner = protocols.PROTOCOLS[protocol].manner
        send = self._session.sender(manner)

        def reads_only(request: Request) -> Response:
            would_send(request, manner.base)
            return send(request)
        return reads_only if self._dry_run else send

    def _carried(self, operation: str, given: Mapping[str, Any]) -> Any:
        return self._over(*self._carrier.route(operation, given))

    def _over(self, protocol: str, operation: str, arguments: Mapping[str, Any]) -> Any:
        for before in self._carrier.before(protocol):
            run(before, self._send("rest2"))
        with self._carrier.located(protocol, operation, arguments):
            return run(self._carrier.made(protocol, operation, arguments), self._send(protocol))

    def _listed(self, operation: str, given: Mapping[str, Any]) -> Listing[Any]:
        """A listing whose first page is asked for now, so that a refusal comes from the call."""
        protocol, operation, arguments = self._carrier.route(operation, given)

        def ask(cursor: Any) -> Page[Any]:
            page: Page[Any] = self._over(protocol, operation, {**arguments, "cursor": cursor})
            return page
        return Listing(ask(None), ask)
