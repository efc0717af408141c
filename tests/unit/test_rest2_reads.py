"""Recorded and made answers of REST2 become records, and each read asks no more than it must."""
from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Callable, Dict, List, Tuple

import pytest

from rtcompat.errors import InvalidQuery, NotFound, PermissionDenied, RTError, UsageError
from rtcompat.exchange import Response
from rtcompat.model import NOT_LOADED, Link, Page, Watcher
from rtcompat.rest2 import read
from tests.unit.rest2_script import Script, answer, page, person, rest2, ticket_item

UTC = timezone.utc
RECORDED = Path(__file__).resolve().parents[2] / "fixtures" / "rest2"
READ = "GET tickets"
NONE = page([])


def recorded(name: str) -> Any:
    """The JSON of a recorded answer."""
    text = (RECORDED / f"{name}.txt").read_bytes()
    head, _, body = text.replace(b"\r\n", b"\n").partition(b"\n\n")
    assert head
    return json.loads(body)


# -- tickets --------------------------------------------------------------------------------------

def test_a_recorded_ticket_of_5_0_3() -> None:
    raw = recorded("e02-ticket-get")
    ticket = read.ticket(raw, roles={1: "Engineer", 2: "Observers"})
    assert ticket.id == ticket.asked_id == 33 and ticket.subject == "Größe ✓ first"
    assert ticket.owner == ticket.creator == "root" and ticket.told is None
    assert [one.name for one in ticket.admin_cc] == ["root"]
    assert ticket.created == datetime(2026, 11, 21, 20, 24, 7, tzinfo=UTC)
    assert all(isinstance(one, str) for values in ticket.custom_fields.values() for one in values)
    assert ticket.other_fields == {}


@pytest.mark.parametrize("name", ["cr-r8095-get", "cr-r8096-get", "cr-r8095-search",
                                  "cr-r8096-search"])
def test_custom_roles_of_every_version_are_read_by_name(name: str) -> None:
    raw = recorded(name)
    item = raw["items"][0] if "items" in raw else raw
    roles = read.ticket(item, wanted=("custom_roles",)).custom_roles
    assert {role: [one.name for one in people] for role, people in roles.items()} == {
        "Eng": ["lim"], "Team": ["lim", "z@example.com"], "Subject": ["z@example.com"]}


def test_custom_roles_by_number_are_named_where_the_name_is_known() -> None:
    raw = {"id": "7", "RT::CustomRole-1": {"type": "user", "id": "Nobody"},
           "RT::CustomRole-2": [{"type": "user", "id": "alice"}]}
    ticket = read.ticket(raw, wanted=("custom_roles",), roles={1: "Engineer"})
    assert dict(ticket.custom_roles) == {"Engineer": (), "RT::CustomRole-2": (Watcher(None),)}
    assert ticket.subject is NOT_LOADED


def test_two_custom_fields_of_one_name_lose_no_value() -> None:
    picture = {"filename": "p.png", "_url": "http://x/REST/2.0/download/cf/9"}
    shown = [{"id": "40", "name": "Customer", "values": ["Zeta", picture]},
             {"id": "5", "name": "Other", "values": []},
             {"id": "39", "name": "Customer", "values": ["Acme"]}]
    assert read.custom_fields(shown) == {"Customer": ("Acme", "Zeta", "p.png"), "Other": ()}
    assert [one.id for one in read.custom_files(shown)["Customer"]] == [9]


def test_custom_fields_of_the_old_extension_have_numbers_only() -> None:
    assert dict(read.custom_fields({"2": ["one"], "3": []})) == {"2": ("one",), "3": ()}
    assert dict(read.custom_fields("")) == dict(read.custom_fields(None)) == {}


def test_a_ticket_is_one_request_with_addresses() -> None:
    script = Script({READ: [page([ticket_item(
        Requestor=[person("zoe", 3), person("crew", 44, None, "group")],
        CustomRoles={"Engineer": person("eve", 9), "Observers": []},
        CustomFields=[{"id": "8", "name": "Window", "Type": "DateTime", "MaxValues": "1",
                       "values": ["2024-01-31T23:59:58Z"]}])])]})
    ticket = script.run(rest2().get_ticket(7))
    assert ticket.requestors == (Watcher(None), Watcher("zoe@example.org"))
    assert ticket.requestors[0].kind == "group" and ticket.requestors[0].id == 44
    assert dict(ticket.custom_roles) == {"Engineer": (Watcher("eve@example.org"),),
                                         "Observers": ()}
    assert dict(ticket.custom_fields) == {"Window": ("2024-01-31 23:59:58",)}
    assert script.lines == [READ]


def deleted() -> Dict[str, Any]:
    return {"id": 7, "Queue": {"type": "queue", "id": "1", "Name": "General"},
            "Owner": {"type": "user", "id": "Nobody"}, "Creator": {"type": "user", "id": "root"},
            "Subject": "gone", "Status": "deleted", "Created": "2024-07-01T10:00:00Z",
            "Requestor": [{"type": "user", "id": "zoe"}], "Cc": [], "AdminCc": [],
            "RT::CustomRole-2": [{"type": "user", "id": "eve"}],
            "CustomFields": [{"id": "8", "name": "Window", "values": ["2024-01-31T23:59:58Z"]},
                             {"id": "3", "name": "Stamp", "values": ["2024-01-31T23:59:58Z"]}]}


def test_a_deleted_ticket_is_completed_by_lists_and_not_one_by_one() -> None:
    script = Script({
        READ: [NONE], "GET ticket/7": [answer(deleted())],
        "POST users": [page([person("zoe", 3), person("eve", 9)])],
        "POST customfields": [page([{"id": "3", "Type": "Freeform"},
                                    {"id": "8", "Type": "DateTime"}])],
        "POST customroles": [page([{"id": "2", "Name": "Observers"}])]})
    operations = rest2("5.0.3")
    ticket = script.run(operations.get_ticket(7))
    assert ticket.requestors == (Watcher("zoe@example.org"),) and ticket.status == "deleted"
    assert dict(ticket.custom_roles) == {"Observers": (Watcher("eve@example.org"),)}
    assert dict(ticket.custom_fields) == {"Stamp": ("2024-01-31T23:59:58Z",),
                                          "Window": ("2024-01-31 23:59:58",)}
    assert len(script.asked) == 5
    script.run(operations.get_ticket(7))
    assert script.lines.count("POST customroles") == 1


def test_who_may_not_list_users_reads_names_without_addresses() -> None:
    script = Script({READ: [NONE], "GET ticket/7": [answer({**deleted(), "CustomFields": []})],
                     "POST users": [answer({"message": "Forbidden"}, 403)],
                     "POST customroles": [NONE]})
    assert [(one.email, one.name) for one in
            script.run(rest2("5.0.3").get_ticket(7)).requestors] == [(None, "zoe")]


def test_a_merged_ticket_is_its_survivor() -> None:
    script = Script({READ: [NONE, page([ticket_item(8)])], "GET ticket/7": [answer({"id": 8})]})
    ticket = script.run(rest2().get_ticket(7))
    assert (ticket.id, ticket.asked_id) == (8, 7) and len(script.asked) == 3


def test_links_come_from_the_hyperlinks() -> None:
    links = script_links()
    assert links.depends_on == (Link("article", 2), Link("ticket", 3))
    assert links.members == (Link("ticket", 4),) and links.member_of == (Link("ticket", 5),)
    assert links.refers_to == (Link("url", url="https://x/?a=b"),)


def script_links() -> Any:
    raw = {"id": 7, "_hyperlinks": [
        {"ref": "self", "type": "ticket", "id": 7},
        {"ref": "depends-on", "type": "ticket", "id": "3"},
        {"ref": "depends-on", "type": "article", "id": "2"},
        {"ref": "child", "type": "ticket", "id": "4"},
        {"ref": "parent", "type": "ticket", "id": "5"},
        {"ref": "refers-to", "type": "external", "_url": "https://x/?a=b"},
        {"ref": "comment", "_url": "…"}]}
    return Script({"GET ticket/7": [answer(raw)]}).run(rest2().get_links(7))


# -- search ---------------------------------------------------------------------------------------

def pages(script: Script, ask: Callable[[Any], Any]) -> List[Page[Any]]:
    """All pages of a listing."""
    found, cursor = [], None
    while True:
        found.append(script.run(ask(cursor)))
        cursor = json.loads(json.dumps(found[-1].cursor))   # plain data
        if cursor is None:
            return found


def items(first: int, last: int) -> List[Any]:
    return [ticket_item(number) for number in range(first, last + 1)]


def test_a_search_walks_by_id_after_rt_has_judged_the_query() -> None:
    script = Script({"POST tickets": [page(items(1, 100), 230), page(items(101, 200), 130),
                                      page(items(201, 230), 30)]})
    found = pages(script, lambda cursor: rest2().search_tickets("Queue = 'x' OR id = 3",
                                                                cursor=cursor))
    assert [one.id for each in found for one in each.items] == list(range(1, 231))
    assert {each.total for each in found} == {230}
    queries = [dict(asked.form or ())["query"] for asked in script.asked]
    assert queries == ["Queue = 'x' OR id = 3", "(Queue = 'x' OR id = 3) AND id > 100",
                       "(Queue = 'x' OR id = 3) AND id > 200"]
    assert all(asked.effect == "read" for asked in script.asked)


def test_an_order_is_kept_and_what_comes_twice_is_dropped() -> None:
    script = Script({"POST tickets": [page(items(1, 100), 150),
                                      page(items(100, 149), 150, number=2)]})
    found = pages(script, lambda cursor: rest2().search_tickets("id > 0", order="-Created",
                                                                cursor=cursor))
    assert [one.id for each in found for one in each.items] == list(range(1, 150))
    sent = script.asked[0].form or ()
    assert [pair for pair in sent if pair[0].startswith("order")] == [
        ("orderby", "Created"), ("order", "DESC"), ("orderby", "id"), ("order", "ASC")]


def test_a_snapshot_reads_what_was_there() -> None:
    script = Script({"POST tickets": [page(items(1, 100), 101), page(items(101, 101), 1),
                                      page(items(101, 101))]})
    found = pages(script, lambda cursor: rest2().search_tickets(
        "id > 0", snapshot=True, fields=iter(["subject"]), cursor=cursor))
    assert [one.id for each in found for one in each.items] == list(range(1, 102))
    assert [dict(one.form or ()).get("fields") for one in script.asked] == ["Subject", None,
                                                                            "Subject"]
    assert found[1].items[0].status is NOT_LOADED and found[0].total == 101


def test_a_snapshot_of_ids_reads_nothing_but_ids() -> None:
    script = Script({"POST tickets": [page(items(1, 100), 101), page(items(101, 101), 1)]})
    found = pages(script, lambda cursor: rest2().search_tickets(
        "id > 0", snapshot=True, fields=(), cursor=cursor))
    assert [one.id for one in found[0].items] == list(range(1, 102)) and len(found) == 1


def test_only_the_fields_asked_for_are_asked_for() -> None:
    script = Script({"POST tickets": [page([{"id": "5", "type": "ticket"}])]})
    found = script.run(rest2().search_tickets("id = 5", fields=())).items[0]
    assert found.id == 5 and found.subject is NOT_LOADED and found.custom_fields is NOT_LOADED
    assert "fields" not in dict(script.asked[0].form or ())


def test_an_unknown_order_is_not_an_empty_result() -> None:
    script = Script({"POST tickets": [page([], 250, next_page="http://x/?page=2")]})
    with pytest.raises(InvalidQuery):
        script.run(rest2().search_tickets("id > 0", order="Colour"))
    assert script.run(rest2().search_tickets("id = 0")).items == ()


def test_a_bad_query_is_rts_to_judge() -> None:
    script = Script({"POST tickets": [answer({"message": "wrong query"}, 400)]})
    with pytest.raises(InvalidQuery) as caught:
        script.run(rest2().search_tickets("Subject = 'x"))
    assert caught.value.messages == ("wrong query",)


# -- history and attachments ----------------------------------------------------------------------

def row(number: int, **columns: Any) -> Dict[str, Any]:
    return {"id": str(number), "type": "transaction", "ObjectId": "7", "Type": "Comment",
            "ObjectType": "RT::Ticket", "Field": "", "OldValue": "", "NewValue": "", "Data": "",
            "TimeTaken": "0", "Creator": {"type": "user", "id": "alice"},
            "Created": "2024-07-01T10:00:00Z", **columns}


def part(number: int, transaction: int, kind: str = "text/plain", name: str = "") -> Any:
    return {"id": str(number), "TransactionId": str(transaction), "ContentType": kind,
            "Filename": name, "ContentLength": 12}


def test_a_history_with_contents_is_three_requests_whatever_its_length() -> None:
    script = Script({
        "POST ticket/7/history": [page([row(number) for number in range(1, 61)])],
        "POST attachments": [
            page([part(101, 1, "multipart/mixed"), part(102, 1, "text/html"), part(103, 1),
                  part(104, 1), part(105, 1, "text/plain", "log.txt"), part(106, 2)]),
            page([{"id": "102", "Content": "<p>x"}, {"id": "103", "Content": "eins\n"},
                  {"id": "106", "Content": ""}])]})
    found = script.run(rest2().get_history(7)).items
    assert (found[0].content, found[0].html) == ("eins\n", "<p>x")
    assert (found[1].content, found[1].html) == ("", None)
    assert (found[2].content, found[2].attachments) == (None, ())
    assert [one.id for one in found[0].attachments] == [101, 102, 103, 104, 105]
    assert found[0].attachments[4].filename == "log.txt" and found[0].attachments[0].size == 12
    assert {one.ticket_id for one in found[0].attachments} == {7}
    assert len(script.asked) == 3
    bodies = script.asked[2].json
    assert bodies == [{"field": "id", "operator": "IN", "value": ["102", "103", "106"]}]


def test_a_short_history_is_one_request_and_loads_no_contents() -> None:
    script = Script({"POST ticket/7/history": [page([row(1, Type="Set", Field="Status",
                                                         OldValue="new", NewValue="open")])]})
    one, = script.run(rest2().get_history(7, content=False)).items
    assert (one.field, one.old_value, one.new_value, one.data) == ("Status", "new", "open", None)
    assert one.content is NOT_LOADED and one.attachments is NOT_LOADED
    assert one.rt_description is NOT_LOADED and "'new'" in one.description
    assert len(script.asked) == 1


def test_types_are_asked_for_and_kept_over_pages() -> None:
    rows = [row(number) for number in range(1, 101)]
    script = Script({"POST ticket/7/history": [page(rows, 101), page([row(101)], 101, number=2)]})
    found = pages(script, lambda cursor: rest2().get_history(
        7, content=False, types=iter(("Comment", "Set")), cursor=cursor))
    assert [len(each.items) for each in found] == [100, 1]
    assert script.asked[1].json == [{"field": "Type", "operator": "=", "value": "Comment"},
                                    {"field": "Type", "operator": "=", "value": "Set"}]


@pytest.mark.parametrize("status, error", [(404, NotFound), (403, PermissionDenied)])
@pytest.mark.parametrize("call, line", [
    (lambda rt: rt.get_history(7), "POST ticket/7/history"),
    (lambda rt: rt.get_history(7, types=()), "POST ticket/7/history"),
    (lambda rt: rt.get_attachments(7), "POST ticket/7/attachments"),
    (lambda rt: rt.get_transaction(5, ticket_id=7), "POST ticket/7/history"),
    (lambda rt: rt.get_attachment(5, ticket_id=7), "POST ticket/7/attachments")])
def test_an_empty_list_asks_the_ticket_once(call: Callable[[Any], Any], line: str, status: int,
                                            error: type) -> None:
    script = Script({line: [NONE], "HEAD ticket/7": [answer(status=status, content=b"")]})
    with pytest.raises(error):
        script.run(call(rest2()))
    assert script.lines.count("HEAD ticket/7") == 1


def test_a_really_empty_list_is_empty() -> None:
    script = Script({"POST ticket/7/attachments": [NONE], "HEAD ticket/7": [answer(content=b"")]})
    assert script.run(rest2().get_attachments(7)) == ()


@pytest.mark.parametrize("kind", ["transaction", "attachment"])
@pytest.mark.parametrize("status, body, error", [
    (403, {"message": "Forbidden"}, PermissionDenied), (404, {"message": "Not Found"}, NotFound),
    (500, {"message": "Internal Server Error"}, NotFound)])
def test_one_that_is_not_shown(kind: str, status: int, body: Any, error: type) -> None:
    script = Script({f"POST {kind}s": [NONE], f"GET {kind}/5": [answer(body, status)]})
    call = getattr(rest2(), f"get_{kind}")
    with pytest.raises(error):
        script.run(call(5))


def test_a_transaction_of_a_queue_is_none_of_a_ticket() -> None:
    script = Script({"POST transactions": [page([row(5, ObjectType="RT::Queue")])]})
    with pytest.raises(NotFound):
        script.run(rest2().get_transaction(5))


def test_the_parent_of_a_part_is_never_asked_of_one_that_has_none() -> None:
    head = {**part(5, 81), "Subject": "", "MessageId": "<a@b>", "Headers": "A: b\nC: d",
            "Creator": {"type": "user", "id": "alice"}, "Created": "2024-07-01T10:00:00Z"}
    inner = Script({"POST attachments": [page([{**head, "Parent": {"type": "attachment",
                                                                   "id": "4"}}])]})
    assert inner.run(rest2().get_attachment(5)).parent_id == 4 and len(inner.asked) == 1
    outer = Script({"POST attachments": [NONE, page([head])]})
    found = outer.run(rest2().get_attachment(5))
    assert found.parent_id is None and found.headers == (("A", "b"), ("C", "d"))
    assert (found.subject, found.message_id, found.filename) == (None, "<a@b>", None)
    for asked in inner.asked + outer.asked:
        names = dict(asked.query)["fields"].split(",")
        conditions = {one["field"] for one in asked.json}
        assert ("Parent" in names) == ("Parent" in conditions)


def test_before_5_0_1_attachments_are_found_by_transactions() -> None:
    script = Script({"POST ticket/7/history": [page([row(1), row(2)])],
                     "POST attachments": [page([part(5, 1), part(6, 2)])]})
    assert [one.id for one in script.run(rest2("5.0.0").get_attachments(7))] == [5, 6]


# -- users and queues -----------------------------------------------------------------------------

def test_another_user_is_a_summary_to_those_without_rights() -> None:
    script = Script({"GET user/root": [answer({
        "Name": "root", "RealName": "Enoch Root", "EmailAddress": "root@example.org",
        "Privileged": 1, "_hyperlinks": [{"ref": "self", "type": "user", "id": 14}]})]})
    user = script.run(rest2().get_user("root"))
    assert (user.id, user.name, user.email, user.privileged) == (14, "root", "root@example.org",
                                                                 True)
    assert user.comments is NOT_LOADED and user.disabled is NOT_LOADED


def test_names_that_a_path_cannot_carry_are_looked_up() -> None:
    for name in ("a/b", "42"):
        script = Script({"POST users": [page([{"id": 9}])],
                         "GET user/9": [answer({"id": 9, "Name": name})]})
        assert script.run(rest2().get_user(name)).name == name
        assert script.asked[0].json == [{"field": "Name", "operator": "=", "value": name}]
    script = Script({"GET user/J%C3%BCrgen%20%26%20Co.": [answer({"id": 9, "Name": "J"})]})
    assert script.run(rest2().get_user("Jürgen & Co.")).id == 9
    assert Script({"GET user/9": [answer({"id": 9})]}).run(rest2().get_user(9)).id == 9
    with pytest.raises(NotFound):
        Script({"POST queues": [NONE]}).run(rest2().get_queue("a/b"))


@pytest.mark.parametrize("queue, status, error", [
    ("Secret", 403, NotFound), (4, 403, PermissionDenied), ("Secret", 404, NotFound),
    (4, 404, NotFound)])
def test_a_queue_that_is_not_shown(queue: Any, status: int, error: type) -> None:
    script = Script({f"GET queue/{queue}": [answer({"message": "no"}, status)]})
    with pytest.raises(error):
        script.run(rest2().get_queue(queue))


def test_queues_are_listed_with_all_their_fields_at_once() -> None:
    rows = [{"id": number, "Name": f"q{number}", "Disabled": "0", "SortOrder": "3",
             "SubjectTag": "", "CustomFields": ""} for number in (1, 3)]
    script = Script({"GET queues/all": [page(rows)]})
    found = script.run(rest2().get_queues()).items
    assert [(one.id, one.name, one.disabled, one.sort_order) for one in found] == [
        (1, "q1", False, 3), (3, "q3", False, 3)]
    assert len(script.asked) == 1


def test_who_we_are_is_told_by_a_ticket_where_only_a_cookie_is_known() -> None:
    script = Script({READ: [NONE, page([{"id": "5", "Creator": {"type": "user", "id": "eve"}}])],
                     "GET user/eve": [answer({"id": 9, "Name": "eve"})]})
    assert script.run(rest2(user=None).whoami()).name == "eve"
    with pytest.raises(NotFound):
        Script({READ: [NONE]}).run(rest2(user=None).whoami())


# -- whatever is recorded is read or refused by name ----------------------------------------------

def _recorded() -> List[Tuple[str, Response]]:
    found = []
    for path in sorted(RECORDED.rglob("*.txt")):
        head, _, body = path.read_bytes().replace(b"\r\n", b"\n").partition(b"\n\n")
        status = next((line.split()[1] for line in head.split(b"\n")
                       if line.startswith(b"HTTP/")), None)
        if status is not None and b"/REST/1.0/" not in head:
            found.append((path.stem, answer(status=int(status), content=body)))
    return found


def test_every_recorded_answer_is_json_or_an_error_of_ours() -> None:
    from rtcompat.rest2.answers import read_json
    seen = {"read": 0, "refused": 0}
    for _, response in _recorded():
        try:
            read_json(response, object)
            seen["read"] += 1
        except RTError:
            seen["refused"] += 1
    assert seen["read"] > 200 and seen["refused"] > 50


@pytest.mark.parametrize("query", [7, None, b"id = 7", ["id = 7"]])
def test_a_query_that_is_no_text_is_not_sent(query: Any) -> None:
    script = Script({})
    with pytest.raises(UsageError, match="query") as caught:
        script.run(rest2().search_tickets(query))
    assert caught.value.argument == "query" and not script.asked
