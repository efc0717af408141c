"""Searches of transactions and attachments on versions that are not there."""
from __future__ import annotations

from typing import Any, List

import pytest

from rtcompat import Condition, InvalidQuery, NotFound, Unsupported, UsageError, where
from rtcompat.rest2.context import Context
from rtcompat.rest2.operations import Rest2
from tests.unit.rest2_script import Script, page

ROW = {"id": "7", "ObjectId": "3", "Type": "Create", "Created": "2026-01-01T00:00:00Z",
       "Creator": {"type": "user", "id": "root"}, "TimeTaken": "0"}
FIELD = where("CustomField.{Channel}", "=", "phone")


def search(version: str, conditions: List[Condition], script: Script) -> Any:
    return script.run(Rest2(Context(version, "root")).search_transactions(conditions))


def test_before_5_0_2_neither_queries_nor_custom_fields_are_sent() -> None:
    assert "5.0.2" in Rest2(Context("5.0.1")).UNSUPPORTED["search_transactions(query)"]
    assert "search_transactions(query)" not in Rest2(Context("5.0.2")).UNSUPPORTED
    script = Script({})
    with pytest.raises(Unsupported):
        search("5.0.1", [FIELD], script)
    assert script.asked == []


def test_only_tickets_and_all_conditions() -> None:
    script = Script({"POST transactions": [page([ROW])]})
    found = search("4.4.4", [where("type", "!=", "Set"), where("type", "!=", "Comment")], script)
    assert [one.id for one in found.items] == [7] and found.cursor is None
    sent, = script.sent("POST transactions")
    assert {(one["field"], one["entry_aggregator"]) for one in sent} == {
        ("Type", "AND"), ("ObjectType", "AND")}
    assert "Parent" not in dict(script.asked[0].query)["fields"]


@pytest.mark.parametrize("fields, error", [([], NotFound), (["Channel", "Channel"], UsageError)])
def test_a_custom_field_that_is_not_one_is_refused(fields: List[str], error: Any) -> None:
    script = Script({"POST customfields": [page([
        {"id": str(number), "Name": name} for number, name in enumerate(fields, 1)])]})
    with pytest.raises(error):
        search("5.0.3", [FIELD], script)
    assert script.lines == ["POST customfields"]


def test_a_custom_field_that_is_there_is_searched_by() -> None:
    script = Script({"POST customfields": [page([{"id": "1", "Name": "Channel"}])],
                     "POST transactions": [page([ROW])]})
    assert len(search("5.0.3", [FIELD], script).items) == 1
    sent, = script.sent("POST transactions")
    assert sent[0]["field"] == "CustomField.{Channel}"


def test_a_query_that_leaves_its_parentheses_is_not_sent() -> None:
    script = Script({})
    with pytest.raises(InvalidQuery):
        script.run(Rest2(Context("5.0.3")).search_transactions(
            query="ObjectId = 10) OR (ObjectId = 11"))
    assert script.asked == []


def test_no_attachment_is_asked_for_its_parent() -> None:
    script = Script({"POST attachments": [page([])]})
    operation = Rest2(Context("5.0.3")).search_attachments([where("parent_id", "IS NULL")])
    assert script.run(operation).items == ()
    assert script.sent("POST attachments") == [[
        {"field": "Parent", "operator": "=", "value": "0", "entry_aggregator": "AND"}]]
    assert "Parent" not in dict(script.asked[0].query)["fields"].split(",")
