"""What writes send, what they conclude, and what becomes of lost answers."""
from __future__ import annotations

from typing import Any, List

import pytest

from rtcompat.errors import (InvalidValue, NotFound, OutcomeUnknown, PermissionDenied,
                             ProtocolError, TimedOut, Unsupported, UsageError)
from rtcompat.model import Link, NewAttachment, Watcher
from rtcompat.rest1 import write
from tests.unit.rest1_script import Script, answer, client, ok

UPDATED = answer("# Ticket 7 updated.\n")
EMPTY = ""


def ticket(**fields: str) -> bytes:
    return ok(id_="ticket/7", Queue="General", **fields)


def lost() -> OutcomeUnknown:
    return OutcomeUnknown("the answer was lost", request="POST ticket/7/edit")


# -- edits ----------------------------------------------------------------------------------------

def test_an_edit_is_decided_by_what_is_stored() -> None:
    script = Script(ticket(Subject="old", Priority="1"), EMPTY,
                    ticket(Subject="new", Priority="1"))
    done = script.run(client().edit_ticket(7, subject="new", priority=1))
    assert (done.changed, done.unchanged, done.via, done.id) == (("subject",), ("priority",),
                                                                 "rest1", 7)
    assert script.asked == ["GET ticket/7/show", "POST ticket/7/edit", "GET ticket/7/show"]
    assert [each.effect for each in script.requests] == ["read", "write", "read"]
    assert script.form(1) == {"content": "Subject:\n new\nPriority:\n 1\n"}


def test_success_that_is_none_is_refused_and_a_refusal_that_is_none_is_not() -> None:
    script = Script(ticket(Subject="old"), UPDATED, ticket(Subject="old"))
    with pytest.raises(InvalidValue) as caught:
        script.run(client().edit_ticket(7, subject="new"))
    assert caught.value.receipt is not None
    assert caught.value.receipt.refused == ("subject",)
    assert caught.value.receipt.messages == ("Ticket 7 updated.",)
    said = answer("# Due: Das ist bereits der aktuelle Wert\n\nid: \nDue: \n",
                  code="409 Syntax Error")
    script = Script(ticket(Due="Not set"), said, ticket(Due="Not set"))
    assert script.run(client().edit_ticket(7, due=None)).unchanged == ("due",)


def test_a_third_value_is_said_and_a_part_refused_raises_with_the_rest_done() -> None:
    script = Script(ticket(Subject="old", Status="new"), UPDATED,
                    ticket(Subject="cut", Status="new"))
    with pytest.raises(InvalidValue) as caught:
        script.run(client().edit_ticket(7, subject="cut off", status="nonsense"))
    done = caught.value.receipt
    assert done is not None
    assert (done.altered, done.refused) == ({"subject": "cut"}, ("status",))


@pytest.mark.parametrize("said, error", [
    ("# You are not allowed to modify ticket 7.\n\n", PermissionDenied),
    ("# Ticket 7 does not exist.\n\n", NotFound)])
def test_fixed_sentences_under_400_decide(said: str, error: type) -> None:
    refusal = answer(said, code="400 Bad Request")
    after = [ticket(Subject="old")] if error is PermissionDenied else []
    with pytest.raises(error):
        Script(ticket(Subject="old"), refusal, *after).run(client().edit_ticket(7, subject="new"))


def test_a_localised_permission_denied_under_409_does_not_decide() -> None:
    for words in ("Permission Denied", "Zugriff verweigert"):
        said = answer(f"# owner: {words}\n\nid: \nOwner: root\n", code="409 Syntax Error")
        script = Script(ticket(Owner="Nobody"), said, ticket(Owner="Nobody"))
        with pytest.raises(InvalidValue):
            script.run(client().edit_ticket(7, owner="root"))


def test_a_ticket_that_we_may_edit_and_not_see() -> None:
    hidden = answer("# You are not allowed to display ticket 7.\n\n")
    script = Script(hidden, UPDATED, hidden)
    done = script.run(client().edit_ticket(7, subject="new"))
    assert done.unverified == ("subject",) and not (done.changed or done.refused)
    script = Script(hidden, answer("# You are not allowed to modify ticket 7.\n\n",
                                   code="400 Bad Request"), hidden)
    with pytest.raises(PermissionDenied):
        script.run(client().edit_ticket(7, subject="new"))


def test_without_reading_back() -> None:
    script = Script(UPDATED)
    done = script.run(client().edit_ticket(7, subject="new", read_back=False))
    assert done.unverified == ("subject",) and len(script.asked) == 1
    script = Script(answer("# Status: nein\n\nid: \nStatus: x\n", code="409 Syntax Error"))
    with pytest.raises(InvalidValue):
        script.run(client().edit_ticket(7, status="x", read_back=False))


# -- lost answers ---------------------------------------------------------------------------------

def test_a_lost_answer_to_an_edit_that_was_done() -> None:
    script = Script(ticket(Subject="old"), lost(), ticket(Subject="new"), ticket(Subject="new"))
    assert script.run(client().edit_ticket(7, subject="new")).changed == ("subject",)


def test_a_lost_answer_to_an_edit_that_was_not_done_sends_it_once_more() -> None:
    script = Script(ticket(Subject="old"), lost(), ticket(Subject="old"), UPDATED,
                    ticket(Subject="new"))
    assert script.run(client().edit_ticket(7, subject="new")).changed == ("subject",)
    assert [line for line in script.asked if line.startswith("POST")] == ["POST ticket/7/edit"] * 2


def test_lost_twice_is_resolved_and_not_sent_a_third_time() -> None:
    script = Script(ticket(Subject="old"), lost(), ticket(Subject="old"), lost(),
                    ticket(Subject="old"))
    with pytest.raises(OutcomeUnknown) as caught:
        script.run(client().edit_ticket(7, subject="new"))
    assert caught.value.resolved and caught.value.receipt is not None
    assert caught.value.receipt.refused == ("subject",)
    script = Script(ticket(Subject="old"), lost(), ticket(Subject="old"), lost(),
                    ticket(Subject="new"), ticket(Subject="new"))
    assert script.run(client().edit_ticket(7, subject="new")).changed == ("subject",)


def test_half_done_is_not_sent_again() -> None:
    script = Script(ticket(Subject="old", Priority="1"), lost(),
                    ticket(Subject="new", Priority="1"))
    with pytest.raises(OutcomeUnknown) as caught:
        script.run(client().edit_ticket(7, subject="new", priority=2))
    assert caught.value.resolved and caught.value.receipt is not None
    assert caught.value.receipt.changed == ("subject",)
    assert caught.value.receipt.refused == ("priority",)


def test_what_cannot_be_read_is_not_resolved() -> None:
    script = Script(ticket(Subject="old"), lost(), TimedOut("no answer"))
    with pytest.raises(OutcomeUnknown) as caught:
        script.run(client().edit_ticket(7, subject="new"))
    assert not caught.value.resolved and "no answer" in str(caught.value)


def test_exception_text_in_answer_to_an_edit_is_a_lost_answer() -> None:
    script = Script(ticket(Subject="old"), "Can't call method\nStack:\n  [x:1]\n",
                    ticket(Subject="new"), ticket(Subject="new"))
    assert script.run(client().edit_ticket(7, subject="new")).changed == ("subject",)


@pytest.mark.parametrize("operation", [
    lambda one: one.create_ticket("General", subject="it's new"),
    lambda one: one.reply(7, "text"), lambda one: one.comment(7, "text"),
    lambda one: one.add_time(7, 5), lambda one: one.create_user("new"),
    lambda one: one.create_queue("new")])
def test_what_must_not_be_done_twice_is_not(operation: Any) -> None:
    script = Script(lost())
    with pytest.raises(OutcomeUnknown) as caught:
        script.run(operation(client()))
    assert len(script.asked) == 1 and script.requests[0].effect == "write-once"
    assert not caught.value.resolved


def test_the_error_holds_a_query_that_would_find_it() -> None:
    for operation, query in (
            (client().create_ticket("My Queue", subject="it's new"),
             "Subject = 'it\\'s new' AND Queue = 'My Queue'"),
            (client().comment(7, "text"), "id = 7")):
        with pytest.raises(OutcomeUnknown) as caught:
            Script(lost()).run(operation)
        assert caught.value.query == query


# -- new tickets ----------------------------------------------------------------------------------

def test_a_new_ticket_is_read_back() -> None:
    script = Script(answer("# Ticket 8 created.\n"), ok(
        id_="ticket/8", Queue="General", Subject="x", Owner="Nobody", Requestors="a@x.org"))
    with pytest.raises(InvalidValue) as caught:
        script.run(client().create_ticket("General", subject="x", owner="nosuch",
                                          requestors=["a@x.org"], content="  indented\n"))
    done = caught.value.receipt
    assert done is not None and done.id == 8 and done.refused == ("owner",)
    assert set(done.changed) == {"queue", "subject", "requestors"}
    assert script.form(0)["content"] == (
        "Queue:\n General\nOwner:\n nosuch\nSubject:\n x\nRequestor:\n a@x.org\n"
        "Text:\n   indented\n \n")


@pytest.mark.parametrize("reason, queue, status, error", [
    ("Queue not set", answer("# Queue Nope does not exist.\n\n"), None, NotFound),
    ("Keine Berechtigung", ok(id_="queue/1", Name=""), "new", PermissionDenied),
    ("Keine Berechtigung", ok(id_="queue/1", Name="Nope"), None, PermissionDenied),
    ("No permission to create tickets in the queue 'Nope'", ok(id_="queue/1", Name="Nope"), "new",
     PermissionDenied),
    ("Status 'x' ist ungültig", ok(id_="queue/1", Name="Nope"), "x", InvalidValue)])
def test_why_a_ticket_was_not_made(reason: str, queue: bytes, status: Any, error: type) -> None:
    script = Script(answer(f"# Could not create ticket.\n# {reason}\n"), queue)
    given = {} if status is None else {"status": status}
    with pytest.raises(error) as caught:
        script.run(client().create_ticket("Nope", **given))
    assert reason in str(caught.value)


def test_files_go_by_position_and_their_names_by_the_form() -> None:
    script = Script(answer("# Ticket 8 created.\n"))
    files = [NewAttachment("a, b.txt", b"1", "text/plain"), NewAttachment("c.png", b"2")]
    script.run(client().create_ticket("General", subject="x", content="<p>", attachments=files,
                                      content_type="text/html", read_back=False))
    parts = script.requests[0].parts
    assert [(part.name, part.content_type) for part in parts] == [
        ("content", None), ("attachment_1", "text/plain"),
        ("attachment_2", "application/octet-stream")]
    assert isinstance(parts[0].content, bytes)
    assert parts[0].content.decode().endswith(
        "Text:\n <p>\nContent-Type:\n text/html\nAttachment:\n =?UTF-8?Q?a=2C=20b=2Etxt?=, c.png\n")


def test_old_servers_refuse_before_sending() -> None:
    old = client(version="3.8.17")
    refused: List[Any] = [
        old.create_ticket("General", content="<p>", content_type="text/html"),
        old.create_ticket("General", attachments=[NewAttachment("a", b"x")]),
        old.comment(7, "<p>", content_type="text/html"), old.edit_ticket(7, sla="x"),
        client(version="3.4.6").merge_ticket(7, 8), client(version="3.4.6").take_ticket(7),
        client(version="3.4.6").comment(7, "x"), client(version="4.0.25").get_queues(),
        client(version="3.8.17").get_attachment(7), client(version="4.0.25").get_user("a/b")]
    for operation in refused:
        script = Script()
        with pytest.raises(Unsupported):
            script.run(operation)
        assert not script.asked


# -- what cannot be asked --------------------------------------------------------------------------

@pytest.mark.parametrize("operation, error", [
    (lambda one: one.edit_ticket(7), UsageError),
    (lambda one: one.edit_ticket(0, subject="x"), UsageError),
    (lambda one: one.edit_ticket(7, subject="two\nlines"), UsageError),
    (lambda one: one.edit_ticket(7, cc=["a@x.org"]), Unsupported),
    (lambda one: one.edit_ticket(7, add_cc=["a@x.org"]), Unsupported),
    (lambda one: one.edit_ticket(7, remove_requestors=["a@x.org"]), Unsupported),
    (lambda one: one.edit_ticket(7, custom_roles={"Engineer": ["a"]}), Unsupported),
    (lambda one: one.create_ticket("General", custom_roles={"Engineer": ["a"]}), Unsupported),
    (lambda one: one.edit_user("alice", timezone="UTC"), Unsupported),
    (lambda one: one.edit_queue("General", lifecycle="x"), Unsupported),
    (lambda one: one.reply(7), UsageError), (lambda one: one.comment(7, "0"), UsageError),
    (lambda one: one.comment(7, "x", cc=["alice"]), UsageError),
    (lambda one: one.comment(7, "x", cc="a@x.org"), UsageError),
    (lambda one: one.comment(7, "x", status="two\nlines"), UsageError),
    (lambda one: one.comment(7, "\nleading line"), UsageError),
    (lambda one: one.add_time(7, 0), UsageError), (lambda one: one.add_time(7, -5), UsageError),
    (lambda one: one.edit_links(7), UsageError),
    (lambda one: one.edit_links(7, add={"members": [1]}, replace={"members": [2]}), UsageError),
    (lambda one: one.get_user(""), UsageError), (lambda one: one.get_queue("a\nb"), UsageError),
    (lambda one: one.edit_user("alice", password="***"), UsageError),
    (lambda one: one.search_tickets("id = 1", fields=["colour"]), UsageError),
    (lambda one: one.search_tickets("id = 1", order=""), UsageError),
    (lambda one: one.get_history(7, types="Comment"), UsageError)])
def test_refused_before_anything_is_sent(operation: Any, error: type) -> None:
    script = Script()
    with pytest.raises(error):
        script.run(operation(client()))
    assert not script.asked


# -- watchers, owner, status -----------------------------------------------------------------------

def test_a_complete_list_of_watchers() -> None:
    known = answer("id: user/9\nName: Alice\nEmailAddress: alice@x.org\n\n--\n\n"
                   "id: user/8\nName: bob\nEmailAddress: bob@x.org\n\n")
    script = Script(ticket(Cc="old@x.org"), known, UPDATED,
                    ticket(Cc="B@x.org, alice@x.org,\n    bob@x.org"))
    done = script.run(client().edit_ticket(7, cc=["alice", "b@x.org", "bob"],
                                           complete_watchers=True))
    assert done.changed == ("cc",)
    assert script.asked[1].startswith("POST show")  # one request for all logins
    assert script.form(2)["content"] == "Cc:\n alice@x.org, b@x.org, bob@x.org\n"
    group = Watcher(None, id=44, kind="group")
    script = Script(ticket(Cc=""), UPDATED, ticket(Cc="member@x.org"))
    done = script.run(client().edit_ticket(7, cc=[group], complete_watchers=True))
    assert done.unverified == ("cc",)


@pytest.mark.parametrize("action, owner, error", [
    ("take", "Nobody", PermissionDenied), ("take", "root", InvalidValue),
    ("steal", "root", PermissionDenied), ("steal", "Nobody", InvalidValue),
    ("untake", "Alice", PermissionDenied), ("untake", "root", InvalidValue)])
def test_why_an_owner_did_not_change_is_told_by_the_owner(action: str, owner: str,
                                                          error: type) -> None:
    said = answer("# irgendein Satz\n\n", code="400 Bad Request")
    script = Script(ok(id_="ticket/7", Owner=owner), said, ok(id_="ticket/7", Owner=owner))
    with pytest.raises(error):
        script.run(getattr(client(), f"{action}_ticket")(7))
    assert script.form(1) == {"content": f"Action:\n {action}\n"}


def test_taking_what_is_ours_is_no_error() -> None:
    said = answer("# You already own this ticket\n\n", code="400 Bad Request")
    script = Script(ok(id_="ticket/7", Owner="alice"), said, ok(id_="ticket/7", Owner="alice"))
    assert script.run(client().take_ticket(7)).unchanged == ("owner",)


def test_a_status_with_a_message() -> None:
    said = answer("# Comments added\n# Sie dürfen den Status nicht ändern.\n")
    script = Script(ok(id_="ticket/7", Status="new"), said, ok(id_="ticket/7", Status="new"))
    with pytest.raises(InvalidValue) as caught:
        script.run(client().comment(7, "text", status="nonsense"))
    assert caught.value.receipt is not None and caught.value.receipt.refused == ("status",)
    assert "recorded" in str(caught.value)
    # RT opens a new ticket by itself when it is replied to
    script = Script(ok(id_="ticket/7", Status="new"), said, ok(id_="ticket/7", Status="open"))
    with pytest.raises(InvalidValue) as caught:
        script.run(client().reply(7, "text", status="nonsense"))
    assert caught.value.receipt is not None and caught.value.receipt.refused == ("status",)


def test_deleting_asks_for_the_right_delete_ticket_alone() -> None:
    script = Script(ok(id_="ticket/7", Status="new"), UPDATED, ok(id_="ticket/7", Status="deleted"))
    assert script.run(client().delete_ticket(7)).changed == ("status",)
    # RT looks for the key in lower case (Forms/ticket/default, 4.0.2)
    assert script.form(1) == {"content": "status:\n deleted\n"}


def test_a_merge_is_seen_by_the_survivor() -> None:
    def both(first: int, second: int) -> bytes:
        return answer(f"id: ticket/{first}\nStatus: new\n\n--\n\n"
                      f"id: ticket/{second}\nStatus: new\n")
    script = Script(both(7, 9), answer("# Merge completed.\n\n"), both(9, 9))
    done = script.run(client().merge_ticket(7, 8))  # 8 had been merged into 9
    assert (done.changed, done.id) == (("merge",), 9)
    script = Script(both(7, 8), answer("# Could not complete the merge.\n\n"), both(7, 7))
    with pytest.raises(InvalidValue):
        script.run(client().merge_ticket(7, 8))


# -- links -----------------------------------------------------------------------------------------

LINKED = "# Links for ticket 7 updated.\n"


def linked(version: str = "5.0.3", **directions: str) -> bytes:
    fields = "".join(f"{key}: {value}\n" for key, value in directions.items())
    return answer(f"id: ticket/7\nStatus: new\n: \n: \n\n--\n\nid: ticket/7/links\n{fields}",
                  version=version)


def test_links_are_replaced_whole_and_keep_the_uris_that_are_there() -> None:
    uri = "fsck.com-rt://example.com/ticket/3"
    article = "fsck.com-article://example.com/article/5"
    script = Script(linked(RefersTo=f"{uri}, {article}"),
                    answer(LINKED),
                    linked(RefersTo=f"{article}, fsck.com-rt://example.com/ticket/4"))
    done = script.run(client().edit_links(7, add={"refers_to": [4]}, remove={"refers_to": [3]}))
    assert done.changed == ("refers_to",)
    assert script.form(1)["content"] == f"RefersTo:\n {article}, 4\n"


def test_before_4_4_3_one_change_at_a_time_removals_first() -> None:
    def now(*ids: int) -> bytes:
        return linked("4.2.17", Members=", ".join(
            f"fsck.com-rt://example.com/ticket/{number}" for number in ids))
    done = answer(LINKED, version="4.2.17")
    script = Script(now(1, 2), done, done, done, now(2, 3, 4))
    receipt = script.run(client(version="4.2.17").edit_links(7, replace={"members": [2, 3, 4]}))
    assert receipt.changed == ("members",)
    known = "fsck.com-rt://example.com/ticket/2"
    assert [script.form(place)["content"] for place in (1, 2, 3)] == [
        f"Members:\n {known}\n", f"Members:\n {known}, 3\n", f"Members:\n {known}, 3, 4\n"]


@pytest.mark.parametrize("version", ["5.0.3", "4.2.17"])
def test_a_direction_of_which_a_part_was_refused_raises_with_what_is_stored(version: str) -> None:
    def now(*ids: int) -> bytes:
        return linked(version, Members=", ".join(
            f"fsck.com-rt://example.com/ticket/{number}" for number in ids))
    no = answer("# Members: Can't link\n\nid: \nMembers: 3, 4\n", version=version,
                code="409 Syntax Error")
    steps = 1 if version == "5.0.3" else 4
    script = Script(now(1, 2), *[no] * steps, now(2, 3))
    with pytest.raises(InvalidValue, match="members") as caught:
        script.run(client(version=version).edit_links(7, replace={"members": [3, 4]}))
    assert caught.value.receipt is not None and not caught.value.receipt.refused
    assert caught.value.receipt.altered == {
        "members": (Link("ticket", 2), Link("ticket", 3))}


def test_before_4_0_6_links_are_full_uris() -> None:
    three, four = (f"fsck.com-rt://example.com/ticket/{number}" for number in (3, 4))
    script = Script(linked("4.0.5", RefersTo=three), answer(LINKED, version="4.0.5"),
                    linked("4.0.5", RefersTo=three, DependsOn=four))
    script.run(client(version="4.0.5").edit_links(7, add={"depends_on": [4]}))
    assert script.form(1)["content"] == f"DependsOn:\n {four}\n"
    with pytest.raises(UsageError):
        Script(linked("4.0.5")).run(client(version="4.0.5").edit_links(
            7, add={"depends_on": [4]}))


# -- users who may not see queues ------------------------------------------------------------------

CRASH = (500, {"content-type": "text/plain"}, b"")


def test_a_queue_that_is_not_shown_is_unverified() -> None:
    script = Script(ticket(Subject="x").replace(b"General", b""), UPDATED,
                    ticket(Subject="x").replace(b"General", b""))
    assert script.run(client().edit_ticket(7, queue="Second")).unverified == ("queue",)
    script = Script(answer("# Ticket 8 created.\n"), ticket(Subject="x").replace(b"General", b""))
    done = script.run(client().create_ticket("General", subject="x"))
    assert (done.changed, done.unverified) == (("subject",), ("queue",))


def test_custom_fields_of_a_queue_that_is_not_shown_are_sent_undecided() -> None:
    made = answer("# Ticket 8 created.\n")
    shown = answer("id: ticket/8\nQueue: \nSubject: \nCF.{Severity}: Low\n")
    script = Script(CRASH, made, shown)
    done = script.run(client().create_ticket("General", custom_fields={"Severity": "Low"}))
    assert "custom_fields[Severity]" in done.changed
    with pytest.raises(Unsupported):
        Script(CRASH).run(client().create_ticket("General", custom_fields={"Tags": ["a", "b"]}))


# -- logins that RT reads as numbers ---------------------------------------------------------------

FORBIDDEN = answer("Permission denied\n", code="403 Forbidden")
FIVE = answer("user/31\n")


@pytest.mark.parametrize("who", ["5", Watcher(None, name="5"), Watcher("5")])
def test_a_watcher_whose_login_is_digits_goes_by_address(who: Any) -> None:
    script = Script(FIVE, ok(id_="user/31", Name="5", EmailAddress="five@x.org"),
                    answer("# Ticket 8 created.\n"))
    script.run(client().create_ticket("General", requestors=[who], read_back=False))
    assert script.form(0)["query"] == 'Name = "5"'
    assert "five@x.org" in script.form(2)["content"]


def test_an_owner_whose_login_is_digits_goes_by_number() -> None:
    script = Script(ticket(Owner="Nobody"), FIVE, UPDATED, ticket(Owner="5"))
    assert script.run(client().edit_ticket(7, owner="5")).changed == ("owner",)
    assert script.form(2)["content"] == "Owner:\n 31\n"


def test_nothing_is_sent_for_a_login_that_is_unknown_or_cannot_be_looked_up() -> None:
    for given in ({"requestors": ["5"]}, {"cc": ["14"]}, {"owner": "14"}):
        for said, error in (([answer(""), answer("No matching results.\n")], InvalidValue),
                            ([FORBIDDEN], UsageError)):
            with pytest.raises(error):
                Script(*said).run(client().create_ticket("General", **given))
    with pytest.raises(UsageError):
        Script(FIVE, ok(id_="user/31", Name="5", EmailAddress="")).run(
            client().create_ticket("General", cc=["5"]))
    unknown = answer("# User nobody2 does not exist.\n")
    with pytest.raises(InvalidValue) as caught:
        Script(unknown).run(client().create_ticket("General", cc=["nobody2"]))
    assert "no user 'nobody2'" in str(caught.value)


# -- what is concluded -----------------------------------------------------------------------------

MADE = answer("# Ticket 8 created.\n")


def test_a_watcher_that_rt_does_not_show_is_searched_for() -> None:
    """It shows no disabled users; an address that it refused is not there at all."""
    script = Script(MADE, ticket(Subject="x", Requestors="a@x.org"), answer("ticket/7\n"),
                    answer("No matching results.\n"))
    done = script.run(client().create_ticket(
        "General", subject="x", requestors=["a@x.org", "off@x.org", "on@b.x."]))
    assert done.altered == {"requestors": (Watcher("a@x.org"), Watcher("off@x.org"))}


def test_a_disabled_user_among_the_watchers_is_changed_and_a_refused_one_is_not() -> None:
    for body, outcome in (("ticket/8\n", "changed"), ("No matching results.\n", "refused")):
        script = Script(MADE, ticket(Subject="x", Requestors=""), answer(body))
        making = client().create_ticket("General", requestors=["off@x.org"])
        if outcome == "changed":
            assert "requestors" in script.run(making).changed
        else:
            with pytest.raises(InvalidValue, match="created without requestors") as caught:
                script.run(making)
            assert caught.value.receipt is not None
            assert caught.value.receipt.refused == ("requestors",)
        assert dict(script.requests[-1].form or ())["query"] == (
            "id = 7 AND Requestor.EmailAddress = 'off@x.org'")


def test_a_disabled_user_who_became_a_watcher_is_no_refusal() -> None:
    shown = ticket(Cc="")
    script = Script(shown, UPDATED, shown, answer("ticket/7\n"))
    edit = client().edit_ticket(7, cc=["off@x.org"], complete_watchers=True)
    assert script.run(edit).changed == ("cc",)
    gone = ticket(Cc="", Status="deleted")
    script = Script(gone, UPDATED, gone)
    edit = client().edit_ticket(7, cc=["off@x.org"], complete_watchers=True)
    assert script.run(edit).unverified == ("cc",)


@pytest.mark.parametrize("said", ["", (204, {}, b"")])
def test_an_empty_answer_to_what_must_not_be_done_twice_is_no_success(said: Any) -> None:
    for act in (client().reply(7, "x"), client().comment(7, "x"),
                client().create_ticket("General", subject="x")):
        script = Script(said)
        with pytest.raises(OutcomeUnknown) as caught:
            script.run(act)
        assert caught.value.query and len(script.asked) == 1


def test_custom_fields_that_differ_in_case_alone_are_not_sent() -> None:
    for given in ("tags", "TAGS", "Tags"):
        with pytest.raises(Unsupported, match="'TAGS' from 'tags'"):
            write.custom_names({"custom_fields": {given: ("a",)}}, {}, ("tags", "TAGS", "One"))
    assert write.custom_names({"custom_fields": {"one": ("c",)}}, {}, ("tags", "TAGS", "One")) == {
        "One": ("c",)}
    with pytest.raises(UsageError):
        write.custom_names({"custom_fields": {"One": ("a",), "one": ("b",)}}, {}, ("One",))


def test_links_that_we_may_not_edit() -> None:
    said = answer("# RefersTo: Permission Denied\n", code="409 Syntax Error")
    with pytest.raises(PermissionDenied):
        Script(linked(), said, linked()).run(
            client().edit_links(7, add={"refers_to": ["http://x.org/"]}))


def test_the_same_value_of_a_ticket_that_we_may_not_see_is_unverified() -> None:
    hidden = answer("# You are not allowed to display ticket 7.\n\n")
    said = answer("# Subject: Das ist bereits so\n", code="409 Syntax Error")
    done = Script(hidden, said, hidden).run(client().edit_ticket(7, subject="same"))
    assert done.unverified == ("subject",)


def test_names_that_only_a_search_finds_which_is_forbidden() -> None:
    for name in ("5", "a/b", ".", ".."):
        with pytest.raises(Unsupported) as caught:
            Script(FORBIDDEN).run(client().get_user(name))
        assert "REST2" in str(caught.value)


def test_a_new_tickets_text_in_another_charset_is_refused_where_rt_forgets_the_charset() -> None:
    file = NewAttachment("k.txt", "да".encode("koi8-r"), "text/plain; charset=koi8-r")
    script = Script()
    with pytest.raises(Unsupported, match="k.txt"):
        script.run(client(version="4.4.4").create_ticket("General", attachments=[file]))
    assert script.asked == []
    making = client(version="4.4.6").create_ticket("General", attachments=[file], read_back=False)
    assert Script(MADE).run(making).id == 8


# -- the same class over either protocol ----------------------------------------------------------

def test_a_merge_into_itself_holds_a_receipt() -> None:
    both = answer("id: ticket/7\nStatus: new\n")
    with pytest.raises(InvalidValue, match="into itself") as caught:
        Script(both).run(client().merge_ticket(7, 7))
    assert caught.value.receipt is not None and caught.value.receipt.refused == ("merge",)
    assert caught.value.request


def test_a_merge_that_we_may_not_do_is_a_matter_of_rights() -> None:
    both = answer("id: ticket/7\nStatus: new\n\n--\n\nid: ticket/8\nStatus: new\n")
    alone = answer("id: ticket/7\nStatus: new\n")
    said = answer("# You are not allowed to modify ticket 7.\n")
    with pytest.raises(PermissionDenied) as caught:
        Script(both, said, alone).run(client().merge_ticket(7, 8))
    assert caught.value.receipt is not None and caught.value.receipt.refused == ("merge",)


def test_an_empty_answer_tells_of_no_ticket_to_merge() -> None:
    with pytest.raises(ProtocolError):
        Script("").run(client().merge_ticket(7, 8))


def test_custom_fields_of_a_ticket_that_we_may_not_see_are_not_sent() -> None:
    hidden = answer("# You are not allowed to display ticket 7.\n\n")
    script = Script(hidden)
    with pytest.raises(PermissionDenied):
        script.run(client().edit_ticket(7, custom_fields={"Severity": "High"}))
    assert len(script.asked) == 1


def test_a_queue_that_does_not_exist_is_not_found_with_custom_fields_too() -> None:
    script = Script(answer("# No queue named nosuch exists.\n\nid: queue/nosuch\n"))
    with pytest.raises(NotFound, match="nosuch"):
        script.run(client().create_ticket("nosuch", custom_fields={"Severity": "High"}))
    assert script.asked == ["GET queue/nosuch/ticketcustomfields?format=l"]


def test_to_move_to_a_queue_that_does_not_exist_is_an_invalid_value() -> None:
    script = Script(answer("# Queue 999 does not exist.\n\nid: queue/999\n"))
    with pytest.raises(InvalidValue, match="999"):
        script.run(client().edit_ticket(7, queue=999, priority=7))
    assert len(script.asked) == 1


def test_custom_fields_of_a_queue_that_no_path_names_are_asked_for_by_number() -> None:
    known = answer("id: queue/15/ticketcustomfields\nOdd: \n")
    script = Script(answer("queue/15\n"), known)
    with pytest.raises(InvalidValue, match="no custom field 'Even'"):
        script.run(client().create_ticket("a/b, c", custom_fields={"Even": "x"}))
    assert script.asked == ["POST search/queue", "GET queue/15/ticketcustomfields?format=l"]


# -- lists of which RT refuses a part --------------------------------------------------------------

LISTS = answer("id: queue/1\nTags (): MultiValueSelect\n")


@pytest.mark.parametrize("said", [
    answer("# tags: Invalid value for custom field\n\nid: \nCF.{Tags}: a,nosuch\n",
           code="409 Syntax Error"),
    UPDATED])  # what RT says where it stores the last value
def test_a_refused_value_of_a_list_raises_with_what_is_stored(said: bytes) -> None:
    script = Script(ticket(**{"CF.{Tags}": "old"}), LISTS, said, ticket(**{"CF.{Tags}": "a"}))
    with pytest.raises(InvalidValue, match="custom_fields.Tags.") as caught:
        script.run(client().edit_ticket(7, custom_fields={"Tags": ["nosuch", "a"]}))
    assert caught.value.receipt is not None and not caught.value.receipt.refused
    assert caught.value.receipt.altered == {"custom_fields[Tags]": ("a",)}


def test_a_new_ticket_without_a_value_of_a_list_raises() -> None:
    script = Script(LISTS, MADE, ticket(Subject="x", **{"CF.{Tags}": "a"}))
    with pytest.raises(InvalidValue, match="'nosuch'") as caught:
        script.run(client().create_ticket("General", subject="x",
                                          custom_fields={"Tags": ["a", "nosuch"]}))
    assert caught.value.receipt is not None
    assert caught.value.receipt.altered == {"custom_fields[Tags]": ("a",)}


# -- custom fields whose values are files ----------------------------------------------------------

FIELDS = answer("id: queue/1\nPhoto (): SingleValueImage\nScans (): MultiValueBinary\n"
                "Note (): SingleValueFreeform\n")
FILED = {"CF.{Photo}": "p.png", "CF.{Scans}": "a.bin,b.bin", "CF.{Note}": "old"}


def test_a_custom_field_that_holds_what_is_wanted_is_not_sent() -> None:
    """RT would empty the file whose name it is sent."""
    script = Script(ticket(**FILED), FIELDS, UPDATED, ticket(**{**FILED, "CF.{Note}": "new"}))
    done = script.run(client().edit_ticket(7, custom_fields={
        "Photo": "p.png", "Scans": ["b.bin", "a.bin"], "Note": "new"}))
    assert script.form(2) == {"content": "CF.{Note}:\n new\n"}
    assert done.changed == ("custom_fields[Note]",)
    assert set(done.unchanged) == {"custom_fields[Photo]", "custom_fields[Scans]"}


@pytest.mark.parametrize("read_back, place", [(True, "unchanged"), (False, "unverified")])
def test_nothing_is_sent_where_all_custom_fields_hold_what_is_wanted(read_back: bool,
                                                                     place: str) -> None:
    script = Script(ticket(**FILED), FIELDS)
    done = script.run(client().edit_ticket(7, custom_fields={"Photo": "p.png"},
                                           read_back=read_back))
    assert getattr(done, place) == ("custom_fields[Photo]",) and done.id == 7


def test_a_field_of_unknown_kind_that_holds_what_is_wanted_is_not_sent() -> None:
    """Before RT 3.8.2 no type is told."""
    held = answer("id: ticket/7\nQueue: General\nCF-Photo: p, q.png\n", version="3.6.11")
    script = Script(held)
    done = script.run(client(version="3.6.11").edit_ticket(7, custom_fields={"Photo": "p, q.png"}))
    assert done.unchanged == ("custom_fields[Photo]",)


def test_files_are_taken_away_by_naming_those_that_stay() -> None:
    script = Script(ticket(**FILED), FIELDS, UPDATED, ticket(**{"CF.{Scans}": "b.bin"}))
    done = script.run(client().edit_ticket(7, custom_fields={"Scans": ["b.bin"], "Photo": None}))
    assert script.form(2) == {"content": "CF.{Scans}:\n b.bin\nCF.{Photo}:\n"}
    assert set(done.changed) == {"custom_fields[Photo]", "custom_fields[Scans]"}


@pytest.mark.parametrize("given", [{"Photo": "q.png"}, {"Scans": ["a.bin", "c.bin"]}])
def test_a_text_in_place_of_a_file_is_not_sent(given: Any) -> None:
    for writing, replies in (
            (client().edit_ticket(7, custom_fields=given), [ticket(**FILED), FIELDS]),
            (client().create_ticket("General", custom_fields=given), [FIELDS])):
        script = Script(*replies)
        with pytest.raises(UsageError, match="no file that is there"):
            script.run(writing)
        assert not script.left and not any(each.effect != "read" for each in script.requests)
