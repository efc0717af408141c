"""`connect` and `Client`: the operations of a protocol, run over HTTP on a live server.

Nothing here knows a wire format. Which protocol carries an operation is asked of `protocols`; who
we are on the server is the business of `session`.
"""
from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Dict, Iterable, Mapping, Optional, Sequence, Tuple, Union

from rtcompat import protocols
from rtcompat.errors import RTError
from rtcompat.exchange import Request, Response, Send, WouldSend, relative_to, run
from rtcompat.model import (KEEP, Attachment, Links, NewAttachment, Page, Queue, Receipt,
                            ServerInfo, Ticket, Transaction, User)
from rtcompat.session import Session
from rtcompat.tracker import CustomValues, Date, LinkChanges, Listing, People, Tracker

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

    def _run(self, operation: str, given: Mapping[str, Any]) -> Any:
        arguments = self._arguments(given)
        protocol = protocols.route(operation, arguments, protocols.lacking(self._backends))
        return self._over(protocol, operation, arguments)

    def _over(self, protocol: str, operation: str, arguments: Mapping[str, Any]) -> Any:
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

    def _list(self, operation: str, given: Mapping[str, Any]) -> Listing[Any]:
        """A listing whose first page is asked for now, so that a refusal comes from the call."""
        arguments = self._arguments(given)
        protocol = protocols.route(operation, arguments, protocols.lacking(self._backends))

        def ask(cursor: Any) -> Page[Any]:
            page: Page[Any] = self._over(protocol, operation, {**arguments, "cursor": cursor})
            return page
        return Listing(ask(None), ask)

    # -- one short method an operation; what each promises stands in `Tracker` ----------------

    def whoami(self) -> User:
        result: User = self._run("whoami", locals())
        return result

    def get_ticket(self, ticket_id: int) -> Ticket:
        result: Ticket = self._run("get_ticket", locals())
        return result

    def search_tickets(self, query: str, *, order: Optional[str] = None,
                       fields: Optional[Iterable[str]] = None,
                       snapshot: bool = False) -> Listing[Ticket]:
        return self._list("search_tickets", locals())

    def create_ticket(self, queue: Union[str, int], *, subject: str = "", content: str = "",
                      content_type: str = "text/plain",
                      requestors: People = KEEP, cc: People = KEEP, admin_cc: People = KEEP,
                      owner: str = KEEP, status: str = KEEP, priority: int = KEEP,
                      initial_priority: int = KEEP, final_priority: int = KEEP,
                      starts: Date = KEEP, started: Date = KEEP, due: Date = KEEP,
                      resolved: Date = KEEP, time_estimated: int = KEEP, time_worked: int = KEEP,
                      time_left: int = KEEP, sla: str = KEEP,
                      custom_fields: CustomValues = KEEP,
                      custom_roles: Mapping[str, People] = KEEP,
                      attachments: Sequence[NewAttachment] = (),
                      read_back: bool = True) -> Receipt:
        result: Receipt = self._run("create_ticket", locals())
        return result

    def edit_ticket(self, ticket_id: int, *, queue: Union[str, int] = KEEP, owner: str = KEEP,
                    subject: str = KEEP, status: str = KEEP, priority: int = KEEP,
                    initial_priority: int = KEEP, final_priority: int = KEEP,
                    requestors: People = KEEP, cc: People = KEEP, admin_cc: People = KEEP,
                    add_requestors: People = (), remove_requestors: People = (),
                    add_cc: People = (), remove_cc: People = (),
                    add_admin_cc: People = (), remove_admin_cc: People = (),
                    complete_watchers: bool = False,
                    starts: Date = KEEP, started: Date = KEEP, due: Date = KEEP,
                    resolved: Date = KEEP, told: Date = KEEP, time_estimated: int = KEEP,
                    time_worked: int = KEEP, time_left: int = KEEP, sla: str = KEEP,
                    custom_fields: CustomValues = KEEP,
                    custom_roles: Mapping[str, People] = KEEP,
                    read_back: bool = True) -> Receipt:
        result: Receipt = self._run("edit_ticket", locals())
        return result

    def delete_ticket(self, ticket_id: int) -> Receipt:
        result: Receipt = self._run("delete_ticket", locals())
        return result

    def reply(self, ticket_id: int, content: str = "", *, content_type: str = "text/plain",
              cc: People = (), bcc: People = (), time_worked: int = 0, status: str = KEEP,
              attachments: Sequence[NewAttachment] = ()) -> Receipt:
        result: Receipt = self._run("reply", locals())
        return result

    def comment(self, ticket_id: int, content: str = "", *, content_type: str = "text/plain",
                cc: People = (), bcc: People = (), time_worked: int = 0, status: str = KEEP,
                attachments: Sequence[NewAttachment] = ()) -> Receipt:
        result: Receipt = self._run("comment", locals())
        return result

    def add_time(self, ticket_id: int, minutes: int, *, comment: str = "") -> Receipt:
        result: Receipt = self._run("add_time", locals())
        return result

    def merge_ticket(self, ticket_id: int, into_id: int) -> Receipt:
        result: Receipt = self._run("merge_ticket", locals())
        return result

    def take_ticket(self, ticket_id: int) -> Receipt:
        result: Receipt = self._run("take_ticket", locals())
        return result

    def untake_ticket(self, ticket_id: int) -> Receipt:
        result: Receipt = self._run("untake_ticket", locals())
        return result

    def steal_ticket(self, ticket_id: int) -> Receipt:
        result: Receipt = self._run("steal_ticket", locals())
        return result

    def get_history(self, ticket_id: int, *, content: bool = True,
                    types: Optional[Iterable[str]] = None) -> Listing[Transaction]:
        return self._list("get_history", locals())

    def get_transaction(self, transaction_id: int, *,
                        ticket_id: Optional[int] = None) -> Transaction:
        result: Transaction = self._run("get_transaction", locals())
        return result

    def get_attachments(self, ticket_id: int) -> Tuple[Attachment, ...]:
        result: Tuple[Attachment, ...] = self._run("get_attachments", locals())
        return result

    def get_attachment(self, attachment_id: int, *,
                       ticket_id: Optional[int] = None) -> Attachment:
        result: Attachment = self._run("get_attachment", locals())
        return result

    def read_attachment(self, attachment_id: int, *, ticket_id: Optional[int] = None) -> bytes:
        result: bytes = self._run("read_attachment", locals())
        return result

    def save_attachment(self, attachment_id: int, path: Union[str, Path], *,
                        ticket_id: Optional[int] = None) -> int:
        result: int = self._run("save_attachment", locals())
        return result

    def get_links(self, ticket_id: int) -> Links:
        result: Links = self._run("get_links", locals())
        return result

    def edit_links(self, ticket_id: int, *, add: LinkChanges = KEEP, remove: LinkChanges = KEEP,
                   replace: LinkChanges = KEEP, read_back: bool = True) -> Receipt:
        result: Receipt = self._run("edit_links", locals())
        return result

    def get_user(self, user: Union[str, int]) -> User:
        result: User = self._run("get_user", locals())
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
        result: Receipt = self._run("create_user", locals())
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
        result: Receipt = self._run("edit_user", locals())
        return result

    def get_queue(self, queue: Union[str, int]) -> Queue:
        result: Queue = self._run("get_queue", locals())
        return result

    def get_queues(self) -> Listing[Queue]:
        return self._list("get_queues", locals())

    def create_queue(self, name: str, *, description: str = KEEP, correspond_address: str = KEEP,
                     comment_address: str = KEEP, lifecycle: str = KEEP, sort_order: int = KEEP,
                     subject_tag: str = KEEP, read_back: bool = True) -> Receipt:
        result: Receipt = self._run("create_queue", locals())
        return result

    def edit_queue(self, queue: Union[str, int], *, name: str = KEEP, description: str = KEEP,
                   correspond_address: str = KEEP, comment_address: str = KEEP,
                   disabled: bool = KEEP, sla_disabled: bool = KEEP, lifecycle: str = KEEP,
                   sort_order: int = KEEP, subject_tag: str = KEEP,
                   read_back: bool = True) -> Receipt:
        result: Receipt = self._run("edit_queue", locals())
        return result
