"""Whatever a server answers, an operation ends in a result or in an error of ours."""
from __future__ import annotations

import json
from typing import Any, Callable, Dict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtcompat.errors import RTError
from rtcompat.exchange import Request, Response, relative_to, run
from tests.unit.rest1_script import client
from tests.unit.rest2_script import rest2

#: Keys that readers look for; everything else is passed over.
_KEYS = ("id", "items", "total", "page", "per_page", "pages", "next_page", "_hyperlinks", "ref",
         "to", "type", "_url", "Queue", "Owner", "Name", "EmailAddress", "Requestor", "Cc",
         "CustomFields", "CustomRoles", "RT::CustomRole-5", "values", "name", "Type", "MaxValues",
         "Created", "Due", "Priority", "TimeWorked", "Content", "ContentType", "Headers",
         "TransactionId", "ObjectId", "ObjectType", "Parent", "Filename", "Creator", "OldValue",
         "message", "Disabled", "Lang", "Timezone", "Version", "filename", "TimeTaken")
_SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5),
    st.sampled_from(["7", "9" * 5000, "2024-13-45T99:00:00Z", "²", "text/plain", "ticket", "user",
                     "RT::Ticket", "self", "Create", "DateTime", "2024-07-01T10:00:00Z"]))
_JSON = st.recursive(_SCALARS, lambda inner: st.one_of(
    st.lists(inner, max_size=3),
    st.dictionaries(st.sampled_from(_KEYS), inner, max_size=8)), max_leaves=12)
_ITEM = st.dictionaries(st.sampled_from(_KEYS), _JSON, max_size=8).map(
    lambda one: {"id": "7", **one})
_ANSWER = st.one_of(
    _JSON, _ITEM, st.lists(_ITEM, max_size=2).map(
        lambda items: {"items": items, "page": 1, "total": len(items), "per_page": 100}))

_READS: Dict[str, Callable[[Any], Any]] = {
    "get_ticket": lambda rt: rt.get_ticket(7),
    "search_tickets": lambda rt: rt.search_tickets("id > 0"),
    "ordered search": lambda rt: rt.search_tickets("id > 0", order="Created"),
    "snapshot": lambda rt: rt.search_tickets("id > 0", snapshot=True),
    "get_history": lambda rt: rt.get_history(7),
    "get_transaction": lambda rt: rt.get_transaction(8),
    "get_attachments": lambda rt: rt.get_attachments(7),
    "get_attachment": lambda rt: rt.get_attachment(9, ticket_id=7),
    "read_attachment": lambda rt: rt.read_attachment(9),
    "get_links": lambda rt: rt.get_links(7), "get_user": lambda rt: rt.get_user("alice"),
    "whoami": lambda rt: rt.whoami(), "get_queue": lambda rt: rt.get_queue("General"),
    "get_queues": lambda rt: rt.get_queues()}
_WRITES: Dict[str, Callable[[Any], Any]] = {
    "edit_ticket": lambda rt: rt.edit_ticket(7, subject="x", custom_fields={"values": "x"}),
    "create_ticket": lambda rt: rt.create_ticket("General", subject="x"),
    "comment": lambda rt: rt.comment(7, "x"), "merge_ticket": lambda rt: rt.merge_ticket(7, 8),
    "take_ticket": lambda rt: rt.take_ticket(7),
    "edit_links": lambda rt: rt.edit_links(7, add={"refers_to": [8]})}


class Endless(Exception):
    """The operation asks on and on."""


def _answering(bodies: st.DataObject, one: st.SearchStrategy[bytes], base: str,
               ) -> Callable[[Request], Response]:
    asked = []

    def send(request: Request) -> Response:
        asked.append(request)
        if len(asked) > 12:
            raise Endless
        headers = {"content-type": "application/json"}
        if base == "REST/1.0/":
            headers = {"content-type": "text/plain; charset=utf-8"}
        status = bodies.draw(st.sampled_from([200, 200, 200, 201, 404, 500]))
        if base == "REST/1.0/":
            status = 200
        return Response(status, headers, bodies.draw(one), relative_to(request, base),
                        "http://rt.example")
    return send


def _ends_well(make: Callable[[], Any], send: Callable[[Request], Response]) -> None:
    try:
        run(make(), send)
    except (RTError, Endless):
        pass


@pytest.mark.parametrize("name", [*_READS, *_WRITES])
@settings(max_examples=25)
@given(bodies=st.data())
def test_any_json_ends_in_a_result_or_an_error_of_ours(name: str, bodies: st.DataObject) -> None:
    act = {**_READS, **_WRITES}[name]
    body = _ANSWER.map(lambda value: json.dumps(value).encode("utf-8"))
    _ends_well(lambda: act(rest2()), _answering(bodies, body, "REST/2.0/"))


@pytest.mark.parametrize("content", [
    b"[" * 100_000, b'{"a":' * 5000 + b"1" + b"}" * 5000, b'{"id":' + b"9" * 5000 + b"}",
    b'{"id": "' + b"9" * 5000 + b'"}', b'{"id":7,"_hyperlinks":"x"}', b'{"items":[null]}',
    b'{"id":7,"CustomFields":[1]}', b'{"id":7,"CustomFields":[{"id":1,"values":5}]}'])
@pytest.mark.parametrize("name", list(_READS))
def test_damaged_json_ends_in_an_error_of_ours(name: str, content: bytes) -> None:
    def send(request: Request) -> Response:
        return Response(200, {"content-type": "application/json"}, content,
                        relative_to(request, "REST/2.0/"), "http://rt.example")
    _ends_well(lambda: _READS[name](rest2()), send)


_FORM_KEYS = ("id", "Queue", "Subject", "Requestors", "Cc", "Created", "Due", "Priority", "Name",
              "TimeWorked", "Transaction", "Ticket", "Attachments", "Content", "Headers", "Parent",
              "ContentType", "CF.{values}", "RefersTo", "Creator", "Type", "TimeTaken", "Status")
_FORM_VALUES = st.one_of(st.text(max_size=6), st.sampled_from([
    "ticket/7", "attachment/²", "9" * 5000, "user/²", "7", "²", "ticket/7/links", "ticket/7/x",
    "8: (Unnamed) (text/plain / 5b)", "²: a (text/plain / 5b)", "Mon Jul 01 10:00:00 2024",
    "fsck.com-rt://x/ticket/²", "90 minutes", "9" * 5000 + " minutes", "General", "alice"]))
_FORMS = st.lists(st.lists(st.tuples(st.sampled_from(_FORM_KEYS), _FORM_VALUES), max_size=6),
                  max_size=3).map(lambda forms: "\n--\n\n".join(
                      "".join(f"{key}: {value}\n" for key, value in form) for form in forms))
_BODIES = st.one_of(_FORMS, st.lists(st.sampled_from(
    ["ticket/7", "ticket/²", "ticket/" + "9" * 5000, "queue/²", "user/7", "7", "8: Created",
     "# 1/1 (id/8/total)", "id: transaction/²"]), max_size=4).map("\n".join))


@pytest.mark.parametrize("name", [*_READS, *_WRITES])
@settings(max_examples=25)
@given(bodies=st.data())
def test_any_form_ends_in_a_result_or_an_error_of_ours(name: str, bodies: st.DataObject) -> None:
    act = {**_READS, **_WRITES}[name]
    body = st.one_of(st.just(b""), _BODIES.map(
        lambda text: f"RT/5.0.3 200 Ok\n\n{text}\n".encode("utf-8")))
    _ends_well(lambda: act(client()), _answering(bodies, body, "REST/1.0/"))
