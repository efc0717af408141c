"""Who may not, is told so: the same error class for each operation over either protocol."""
from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Dict, Tuple, cast

import pytest

from rtcompat import NewAttachment, PermissionDenied, RTError, Unsupported, UsageError
from rtcompat.exchange import run
from rtcompat.protocols import PROTOCOLS, backends
from rtcompat.session import Credentials, Session
from rtcompat.tracker import Tracker
from rtcompat.transport import Transport
from tests.bench.bench import Server
from tests.connections import Connections
from tests.contract.matrix import both, servers

pytestmark = pytest.mark.live


def attempts(server: Server, folder: Path) -> Dict[str, Callable[[Tracker], Any]]:
    """Every operation on a ticket of the seed, as one would call it."""
    ids = server.ids
    ticket, other = ids["tickets"]["plain"], ids["tickets"]["open"]
    transaction = ids["transactions"]["plain/comment"]
    attachment = ids["attachments"]["utf8"]
    queue = ids["queues"]["General"]
    return {
        "get_ticket": lambda rt: rt.get_ticket(ticket),
        "create_ticket": lambda rt: rt.create_ticket("General", subject="refused"),
        "edit_ticket": lambda rt: rt.edit_ticket(ticket, subject="refused"),
        "delete_ticket": lambda rt: rt.delete_ticket(ticket),
        "reply": lambda rt: rt.reply(ticket, "refused"),
        "comment": lambda rt: rt.comment(ticket, "refused"),
        "add_time": lambda rt: rt.add_time(ticket, 1),
        "merge_ticket": lambda rt: rt.merge_ticket(ticket, other),
        "take_ticket": lambda rt: rt.take_ticket(ticket),
        "untake_ticket": lambda rt: rt.untake_ticket(ticket),
        "steal_ticket": lambda rt: rt.steal_ticket(ticket),
        "get_history": lambda rt: list(rt.get_history(ticket)),
        "get_transaction": lambda rt: rt.get_transaction(transaction),
        "get_transaction of a ticket": lambda rt: rt.get_transaction(transaction,
                                                                     ticket_id=ticket),
        "get_attachments": lambda rt: rt.get_attachments(ticket),
        "get_attachment": lambda rt: rt.get_attachment(attachment),
        "read_attachment": lambda rt: rt.read_attachment(attachment),
        "save_attachment": lambda rt: rt.save_attachment(attachment, folder / "refused"),
        "get_links": lambda rt: rt.get_links(ticket),
        "edit_links": lambda rt: rt.edit_links(ticket, add={"refers_to": [other]}),
        "get_queue": lambda rt: rt.get_queue(queue),
        "edit_queue": lambda rt: rt.edit_queue(queue, description="refused"),
        "create_queue": lambda rt: rt.create_queue("refused"),
        "create_user": lambda rt: rt.create_user("refused"),
        "edit_user": lambda rt: rt.edit_user("root", real_name="refused"),
    }


def outcome(act: Callable[[Tracker], Any], tracker: Tracker) -> str:
    """The class of the error, or ``done``."""
    try:
        act(tracker)
    except RTError as error:
        return type(error).__name__
    return "done"


@pytest.mark.parametrize("name, protocol", servers())
def test_a_user_without_rights_is_refused_everything(
        name: str, protocol: str, connections: Connections, tmp_path: Path) -> None:
    tracker = connections.tracker(name, "nora", protocol)
    server = connections.server(name)
    found = {operation: outcome(act, tracker)
             for operation, act in attempts(server, tmp_path).items()}
    assert found == dict.fromkeys(found, "PermissionDenied")
    assert list(tmp_path.iterdir()) == []
    assert tracker.whoami().name == "nora"
    assert list(tracker.search_tickets("id > 0")) == []
    assert list(tracker.get_queues()) == []


@pytest.mark.parametrize("name", both())
def test_an_unprivileged_user_sees_their_own_ticket_over_rest2(
        name: str, connections: Connections) -> None:
    tracker = connections.tracker(name, "uwe", "rest2")
    ids = connections.server(name).ids["tickets"]
    own = tracker.get_ticket(ids["of uwe"])
    assert own.subject == "of uwe" and [who.email for who in own.requestors] == [
        "uwe@example.org"]
    assert [one.type for one in tracker.get_history(ids["of uwe"])][0] == "Create"
    assert ids["of uwe"] in [one.id for one in tracker.search_tickets("id > 0")]
    assert tracker.reply(ids["of uwe"], "from the requestor").id == ids["of uwe"]
    with pytest.raises(PermissionDenied):
        tracker.get_ticket(ids["plain"])
    with pytest.raises(PermissionDenied):
        tracker.comment(ids["of uwe"], "not for requestors")
    assert tracker.whoami().name == "uwe"


@pytest.mark.parametrize("name", [name for name, protocol in servers() if protocol == "rest1"])
def test_an_unprivileged_user_is_refused_by_rest1_with_the_redirect_named(
        name: str, connections: Connections, tmp_path: Path) -> None:
    """`connect` refuses already; an open session meets the redirect at every operation."""
    server = connections.server(name)
    given = connections.credentials(name, "uwe")
    with pytest.raises(PermissionDenied, match="SelfService"):
        connections.tracker(name, "uwe", "rest1")
    transport = Transport(server.url, verify=given["verify"])
    manner = PROTOCOLS["rest1"].manner
    session = Session(transport, Credentials(given["user"], given["password"]), [manner])
    backend = backends(("rest1",), server.version, "uwe", None)["rest1"]

    class Direct:
        """Runs each operation over the redirected session."""

        def __getattr__(self, operation: str) -> Callable[..., Any]:
            return lambda *given, **named: run(
                getattr(backend, operation)(*given, **named), session.sender(manner))

    acts = dict(attempts(server, tmp_path))
    acts["search_tickets"] = lambda rt: rt.search_tickets("id > 0")
    acts["get_queues"] = lambda rt: rt.get_queues()
    acts["get_user"] = lambda rt: rt.get_user("uwe")
    acts["whoami"] = lambda rt: rt.whoami()
    for operation, act in acts.items():
        with pytest.raises(PermissionDenied, match="SelfService"):
            act(cast(Any, Direct()))
            raise AssertionError(operation)
    assert list(tmp_path.iterdir()) == []
    transport.close()


@pytest.mark.parametrize("name", both())
def test_what_one_protocol_cannot_carry_is_refused_before_sending(
        name: str, connections: Connections) -> None:
    number = connections.server(name).ids["tickets"]["plain"]
    rest1, rest2, auto = (connections.tracker(name, "alice", protocol)
                          for protocol in ("rest1", "rest2", "auto"))
    refused_calls: Tuple[Callable[[], Any], ...] = (
        lambda: rest2.comment(number, "x", cc=["third@example.net"]),
        lambda: rest2.edit_user("alice", password="longer-than-five"),
        lambda: rest1.edit_ticket(number, custom_roles={"Engineer": ["alice"]}),
        lambda: rest1.edit_ticket(number, add_cc=["third@example.net"]),
        lambda: rest1.edit_ticket(number, cc=["third@example.net"]))
    for act in refused_calls:
        with pytest.raises(Unsupported) as caught:
            act()
        assert caught.value.advice and caught.value.protocol
    empty = NewAttachment("empty.txt", b"", "text/plain")
    sent = auto.comment(number, "with an empty file", attachments=[empty], cc=["third@example.net"])
    assert sent.via == "rest1"
    assert auto.edit_ticket(number, add_cc=["third@example.net"]).via == "rest2"
    with pytest.raises(UsageError, match="REST 1.0"):
        rest2.comment(number, "x", attachments=[empty])
