"""What a client refuses before it asks anything, and what it never shows."""
from __future__ import annotations

import pickle
from typing import Any, Mapping, Optional

import pytest

from rtcompat import NotFound, TransportError, Unsupported, UsageError, connect
from rtcompat.cli import failures
from rtcompat.client import Carrier, Client
from rtcompat.exchange import Request, WouldSend
from rtcompat.model import ServerInfo
from rtcompat.protocols import backends
from rtcompat.session import Credentials, Session
from rtcompat.transport import Transport

NOWHERE = "http://127.0.0.1:9"


@pytest.mark.parametrize("how, argument", [
    ({"user": 1, "password": "x"}, "user"), ({"user": "alice", "password": b"x"}, "password"),
    ({"token": 7}, "token"), ({"session": "x"}, "session"), ({"auth": "alice"}, "auth")])
def test_what_is_no_credential_is_refused_before_anything_is_asked(
        how: Mapping[str, Any], argument: str) -> None:
    with pytest.raises(UsageError) as caught:
        connect(NOWHERE, **how)
    assert caught.value.argument == argument


def test_a_write_that_was_not_sent_shows_no_body() -> None:
    stopped = WouldSend(Request("POST", "user/new", form=(("content", "Password: s3cret"),),
                                json={"Password": "s3cret"}, about="create user x"))
    assert "s3cret" not in str(stopped) + repr(stopped) + repr(stopped.request)
    assert str(stopped) == "not sent: create user x (POST user/new)"
    assert dict(stopped.request.form or ())["content"] == "Password: s3cret"


def _client() -> Client:
    transport = Transport(NOWHERE)
    return Client(Session(transport, Credentials(user="alice", password="x"), []),
                  ServerInfo(NOWHERE, "5.0.3", ("rest2",), "rest2"),
                  backends(("rest2",), "5.0.3", "alice", None), ours=False)


def test_a_closed_client_opens_no_new_session() -> None:
    client = _client()
    client.close()
    client.close()
    with pytest.raises(UsageError, match="closed"):
        client.get_ticket(1)
    with pytest.raises(UsageError, match="closed"):
        client.exchange("rest2", Request("GET", "rt"))


def test_an_exchange_is_a_read_over_a_protocol_in_use() -> None:
    client = _client()
    with pytest.raises(UsageError, match="reads"):
        client.exchange("rest2", Request("PUT", "ticket/1", json={}, effect="write"))
    for protocol in ("rest1", "ftp"):
        with pytest.raises(Unsupported) as caught:
            client.exchange(protocol, Request("GET", "ticket/1"))
        assert caught.value.protocol == protocol
    with pytest.raises(TransportError) as lost:
        client.exchange("rest2", Request("GET", "ticket/1"))
    assert lost.value.request == "GET REST/2.0/ticket/1" and lost.value.server == NOWHERE


@pytest.mark.parametrize("protocol, operation, arguments, asked, told", [
    ("rest2", "comment", {"ticket_id": 12, "content": "s3cret"}, "GET ticket/12", "comment(12)"),
    ("rest1", "comment", {"ticket_id": 12}, "POST REST/1.0/show", "comment(12)"),
    ("rest2", "edit_user", {"user": "alice", "password": "s3cret"}, "POST users?page=1",
     "edit_user(…)"),
    ("rest2", "comment", {"ticket_id": 12}, "POST ticket/12/comment", None),
    ("rest2", "edit_tickets", {"changes": ()}, "POST tickets/bulk", None),
    ("rest1", "edit_links", {"ticket_id": 12}, "POST REST/1.0/ticket/12/links", None),
    ("rest2", "get_ticket", {"ticket_id": 12}, "GET ticket/12", None),
    ("rest2", "comment", {"ticket_id": 12}, None, None)])
def test_a_write_that_a_reading_ended_is_named(
        protocol: str, operation: str, arguments: Mapping[str, Any], asked: Optional[str],
        told: Optional[str]) -> None:
    carrier = Carrier(ServerInfo(NOWHERE, "5.0.3", ("rest2",), "rest2"),
                      backends(("rest2",), "5.0.3", "alice", None))
    with pytest.raises(NotFound) as caught:
        with carrier.located(protocol, operation, arguments):
            raise NotFound("there is no ticket 12", request=asked)
    assert caught.value.operation == told and "s3cret" not in str(caught.value)
    assert (f"[{told} asked " in str(caught.value)) == (told is not None)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    lines = list(failures.told(caught.value))
    assert (f"    in: {told}" in lines) == (told is not None)
