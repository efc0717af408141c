"""Statuses and bodies of REST2 become results and errors by the table."""
from __future__ import annotations

import pickle
from typing import Any, Tuple, Type

import pytest

from rtcompat.errors import (Conflict, InvalidQuery, InvalidValue, NotAuthenticated, NotFound,
                             OutcomeUnknown, PermissionDenied, ProtocolError, RTError,
                             ServerFailure)
from rtcompat.exchange import Effect, Request
from rtcompat.rest2.answers import (etag, message_of, number_at_end, read_json, read_messages)
from tests.unit.rest2_script import answer

HTML = b"<html><head><title>502 Bad Gateway</title></head></html>"
READ = Request("GET", "ticket/7")
SEARCH = Request("POST", "tickets")
EDIT = Request("PUT", "ticket/7", effect="write")
CREATE = Request("POST", "ticket", effect="write-once")

#: (request, status, body, error): RT's own, and what proxies say.
TABLE: Tuple[Tuple[Request, int, Any, Type[RTError]], ...] = (
    (SEARCH, 400, {"message": "wrong query, expecting a CLOSE_PAREN"}, InvalidQuery),
    (CREATE, 400, {"message": "Could not create ticket. Queue not set"}, InvalidValue),
    (READ, 401, {"message": "Unauthorized"}, NotAuthenticated),
    (READ, 302, b"Login required", NotAuthenticated),
    (READ, 302, b"", ProtocolError),
    (READ, 403, {"message": "Forbidden"}, PermissionDenied),
    (EDIT, 403, {"message": "Verboten"}, PermissionDenied),
    (READ, 403, HTML, ProtocolError),
    (READ, 404, {"message": "Not Found"}, NotFound),
    (READ, 404, HTML, ProtocolError),
    (EDIT, 412, {"message": "Precondition Failed"}, Conflict),
    (EDIT, 415, {"message": "Unsupported Media Type"}, ProtocolError),
    (READ, 500, b"", ServerFailure),
    (READ, 500, {"message": "Internal Server Error"}, ServerFailure),
    (EDIT, 500, b"", OutcomeUnknown),
    (CREATE, 500, b"", OutcomeUnknown),
    (READ, 502, HTML, ProtocolError),
    (EDIT, 502, HTML, OutcomeUnknown),
    (CREATE, 504, HTML, OutcomeUnknown),
    (CREATE, 413, HTML, ProtocolError),
    (READ, 503, b"database is down", ServerFailure),
    (READ, 200, HTML, ProtocolError),
    (READ, 200, b"", ProtocolError),
    (READ, 200, b"[1, 2]", ProtocolError),
    (EDIT, 200, HTML, OutcomeUnknown),
)


@pytest.mark.parametrize("request_, status, body, error", TABLE,
                         ids=lambda value: getattr(value, "line", None))
def test_each_answer_is_the_error_of_the_table(request_: Request, status: int, body: Any,
                                               error: Type[RTError]) -> None:
    content = body if isinstance(body, bytes) else None
    with pytest.raises(RTError) as caught:
        read_json(answer(body, status, request_, content))
    assert type(caught.value) is error
    assert caught.value.request == f"{request_.method} REST/2.0/{request_.path}"
    assert caught.value.server == "http://rt.example"
    assert pickle.loads(pickle.dumps(caught.value)).messages == caught.value.messages
    if isinstance(body, dict):
        assert caught.value.messages == (body["message"],)


def test_messages_are_utf8_and_after_a_message_latin1() -> None:
    utf8 = answer(content='["geändert", null, 0, "日本"]'.encode("utf-8"))
    assert read_messages(utf8) == ("geändert", "日本")
    latin1 = answer(content='["Antwort hinzugefügt"]'.encode("latin-1"), status=201)
    assert read_messages(latin1) == ("Antwort hinzugefügt",)
    assert read_json(answer(status=204, content=b""), list) == []


def test_what_stands_in_headers() -> None:
    assert etag(answer({}, etag='"476"')) == 476
    assert etag(answer({}, etag='"2024-07-01T00:00:00Z"')) is None
    assert number_at_end(answer({}, location="/rt/REST/2.0/transaction/81")) == 81
    assert number_at_end(answer({}, location="/rt/REST/2.0/user/99x")) is None
    assert number_at_end(answer({})) is None


@pytest.mark.parametrize("content", [b"", b"[]", b'"x"', b'{"message": 5}', HTML])
def test_no_message_is_empty(content: bytes) -> None:
    assert message_of(answer(content=content)) == ""


@pytest.mark.parametrize("effect", ["read", "write", "write-once"])
def test_no_secret_of_a_request_reaches_an_error(effect: Effect) -> None:
    request = Request("POST", "user", effect=effect, json={"Password": "geheim"},
                      query=(("token", "geheim"),))
    with pytest.raises(RTError) as caught:
        read_json(answer({"message": "no"}, 400, request))
    assert "geheim" not in str(caught.value) + repr(caught.value.__dict__)
