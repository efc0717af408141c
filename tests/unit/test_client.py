"""What a client refuses before it asks anything, and what it never shows."""
from __future__ import annotations

from typing import Any, Mapping

import pytest

from rtcompat import TransportError, Unsupported, UsageError, connect
from rtcompat.client import Client
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
