"""Groups and searches over REST 1.0, by scripted answers."""
from __future__ import annotations

from typing import Any, Callable, List

import pytest

from rtcompat import (NOT_LOADED, Group, InvalidValue, Member, NotFound, PermissionDenied, System,
                      Unsupported, UsageError, where)
from rtcompat.exchange import run
from rtcompat.model import Page
from rtcompat.rest1.operations import Context, Rest1
from rtcompat.tracker import Listing
from tests.unit.rest1_script import Script, answer, ok

STAFF = ok(id_="group/43", Name="staff", Description="The staff", Disabled="0")
NONE = answer("# No group named staff exists.\n\nid: group/staff\n")
#: What lists the disabled ones.
DISABLED = answer("7: other\n43: Staff\n")
NOTHING = answer("No matching results.\n")
CRASH = ("Can't call method \"Id\" on an undefined value at .../Forms/group/ns line 58.\n\n"
         "Stack:\n  [.../Forms/group/ns:58]\n")


class Over:
    """Operations of a user on RT 5.0.3, run against a script; listings in the client's way."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._rt = Rest1(Context(version="5.0.3", user="root", timezone="UTC"))

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def done(*given: Any, **named: Any) -> Any:
            def ask(cursor: Any) -> Any:
                more = {} if cursor is None else {"cursor": cursor}
                return run(getattr(self._rt, operation)(*given, **named, **more),
                           self._script.send)
            result = ask(None)
            return Listing(result, ask) if isinstance(result, Page) else result
        return done


def ids(kind: str, *numbers: int) -> bytes:
    return answer("".join(f"{kind}/{one}\n" for one in numbers))


def forms(*numbers: int) -> bytes:
    return answer("\n--\n\n".join(f"id: group/{one}\nName: g{one}\n" for one in numbers))


def test_a_group_by_number_and_by_name() -> None:
    script = Script(STAFF, STAFF)
    rt = Over(script)
    assert rt.get_group(43) == rt.get_group("staff") == Group(
        43, "staff", "The staff", NOT_LOADED, NOT_LOADED, False, {})
    assert script.asked == ["GET group/43", "GET group/staff"]


def test_a_disabled_group_is_found_by_name() -> None:
    script = Script(NONE, DISABLED, STAFF)
    assert Over(script).get_group("staff").id == 43
    assert script.form(1) == {"query": "Disabled = 1", "format": "s"}
    assert script.asked[-1] == "GET group/43"
    for replies in ((NONE, NOTHING), (NONE, answer("7: staffers\n8: \n")), (CRASH,)):
        with pytest.raises(NotFound):
            Over(Script(*replies)).get_group("staff")


@pytest.mark.parametrize("kind, name", [
    (kind, name) for kind in ("user", "queue", "group") for name in ("a/b", "a, b", "917")])
def test_a_disabled_one_whose_name_is_no_path_is_found_by_it(kind: str, name: str) -> None:
    listed = answer(f"7: b\n42: {name.upper()}: x\n43: {name.upper()}\n")
    script = Script(ids(kind), listed, ok(id_=f"{kind}/43", Name=name, Disabled="1"), ids("user"))
    rt = Over(script)
    found = rt.get_group(name) if kind == "group" else (
        rt.get_user(name) if kind == "user" else rt.get_queue(name))
    assert (found.id, found.disabled) == (43, True)
    assert [script.form(place)["query"] for place in (0, 1)] == [
        f'Name = "{name}"', "Disabled = 1"]
    with pytest.raises(NotFound, match="no user called"):
        Over(Script(ids("user"), NOTHING)).get_user(name)


@pytest.mark.parametrize("members, told", [
    ('A "B", <c> [d] <q@x.org>, Without, address <>,\n'
     "         GROUP [w, (x) y] ( <one@x.org>; GROUP [z] (Two <two@x.org>)),\n"
     "         Alice Ordinary <alice@x.org>\n",
     [("user", None), ("user", "alice@x.org"), ("user", "q@x.org"), ("group", "w, (x) y")]),
    (" <bare@x.org>\n", [("user", "bare@x.org")]), ("\n", [])])
def test_members_as_rt_prints_them(members: str, told: List[Any]) -> None:
    replies = [answer(f"id: group/7\n\nMembers: {members}")] * 2
    script = Script(*replies)
    rt = Over(script)
    found = list(rt.get_group_members(7))
    assert [(one.kind, one.email if one.kind == "user" else one.name) for one in found] == told
    assert list(rt.get_group_members(7, kind="group")) == [
        one for one in found if one.kind == "group"]
    assert script.asked[0] == "GET group/7?fields=Members"
    assert all(one.id is NOT_LOADED for one in found)
    assert Member("user", email="x") != Member("group", email="x")


def test_conditions_are_searched_one_by_one_and_all_hold() -> None:
    script = Script(ids("group", 1, 2, 3), ids("group", 3, 2, 9), forms(2, 3))
    found = Over(script).search_groups([where("name", "=", 'a "b" \\'),
                                        where("description", "NOT LIKE", "x")])
    assert [one.id for one in found] == [2, 3]
    assert [script.form(place)["query"] for place in (0, 1)] == [
        'Name = "a \\"b\\" \\\\"', "Description 'NOT LIKE' \"x\""]
    assert script.form(2)["id"] == "group/2,3"


def test_a_hundred_are_read_at_once() -> None:
    numbers = list(range(1, 151))
    script = Script(ids("group", *numbers[::-1]), forms(*numbers[:100]), forms(*numbers[100:]))
    listing = Over(script).search_groups()
    assert listing.total == 150 and [one.id for one in listing] == numbers
    assert script.form(0)["query"] == "" and script.form(2)["id"].startswith("group/101,102")
    empty = Script(ids("user"))
    assert not list(Over(empty).search_users()) and empty.form(0)["query"] == "id > 0"


@pytest.mark.parametrize("condition, error", [
    (where("name", "IN", ["a"]), Unsupported), (where("name", "IS NULL"), Unsupported),
    (where("name", "=", ""), UsageError), (where("name", "=", "a\nb"), UsageError),
    (where("disabled", "!=", True), Unsupported), (where("cc", "=", "a"), UsageError)])
def test_what_cannot_be_asked_is_not_sent(condition: Any, error: Any) -> None:
    script = Script()
    with pytest.raises(error):
        Over(script).search_queues([condition])
    assert not script.requests


def test_disabled_ones_are_found_by_that_condition_alone() -> None:
    script = Script(ids("queue"))
    assert not list(Over(script).search_queues([where("disabled", "=", True)]))
    assert script.form(0)["query"] == 'Disabled = "1"'
    with pytest.raises(Unsupported, match="disabled"):
        Over(Script()).search_queues([where("disabled", "=", True), where("id", ">", 1)])


def test_before_422_nothing_is_searched() -> None:
    script = Script(answer("", version="4.0.13"))
    rt = Over(script)
    rt.get_system()
    with pytest.raises(Unsupported, match="4.2.2"):
        rt.search_groups()
    assert len(script.requests) == 1


@pytest.mark.parametrize("there, error", [(STAFF, InvalidValue), (CRASH, PermissionDenied)])
def test_a_refused_name_is_there_already_or_not_ours_to_give(there: Any, error: Any) -> None:
    refused = answer("# Could not create group.\n", code="400 Bad Request")
    with pytest.raises(error):
        Over(Script(refused, there)).create_group("staff")
    other = ok(id_="group/7", Name="other", Description="", Disabled="0")
    said = answer("# Name: Zugriff verweigert\n\nid: \nName: staff\n", code="409 Syntax Error")
    with pytest.raises(error) as caught:
        Over(Script(other, said, other, there)).edit_group(7, name="staff")
    assert caught.value.receipt is not None and caught.value.receipt.refused == ("name",)


@pytest.mark.parametrize("replies, error", [
    ((ids("queue", 9),), InvalidValue),
    ((ids("queue"), ids("user", 1), ok(id_="queue/1", Name="General")), InvalidValue),
    ((ids("queue"), ids("user", 1), answer("# No queue named General exists.\n")),
     PermissionDenied),
    ((ids("queue"), answer("Permission denied\n", code="403 Forbidden")), PermissionDenied)])
def test_a_queue_is_refused_for_its_name_or_a_right(replies: Any, error: Any) -> None:
    refused = answer("# Could not create queue.\n", code="400 Bad Request")
    script = Script(refused, *replies)
    with pytest.raises(error, match="did not create the queue 'General'"):
        Over(script).create_queue("General")
    queue = ok(id_="queue/7", Name="other", Description="", Disabled="0")
    said = answer("# Name: Geht nicht\n\nid: \nName: General\n", code="409 Syntax Error")
    with pytest.raises(error):
        Over(Script(queue, said, queue, *replies)).edit_queue(7, name="General")


def test_what_crashed_is_no_word_of_rt() -> None:
    for ask in (Over(Script(CRASH)).get_group, Over(Script(CRASH)).get_queue):
        with pytest.raises(NotFound) as caught:
            ask("ns")
        assert caught.value.messages == ()


def test_an_edit_by_name_goes_by_number() -> None:
    script = Script(STAFF, answer("# Group 43 updated.\n"))
    done = Over(script).edit_group("staff", description="x", read_back=False)
    assert done.unverified == ("description",) and done.id == 43
    assert script.asked == ["GET group/staff", "POST group/43/edit"]
    with pytest.raises(UsageError):
        Over(Script()).edit_group(43)


def test_a_user_by_address() -> None:
    alice = ok(id_="user/27", Name="alice", EmailAddress="alice@example.org")
    script = Script(answer("# User alice@example.org does not exist.\n"), alice, ids("user", 1))
    assert Over(script).get_user("alice@example.org").id == 27
    assert script.asked[:2] == ["GET user/alice%40example.org/show?format=l",
                                "GET user/alice%40example.org?format=l"]


def test_the_version_is_all_that_the_system_tells() -> None:
    assert Over(Script(answer("", version="4.4.6"))).get_system() == System("4.4.6", NOT_LOADED)
