"""Which protocol carries a call, decided by its arguments before the first request."""
from __future__ import annotations

from typing import Any, Dict, Mapping, Tuple

import pytest

from rtcompat import protocols
from rtcompat.errors import Unsupported, UsageError
from rtcompat.exchange import Request, Response
from rtcompat.model import KEEP, NewAttachment

BOTH = ("rest2", "rest1")


def tables(usable: Tuple[str, ...]) -> Dict[str, Mapping[str, str]]:
    """What each of these protocols cannot do on any server."""
    return {name: protocols.PROTOCOLS[name].operations.UNSUPPORTED for name in usable}


EMPTY = NewAttachment("empty.txt", b"")


@pytest.mark.parametrize("operation, arguments, usable, carrier", [
    ("get_ticket", {"ticket_id": 7}, BOTH, "rest2"),
    ("get_ticket", {"ticket_id": 7}, ("rest1",), "rest1"),
    ("comment", {"ticket_id": 7, "content": "x", "cc": (), "status": KEEP}, BOTH, "rest2"),
    ("comment", {"ticket_id": 7, "content": "x", "cc": ["a@example.org"]}, BOTH, "rest1"),
    ("reply", {"ticket_id": 7, "bcc": ["a@example.org"]}, BOTH, "rest1"),
    ("reply", {"ticket_id": 7, "attachments": [EMPTY]}, BOTH, "rest1"),
    ("reply", {"ticket_id": 7, "content": "\n\nx"}, BOTH, "rest2"),
    ("edit_user", {"user": "a", "password": "longer"}, BOTH, "rest1"),
    ("edit_user", {"user": "a", "privileged": False, "timezone": "UTC"}, BOTH, "rest2"),
    ("edit_ticket", {"ticket_id": 7, "add_cc": ["a@example.org"]}, BOTH, "rest2"),
    ("edit_ticket", {"ticket_id": 7, "complete_watchers": False, "read_back": False}, ("rest1",),
     "rest1"),
])
def test_the_carrier(operation: str, arguments: Dict[str, Any], usable: Tuple[str, ...],
                     carrier: str) -> None:
    assert protocols.route(operation, arguments, tables(usable)) == carrier


@pytest.mark.parametrize("operation, arguments, usable", [
    ("comment", {"cc": ["a@example.org"]}, ("rest2",)),
    ("edit_ticket", {"custom_roles": {"Engineer": []}}, ("rest1",)),
    ("create_queue", {"name": "x", "lifecycle": "default"}, ("rest1",)),
])
def test_what_the_protocols_at_hand_lack(operation: str, arguments: Dict[str, Any],
                                         usable: Tuple[str, ...]) -> None:
    with pytest.raises(Unsupported) as caught:
        protocols.route(operation, arguments, tables(usable))
    assert caught.value.operation == operation and caught.value.protocol == usable[0]
    assert caught.value.argument in arguments and "could" in str(caught.value)


def test_what_no_single_protocol_carries_is_not_split() -> None:
    with pytest.raises(UsageError):
        protocols.route("comment", {"content": "\nx", "attachments": [EMPTY]}, tables(BOTH))
    with pytest.raises(Unsupported, match="split"):
        protocols.route("create_ticket", {"queue": "General", "attachments": [EMPTY],
                                          "custom_roles": {"Engineer": ["a"]}}, tables(BOTH))
    with pytest.raises(UsageError, match="REST 1.0"):
        protocols.route("comment", {"attachments": [EMPTY]}, tables(("rest2",)))


@pytest.mark.parametrize("status, headers, content, state", [
    (200, {}, b'{"Version":"5.0.3","Plugins":[]}', "open"),
    (401, {}, b'{"message":"Unauthorized"}', "open"),
    (401, {"www-authenticate": "Basic"}, b"<html>", "guarded"),
    (302, {"location": "http://rt/NoAuth/Login.html?next=1"}, b"", "absent"),
    (302, {"location": "https://rt/REST/2.0/rt"}, b"", "moved"),
    (302, {"location": "https://sso/login"}, b"", "closed"),
    (403, {}, b"<title>403 Forbidden</title>", "closed"),
    (404, {}, b'{"message":"Not Found"}', "closed"),
    (200, {}, b"<title>Login</title>", "closed"), (200, {}, b"", "closed"),
    (200, {}, b"[1]", "closed"), (200, {}, b'{"Version": 5}', "closed"),
    (502, {}, b"Bad \xff Gateway", "closed"),
])
def test_what_rest2s_address_answers(status: int, headers: Dict[str, str], content: bytes,
                                     state: str) -> None:
    request = Request("GET", "REST/2.0/rt")
    found = protocols.PROTOCOLS["rest2"].read(Response(status, headers, content, request))
    assert found.state == state and found.answered


@pytest.mark.parametrize("status, headers, content, state, version", [
    (200, {}, b"RT/4.4.6+dfsg-1 401 Credentials required\n", "open", "4.4.6+dfsg-1"),
    (200, {}, b"RT/3.4.HEAD 200 Ok\n\n", "open", "3.4.HEAD"),
    (200, {}, b"<html>RT/4.4.6 401 Credentials required", "closed", None),
    (403, {}, b"RT/4.4.6 401 Credentials required\n", "closed", None),
    (302, {"location": "/rt/REST/1.0/"}, b"", "moved", None),
    (302, {"location": "/NoAuth/Login.html"}, b"", "absent", None),
    (500, {}, b"", "closed", None),
])
def test_what_rest1s_address_answers(status: int, headers: Dict[str, str], content: bytes,
                                     state: str, version: str) -> None:
    request = Request("GET", "REST/1.0/")
    found = protocols.PROTOCOLS["rest1"].read(Response(status, headers, content, request))
    assert (found.state, found.version) == (state, version)


@pytest.mark.parametrize("given, site", [
    ("https://RT.example.org/", "https://rt.example.org"),
    ("https://rt.example.org:8443/rt/", "https://rt.example.org:8443/rt"),
    ("http://rt/REST/1.0/ticket/7/show", "http://rt"),
    ("http://rt/sub/REST/2.0", "http://rt/sub"), ("http://rt/REST/", "http://rt"),
    (" http://rt/RESTful ", "http://rt/RESTful"),
])
def test_the_site_of_an_address(given: str, site: str) -> None:
    assert protocols.site_of(given) == site


def test_version_numbers() -> None:
    assert protocols.version_numbers("5.0.10+dfsg-1~deb") == (5, 0, 10)
    assert protocols.version_numbers("unknown") == ()


@pytest.mark.parametrize("operation, arguments, said", [
    ("get_asset", {"asset": 7}, "REST2 does - REST2 is not open here"),
    ("edit_user", {"user": "alice", "timezone": "x"},
     "form of a user has no timezone - REST2 could; it is not open")])
def test_who_could_is_said_once_and_the_field_is_named(
        operation: str, arguments: Dict[str, Any], said: str) -> None:
    with pytest.raises(Unsupported, match=said):
        protocols.route(operation, arguments, tables(("rest1",)))
