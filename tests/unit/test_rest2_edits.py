"""Edits over REST2: what is sent, and a receipt from what is stored, whatever RT says."""
from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Callable, Dict, List

import pytest

from rtcompat.errors import (InvalidValue, NotFound, OutcomeUnknown, PermissionDenied, TimedOut,
                             Unsupported, UsageError)
from rtcompat.exchange import Request
from rtcompat.model import Link, NewAttachment, Watcher
from rtcompat.rest2 import write
from rtcompat.rest2.context import FieldKind
from tests.unit.rest2_script import Said, Script, answer, page, person, rest2, ticket_item

UTC = timezone.utc
PUT = "PUT ticket/7"
READ = "GET tickets"
OFFERS: Dict[str, Any] = {"id": 7, "_hyperlinks": [{"ref": "lifecycle", "to": "open"},
                                                   {"ref": "lifecycle", "to": "deleted"}]}
LOST = OutcomeUnknown("the connection broke")


def edited(before: Dict[str, Any], after: Dict[str, Any], *said: str, **rules: Any) -> Script:
    """A ticket that holds this before and that after an edit, and what RT says to it."""
    return Script({READ: [page([ticket_item(**before)]), page([ticket_item(**after)])],
                   PUT: [answer(list(said))], "GET ticket/7": [answer(OFFERS)], **rules})


# -- the receipt ----------------------------------------------------------------------------------

def test_the_stored_values_decide_and_not_the_sentences() -> None:
    script = edited({"Subject": "old", "Priority": "1", "Status": "new"},
                    {"Subject": "new", "Priority": "1", "Status": "open"},
                    "Ticket 7: Zugriff verweigert", "Nichts ist geschehen")
    receipt = script.run(rest2().edit_ticket(7, subject="new", priority=1, status="Open"))
    assert set(receipt.changed) == {"subject", "status"}
    assert receipt.unchanged == ("priority",) and receipt.id == 7 and receipt.via == "rest2"
    assert receipt.messages == ("Ticket 7: Zugriff verweigert", "Nichts ist geschehen")
    assert script.lines == [READ, PUT, READ]


def test_a_refused_field_raises_with_the_receipt_and_the_rest_is_done() -> None:
    script = edited({"Priority": "1"}, {"Priority": "4"}, "Ticket 7: geht nicht", "geändert")
    with pytest.raises(InvalidValue) as caught:
        script.run(rest2().edit_ticket(7, status="nonsense", priority=4))
    receipt = caught.value.receipt
    assert receipt is not None
    assert (receipt.refused, receipt.changed) == (("status",), ("priority",))
    assert caught.value.messages == ("Ticket 7: geht nicht", "geändert")


def test_a_third_value_is_altered_and_no_error() -> None:
    script = edited({"Subject": "old"}, {"Subject": "cut"})
    receipt = script.run(rest2().edit_ticket(7, subject="cut by RT"))
    assert dict(receipt.altered) == {"subject": "cut"} and not receipt.changed


def test_what_cannot_be_read_afterwards_is_unverified() -> None:
    script = Script({READ: [page([ticket_item()]), page([])], PUT: [answer(["moved"])],
                     "GET ticket/7": [answer({"message": "Forbidden"}, 403)],
                     "POST ticket/0/comment": [answer({"message": "Permission denied"}, 400)],
                     "POST ticket/0/correspond": [answer({"message": "Permission denied"}, 400)]})
    receipt = script.run(rest2().edit_ticket(7, queue="Secret", subject="x"))
    assert set(receipt.unverified) == {"queue", "subject"}


@pytest.mark.parametrize("offers, sentences, denied", [
    ([{"ref": "lifecycle", "to": "open"}], ["Zugriff verweigert"], False),
    ([], ["Zugriff verweigert"], True),
    ([], ["Ungültiger Status"], False),
    # Who may write everywhere gets another sentence for ticket 0: then the missing offer decides.
    ([{"ref": "comment"}, {"ref": "correspond"}], ["Anders gesagt"], True)])
def test_rights_are_told_by_what_is_offered_in_any_language(offers: List[Any],
                                                            sentences: List[str],
                                                            denied: bool) -> None:
    script = edited({}, {}, *(f"Ticket 7: {one}" for one in sentences), **{
        "GET ticket/7": [answer({"id": 7, "_hyperlinks": offers})],
        "POST ticket/0/comment": [answer({"message": "Zugriff verweigert"}, 400)],
        "POST ticket/0/correspond": [answer({"message": "Nicht aufgezeichnet"}, 400)]})
    with pytest.raises((PermissionDenied, InvalidValue)) as caught:
        script.run(rest2().edit_ticket(7, status="nonsense"))
    assert type(caught.value) is (PermissionDenied if denied else InvalidValue)
    assert all(one.effect == "read" for one in script.asked if one.path.startswith("ticket/0"))


def test_a_forbidden_or_missing_ticket_is_told_before_anything_is_written() -> None:
    for status, error in ((403, PermissionDenied), (404, NotFound)):
        script = Script({READ: [page([])], "GET ticket/7": [answer({"message": "no"}, status)]})
        with pytest.raises(error):
            script.run(rest2().edit_ticket(7, subject="x"))
        assert PUT not in script.lines


@pytest.mark.parametrize("said", ["Permission Denied", "Permission denied", "Zugriff verweigert"])
def test_a_refusal_told_in_the_one_answer_is_raised(said: str) -> None:
    script = Script({PUT: [answer([f"Ticket 7: {said}"])],
                     "POST ticket/0/comment": [answer({"message": "Zugriff verweigert"}, 400)],
                     "POST ticket/0/correspond": [answer({"message": "Anders"}, 400)]})
    with pytest.raises(PermissionDenied) as caught:
        script.run(rest2().edit_ticket(7, subject="x", read_back=False))
    assert caught.value.receipt is not None and caught.value.receipt.unverified == ("subject",)


def test_who_replies_to_what_he_does_not_see_gets_an_unverified_status() -> None:
    script = Script({READ: [page([])], "GET ticket/7": [answer({"message": "no"}, 403)],
                     "POST ticket/7/correspond": [answer(["done"], 201)]})
    assert script.run(rest2().reply(7, "x", status="open")).unverified == ("status",)


def test_read_back_false_is_one_request_and_unverified() -> None:
    script = Script({PUT: [answer(["Ticket 7: Subject changed from 'a' to 'x'"])]})
    receipt = script.run(rest2().edit_ticket(7, subject="x", due=None, read_back=False))
    assert receipt.unverified == ("subject", "due") and script.lines == [PUT]
    assert script.sent(PUT) == [{"Subject": "x", "Due": "1970-01-01 00:00:00"}]


# -- lost answers ---------------------------------------------------------------------------------

def test_a_lost_answer_to_an_edit_that_was_done_is_a_success() -> None:
    script = edited({"Subject": "old"}, {"Subject": "new"}, **{PUT: [LOST]})
    receipt = script.run(rest2().edit_ticket(7, subject="new"))
    assert receipt.changed == ("subject",) and script.lines.count(PUT) == 1


def test_a_lost_edit_of_which_nothing_was_done_is_sent_once_more() -> None:
    old, new = page([ticket_item(Subject="old")]), page([ticket_item(Subject="new")])
    script = Script({READ: [old, old, new], PUT: [LOST, answer(["done"])]})
    assert script.run(rest2().edit_ticket(7, subject="new")).changed == ("subject",)
    assert script.lines.count(PUT) == 2
    never = Script({READ: [old], PUT: [LOST]})
    with pytest.raises(OutcomeUnknown) as caught:
        never.run(rest2().edit_ticket(7, subject="new"))
    assert never.lines.count(PUT) == 2 and caught.value.resolved
    assert caught.value.receipt is not None and caught.value.receipt.refused == ("subject",)


def test_a_lost_edit_done_in_part_is_not_sent_again() -> None:
    script = edited({"Subject": "old", "Priority": "1"}, {"Subject": "new", "Priority": "1"},
                    **{PUT: [LOST]})
    with pytest.raises(OutcomeUnknown) as caught:
        script.run(rest2().edit_ticket(7, subject="new", priority=5))
    assert script.lines.count(PUT) == 1 and caught.value.resolved
    assert caught.value.receipt is not None and caught.value.receipt.changed == ("subject",)


def test_an_empty_500_is_resolved_by_reading_and_never_repeated() -> None:
    crash = answer(status=500, content=b"")
    done = edited({"Subject": "old"}, {"Subject": "new"}, **{PUT: [crash]})
    assert done.run(rest2().edit_ticket(7, subject="new")).changed == ("subject",)
    refused = edited({}, {}, **{PUT: [crash]})
    with pytest.raises(InvalidValue):
        refused.run(rest2().edit_ticket(7, cc=["not@@good"]))
    assert refused.lines.count(PUT) == 1


def test_when_the_reading_fails_too_the_outcome_stays_unknown() -> None:
    script = Script({READ: [page([ticket_item()]), TimedOut("no answer")], PUT: [LOST]})
    with pytest.raises(OutcomeUnknown) as caught:
        script.run(rest2().edit_ticket(7, subject="new"))
    assert not caught.value.resolved and script.lines.count(PUT) == 1


def test_a_request_that_never_left_is_no_unknown_outcome() -> None:
    script = edited({}, {}, **{PUT: [TimedOut("no byte left")]})
    with pytest.raises(TimedOut):
        script.run(rest2().edit_ticket(7, subject="new"))


# -- what is sent ---------------------------------------------------------------------------------

def test_values_are_sent_in_the_forms_that_rt_keeps() -> None:
    script = Script({PUT: [answer([])]})
    script.run(rest2().edit_ticket(
        7, subject="s", owner="Nobody", queue=3, status="open", priority=-1, time_worked=0,
        starts=datetime(2031, 1, 1, 12, tzinfo=UTC), told=None, sla="x", read_back=False))
    assert script.sent(PUT) == [{
        "Subject": "s", "Owner": "Nobody", "Queue": 3, "Status": "open", "Priority": -1,
        "TimeWorked": 0, "Starts": "2031-01-01 12:00:00", "Told": "1970-01-01 00:00:00",
        "SLA": "x"}]


GROUP = person("crew", 44, None, "group")


@pytest.mark.parametrize("given, sent", [
    ({"cc": ["new@example.net", "EVE@example.org"]}, ["44", "9", "new@example.net"]),
    ({"cc": []}, ["44"]),
    ({"cc": [Watcher(None, id=44, kind="group")]}, ["44"]),
    ({"add_cc": ["new@example.net"]}, ["44", "9", "new@example.net"]),
    ({"remove_cc": ["eve@example.org"]}, ["44"]),
    ({"remove_cc": [Watcher(None, id=44, kind="group")]}, ["9"]),
    ({"add_cc": ["eve@example.org"]}, ["44", "9"])])
def test_groups_stay_and_single_people_come_and_go(given: Dict[str, Any],
                                                   sent: List[str]) -> None:
    held = {"Cc": [GROUP, person("eve", 9)]}
    script = edited(held, held, **{"GET ticket/7": [answer(OFFERS)]})
    try:
        script.run(rest2().edit_ticket(7, **given))
    except InvalidValue:
        pass  # the script stores nothing; only what was sent counts here
    assert script.sent(PUT) == [{"Cc": sent}]


def test_an_unknown_login_is_never_sent() -> None:
    script = edited({}, {}, **{"POST users": [page([{"id": "9", "Name": "eve", "type": "user"}])]})
    with pytest.raises(InvalidValue):
        script.run(rest2().edit_ticket(7, cc=["eve", "ghost"]))
    assert PUT not in script.lines


FIELDS = [{"id": "3", "name": "Single", "Type": "Freeform", "MaxValues": "1", "values": ["x"]},
          {"id": "4", "name": "Tags", "Type": "Freeform", "MaxValues": "0", "values": ["a"]},
          {"id": "8", "name": "Window", "Type": "DateTime", "MaxValues": "1", "values": []}]


@pytest.mark.parametrize("name, given, sent", [
    ("Single", "y", {"3": "y"}), ("Single", None, {"3": None}), ("Single", "x", None),
    ("Tags", ["b", "a"], {"4": ["b", "a"]}), ("Tags", [], {"4": []}), ("Tags", "a", None),
    ("Window", "2031-07-15 22:30:00", {"8": "2031-07-15 18:30:00"}), ("Window", None, None)])
def test_each_custom_field_in_its_own_form(name: str, given: Any, sent: Any) -> None:
    held = {"CustomFields": FIELDS}
    script = edited(held, held)
    try:
        script.run(rest2(timezone="America/New_York").edit_ticket(7, custom_fields={name: given}))
    except InvalidValue:
        pass  # the script stores nothing; only what was sent counts here
    assert script.sent(PUT) == [{"CustomFields": sent} if sent else {}]


def test_a_refused_value_of_a_list_raises_with_what_is_stored() -> None:
    """RT says so in the user's language, of an edit, and of a new ticket not at all."""
    now = {"CustomFields": [FIELDS[0], {**FIELDS[1], "values": ["b"]}]}
    script = edited({"CustomFields": FIELDS}, now, "b hinzugefügt", "Ungültiger Wert")
    with pytest.raises(InvalidValue, match="custom_fields.Tags.") as caught:
        script.run(rest2().edit_ticket(7, custom_fields={"Tags": ["b", "nosuch"]}))
    assert caught.value.receipt is not None and not caught.value.receipt.refused
    assert caught.value.receipt.altered == {"custom_fields[Tags]": ("b",)}
    field = {"id": "4", "Name": "Tags", "Type": "Select", "MaxValues": "0"}
    script = Script({**queue_with(field), READ: [page([ticket_item(9, **now)])],
                     "POST ticket": [answer({"id": "9", "type": "ticket"}, 201)]})
    with pytest.raises(InvalidValue, match="'nosuch'"):
        script.run(rest2().create_ticket("General", custom_fields={"Tags": ["b", "nosuch"]}))


def test_several_values_of_a_single_field_and_unknown_fields_are_not_sent() -> None:
    for given, error in (({"Single": ["a", "b"]}, UsageError), ({"Nope": "a"}, InvalidValue)):
        script = edited({"CustomFields": FIELDS}, {})
        with pytest.raises(error):
            script.run(rest2().edit_ticket(7, custom_fields=given))
        assert PUT not in script.lines


def test_custom_fields_are_known_in_any_case_and_receipts_name_them_as_rt_does() -> None:
    now = [{**FIELDS[0], "values": ["y"]}]
    script = edited({"CustomFields": FIELDS}, {"CustomFields": now})
    receipt = script.run(rest2().edit_ticket(7, custom_fields={"sINGLE": "y"}))
    assert receipt.changed == ("custom_fields[Single]",)
    assert script.sent(PUT) == [{"CustomFields": {"3": "y"}}]


def test_an_exact_name_goes_before_one_in_another_case() -> None:
    kinds = {"tag": FieldKind(1, None, True), "Tag": FieldKind(2, None, True)}
    assert write.custom_names({"tag": ("a",), "Tag": ("b",)}, kinds, "the ticket") == {
        "tag": ("a",), "Tag": ("b",)}
    with pytest.raises(UsageError, match="given twice"):
        write.custom_names({"one": ("a",), "ONE": ("b",)}, {"One": FieldKind(1, None, True)},
                           "the ticket")


def test_an_unknown_custom_field_is_told_with_those_that_there_are() -> None:
    script = edited({"CustomFields": FIELDS}, {})
    with pytest.raises(InvalidValue, match="no custom field 'Nope'") as caught:
        script.run(rest2().edit_ticket(7, custom_fields={"Nope": "a"}))
    assert caught.value.advice == "those it shows: 'Single', 'Tags', 'Window'"
    assert script.lines == [READ]


def queue_with(*fields: Any) -> Dict[str, List[Said]]:
    """The rules for a queue with these custom fields."""
    return {"GET queue/General": [answer({"id": 1, "Name": "General"})],
            "POST queue/1/customfields": [page(list(fields))]}


def test_a_new_tickets_custom_fields_are_known_in_any_case() -> None:
    field = {"id": "3", "Name": "Single", "Type": "Freeform", "MaxValues": "1"}
    made = ticket_item(9, Subject="s", CustomFields=[{**FIELDS[0], "values": ["y"]}])
    script = Script({**queue_with(field), READ: [page([made])],
                     "POST ticket": [answer({"id": "9", "type": "ticket"}, 201)]})
    receipt = script.run(rest2().create_ticket("General", subject="s",
                                               custom_fields={"SINGLE": "y"}))
    assert "custom_fields[Single]" in receipt.changed and not receipt.altered
    assert script.sent("POST ticket")[0]["CustomFields"] == {"3": "y"}


@pytest.mark.parametrize("shown, advice", [
    ((), "it shows none at all"), (({"id": "3", "Name": "Single"},), "those it shows: 'Single'")])
def test_no_ticket_is_made_for_a_custom_field_that_its_queue_lacks(shown: Any,
                                                                   advice: str) -> None:
    script = Script(queue_with(*shown))
    for value in ("x", None):
        with pytest.raises(InvalidValue, match="no custom field 'Nope'") as caught:
            script.run(rest2().create_ticket("General", custom_fields={"Nope": value}))
        assert str(caught.value.advice).startswith(advice)
    assert "POST ticket" not in script.lines


def test_where_the_queue_is_hidden_rt_judges_the_custom_fields() -> None:
    script = Script({"GET queue/Hidden": [answer({"message": "Forbidden"}, 403)],
                     "POST ticket": [answer({"id": "9", "type": "ticket"}, 201)]})
    script.run(rest2().create_ticket("Hidden", custom_fields={"One": "x"}, read_back=False))
    assert script.sent("POST ticket")[0]["CustomFields"] == {"One": ["x"]}


def test_a_moment_that_rt_read_in_another_zone_is_corrected_by_what_it_stored() -> None:
    def window(stored: str) -> Any:
        return page([ticket_item(CustomFields=[{**FIELDS[2], "values": [stored]}])])
    script = Script({
        "GET user/alice": [answer({"id": 27, "Name": "alice"})],  # no preference: the server's
        READ: [page([ticket_item(CustomFields=FIELDS)]), window("2031-07-16T02:30:00Z"),
               window("2031-07-15T22:30:00Z")],
        PUT: [answer(["added"]), answer(["changed"])]})
    operations = rest2(timezone=None)
    wanted = {"Window": "2031-07-15 22:30:00"}
    receipt = script.run(operations.edit_ticket(7, custom_fields=wanted))
    assert receipt.changed == ("custom_fields[Window]",)
    assert receipt.messages == ("added", "changed")
    assert script.sent(PUT) == [{"CustomFields": {"8": "2031-07-15 22:30:00"}},
                                {"CustomFields": {"8": "2031-07-15 18:30:00"}}]


@pytest.mark.parametrize("call", [
    lambda rt: rt.edit_ticket(7), lambda rt: rt.edit_ticket(0, subject="x"),
    lambda rt: rt.edit_ticket(7, subject="a\nb"), lambda rt: rt.edit_ticket(7, cc="a@b"),
    lambda rt: rt.edit_ticket(7, cc=["a@b.org"], add_cc=["c@d.org"]),
    lambda rt: rt.edit_links(7), lambda rt: rt.edit_links(7, add={"parents": [1]}),
    lambda rt: rt.edit_links(7, add={"members": [1]}, replace={"members": [2]}),
    lambda rt: rt.comment(7, ""), lambda rt: rt.comment(7, "0"), lambda rt: rt.add_time(7, 0),
    lambda rt: rt.add_time(7, -5), lambda rt: rt.search_tickets("id > 0", fields=["colour"]),
    lambda rt: rt.search_tickets("id > 0", order=""), lambda rt: rt.edit_user("alice"),
    lambda rt: rt.get_user(""), lambda rt: rt.get_history(7, types="Create")])
def test_nothing_is_sent_for_a_call_that_cannot_be_right(call: Callable[[Any], Any]) -> None:
    script = Script({READ: [page([ticket_item()])], "GET ticket/7": [answer(OFFERS)]})
    with pytest.raises(UsageError):
        script.run(call(rest2()))
    assert all(one.effect == "read" for one in script.asked)


@pytest.mark.parametrize("call, version", [
    (lambda rt: rt.comment(7, "x", cc=["a@b.org"]), "5.0.7"),
    (lambda rt: rt.reply(7, "x", bcc=["a@b.org"]), "5.0.7"),
    (lambda rt: rt.edit_user("alice", password="new"), "5.0.7"),
    (lambda rt: rt.comment(7, "x", attachments=[NewAttachment("e.txt", b"")]), "5.0.7"),
    (lambda rt: rt.merge_ticket(7, 8), "5.0.0"), (lambda rt: rt.take_ticket(7), "4.4.6"),
    (lambda rt: rt.edit_links(7, add={"members": [8]}), "5.0.0"),
    (lambda rt: rt.comment(7, "x", status="open"), "5.0.1"),
    (lambda rt: rt.edit_ticket(7, custom_roles={"R": []}), "5.0.2"),
    (lambda rt: rt.create_ticket("General", attachments=[NewAttachment("a", b"x")]), "5.0.0")])
def test_what_a_version_would_ignore_is_refused_before_sending(call: Callable[[Any], Any],
                                                               version: str) -> None:
    script = Script({})
    with pytest.raises(Unsupported) as caught:
        script.run(call(rest2(version)))
    assert caught.value.protocol == "rest2" and script.asked == []


def test_the_table_of_an_old_server_names_what_it_cannot() -> None:
    assert dict(rest2("5.0.7").UNSUPPORTED) == dict(type(rest2()).UNSUPPORTED)
    old = rest2("4.4.6").UNSUPPORTED
    assert "since 5.0.1" in old["merge_ticket"] and "edit_ticket(custom_roles)" in old
    assert "comment(status)" not in rest2("5.0.2").UNSUPPORTED


# -- links, merging, ownership, deletion ----------------------------------------------------------

def linked(*ends: Any) -> Any:
    return answer({"id": 7, "_hyperlinks": [
        {"ref": ref, "type": kind, ("_url" if kind == "external" else "id"): str(end)}
        for ref, kind, end in ends] + OFFERS["_hyperlinks"]})


def test_links_change_one_by_one_and_keep_what_is_no_ticket() -> None:
    asset, old = ("refers-to", "asset", 3), ("refers-to", "ticket", 5)
    script = Script({PUT: [answer([])], "GET ticket/7": [
        linked(asset, old), linked(asset, ("refers-to", "ticket", 6))]})
    wanted: Any = {"refers_to": [Link("asset", 3), 6]}
    receipt = script.run(rest2().edit_links(7, replace=wanted))
    assert receipt.changed == ("refers_to",)
    assert script.sent(PUT) == [{"AddRefersTo": ["6"], "DeleteRefersTo": ["5"]}]


def test_a_link_that_was_not_made_raises_with_what_is_stored() -> None:
    url = ("refers-to", "external", "https://x/")
    script = Script({PUT: [answer(["Konnte nicht"])], "GET ticket/7": [linked(), linked(url)]})
    with pytest.raises(InvalidValue) as caught:
        script.run(rest2().edit_links(7, add={"refers_to": [99, "https://x/"]}))
    assert caught.value.receipt is not None
    assert caught.value.receipt.altered == {"refers_to": (Link("url", url="https://x/"),)}
    assert not caught.value.receipt.refused


def test_merged_is_what_answers_with_the_other_ticket() -> None:
    script = Script({PUT: [answer([])], "GET ticket/7": [answer({"id": 7}), answer({"id": 8})]})
    receipt = script.run(rest2().merge_ticket(7, 8))
    assert receipt.changed == ("merge",) and receipt.id == 8
    assert script.sent(PUT) == [{"MergeInto": 8}]
    # The other one was merged before: both answer with the third.
    script = Script({PUT: [answer([])], "GET ticket/7": [answer({"id": 7}), answer({"id": 9})],
                     "GET ticket/8": [answer({"id": 9})]})
    receipt = script.run(rest2().merge_ticket(7, 8))
    assert receipt.changed == ("merge",) and receipt.id == 9
    script = Script({PUT: [answer(["no"])], "GET ticket/7": [answer({"id": 7})],
                     "GET ticket/8": [answer({"message": "Not Found"}, 404)]})
    with pytest.raises(NotFound):
        script.run(rest2().merge_ticket(7, 8))


def owned(before: str, after: str, last: str = "alice") -> Script:
    def item(owner: str) -> Any:
        return page([ticket_item(Owner={"type": "user", "id": owner},
                                 LastUpdatedBy={"type": "user", "id": last})])
    said: List[Said] = [answer(["Ticket 7: …"])]
    return Script({READ: [item(before), item(after)], "PUT ticket/7/take": said,
                   "PUT ticket/7/steal": said, "PUT ticket/7/untake": said,
                   "GET ticket/7": [answer(OFFERS)]})


def test_ownership_is_read_and_not_believed() -> None:
    assert owned("Nobody", "alice").run(rest2().take_ticket(7)).changed == ("owner",)
    assert owned("alice", "Alice").run(rest2().take_ticket(7)).unchanged == ("owner",)
    assert owned("alice", "Nobody").run(rest2().untake_ticket(7)).changed == ("owner",)
    assert owned("root", "alice").run(rest2().steal_ticket(7)).changed == ("owner",)
    for before, after in (("root", "root"), ("Nobody", "gerda")):
        with pytest.raises(InvalidValue):
            owned(before, after).run(rest2().take_ticket(7))
    # By a cookie our login is not known: the last who changed the ticket is we.
    assert owned("Nobody", "eve", "eve").run(rest2(user=None).take_ticket(7)).changed == ("owner",)


def test_deleting_goes_by_the_status() -> None:
    script = Script({"GET ticket/7": [answer({"id": 7, "Status": status}) for status in
                                      ("open", "deleted")], PUT: [answer(["done"])]})
    assert script.run(rest2().delete_ticket(7)).changed == ("status",)
    assert script.sent(PUT) == [{"Status": "deleted"}] and len(script.asked) == 3


# -- once only ------------------------------------------------------------------------------------

def test_a_lost_creation_or_message_is_never_repeated_and_says_how_to_find_it() -> None:
    script = Script({"POST ticket": [LOST]})
    with pytest.raises(OutcomeUnknown) as caught:
        script.run(rest2().create_ticket("General", subject="it's \\ here"))
    assert script.lines == ["POST ticket"]
    assert (caught.value.query or "").startswith("Subject = 'it\\'s \\\\ here' AND Creator = ")
    script = Script({"POST ticket/7/comment": [OutcomeUnknown("lost")],
                     "GET user/alice": [answer({"id": 27, "Lang": "de"})]})
    with pytest.raises(OutcomeUnknown) as caught:
        script.run(rest2().comment(7, "x"))
    assert script.lines.count("POST ticket/7/comment") == 1
    assert caught.value.query == "id = 7 AND LastUpdatedBy = '__CurrentUser__'"
    assert all(one.effect == "read" for one in script.asked[1:])


def test_a_message_that_rt_could_not_answer_in_japanese_is_found_in_the_history() -> None:
    row = {"id": "81", "ObjectId": "7", "ObjectType": "RT::Ticket", "Type": "Comment",
           "Creator": {"type": "user", "id": "jiro"}, "Created": "2031-07-15T10:00:01Z"}
    part = {"id": "5", "TransactionId": "81", "ContentType": "text/plain", "Filename": ""}
    script = Script({
        "POST ticket/7/comment": [OutcomeUnknown("broke")],
        "GET user/jiro": [answer({"id": 27, "Lang": "ja"})],
        "POST ticket/7/history": [answer({"items": [row], "page": 1, "total": 1},
                                         date="Tue, 15 Jul 2031 10:00:02 GMT")],
        "POST transactions": [page([row])],
        "POST attachments": [page([part]), page([{"id": "5", "Content": "日本"}])],
        "POST tickets/bulk/comment": [answer([["7", "コメント"]], 201)],
        "GET ticket/7": [answer({"id": 7, "_hyperlinks": [{"ref": "comment"}]})]})
    operations = rest2(user="jiro")
    assert script.run(operations.comment(7, "日本")).transaction_id == 81
    assert script.run(operations.comment(7, "また")).messages == ("コメント",)
    assert script.lines.count("POST ticket/7/comment") == 1
    assert script.sent("POST tickets/bulk/comment") == [
        [{"id": 7, "Content": "また", "ContentType": "text/plain"}]]


def test_no_watcher_is_ever_sent_with_a_message() -> None:
    script = Script({"POST ticket/7/correspond": [answer(["ok"], 201, location="/x/81")]})
    receipt = script.run(rest2().reply(7, "text", time_worked=5))
    assert receipt.transaction_id == 81
    assert script.sent("POST ticket/7/correspond") == [
        {"Content": "text", "ContentType": "text/plain", "TimeTaken": 5}]


def test_files_go_as_parts_with_their_own_names() -> None:
    script = Script({"POST ticket/7/comment": [answer(["ok"], 201)]})
    script.run(rest2().comment(7, "ü", attachments=[NewAttachment("Ü, b.txt", b"x", "text/x-y")]))
    asked: Request = script.asked[0]
    assert asked.effect == "write-once" and asked.form is None
    assert [(one.name, one.filename, one.content_type) for one in asked.parts] == [
        ("JSON", None, "application/json"), ("Attachments", "Ü, b.txt", "text/x-y")]
    assert asked.parts[0].content == '{"Content": "ü", "ContentType": "text/plain"}'.encode()


@pytest.mark.parametrize("ticket, error", [
    (answer({"message": "Not Found"}, 404), NotFound),
    (answer({"message": "Forbidden"}, 403), PermissionDenied),
    (answer({"id": 7, "_hyperlinks": [{"ref": "correspond"}]}), PermissionDenied),
    (answer({"id": 7, "_hyperlinks": [{"ref": "comment"}]}), InvalidValue)])
def test_a_refused_comment_asks_the_ticket_why(ticket: Any, error: Any) -> None:
    script = Script({"POST ticket/7/comment": [answer({"message": "Verboten"}, 400)],
                     "GET ticket/7": [ticket]})
    with pytest.raises(error) as caught:
        script.run(rest2().comment(7, "x"))
    said = "Not Found" if error is NotFound else "Verboten"  # a right is not what is missing
    assert caught.value.messages == (said,)


def test_a_status_that_came_with_a_reply_is_decided_by_reading() -> None:
    def script(before: str, after: str) -> Script:
        return Script({READ: [page([ticket_item(Status=one)]) for one in (before, after)],
                       "POST ticket/7/correspond": [answer(["ok", "?"], 201, location="/x/81")],
                       "GET ticket/7": [answer(OFFERS)]})
    assert script("new", "resolved").run(rest2().reply(7, "x", status="resolved")).changed
    assert script("open", "open").run(rest2().reply(7, "x", status="open")).unchanged
    with pytest.raises(InvalidValue) as caught:      # RT opened it by itself and refused the rest
        script("new", "open").run(rest2().reply(7, "x", status="nonsense"))
    assert caught.value.receipt is not None
    assert caught.value.receipt.refused == ("status",)
    assert caught.value.receipt.transaction_id == 81


def test_a_new_ticket_is_read_back_field_by_field() -> None:
    stored = ticket_item(9, Subject="s", Owner={"type": "user", "id": "Nobody"}, Priority="7")
    script = Script({"POST ticket": [answer({"id": "9", "type": "ticket"}, 201)],
                     READ: [page([stored])]})
    with pytest.raises(InvalidValue) as caught:
        script.run(rest2().create_ticket("General", subject="s", owner="ghost", priority=7))
    receipt = caught.value.receipt
    assert receipt is not None and receipt.id == 9 and receipt.refused == ("owner",)
    assert set(receipt.changed) == {"queue", "subject", "priority"}
    assert script.lines == ["POST ticket", READ]


@pytest.mark.parametrize("queue", [1, "general"])
def test_a_queue_by_number_or_in_another_case_is_not_altered(queue: Any) -> None:
    script = Script({"POST ticket": [answer({"id": "9", "type": "ticket"}, 201)],
                     READ: [page([ticket_item(9, Subject="s")])]})
    receipt = script.run(rest2().create_ticket(queue, subject="s"))
    assert set(receipt.changed) == {"queue", "subject"} and not receipt.altered
    script = edited({}, {})
    assert script.run(rest2().edit_ticket(7, queue=queue)).unchanged == ("queue",)


def test_the_number_of_another_queue_is_altered() -> None:
    script = Script({"POST ticket": [answer({"id": "9", "type": "ticket"}, 201)],
                     READ: [page([ticket_item(9, Subject="s")])]})
    receipt = script.run(rest2().create_ticket(2, subject="s"))
    assert dict(receipt.altered) == {"queue": "General"}


@pytest.mark.parametrize("status, error, advice", [
    (404, NotFound, None), (200, PermissionDenied, None),
    (403, PermissionDenied, "or there is no such queue")])
def test_a_refused_creation_tells_a_missing_queue_where_rt_does(status: int, error: Any,
                                                                advice: Any) -> None:
    no = answer({"message": "No permission to create tickets in the queue 'Q/1'"}, 403)
    script = Script({"POST ticket": [no], "GET queue/Q%2F1": [answer({"message": ""}, status)]})
    with pytest.raises(error) as caught:
        script.run(rest2().create_ticket("Q/1", subject="s"))
    assert (type(caught.value), caught.value.advice) == (error, advice)
    assert script.lines == ["POST ticket", "GET queue/Q%2F1"]
    assert error is NotFound or caught.value.messages == (
        "No permission to create tickets in the queue 'Q/1'",)


@pytest.mark.parametrize("call, said", [
    (lambda rt: rt.merge_ticket(7, 8), "RT did not merge ticket 7"),
    (lambda rt: rt.delete_ticket(7), "RT did not delete ticket 7"),
    (lambda rt: rt.steal_ticket(7), "RT did not steal ticket 7"),
    (lambda rt: rt.edit_ticket(7, status="x"), "RT did not change status")])
def test_a_refusal_says_what_was_not_done(call: Callable[[Any], Any], said: str) -> None:
    script = Script({READ: [page([ticket_item()])], PUT: [answer(["no"])],
                     "PUT ticket/7/steal": [answer(["no"])], "GET ticket/7": [answer(OFFERS)],
                     "GET ticket/8": [answer({"id": 8})]})
    with pytest.raises(InvalidValue) as caught:
        script.run(call(rest2()))
    assert caught.value.what == said


# -- people by login ------------------------------------------------------------------------------

def test_a_login_of_digits_goes_as_the_users_number_and_never_as_another_principals() -> None:
    five = {"id": "73", "Name": "5", "EmailAddress": "five@example.org", "type": "user"}
    member = {**five, "id": 73}
    script = Script({"POST users": [page([five])], "POST ticket": [answer({"id": "7"}, 201)],
                     READ: [page([ticket_item(Requestor=[member], AdminCc=[member],
                                              Owner={"type": "user", "id": "5"})])]})
    receipt = script.run(rest2().create_ticket("General", requestors=["5"], owner="5",
                                               admin_cc=[Watcher(None, name="5")]))
    sent, = script.sent("POST ticket")
    assert (sent["Requestor"], sent["AdminCc"], sent["Owner"]) == (["73"], ["73"], "73")
    assert {"requestors", "admin_cc", "owner"} <= set(receipt.changed)


def test_a_login_that_nobody_has_is_refused_before_anything_is_written() -> None:
    script = Script({"POST users": [page([])], READ: [page([ticket_item()])]})
    for operation in (rest2().create_ticket("General", requestors=["ghost"]),
                      rest2().create_ticket("General", owner="14"),
                      rest2().edit_ticket(7, owner="14"),
                      rest2().edit_ticket(7, add_cc=["5"])):
        with pytest.raises(InvalidValue):
            script.run(operation)
    assert not {"POST ticket", PUT} & set(script.lines)


def test_who_may_not_list_users_names_digits_by_address() -> None:
    rules: Dict[str, List[Said]] = {"POST users": [answer({"message": "Forbidden"}, 403)],
                                    "POST ticket": [answer({"id": "7"}, 201)]}
    script = Script(rules)
    with pytest.raises(PermissionDenied):
        script.run(rest2().create_ticket("General", requestors=["alice", "5"], read_back=False))
    assert "POST ticket" not in script.lines
    script.run(rest2().create_ticket("General", requestors=["alice"], read_back=False))
    assert script.sent("POST ticket")[0]["Requestor"] == ["alice"]


# -- dates in custom fields -----------------------------------------------------------------------

def dated(kind: str, *values: str, most: int = 1) -> Dict[str, Any]:
    """A ticket with a custom field of dates."""
    return ticket_item(CustomFields=[{"id": "5", "name": "When", "type": "customfield",
                                      "Type": kind, "MaxValues": str(most),
                                      "values": list(values)}])


@pytest.mark.parametrize("kind, text", [
    ("DateTime", "now"), ("DateTime", "2031-07-01T12:00:00Z"), ("DateTime", "2031-03-09"),
    ("DateTime", "2031-02-30 10:00:00"), ("Date", "now"), ("Date", "2031-02-30"),
    ("Date", "2031-07-01 00:00:00")])
def test_what_rt_would_make_a_date_of_is_not_sent(kind: str, text: str) -> None:
    script = Script({READ: [page([dated(kind)])]})
    with pytest.raises(UsageError) as caught:
        script.run(rest2().edit_ticket(7, custom_fields={"When": text}))
    assert caught.value.argument == "custom_fields" and PUT not in script.lines


@pytest.mark.parametrize("stored, sent", [
    ("2024-03-10 06:30:00", "2024-03-10 01:30:00"), ("2024-03-10 12:30:00", "2024-03-10 08:30:00"),
    ("2024-11-03 09:30:00", "2024-11-03 05:30:00"), ("2024-11-03 11:30:00", "2024-11-03 06:30:00")])
def test_on_the_day_of_a_change_is_sent_what_rt_misreads_rightly(stored: str, sent: str) -> None:
    after = dated("DateTime", stored.replace(" ", "T") + "Z")
    script = Script({READ: [page([dated("DateTime")]), page([after])], PUT: [answer(["done"])]})
    york = rest2(timezone="America/New_York")
    receipt = script.run(york.edit_ticket(7, custom_fields={"When": stored}))
    assert receipt.changed == ("custom_fields[When]",)
    assert script.sent(PUT) == [{"CustomFields": {"5": sent}}]


def test_a_moment_that_no_text_gives_is_unsupported() -> None:
    script = Script({READ: [page([dated("DateTime")])]})
    with pytest.raises(Unsupported):
        script.run(rest2(timezone="America/New_York").edit_ticket(
            7, custom_fields={"When": "2024-11-03 10:30:00"}))
    assert PUT not in script.lines


def test_of_several_datetimes_those_held_go_as_they_are_stored() -> None:
    held, new = "2024-01-10T05:30:00Z", "2024-07-01T00:00:00Z"
    script = Script({READ: [page([dated("DateTime", held, most=0)]),
                            page([dated("DateTime", held, new, most=0)])], PUT: [answer([])]})
    script.run(rest2(timezone="America/New_York").edit_ticket(
        7, custom_fields={"When": ["2024-01-10 05:30:00", "2024-07-01 00:00:00"]}))
    assert script.sent(PUT) == [{"CustomFields": {"5": ["2024-01-10 05:30:00",
                                                        "2024-06-30 20:00:00"]}}]


# -- rights to own, and what a new ticket has by itself -------------------------------------------

@pytest.mark.parametrize("operation, owner, error", [
    ("take", "Nobody", PermissionDenied), ("steal", "bob", PermissionDenied),
    ("take", "bob", InvalidValue), ("steal", "Nobody", InvalidValue)])
def test_who_may_not_own_a_free_ticket_is_denied(operation: str, owner: str, error: type) -> None:
    held = ticket_item(Owner={"type": "user", "id": owner})
    script = Script({READ: [page([held])], f"PUT ticket/7/{operation}": [answer(["Nein"])],
                     "GET ticket/7": [answer(OFFERS)]})
    with pytest.raises((PermissionDenied, InvalidValue)) as caught:
        script.run(getattr(rest2(), f"{operation}_ticket")(7))
    assert type(caught.value) is error


def test_what_a_new_ticket_has_by_itself_is_unchanged() -> None:
    script = Script({"POST ticket": [answer({"id": "7"}, 201)],
                     READ: [page([ticket_item(Subject="")])]})
    receipt = script.run(rest2().create_ticket("General", subject="", requestors=[],
                                               owner="Nobody", time_worked=0))
    assert set(receipt.unchanged) == {"subject", "requestors", "owner", "time_worked"}
