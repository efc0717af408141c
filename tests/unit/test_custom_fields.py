"""Custom fields: what servers that are not there would do, damaged answers, files by name."""
from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any, Dict, List

import pytest

from rtcompat.errors import (InvalidValue, NotFound, PermissionDenied, ProtocolError, Refused,
                             Unsupported, UsageError)
from rtcompat.exchange import FileSink
from rtcompat.fields import TICKET
from rtcompat.limits import carried_by, checked
from rtcompat.model import NOT_LOADED, CustomField, CustomFieldFile, NewAttachment
from rtcompat.rest2 import read
from rtcompat.rest2.context import FieldKind
from rtcompat.rest2.downloads import RawSink
from rtcompat.rest2.filevalues import NewFile, StoredFile, settled, stored
from tests.unit import rest1_script
from tests.unit.rest2_script import Script, answer, page, rest2

REST2_FIELD = {"id": 2, "Name": "Severity", "Type": "Select", "MaxValues": "1",
               "LookupType": "RT::Queue-RT::Ticket", "Disabled": "0", "SortOrder": "0"}


def field(**more: Any) -> Dict[str, Any]:
    return {**REST2_FIELD, **more}


# -- records --------------------------------------------------------------------------------------

def test_a_field_without_its_columns_is_read() -> None:
    """NULL is a missing key, and a field to choose from without values has no list of them."""
    found = Script({"GET customfield/2": [answer(field())]}).run(rest2().get_custom_field(2))
    assert found == CustomField(2, "Severity", "Select", True, description="", max_values=1,
                                lookup_type="RT::Queue-RT::Ticket", pattern="", entry_hint="",
                                sort_order=0, unique_values=False, disabled=False, values=())
    text = Script({"GET customfield/2": [answer(field(Type="Text", MaxValues="0"))]})
    one = text.run(rest2().get_custom_field(2))
    assert one.values is NOT_LOADED and one.single is False


@pytest.mark.parametrize("items, number", [
    ([{"id": "1", "Name": "colour"}, {"id": "2", "Name": "Colour"}], 2),
    ([{"id": "1", "Name": "Colour", "Disabled": "1"}, {"id": "2", "Name": "Colour"}], 2),
    ([{"id": "1", "Name": "Colour", "Disabled": "1"}], 1),
    ([{"id": "1", "Name": "colour"}], 1)])
def test_which_of_several_of_a_name_is_meant(items: List[Any], number: int) -> None:
    script = Script({"POST customfields": [page(items)],
                     f"GET customfield/{number}": [answer(field(id=number))]})
    assert script.run(rest2().get_custom_field("Colour")).id == number
    assert script.asked[0].json == [{"field": "Name", "operator": "=", "value": "Colour"}]


@pytest.mark.parametrize("items", [
    [{"id": "1", "Name": "Colour"}, {"id": "2", "Name": "Colour"}],
    [{"id": "1", "Name": "Colour", "Disabled": "1"}, {"id": "2", "Name": "Colour",
                                                      "Disabled": "1"}],
    [{"id": "1", "Name": "colour"}, {"id": "2", "Name": "COLOUR"}]])
def test_what_is_not_clear_names_the_numbers(items: List[Any]) -> None:
    script = Script({"POST customfields": [page(items)]})
    with pytest.raises(UsageError, match="1, 2"):
        script.run(rest2().disable_custom_field("Colour"))
    assert len(script.asked) == 1


@pytest.mark.parametrize("who", ["", " ", 0, -1, True, None])
def test_what_names_no_field_is_not_asked_for(who: Any) -> None:
    script = Script({})
    with pytest.raises(UsageError):
        script.run(rest2().get_custom_field(who))
    with pytest.raises(UsageError):
        script.run(rest2().get_custom_role(who))
    assert script.asked == []


# -- which apply ----------------------------------------------------------------------------------

def test_fields_of_a_queue_are_not_asked_for_where_there_is_none() -> None:
    """RT would list the fields of every queue."""
    script = Script({"GET queue/99": [answer({"message": "Forbidden"}, 403)]})
    with pytest.raises(PermissionDenied):
        script.run(rest2().get_applied_custom_fields("queue", 99))
    assert script.lines == ["GET queue/99"]


@pytest.mark.parametrize("kind, lookup_type", [
    ("ticket", None), ("queue", "RT::Catalog"), ("class", "RT::Queue-RT::Ticket"),
    ("queue", "RT::Queue-RT::Nonsense"), ("queue", "RT::User")])
def test_what_no_field_of_a_kind_applies_to(kind: str, lookup_type: Any) -> None:
    script = Script({})
    with pytest.raises(UsageError):
        script.run(rest2().get_applied_custom_fields(kind, 1, lookup_type=lookup_type))
    assert script.asked == []


def test_rest1_tells_a_name_from_its_description() -> None:
    script = rest1_script.Script(
        rest1_script.ok(id_="queue/1", Name="General"),
        rest1_script.answer("id: queue/1\nOdd (a) (in (brackets)): SingleValueSelect\n"
                            "Plain (): MultiValueFreeform\n"),
        rest1_script.answer("id: queue/1\nOdd (a): \nPlain: \n"))
    found = script.run(rest1_script.client().get_applied_custom_fields("queue", 1))
    assert [(one.name, one.description, one.type, one.single) for one in found] == [
        ("Odd (a)", "in (brackets)", "Select", True), ("Plain", "", "Freeform", False)]


# -- values to choose from ------------------------------------------------------------------------

def test_a_value_that_is_still_there_was_not_removed() -> None:
    value = answer({"id": 5, "Name": "Low", "CustomField": {"type": "customfield", "id": "2"}})
    script = Script({"GET customfield/2/value/5": [value],
                     "DELETE customfield/2/value/5": [answer(content=b"", status=204)]})
    with pytest.raises(Refused) as refused:
        script.run(rest2().remove_custom_field_value(2, 5))
    assert refused.value.receipt is not None and refused.value.receipt.refused == ("value",)


def test_values_by_the_hundred_keep_their_order() -> None:
    def items(first: int, last: int) -> List[Any]:
        return [{"id": one, "name": f"v{one}"} for one in range(first, last, -1)]
    script = Script({"GET customfield/2/values": [page(items(250, 150), 130),
                                                  page(items(151, 120), 130, 2)]})
    found = script.run(rest2().get_custom_field_values(2))
    assert [one.id for one in found] == list(range(250, 120, -1))  # one stands on both pages
    assert len(script.asked) == 2


# -- contents -------------------------------------------------------------------------------------

def test_a_web_page_is_no_content(tmp_path: Path) -> None:
    login = answer(content=b"<html>Log in</html>", content_type="text/html")
    script = Script({"GET download/cf/5": [login]})
    with pytest.raises(ProtocolError):
        script.run(rest2().read_custom_field_content(5))
    with pytest.raises(ProtocolError):
        script.run(rest2().save_custom_field_content(5, tmp_path / "file"))
    assert list(tmp_path.iterdir()) == []
    stored_page = answer(content=b"<html>", content_type="text/html", etag='"2024"')
    assert Script({"GET download/cf/5": [stored_page]}).run(
        rest2().read_custom_field_content(5)) == b"<html>"


def test_a_download_that_breaks_off_leaves_the_file_that_was_there(tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_bytes(b"old")
    sink = RawSink(FileSink(target))
    assert sink.start(200, {"content-type": "image/png"})
    sink.feed(b"new")
    sink.abandon()
    assert target.read_bytes() == b"old" and list(tmp_path.iterdir()) == [target]
    assert sink.start(200, {"content-type": "image/png"})
    sink.feed(b"newer")
    sink.finish()
    assert target.read_bytes() == b"newer" and sink.target.size == 5
    assert not sink.start(400, {"content-type": "application/json"})


@pytest.mark.parametrize("operation", ["create_custom_field", "get_custom_field_values",
                                       "read_custom_field_content", "get_applied_custom_fields"])
def test_before_rt_5_these_are_refused(operation: str) -> None:
    assert operation in rest2("4.4.6").UNSUPPORTED and operation not in rest2("5.0.0").UNSUPPORTED


# -- files as values ------------------------------------------------------------------------------

PHOTO, SCANS = FieldKind(15, "Image", True), FieldKind(16, "Binary", False)
KINDS = {"Photo": PHOTO, "Scans": SCANS, "Text": FieldKind(3, "Freeform", True)}
HELD = {"Photo": (CustomFieldFile(7, "p.png"),),
        "Scans": (CustomFieldFile(8, "a"), CustomFieldFile(9, "b"))}
FILE = NewAttachment("p.png", b"\0\xff", "image/png")


def test_a_new_content_is_known_by_its_number() -> None:
    wanted = settled({"Photo": (FILE,)}, KINDS, HELD)["Photo"]
    before = stored(("p.png",), HELD["Photo"])
    after = stored(("p.png",), (CustomFieldFile(10, "p.png"),))
    assert wanted != before and before != wanted
    assert wanted == after and after == wanted and before != after
    assert before == ("p.png",) and ("p.png",) == after
    assert wanted != ("p.png",) and ("p.png",) != wanted  # so that it is sent
    assert stored(("other",), HELD["Photo"]) == ("other",)
    assert wanted[0].in_json() == {"FileName": "p.png", "FileType": "image/png",
                                   "FileContent": "AP8="}
    assert len({StoredFile("a", 1), StoredFile("a", 2), StoredFile("a", 1)}) == 2


@pytest.mark.parametrize("one", [StoredFile("a", 3), NewFile(FILE, (1, 2))])
def test_names_of_files_are_copied_with_what_they_know(one: Any) -> None:
    for again in (pickle.loads(pickle.dumps(one)), copy.deepcopy(one)):
        assert str(again) == str(one) and type(again) is type(one)
        assert getattr(again, "number", 0) == getattr(one, "number", 0)
        assert getattr(again, "before", 0) == getattr(one, "before", 0)


@pytest.mark.parametrize("given, error", [
    ({"Scans": (NewAttachment("a", b"x"),)}, InvalidValue),
    ({"Text": (FILE,)}, InvalidValue),
    ({"Scans": (FILE, FILE)}, UsageError),
    ({"Scans": ("c",)}, UsageError),
    ({"Photo": ("q.png",)}, UsageError)])
def test_what_rt_would_lose_is_told_before(given: Dict[str, Any], error: Any) -> None:
    with pytest.raises(error):
        settled(given, KINDS, HELD)


def test_what_stays_is_named() -> None:
    given = {"Scans": ("b", FILE), "Text": ("x",), "Unknown": ("y",), "Photo": ()}
    assert {name: tuple(map(str, several))
            for name, several in settled(given, KINDS, HELD).items()} == {
        "Scans": ("b", "p.png"), "Text": ("x",), "Unknown": ("y",), "Photo": ()}


def test_files_are_found_in_what_rt_shows() -> None:
    shown = [{"id": "16", "name": "Scans", "values": [
        {"filename": "a", "content_type": None, "_url": "http://x/rt/REST/2.0/download/cf/8"},
        {"filename": "b", "content_type": "text/x", "_url": "https://y/REST/2.0/download/cf/9"},
        {"filename": "c", "_url": "http://x/other"}, "text"]},
        {"id": "3", "name": "Text", "values": ["a"]}, {"id": "4", "name": "None"}]
    assert read.custom_files(shown) == {
        "Scans": (CustomFieldFile(8, "a", ""), CustomFieldFile(9, "b", "text/x"))}
    assert read.custom_files("") == read.custom_files({"2": ["one"]}) == {}


@pytest.mark.parametrize("value", [
    NewAttachment("e", b""), NewAttachment("a/b", b"x"), [NewAttachment("e", b"")], [b"bytes"], 5])
def test_files_that_cannot_be_values(value: Any) -> None:
    with pytest.raises(UsageError):
        checked(TICKET, {"custom_fields": {"Photo": value}})


def test_files_as_values_go_over_rest2() -> None:
    for given in (FILE, [FILE], ("text", FILE)):
        assert carried_by("edit_ticket", {"custom_fields": {"Photo": given}}) == {"rest2"}
    assert carried_by("edit_ticket", {"custom_fields": {"Photo": "p.png"}}) == {"rest1", "rest2"}


# -- messages' own fields -------------------------------------------------------------------------

OWN = [{"id": "17", "name": "Channel", "Type": "Freeform", "MaxValues": "1", "values": []}]


def spoken(**rules: Any) -> Script:
    return Script({
        "POST ticket/7/history": [page([{"id": "1", "CustomFields": OWN}])],
        "POST ticket/7/comment": [answer(["Comments added"], 201,
                                         location="/REST/2.0/transaction/9")],
        "POST transactions": [page([{"id": "9", "CustomFields": [
            {**OWN[0], "values": ["phone"]}]}])], **rules})


def test_fields_of_a_message_go_by_number() -> None:
    script = spoken()
    done = script.run(rest2().comment(7, "x", transaction_custom_fields={"channel": "phone"}))
    assert done.changed == ("transaction_custom_fields[Channel]",) and done.transaction_id == 9
    assert script.sent("POST ticket/7/comment")[0]["TxnCustomFields"] == {"17": "phone"}


def test_what_rt_does_not_tell_of_a_message_is_unverified() -> None:
    script = spoken(**{"POST ticket/7/comment": [answer(["Comments added"], 201)]})
    done = script.run(rest2().comment(7, "x", transaction_custom_fields={"Channel": "phone"}))
    assert done.unverified == ("transaction_custom_fields[Channel]",)
    hidden = spoken(**{"POST transactions": [page([])]})
    done = hidden.run(rest2().comment(7, "x", transaction_custom_fields={"Channel": "phone"}))
    assert done.unverified == ("transaction_custom_fields[Channel]",)


def test_a_third_value_is_told() -> None:
    script = spoken()
    done = script.run(rest2().comment(7, "x", transaction_custom_fields={"Channel": "mail"}))
    assert done.altered == {"transaction_custom_fields[Channel]": ("phone",)}


def test_a_message_without_a_value_of_a_list_raises() -> None:
    many = [{**OWN[0], "MaxValues": "0"}]
    script = spoken(**{"POST ticket/7/history": [page([{"id": "1", "CustomFields": many}])]})
    with pytest.raises(InvalidValue, match="Channel") as caught:
        script.run(rest2().comment(7, "x",
                                   transaction_custom_fields={"Channel": ["phone", "nosuch"]}))
    assert caught.value.receipt is not None and caught.value.receipt.transaction_id == 9


@pytest.mark.parametrize("given", [{"Channel": 5}, ["Channel"], {"a\nb": "x"}])
def test_fields_of_a_message_are_checked_before(given: Any) -> None:
    script = Script({})
    with pytest.raises(UsageError):
        script.run(rest2().comment(7, "x", transaction_custom_fields=given))
    assert script.asked == []


def test_a_ticket_without_such_fields_says_so() -> None:
    script = spoken(**{"POST ticket/7/history": [page([{"id": "1", "CustomFields": ""}])]})
    with pytest.raises(InvalidValue):
        script.run(rest2().comment(7, "x", transaction_custom_fields={"Channel": "x"}))
    missing = Script({"POST ticket/7/history": [page([])],
                      "HEAD ticket/7": [answer(content=b"", status=404)]})
    with pytest.raises(NotFound):
        missing.run(rest2().comment(7, "x", transaction_custom_fields={"Channel": "x"}))


def test_no_file_is_a_value_of_a_message() -> None:
    script = spoken()
    with pytest.raises(Unsupported):
        script.run(rest2().comment(7, "x", transaction_custom_fields={"Channel": FILE}))
    assert script.lines == ["POST ticket/7/history"]
