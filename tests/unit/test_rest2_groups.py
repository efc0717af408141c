"""Records besides tickets over REST2: groups, lists of numbers, searches, by scripted answers."""
from __future__ import annotations

import json
from typing import Any, Dict, List, Mapping, Sequence

import pytest

from rtcompat import (NOT_LOADED, Group, InvalidQuery, InvalidValue, Member, NotFound,
                      OutcomeUnknown, PermissionDenied, System, UsageError, where)
from rtcompat.exchange import Request, Response
from rtcompat.rest2.operations import Rest2
from tests.unit.rest2_script import Script, answer, rest2

FORBIDDEN = answer({"message": "Forbidden"}, 403)


def listed(items: Sequence[Mapping[str, Any]], page: int = 1, total: Any = None,
           per_page: int = 100) -> Response:
    """A page of a collection."""
    return answer({"items": items, "page": page, "total": len(items) if total is None else total,
                   "per_page": per_page, "count": len(items)})


def numbers(*ids: int, **more: Any) -> Response:
    return listed([{"id": one, "type": "user"} for one in ids], **more)


def raw(number: int = 7, *members: Mapping[str, str], **columns: Any) -> Response:
    """``GET /group/N``."""
    return answer({"id": number, "Name": "staff", "Description": "", "Domain": "UserDefined",
                   "Instance": "0", "Disabled": "0", "CustomFields": [],
                   "Members": list(members), **columns})


@pytest.fixture(name="rt")
def _rt() -> Rest2:
    return rest2()


# -- by name --------------------------------------------------------------------------------------

def test_a_group_is_looked_up_by_name_among_disabled_ones_too(rt: Rest2) -> None:
    script = Script({"POST groups": [listed([{"id": 7}])], "GET group/7": [raw()]})
    assert script.run(rt.get_group("a/b")) == Group(7, "staff", "", "UserDefined", 0, False, {})
    asked = script.asked[0]
    assert asked.json == [{"field": "Name", "operator": "=", "value": "a/b"},
                          {"field": "Domain", "operator": "=", "value": "UserDefined"}]
    assert ("find_disabled_rows", "1") in asked.query


@pytest.mark.parametrize("items, error", [((), NotFound), ((7, 8), UsageError)])
def test_a_name_that_none_or_several_have(rt: Rest2, items: Any, error: Any) -> None:
    script = Script({"POST groups": [numbers(*items)]})
    with pytest.raises(error):
        script.run(rt.edit_group("x", description="y"))
    assert len(script.asked) == 1


@pytest.mark.parametrize("who", ["", 0, -1, True, None, 1.5])
def test_what_names_no_group_is_not_sent(rt: Rest2, who: Any) -> None:
    script = Script({})
    with pytest.raises(UsageError):
        script.run(rt.get_group(who))
    assert not script.asked


# -- searches -------------------------------------------------------------------------------------

def test_conditions_all_hold_and_null_is_rts_word(rt: Rest2) -> None:
    script = Script({"POST queues": [listed([])]})
    script.run(rt.search_queues([where("name", "LIKE", "a"), where("name", "IN", ["x", "y"]),
                                 where("subject_tag", "IS NOT NULL")]))
    assert script.asked[0].json == [
        {"field": "Name", "operator": "LIKE", "value": "a", "entry_aggregator": "AND"},
        {"field": "Name", "operator": "IN", "value": ["x", "y"], "entry_aggregator": "AND"},
        {"field": "SubjectTag", "operator": "IS NOT", "value": "NULL",
         "entry_aggregator": "AND"}]
    assert ("find_disabled_rows", "1") not in script.asked[0].query


def test_a_condition_on_disabled_queues_finds_them(rt: Rest2) -> None:
    script = Script({"POST queues": [listed([])]})
    script.run(rt.search_queues(iter([where("disabled", "=", True)])))
    assert ("find_disabled_rows", "1") in script.asked[0].query
    assert script.asked[0].json[0]["value"] == "1"


def test_without_a_condition_there_is_one_that_always_holds(rt: Rest2) -> None:
    script = Script({"POST queues": [listed([])], "POST groups": [listed([])]})
    script.run(rt.search_queues())
    script.run(rt.search_groups())
    assert script.asked[0].json == [{"field": "id", "operator": ">", "value": "0"}]
    assert [one["field"] for one in script.asked[1].json] == ["Domain"]


def test_which_groups_are_disabled_is_asked_once_a_page(rt: Rest2) -> None:
    items = [{"id": one, "Name": f"g{one}", "Disabled": ""} for one in (1, 2, 3)]
    script = Script({"POST groups": [listed(items), numbers(1, 3)]})
    page = script.run(rt.search_groups(include_disabled=True))
    assert [one.disabled for one in page.items] == [False, True, False]
    assert page.items[0].instance is NOT_LOADED
    assert script.asked[1].json[0] == {"field": "id", "operator": "IN", "value": ["1", "2", "3"]}
    assert ("find_disabled_rows", "1") not in script.asked[1].query


def test_what_is_hidden_of_others_is_not_loaded(rt: Rest2) -> None:
    item = {"id": 33, "Name": "gerda", "HomePhone": "", "Lang": "de"}
    script = Script({"GET user/1": [FORBIDDEN], "POST users": [listed([item])]})
    for _ in range(2):
        one = script.run(rt.search_users([where("name", "=", "gerda")])).items[0]
    assert (one.lang, one.home_phone, one.privileged) == ("de", NOT_LOADED, NOT_LOADED)
    assert script.lines.count("GET user/1") == 1
    assert "HomePhone" not in dict(script.asked[1].query)["fields"]


def test_rts_own_two_are_left_out_and_not_counted(rt: Rest2) -> None:
    items = [{"id": number, "Name": name} for number, name in (
        (1, "RT_System"), (6, "Nobody"), (14, "root"))]
    for order, total, found in ((None, 3, 1), (None, 150, 148), ("-name", 3, 1),
                                ("name", 150, 148)):
        script = Script({"GET user/1": [answer({"id": 1})],
                         "POST users": [listed(items, total=total)]})
        page = script.run(rt.search_users(order=order))
        assert [one.name for one in page.items] == ["root"] and page.total == found
    script = Script({"POST users": [listed(items[2:], total=150)]})
    assert script.run(rt.search_users(order="-name")).total is None


def test_an_order_drops_what_comes_twice_and_refuses_what_lists_nothing(rt: Rest2) -> None:
    def item(number: int) -> Dict[str, Any]:
        return {"id": number, "Name": "x"}
    first = listed([item(n) for n in range(1, 101)], total=150)
    second = listed([item(n) for n in range(90, 141)], page=2, total=150)
    script = Script({"POST queues": [first, second]})
    one = script.run(rt.search_queues(order="-name"))
    two = script.run(rt.search_queues(order="-name", cursor=json.loads(json.dumps(one.cursor))))
    assert [each.id for each in two.items] == list(range(101, 141)) and two.cursor is None
    assert script.asked[0].query[2:6] == (("orderby", "Name"), ("order", "DESC"),
                                          ("orderby", "id"), ("order", "ASC"))
    with pytest.raises(InvalidQuery):
        Script({"POST queues": [listed([], total=5)]}).run(rt.search_queues(order="name"))
    wrong: Any
    for wrong in ("nonsense", "-", "cc", 7):
        with pytest.raises(UsageError):
            Script({}).run(rt.search_queues(order=wrong))


def test_the_second_page_asks_for_the_same_although_the_conditions_were_used_up(
        rt: Rest2) -> None:
    items = [{"id": n, "Name": "x"} for n in range(1, 101)]
    script = Script({"POST queues": [listed(items, total=101),
                                     listed([{"id": 101, "Name": "y"}], page=2, total=101)]})
    one = script.run(rt.search_queues(iter([where("name", "!=", "z")])))
    two = script.run(rt.search_queues(iter(()), cursor=one.cursor))
    assert [each.id for each in two.items] == [101]
    assert script.asked[0].json == script.asked[1].json


# -- members --------------------------------------------------------------------------------------

def test_members_of_members_are_asked_for_once_each(rt: Rest2) -> None:
    user = [{"type": "user", "id": f"u{n}"} for n in range(3)]
    group = [{"type": "group", "id": str(n)} for n in range(10)]
    script = Script({
        "GET group/7": [raw(7, user[0], group[8])],
        "GET group/8": [raw(8, user[1], user[0], group[9], group[7])],
        "GET group/9": [raw(9, user[2], group[8])],
        "POST users": [listed([{"id": n, "Name": f"u{n}", "EmailAddress": ""} for n in (1, 2)])],
        "POST groups": [listed([{"id": 8, "Name": "eight"}])]})
    page = script.run(rt.get_group_members(7, recursive=True))
    assert page.items == (Member("user", 1, "u1", None), Member("user", 2, "u2", None),
                          Member("group", 8, "eight", None),
                          Member("group", 9, NOT_LOADED, None))
    assert len(script.asked) == 5 and page.total == 4
    with pytest.raises(UsageError):
        script.run(rt.get_group_members(7, kind="robot"))


@pytest.mark.parametrize("repeats", [True, False])
def test_a_list_of_numbers_ends_where_it_repeats_itself_or_is_empty(
        rt: Rest2, repeats: bool) -> None:
    first, last = numbers(*range(1, 101), total=150), numbers(*range(101, 150), page=2, total=150)
    end = numbers(*range(101, 150), page=2, total=150) if repeats else numbers(page=3, total=150)
    script = Script({"GET group/7/members": [first, last, end, numbers()],
                     "DELETE group/7/members": [answer(status=204, content=b"")]})
    done = script.run(rt.remove_all_group_members(7))
    assert len(done.changed) == 149 and script.lines == [
        *["GET group/7/members"] * 3, "DELETE group/7/members", "GET group/7/members"]


def test_names_are_logins_first_and_then_addresses(rt: Rest2) -> None:
    script = Script({
        "POST users": [listed([{"id": 5, "Name": "Alice"}, {"id": 6, "Name": "a@example.org"}]),
                       listed([{"id": 9, "EmailAddress": "B@example.org"}])],
        "GET group/7/members": [numbers(5), numbers(5, 6, 9, 12)],
        "PUT group/7/members": [answer(["Member added: a@example.org"])]})
    given: List[Any] = ["alice", "a@example.org", "b@example.org", Group(12, "twelve")]
    done = script.run(rt.add_group_members(7, given))
    assert done.unchanged == ("members[alice]",) and len(done.changed) == 3
    assert script.asked[1].json[0]["value"] == ["b@example.org"]
    assert script.asked[3].json == ["12", "5", "6", "9"]


@pytest.mark.parametrize("given", ["alice", [], [""], [None], [Member("user", email="x@y")], 7])
def test_who_names_nobody_is_not_sent(rt: Rest2, given: Any) -> None:
    script = Script({})
    with pytest.raises(UsageError):
        script.run(rt.add_group_members(7, given))
    assert not script.asked


def test_who_is_not_added_is_refused_with_the_receipt(rt: Rest2) -> None:
    script = Script({"GET group/7/members": [numbers(), numbers(5)],
                     "GET group/7": [raw()],
                     "PUT group/7/members": [answer(["Member added", "No"])]})
    with pytest.raises(InvalidValue) as caught:
        script.run(rt.add_group_members(7, [5, 6]))
    receipt = caught.value.receipt
    assert receipt is not None
    assert (receipt.changed, receipt.refused) == (("members[5]",), ("members[6]",))


def test_a_lost_removal_is_resolved_by_reading(rt: Rest2) -> None:
    def script(*after: int) -> Script:
        return Script({"GET group/7/members": [numbers(5, 6), numbers(*after)],
                       "DELETE group/7/member/5": [answer(status=204, content=b"")],
                       "DELETE group/7/member/6": [OutcomeUnknown("cut off")]})
    assert script().run(rt.remove_group_members(7, [5, 6])).changed == (
        "members[5]", "members[6]")
    with pytest.raises(OutcomeUnknown) as caught:
        script(6).run(rt.remove_group_members(7, [5, 6]))
    assert caught.value.receipt is not None and caught.value.receipt.refused == ("members[6]",)


# -- memberships ----------------------------------------------------------------------------------

def test_a_missing_user_has_no_groups_and_is_missed(rt: Rest2) -> None:
    script = Script({"GET user/nobody/groups": [numbers()],
                     "GET user/nobody": [answer({"message": "Not Found"}, 404)]})
    with pytest.raises(NotFound):
        script.run(rt.get_memberships("nobody"))
    with pytest.raises(NotFound):
        script.run(rt.join_groups("nobody", [7]))


def test_a_group_that_we_may_not_see_has_a_number(rt: Rest2) -> None:
    script = Script({"GET user/5/groups": [numbers(8, 7)],
                     "POST groups": [listed([{"id": 7, "Name": "staff"}])]})
    assert [(one.id, one.name) for one in script.run(rt.get_memberships(5))] == [
        (7, "staff"), (8, NOT_LOADED)]


# -- histories, the system ------------------------------------------------------------------------

def test_an_empty_history_of_a_user_seen_in_part_is_a_refusal(rt: Rest2) -> None:
    summary = answer({"Name": "gerda", "Privileged": 1, "_hyperlinks": []})
    script = Script({"POST user/gerda/history": [listed([])], "GET user/gerda": [summary]})
    with pytest.raises(PermissionDenied):
        script.run(rt.get_user_history("gerda"))


def test_a_history_says_whose_it_is(rt: Rest2) -> None:
    item = {"id": "9", "Type": "Create", "ObjectId": "7", "Creator": {"type": "user", "id": "root"},
            "Created": "2024-05-13T09:15:42Z"}
    script = Script({"POST group/7/history": [listed([item])]})
    one = script.run(rt.get_group_history(7)).items[0]
    assert one.ticket_id is NOT_LOADED and one.description == "Group created by root"


@pytest.mark.parametrize("said, plugins", [
    ({"Version": "5.0.3", "Plugins": ["b", "a"]}, ("a", "b")), ({"Version": "5.0.3"}, None)])
def test_plugins_may_be_hidden(rt: Rest2, said: Any, plugins: Any) -> None:
    assert Script({"GET rt": [answer(said)]}).run(rt.get_system()) == System("5.0.3", plugins)


# -- custom fields of users, groups and queues ----------------------------------------------------

def test_custom_fields_go_by_number_and_kind(rt: Rest2) -> None:
    def group(colour: List[str], hobbies: List[str]) -> Response:
        return raw(7, CustomFields=[{"id": "3", "name": "Colour", "values": colour},
                                    {"id": "4", "name": "Hobbies", "values": hobbies}])
    kinds = listed([{"id": "3", "Name": "Colour", "Type": "Freeform", "MaxValues": "1"},
                    {"id": "4", "Name": "Hobbies", "Type": "Freeform", "MaxValues": "0"}])
    script = Script({"GET group/7": [group(["red"], ["a"]), group([], ["b", "a"])],
                     "POST customfields": [kinds], "PUT group/7": [answer([])]})
    done = script.run(rt.edit_group(7, custom_fields={"colour": None, "Hobbies": ["a", "b"]}))
    assert set(done.changed) == {"custom_fields[Colour]", "custom_fields[Hobbies]"}
    sent: Request = script.asked[2]
    assert sent.json == {"CustomFields": {"3": None, "4": ["a", "b"]}}
    with pytest.raises(InvalidValue):
        script.run(rt.edit_group(7, custom_fields={"Shape": "x"}))
    assert script.lines.count("POST customfields") == 1


# -- what does not exist, or is not allowed -------------------------------------------------------

@pytest.mark.parametrize("read_back", [True, False])
def test_members_of_a_missing_group(rt: Rest2, read_back: bool) -> None:
    """RT lists nobody and deletes with success."""
    for operation in (rt.remove_all_group_members(99, read_back=read_back),
                      rt.remove_group_members(99, [5], read_back=read_back),
                      rt.add_group_members(99, [5], read_back=read_back)):
        script = Script({"GET group/99/members": [numbers()],
                         "GET group/99": [answer({"message": "Not Found"}, 404)]})
        with pytest.raises(NotFound):
            script.run(operation)


def test_members_of_a_group_that_we_do_not_see(rt: Rest2) -> None:
    script = Script({"GET group/9": [FORBIDDEN], "DELETE group/9/member/5": [answer(status=204)]})
    assert script.run(rt.remove_group_members(9, [5], read_back=False)).unverified


def test_a_denied_edit_that_nobody_reads_back(rt: Rest2) -> None:
    script = Script({"PUT user/b%20c": [answer(["User b c: Permission Denied"])]})
    with pytest.raises(PermissionDenied) as caught:
        script.run(rt.edit_user("b c", nick_name="x", read_back=False))
    assert caught.value.receipt is not None and "edit user b c" in str(caught.value)


@pytest.mark.parametrize("operation", [
    "search_queues", "search_users", "search_groups", "search_assets", "search_transactions",
    "search_attachments", "search_custom_fields", "search_articles"])
@pytest.mark.parametrize("conditions", [where("name", "=", "x"), "name", 5, None])
def test_conditions_are_a_list(rt: Rest2, operation: str, conditions: Any) -> None:
    script = Script({"GET user/1": [FORBIDDEN]})
    with pytest.raises(UsageError) as caught:
        script.run(getattr(rt, operation)(conditions))
    assert caught.value.argument == "conditions"
