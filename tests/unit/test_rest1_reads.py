"""What reads ask for, how often, and what a refusal looks like without a word."""
from __future__ import annotations

import warnings
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, List, Mapping, Tuple

import pytest

from rtcompat.errors import (InvalidQuery, InvalidValue, NotFound, PermissionDenied, ProtocolError,
                             ServerFailure, Unsupported)
from rtcompat.exchange import run
from rtcompat.model import NOT_LOADED, NewMessage, NewTicket, Page, Ticket, TicketChange
from rtcompat.rest1.operations import Context, Rest1
from rtcompat.rest1.timing import UncertainTimes
from rtcompat.tracker import OPERATIONS, Tracker
from tests.unit.rest1_script import Script, answer, client, ok

UTC = timezone.utc
HIDDEN = answer("# You are not allowed to display ticket 7.\n\n")
MISSING = answer("# Ticket 7 does not exist.\n\n")
CRASH = "subrequest depth > 32 (infinite subrequest loop?)\nStack:\n  [/usr/x:1]\n"
SELF_SERVICE = (302, {"location": "http://rt.example/SelfService/"}, b"")


def ticket(number: int = 7, custom: Mapping[str, str] = {}, **fields: str) -> str:
    lines = "".join(f"{key}: {value}\n" for key, value in fields.items())
    lines += "".join(f"CF.{{{key}}}: {value}\n" for key, value in custom.items())
    return f"id: ticket/{number}\nQueue: General\n{lines}"


# -- tickets --------------------------------------------------------------------------------------

def test_one_ticket_one_request() -> None:
    script = Script(answer(ticket(Created="Mon Jan 15 13:37:11 2024", Due="Not set")))
    found = script.run(client().get_ticket(7))
    assert found.created == datetime(2024, 1, 15, 13, 37, 11, tzinfo=UTC) and found.due is None
    assert script.asked == ["GET ticket/7/show"]


def test_a_merged_id_gives_the_survivor() -> None:
    found = Script(answer(ticket(9))).run(client().get_ticket(7))
    assert (found.id, found.asked_id) == (9, 7)


@pytest.mark.parametrize("said, error", [(HIDDEN, PermissionDenied), (MISSING, NotFound),
                                         (CRASH, ServerFailure),
                                         (ok(id_="user/7", Name="x"), ProtocolError)])
def test_a_ticket_that_is_not_shown(said: Any, error: type) -> None:
    with pytest.raises(error):
        Script(said).run(client().get_ticket(7))


def test_the_kinds_of_custom_fields_are_asked_once_a_queue_and_only_if_they_matter() -> None:
    one = client()
    plain = answer(ticket(custom={"Tags": "one"}))
    several = answer(ticket(custom={"Tags": "one,'two, three'", "Single": "a, b"}))
    kinds = answer("id: queue/1\nTags (): MultiValueFreeform\nSingle (): SingleValueFreeform\n")
    assert Script(plain).run(one.get_ticket(7)).custom_fields == {"Tags": ("one",)}
    script = Script(several, kinds)
    found = script.run(one.get_ticket(7))
    assert found.custom_fields == {"Tags": ("one", "two, three"), "Single": ("a, b",)}
    assert script.asked[1] == "GET queue/General/ticketcustomfields?format=l"
    assert Script(several).run(one.get_ticket(7)) == found


def test_a_field_whose_kind_is_not_shown_is_undecided() -> None:
    for kinds in (answer("id: queue/1\n"), answer("# Queue General does not exist.\n\n"), ""):
        script = Script(answer(ticket(custom={"Tags": "a,b"})), kinds)
        found = script.run(client().get_ticket(7))
        assert found.custom_fields == {"Tags": ("a,b",)} and found.undecided == {"Tags"}


# -- zones ----------------------------------------------------------------------------------------

def test_the_zone_is_found_out_once_from_both_half_years() -> None:
    one = client(timezone=None)
    shown = answer(ticket(Created="2024-07-16 04:05:59"))
    january, july = answer("ticket/3\nticket/4\n\n"), answer("ticket/5\n\n")
    evidence = (answer("id: 31\nType: Create\nTicket: 3\nCreated: 2024-01-15 13:37:11\n")
                + answer("id: 51\nType: Create\nTicket: 5\nCreated: 2024-07-16 08:05:59\n")
                + answer("id: ticket/3\nCreated: 2024-01-15 08:37:11\n: \n\n--\n\n"
                         "id: ticket/5\nCreated: 2024-07-16 04:05:59\n: \n"))
    script = Script(shown, january, july, evidence)
    found = script.run(one.get_ticket(7))
    assert found.created == datetime(2024, 7, 16, 8, 5, 59, tzinfo=UTC) and found.times_exact
    assert script.asked == ["GET ticket/7/show", "POST search/ticket", "POST search/ticket",
                            "POST show"]
    assert all(each.effect == "read" for each in script.requests)
    assert one._context.zone_name is not None
    assert Script(shown).run(one.get_ticket(7)) == found  # known from now on


def test_a_doubt_is_said_and_looked_into_once() -> None:
    one = client(timezone=None)
    winter = answer(ticket(Created="2024-01-16 04:05:59"))
    nothing = answer("\n")
    script = Script(winter, nothing, nothing, nothing, nothing, nothing)
    with pytest.warns(UncertainTimes, match="timezone="):
        found = script.run(one.get_ticket(7))
    assert not found.times_exact and len(script.asked) == 6
    with pytest.warns(UncertainTimes):
        Script(winter).run(one.get_ticket(7))


def test_without_dates_nobody_asks_for_a_zone() -> None:
    Script(answer(ticket(Due="Not set"))).run(client(timezone=None).get_ticket(7))


def test_a_given_zone_asks_nothing_and_doubts_only_the_repeated_hour() -> None:
    one = client(timezone="America/New_York")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = Script(answer(ticket(Created="2024-11-03 01:30:00"))).run(one.get_ticket(7))
    assert not found.times_exact


def test_writing_a_date_asks_rt_what_time_it_is_where_the_zone_is_in_doubt() -> None:
    one = client(timezone=None)
    july = answer("ticket/5\n\n")
    evidence = (answer("id: 51\nType: Create\nTicket: 5\nCreated: 2024-07-16 08:05:59\n")
                + answer("id: ticket/5\nCreated: 2024-07-16 04:05:59\n: \n"))
    now = (200, {"date": "Sat, 21 Nov 2026 20:25:07 GMT"},
           ok(id_="ticket/new", Starts="2026-11-21 15:25:07"))
    script = Script(answer("\n"), answer("\n"), july, evidence, now,
                    answer("# Ticket 8 created.\n"))
    script.run(one.create_ticket("General", subject="x", read_back=False,
                                 due=datetime(2031, 1, 15, 12, tzinfo=UTC)))
    assert "Due:\n 2031-01-15 07:00:00\n" in script.form()["content"]
    with pytest.raises(Unsupported):
        Script(answer("\n"), answer("\n"), july, evidence, ok(id_="ticket/new")).run(
            client(timezone=None).create_ticket("General", due=datetime(
                2031, 1, 15, 12, tzinfo=UTC)))


# -- search ---------------------------------------------------------------------------------------

def test_ids_then_slices_of_a_hundred() -> None:
    ids = list(range(250, 0, -1))
    listed = answer("".join(f"ticket/{number}\n" for number in ids) + "\n")

    def part(numbers: List[int]) -> bytes:
        return answer("\n--\n\n".join(ticket(number) for number in sorted(numbers)))
    one = client()
    script = Script(listed, part(list(range(1, 101))))
    page = script.run(one.search_tickets("id > 0"))
    assert page.total == 250 and [each.id for each in page.items] == list(range(1, 101))
    assert script.form(0) == {"query": "id > 0", "format": "i"}
    script = Script(part(list(range(101, 201))))
    page = script.run(one.search_tickets("id > 0", cursor=page.cursor))
    assert page.total == 250 and [each.id for each in page.items] == list(range(101, 201))
    assert script.form() == {"id": f"ticket/{','.join(map(str, range(101, 201)))}"}
    script = Script(part(list(range(201, 251))))
    page = script.run(one.search_tickets("id > 0", cursor=page.cursor))
    assert [each.id for each in page.items] == list(range(201, 251)) and page.cursor is None


def test_rts_order_is_kept_where_one_is_asked_for() -> None:
    listed = answer("ticket/3\nticket/1\nticket/2\n\n")
    part = answer("\n--\n\n".join(ticket(number, Subject="x") for number in (1, 2, 3)))
    script = Script(listed, part)
    page = script.run(client().search_tickets("id > 0", order="-Created", fields=["subject"]))
    assert [each.id for each in page.items] == [3, 1, 2]
    assert script.form(0)["orderby"] == "-Created" and script.form(1)["fields"] == "Subject"
    assert page.items[0].subject == "x" and page.items[0].status is NOT_LOADED
    assert page.cursor is None
    script = Script(listed)
    page = script.run(client().search_tickets("id > 0", order="Created", fields=()))
    assert page.items == (Ticket(3), Ticket(1), Ticket(2))
    assert script.form(0)["orderby"] == "+Created"


def test_an_order_that_rt_does_not_know_finds_nothing_and_is_an_error() -> None:
    with pytest.raises(InvalidQuery):
        Script(answer("\n"), answer("ticket/1\n\n")).run(
            client().search_tickets("id > 0", order="Colour"))
    page = Script(answer("\n"), answer("\n")).run(client().search_tickets("id < 0", order="id"))
    assert (page.items, page.total, page.cursor) == ((), 0, None)


def test_what_was_found_and_is_not_shown_or_gone_is_left_out() -> None:
    listed = answer("ticket/7\nticket/8\nticket/9\n\n")
    part = answer("# You are not allowed to display ticket 7.\n\n\n--\n\n" + ticket(8)
                  + "\n--\n\n# Ticket 9 does not exist.\n\n")
    page = Script(listed, part).run(client().search_tickets("id > 0"))
    assert [each.id for each in page.items] == [8] and page.total == 3


def test_a_query_that_rt_cannot_read() -> None:
    said = answer("Invalid query: 'Wrong query, expecting a VALUE'.\n", code="400 Bad request")
    with pytest.raises(InvalidQuery) as caught:
        Script(said).run(client().search_tickets("Subject LIKE"))
    assert "expecting a VALUE" in str(caught.value)


# -- refusals without a word ----------------------------------------------------------------------

@pytest.mark.parametrize("operation", ["get_history", "get_attachments"])
@pytest.mark.parametrize("said", ["", CRASH, answer("# 0/0 (/total)\n\n")])
def test_a_crashed_or_empty_list_asks_the_ticket_once(operation: str, said: Any) -> None:
    for then, error in ((HIDDEN, PermissionDenied), (MISSING, NotFound)):
        script = Script(said, then)
        with pytest.raises(error):
            script.run(getattr(client(), operation)(7))
        assert script.asked[-1] == "GET ticket/7/show?fields=Status" and len(script.asked) == 2


def test_an_empty_list_of_a_ticket_that_is_shown_is_empty() -> None:
    assert Script("", answer(ticket())).run(client().get_attachments(7)) == ()
    page = Script("", answer(ticket())).run(client().get_history(7))
    assert (page.items, page.total) == ((), 0)
    with pytest.raises(ServerFailure):
        Script(CRASH, answer(ticket())).run(client().get_history(7))


#: Arguments of the operations that do not begin with a ticket's number.
ARGUMENTS: Mapping[str, Tuple[Any, ...]] = {
    "whoami": (), "get_queues": (), "create_ticket": ("General",), "reply": (7, "x"),
    "comment": (7, "x"), "add_time": (7, 5), "merge_ticket": (7, 8), "get_user": ("alice",),
    "create_user": ("x",), "get_queue": ("General",), "create_queue": ("x",), "get_system": (),
    "search_users": (), "search_groups": (), "search_queues": (), "create_group": ("x",),
    "get_tickets": ((7,),), "get_histories": ((7,),), "create_tickets": ((NewTicket("General"),),),
    "edit_tickets": ((TicketChange(7, subject="x"),),), "get_applied_custom_fields": ("queue", 1),
    "reply_to_tickets": ((NewMessage(7, "x"),),),
    "comment_on_tickets": ((NewMessage(7, "x"),),),
    "is_current": (Ticket(7, last_updated=datetime(2031, 1, 1, tzinfo=UTC)),)}
KEYWORDS: Mapping[str, Mapping[str, Any]] = {
    "edit_ticket": {"subject": "x"}, "edit_links": {"add": {"members": [1]}},
    "edit_user": {"email": "a@b"}, "edit_queue": {"name": "x"}, "edit_group": {"name": "x"}}


def refused(found: Any) -> Exception:
    """The error that a result holds in place of being raised."""
    items = found.items if isinstance(found, Page) else found
    error: Exception = items[0].error
    return error


@pytest.mark.parametrize("operation", sorted(
    set(OPERATIONS) - {"search_tickets"} - set(Rest1.UNSUPPORTED)))
def test_an_unprivileged_user_is_told_of_the_redirect(operation: str, tmp_path: Path) -> None:
    arguments = (7, tmp_path / "a") if operation == "save_attachment" else (
        ARGUMENTS.get(operation, (7,)))
    script = Script(*[SELF_SERVICE] * 4)
    try:
        error = refused(run(getattr(client(), operation)(
            *arguments, **KEYWORDS.get(operation, {})), script.send))
    except PermissionDenied as denied:
        error = denied
    assert isinstance(error, PermissionDenied)
    assert "SelfService" in str(error) and not list(tmp_path.iterdir())


def test_forms_of_empty_values_are_refusals() -> None:
    hidden = ok(id_="3", Created="", Creator="", Transaction="12", Headers="")
    with pytest.raises(PermissionDenied):
        Script(hidden).run(client().get_attachment(3))
    with pytest.raises(PermissionDenied):
        Script("", hidden).run(client().read_attachment(3))
    with pytest.raises(PermissionDenied):
        Script(ok(id_="12", Type="", Ticket="")).run(client().get_transaction(12))
    with pytest.raises(PermissionDenied):
        Script(ok(id_="12", Ticket="7", Type="", Creator="", Created="",
                  Description="Permission Denied")).run(
            client().get_transaction(12, ticket_id=7))
    with pytest.raises(PermissionDenied):
        Script(ok(id_="queue/1", Name="")).run(client().get_queue(1))
    for said in (ok(id_="queue/1", Name=""), CRASH):
        with pytest.raises(NotFound):
            Script(said).run(client().get_queue("General"))


# -- one transaction, one attachment --------------------------------------------------------------

TRANSACTION = ("id: 12\nTicket: 7\nTimeTaken: 0\nType: Comment\nField: \nOldValue: \nNewValue: \n"
               "Data: \nDescription: x\nContent: hi\nCreator: alice\n"
               "Created: 2024-01-15 13:37:11\nAttachments: \n             3: untitled (2b)\n\n")
ELSEWHERE = "id: 4\nTransaction: 99\nCreator: 1\nCreated: 2024-01-15 13:37:11\n"
LIST = "id: ticket/7/attachments\nAttachments: 3: (Unnamed) (text/plain / 2b)\n"


def test_a_transaction_costs_two_requests_and_with_its_ticket_one() -> None:
    both = answer(TRANSACTION + "\n--\n\n" + LIST)
    script = Script(ok(id_="12", Ticket="7", Type="Comment"), both)
    found = script.run(client().get_transaction(12))
    assert (found.ticket_id, found.content) == (7, "hi")
    assert [part.transaction_id for part in found.attachments] == [12]
    assert Script(both).run(client().get_transaction(12, ticket_id=7)) == found


def test_a_transaction_of_another_ticket_or_of_none() -> None:
    elsewhere = answer("# Transaction 12 is not related to Ticket 7\n\n\n--\n\n" + LIST)
    with pytest.raises(NotFound):
        Script(elsewhere, answer(ticket())).run(client().get_transaction(12, ticket_id=7))
    with pytest.raises(PermissionDenied):  # up to 4.4.4 also said of what we may not see
        Script(elsewhere, HIDDEN).run(client().get_transaction(12, ticket_id=7))
    with pytest.raises(NotFound):
        Script(CRASH).run(client().get_transaction(12))


def test_html_costs_one_request_for_all_its_bodies() -> None:
    html = TRANSACTION.replace("2b", "12b").replace("hi", "made of it")
    script = Script(answer(html) + answer(LIST.replace("text/plain / 2b", "text/html / 12b")),
                    answer("id: 3\nFilename: \nContentType: text/html\nHeaders: \n"
                           "Content: <p>hi</p>\n"))
    found = script.run(client().get_history(7)).items[0]
    assert (found.content, found.html, found.rendered) == (None, "<p>hi</p>", "made of it")
    assert script.form(1) == {"id": "ticket/7/attachments/3",
                              "fields": "Headers,ContentType,Filename,Content"}


def test_a_history_without_contents_and_by_type() -> None:
    other = TRANSACTION.replace("id: 12", "id: 11").replace("Comment", "Status")
    script = Script(answer(TRANSACTION + "\n--\n\n" + other))
    page = script.run(client().get_history(7, content=False))
    assert [each.id for each in page.items] == [11, 12]
    assert all(each.content is NOT_LOADED and each.attachments is NOT_LOADED
               for each in page.items)
    script = Script(answer(TRANSACTION + "\n--\n\n" + other) + answer(LIST))
    page = script.run(client().get_history(7, types=["Status"]))
    assert [each.id for each in page.items] == [11] and page.total == 1
    assert script.form() == {"id": "ticket/7/attachments", "format": "l"}  # the last of two ids
    assert [value for key, value in script.requests[0].form or () if key == "id"] == [
        "ticket/7/history", "ticket/7/attachments"]


def test_an_attachment_of_another_ticket_is_not_found(tmp_path: Path) -> None:
    for name, arguments in (("get_attachment", (4,)), ("read_attachment", (4,)),
                            ("save_attachment", (4, tmp_path / "a"))):
        with pytest.raises(NotFound):
            Script(answer(TRANSACTION + "\n--\n\n" + ELSEWHERE)).run(
                getattr(client(), name)(*arguments, ticket_id=7))


def test_a_name_of_a_file_forges_no_attachment() -> None:
    name = "a (x / 5b), 4: b (5b), 4: c"
    history = TRANSACTION.replace("untitled", name)
    listed = LIST.replace("(Unnamed)", name)
    script = Script(answer(history + "\n--\n\n" + listed), answer(ELSEWHERE))
    found = script.run(client().get_attachments(7))
    assert [(part.id, part.filename, part.content_type) for part in found] == [
        (3, name, "text/plain")]
    assert script.form(1) == {"id": "ticket/7/attachments/4", "fields": "Transaction"}


HEAD = ok(id_="attachment/3", ContentType="text/plain", Creator="1", Created="2024-01-15 13:37:11")


def test_content() -> None:
    def body(content: bytes, version: str = "5.0.3") -> bytes:
        return f"RT/{version} 200 Ok\n\n".encode() + content
    script = Script(body(b"exact\n\n\n\xff"))
    assert script.run(client().read_attachment(3)) == b"exact\n\n\n\xff"
    assert script.asked == ["GET attachment/3/content"]
    assert Script("", HEAD).run(client().read_attachment(3)) == b""
    zero = HEAD.replace(b"Creator", b"Content: 0\nCreator")
    assert Script("", zero).run(client().read_attachment(3)) == b"0"
    sentence = b"# Attachment 3 does not exist.\n\n\n"
    with pytest.raises(NotFound):
        Script(body(sentence), body(sentence)).run(client().read_attachment(3))
    assert Script(body(sentence), HEAD).run(client().read_attachment(3)) == sentence


def test_before_4_4_5_final_line_ends_come_from_the_form() -> None:
    def body(text: str) -> bytes:
        return f"RT/4.4.4 200 Ok\n\n{text}".encode()
    old = client(version="4.4.4")
    form = body("id: attachment/3\nContentType: text/plain\nTransaction: 12\nContent: two\n"
                "         lines\n\n\nCreator: 1\nCreated: 2024-01-15 13:37:11\n\n")
    script = Script(form, body("two\nlines\n\n\n"))
    assert script.run(old.read_attachment(3)) == b"two\nlines\n"
    assert script.asked == ["GET ticket/1/attachments/3?fields=ContentType%2CContent%2CCreator%2C"
                            "Created",
                            "GET attachment/3/content"]
    listed = body("id: 12\nType: Create\n\n--\n\n"
                  "id: 3\nTransaction: 12\nContentType: image/png\nContent: two\n"
                  "         lines\n\n\n"
                  "Creator: 1\nCreated: 2024-01-15 13:37:11\n\n")
    script = Script(listed, body("two\nlines\n\n\n"))
    assert script.run(old.read_attachment(3, ticket_id=7)) == b"two\nlines\n"
    assert script.asked[0].startswith("POST show")


def test_before_4_4_5_a_missing_first_ticket_is_no_missing_attachment() -> None:
    def body(text: str) -> bytes:
        return f"RT/4.4.4 200 Ok\n\n{text}".encode()
    head = "ContentType: image/png\nTransaction: 12\nCreator: 1\nCreated: 2024-01-15 13:37:11\n"
    gone = body("# Ticket 1 does not exist.\n\n\n")
    script = Script(gone, body(f"id: attachment/3\n{head}\n"),
                    body("id: 12\nTicket: 7\nType: Comment\n\n"),
                    body(f"id: 3\n{head}Content: two\n         lines\n\n\n\n"),
                    body("two\nlines\n\n\n"))
    assert script.run(client(version="4.4.4").read_attachment(3)) == b"two\nlines\n"
    assert script.asked[3].startswith("GET ticket/7/attachments/3?")
    with pytest.raises(NotFound):
        Script(gone, body("# Attachment 3 does not exist.\n\n\n")).run(
            client(version="4.4.4").read_attachment(3))


def test_saving(tmp_path: Path) -> None:
    target = tmp_path / "a"
    content = bytes(range(256)) * 10
    script = Script(b"RT/5.0.3 200 Ok\n\n" + content)
    assert script.run(client().save_attachment(3, target)) == len(content)
    assert target.read_bytes() == content
    assert Script("", HEAD).run(client().save_attachment(3, target)) == 0
    assert target.read_bytes() == b""
    target.write_bytes(b"as it was")
    gone = answer("# Attachment 3 does not exist.\n\n")
    with pytest.raises(NotFound):
        Script(gone, gone).run(client().save_attachment(3, target))
    with pytest.raises((ProtocolError, NotFound)):
        Script("<html>a proxy</html>" * 100, gone).run(client().save_attachment(3, target))
    assert target.read_bytes() == b"as it was" and list(tmp_path.iterdir()) == [target]


# -- users and queues -----------------------------------------------------------------------------

def user(name: str, **fields: str) -> bytes:
    return ok(id_="user/14", Name=name, Gecos="", Comments="", **fields)


def test_who_we_are() -> None:
    assert Script(user("alice")).run(client().whoami()).name == "alice"
    one = client(user=None)
    script = Script(ok(id_="ticket/new", Requestor="bob"), user("bob"))
    assert script.run(one.whoami()).name == "bob"
    assert Script(user("bob")).run(one.whoami()).name == "bob"


def test_what_is_not_shown_of_others_is_not_loaded() -> None:
    one = client()
    denied = answer("Permission denied\n", code="403 Forbidden")
    found = Script(user("bob"), denied).run(one.get_user("bob"))
    assert found.comments is NOT_LOADED and found.gecos == ""
    assert Script(user("bob")).run(one.get_user("bob")) == found  # asked once
    assert Script(user("alice")).run(one.get_user("alice")).comments == ""
    admin = Script(user("bob"), answer("user/1\n\n")).run(client().get_user("bob"))
    assert admin.comments == ""


@pytest.mark.parametrize("name", ["a/b", "x,y", "123", "new"])
def test_names_that_a_path_cannot_carry_are_looked_up(name: str) -> None:
    script = Script(answer("user/14\n\n"), user(name), answer("user/1\n\n"))
    assert script.run(client().get_user(name)).id == 14
    assert script.form(0) == {"query": f'Name = "{name}"', "format": "i"}
    assert script.asked[1] == "GET user/14/show?format=l"
    script = Script(answer("queue/3\n\n"), ok(id_="queue/3", Name=name))
    assert script.run(client().get_queue(name)).id == 3
    with pytest.raises(NotFound):
        Script(answer("\n"), answer("4: c\n")).run(client().get_queue(name))


def test_names_are_one_segment() -> None:
    script = Script(ok(id_="queue/3", Name="Größe & ?#%"))
    script.run(client().get_queue("Größe & ?#%"))
    assert script.asked == ["GET queue/Gr%C3%B6%C3%9Fe%20%26%20%3F%23%25/show"]


def test_why_a_user_was_not_made_or_changed_is_told_by_our_rights() -> None:
    said = answer("# Could not create user.\n\n", code="400 Bad Request")
    denied = answer("Permission denied\n", code="403 Forbidden")
    for search, error in ((denied, PermissionDenied), (answer("user/1\n\n"), InvalidValue)):
        with pytest.raises(error):
            Script(said, search).run(client().create_user("bob"))
        refused = answer("# RealName: Zugriff verweigert\n\nid: \n", code="409 Syntax Error")
        with pytest.raises(error):
            Script(user("bob", RealName="x"), refused, user("bob", RealName="x"), search).run(
                client().edit_user("bob", real_name="y"))


def test_a_password_is_sent_and_never_read_or_shown() -> None:
    script = Script(answer("# User bob updated.\n"))
    done = script.run(client().edit_user("bob", password="top secret", read_back=False))
    assert script.asked == ["POST user/bob/edit"]
    assert done.unverified == ("password",)
    assert script.form()["content"] == "Password:\n top secret\n"
    assert "top secret" not in repr(done)


def test_all_queues() -> None:
    script = Script(answer("queue/1\nqueue/3\n\n"), answer(
        "id: queue/3\nName: B\n\n--\n\nid: queue/1\nName: A\n"))
    page = script.run(client().get_queues())
    assert [each.name for each in page.items] == ["A", "B"] and page.total == 2
    assert script.form(1) == {"id": "queue/1,3"}


# -- the class ------------------------------------------------------------------------------------

def test_the_table_of_what_rest1_cannot_do_names_arguments_of_the_contract() -> None:
    import inspect
    for entry, reason in Rest1.UNSUPPORTED.items():
        operation, _, argument = entry.rstrip(")").partition("(")
        assert reason and operation in OPERATIONS
        assert not argument or argument in inspect.signature(
            getattr(Tracker, operation)).parameters


def test_the_context_is_told_the_zone_of_the_user() -> None:
    context = Context(version="5.0.3", user="alice")
    assert context.zone_name is None and not context.zone_exact
    context.zone_name = "America/New_York"
    assert context.zone_exact
    found = Script(answer(ticket(Created="2024-01-15 08:37:11"))).run(
        Rest1(context).get_ticket(7))
    assert found.created == datetime(2024, 1, 15, 13, 37, 11, tzinfo=UTC)
