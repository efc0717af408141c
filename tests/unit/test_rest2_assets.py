"""Assets, articles and searches over REST2: versions that are not there, and damaged answers."""
from __future__ import annotations

from typing import Any, Dict, List

import pytest

from rtcompat import NOT_LOADED, InvalidQuery, ProtocolError, Unsupported, UsageError, Watcher
from rtcompat.conditions import where
from rtcompat.errors import OutcomeUnknown, PermissionDenied
from rtcompat.protocols import route
from tests.unit.rest2_script import Script, answer, page, person, rest2

UNSET = "1970-01-01T00:00:00Z"


def asset(number: int = 5, **fields: Any) -> Dict[str, Any]:
    """An item of ``/assets`` with everything asked for."""
    item = {"type": "asset", "id": str(number), "Name": "thing", "Description": "",
            "Catalog": {"type": "catalog", "id": 1, "Name": "General assets"}, "Status": "new",
            "Owner": {"type": "user", "id": "Nobody"}, "HeldBy": [], "Contact": [],
            "Creator": {"type": "user", "id": "alice"}, "Created": "2024-07-01T10:00:00Z",
            "LastUpdatedBy": {"type": "user", "id": "alice"}, "LastUpdated": UNSET,
            "CustomFields": []}
    return {**item, **fields}


def alone(**fields: Any) -> Dict[str, Any]:
    """The same by its own path: people by login."""
    return {**asset(**fields), "id": 5,
            "Catalog": {"type": "catalog", "id": "1", "Name": "General assets"}}


GERDA = {"type": "user", "id": "gerda", "_url": "http://other.example/REST/2.0/user/gerda"}
STAFF = {"type": "group", "id": "44", "_url": "http://other.example/REST/2.0/group/44"}


def test_an_asset_comes_by_one_request() -> None:
    script = Script({"POST assets": [page([asset(HeldBy=[person("gerda", 33)])])]})
    found = script.run(rest2().get_asset(5))
    assert found.held_by == (Watcher("gerda@example.org"),) and found.held_by[0].id == 33
    assert (found.catalog, found.owner) == ("General assets", "Nobody")
    assert script.sent("POST assets") == [[{"field": "id", "operator": "=", "value": "5"}]]


@pytest.mark.parametrize("listed", [[], [asset(HeldBy="", Contact="")]])
def test_what_the_list_lacks_is_read_by_its_path(listed: List[Any]) -> None:
    script = Script({"POST assets": [page(listed)], "POST users": [page([person("gerda", 33)])],
                     "GET asset/5": [answer(alone(HeldBy=[GERDA, STAFF]))]})
    found = script.run(rest2().get_asset(5))
    assert [(who.kind, who.email, who.id) for who in found.held_by] == [
        ("group", None, 44), ("user", "gerda@example.org", 33)]
    assert script.lines == ["POST assets", "GET asset/5", "POST users"]


def test_who_may_not_list_users_sees_logins() -> None:
    script = Script({"POST assets": [page([])], "GET asset/5": [answer(alone(HeldBy=[GERDA]))],
                     "POST users": [answer({"message": "Forbidden"}, 403)]})
    found = script.run(rest2().get_asset(5))
    assert [(who.email, who.name) for who in found.held_by] == [(None, "gerda")]


def test_a_role_that_a_list_does_not_tell_is_not_empty() -> None:
    script = Script({"POST assets": [page([asset(HeldBy="", Contact=[])])]})
    [found] = script.run(rest2().search_assets()).items
    assert found.held_by is NOT_LOADED and found.contacts == ()


def test_people_are_looked_up_before_anybody_is_replaced() -> None:
    script = Script({"POST users": [page([person("gerda", 33)])],
                     "POST assets": [page([asset()]), page([asset(HeldBy=[person("gerda", 33)])])],
                     "PUT asset/5": [answer(["Member added: gerda"])]})
    receipt = script.run(rest2().edit_asset(5, held_by=["gerda"], status="NEW", owner="nobody"))
    assert receipt.changed == ("held_by",) and set(receipt.unchanged) == {"status", "owner"}
    assert script.sent("PUT asset/5") == [{"HeldBy": ["33"], "Status": "NEW", "Owner": "nobody"}]


def test_a_lost_answer_is_decided_by_reading() -> None:
    lost = OutcomeUnknown("the answer was lost")
    script = Script({"PUT asset/5": [lost],
                     "POST assets": [page([asset()]), page([asset(Name="new name")])]})
    assert script.run(rest2().edit_asset(5, name="new name")).changed == ("name",)
    assert len(script.sent("PUT asset/5")) == 1


def test_a_query_walks_by_id() -> None:
    many = [asset(number) for number in range(1, 101)]
    script = Script({"GET assets": [page(many, total=101), page([asset(101)])]})
    operations = rest2()
    first = script.run(operations.search_assets(query="Status = 'new'"))
    last = script.run(operations.search_assets(query="Status = 'new'", cursor=first.cursor))
    assert [one.id for one in (*first.items, *last.items)] == list(range(1, 102))
    assert last.cursor is None and first.total == 101
    queries = [dict(request.query)["query"] for request in script.asked]
    assert queries == ["Status = 'new'", "(Status = 'new') AND id > 100"]
    script = Script({"GET assets": [answer({"message": "no such field"}, 400)]})
    with pytest.raises(InvalidQuery):
        script.run(rest2().search_assets(query="Nonsense = 1"))


def test_a_catalog_in_a_condition_goes_by_number() -> None:
    script = Script({"GET catalog/Furniture": [answer({"id": 7, "Name": "Furniture",
                                                       "HeldBy": [], "Contact": []})],
                     "POST assets": [page([])]})
    script.run(rest2().search_assets([where("catalog", "IN", ["Furniture", 3])]))
    assert script.sent("POST assets")[0] == [
        {"field": "Catalog", "operator": "IN", "value": ["7", "3"], "entry_aggregator": "AND"}]


def test_nothing_is_stored_for_a_class_that_is_none() -> None:
    script = Script({"GET class/nonsense": [answer({"message": "Forbidden"}, 403)]})
    with pytest.raises(Exception, match="no class 'nonsense'"):
        script.run(rest2().edit_article(4, class_name="nonsense", read_back=False))
    assert script.lines == ["GET class/nonsense"]


# -- searches -------------------------------------------------------------------------------------

SAVED = {"id": 9, "Name": "SavedSearch", "Description": "mine", "Created": UNSET,
         "LastUpdated": UNSET, "Creator": {"type": "user", "id": "alice"},
         "LastUpdatedBy": {"type": "user", "id": "alice"},
         "Content": {"Query": "id > 0", "OrderBy": "Subject|id", "Order": "desc"}}


def test_a_saved_search_is_read_in_every_shape() -> None:
    script = Script({"GET search/9": [
        answer(SAVED), answer({**SAVED, "Name": "mine", "Description": "what it is for"}),
        answer({**SAVED, "Content": None}), answer({**SAVED, "Content": "id > 0"})]})
    operations = rest2()
    found = script.run(operations.get_saved_search(9))
    assert (found.name, found.description, found.type) == ("mine", "", "Ticket")
    assert (found.query, found.order, found.per_page) == ("id > 0", ("-Subject", "id"), None)
    other = script.run(operations.get_saved_search(9))
    assert (other.name, other.description) == ("mine", "what it is for")
    for _ in range(2):
        assert script.run(operations.get_saved_search(9)).query == ""


def test_a_running_search_keeps_its_query() -> None:
    tickets = [{"type": "ticket", "id": str(number)} for number in range(1, 101)]
    script = Script({"GET search/9": [answer(SAVED)],
                     "POST tickets": [page(tickets, total=101), page([{"id": "101"}])]})
    operations = rest2()
    first = script.run(operations.run_saved_search(9, fields=iter(())))
    last = script.run(operations.run_saved_search(9, fields=iter(()), cursor=first.cursor))
    assert [one.id for one in (*first.items, *last.items)] == list(range(1, 102))
    assert script.lines == ["GET search/9", "POST tickets", "POST tickets"]
    assert dict(script.asked[-1].form or ())["query"] == "(id > 0) AND id > 100"


def test_words_go_as_they_are() -> None:
    tickets = [{"type": "ticket", "id": str(number)} for number in range(1, 101)]
    script = Script({"POST tickets": [page(tickets, total=101), page(
        [*tickets[99:], {"id": "101"}], total=101, number=2, per_page=99)]})
    operations = rest2()
    first = script.run(operations.search_simple("a 'quoted \"word", fields=["subject"]))
    last = script.run(operations.search_simple("a 'quoted \"word", fields=["subject"],
                                               cursor=first.cursor))
    assert [one.id for one in (*first.items, *last.items)] == list(range(1, 102))
    forms = [dict(request.form or ()) for request in script.asked]
    assert [(form["query"], form["simple"], form["page"], form["per_page"]) for form in forms] == [
        ("a 'quoted \"word", "1", "1", "100"), ("a 'quoted \"word", "1", "2", "99")]
    for text in ("", "\n ", "a\0b"):
        with pytest.raises(UsageError):
            script.run(operations.search_simple(text))


def test_a_list_that_is_none_is_not_rts() -> None:
    script = Script({"POST assets": [answer({"items": "none"})], "GET searches": [answer([])]})
    with pytest.raises(ProtocolError):
        script.run(rest2().get_asset(5))
    with pytest.raises(ProtocolError):
        script.run(rest2().get_saved_searches())
    denied = Script({"GET searches": [answer({"message": "Forbidden"}, 403)]})
    with pytest.raises(PermissionDenied):
        denied.run(rest2().get_saved_search("mine"))


@pytest.mark.parametrize("version, operation, arguments", [
    ("5.0.1", "search_assets", {"query": "id > 0"}), ("5.0.0", "edit_asset_links", {}),
    ("5.0.0", "get_article", {"article_id": 1}), ("4.4.6", "search_classes", {}),
    ("5.0.1", "get_saved_searches", {}), ("5.0.1", "run_saved_search", {"search": 1})])
def test_older_versions_are_refused_before_sending(version: str, operation: str,
                                                   arguments: Dict[str, Any]) -> None:
    with pytest.raises(Unsupported, match="since 5.0"):
        route(operation, arguments, {"rest2": rest2(version).UNSUPPORTED})
    assert route(operation, arguments, {"rest2": rest2("5.0.2").UNSUPPORTED}) == "rest2"
