"""TicketSQL taken apart: words, quotes, levels, and where a query is wrong."""
from __future__ import annotations

import pytest

from rtcompat import InvalidQuery, Unsupported
from rtcompat.ticketsql.parsing import (DEEPEST, Column, Condition, Group, Negation, Node,
                                        conditions_of, enclosed, mixed, parse)

A, B, C = (Condition("id", "", "=", (number,)) for number in "123")


@pytest.mark.parametrize("text, tree", [
    ("id = 1", A),
    ("ID=1", A),
    ("  id\n=\t1  ", A),
    ("((id = 1))", A),
    ("id = 1 AND id = 2", Group("AND", (A, B))),
    ("id = 1 and id = 2 aNd id = 3", Group("AND", (A, B, C))),
    ("id = 1 OR id = 2 AND id = 3", Group("OR", (A, Group("AND", (B, C))))),
    ("(id = 1 OR id = 2) AND id = 3", Group("AND", (Group("OR", (A, B)), C))),
    ("NOT id = 1", Negation(A)),
    ("NOT (id = 1 OR id = 2) AND id = 3", Group("AND", (Negation(Group("OR", (A, B))), C))),
    ("NOT NOT id = 1", A),
    ("NOT ((NOT (id = 1)))", Negation(Negation(A))),
])
def test_levels(text: str, tree: Node) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize("text, condition", [
    ("Subject = 'it\\'s'", Condition("Subject", "", "=", ("it's",))),
    ('subject = "a \\"b\\" \\\\"', Condition("Subject", "", "=", ('a "b" \\',))),
    ("Subject = 'AND (OR'", Condition("Subject", "", "=", ("AND (OR",))),
    ("Subject = ''", Condition("Subject", "", "=", ("",))),
    ("Subject = 'a\nb'", Condition("Subject", "", "=", ("a\nb",))),
    ("'Subject' = 'x'", Condition("Subject", "", "=", ("x",))),
    ("Priority>=-5", Condition("Priority", "", ">=", ("-5",))),
    ("Priority <> 5", Condition("Priority", "", "!=", ("5",))),
    ("Due is not null", Condition("Due", "", "IS NOT", (None,))),
    ("Due IS 'NULL'", Condition("Due", "", "IS", (None,))),
    ("Subject not  like 'x'", Condition("Subject", "", "NOT LIKE", ("x",))),
    ("Subject MATCHES 'x'", Condition("Subject", "", "LIKE", ("x",))),
    ("Subject NOT MATCHES 'x'", Condition("Subject", "", "NOT LIKE", ("x",))),
    ("Subject STARTSWITH 'x'", Condition("Subject", "", "STARTSWITH", ("x",))),
    ("Subject NOT ENDSWITH 'x'", Condition("Subject", "", "NOT ENDSWITH", ("x",))),
    ("id IN (1, 2,'3')", Condition("id", "", "IN", ("1", "2", "3"))),
    ("Status NOT IN ('new')", Condition("Status", "", "NOT IN", ("new",))),
    ("Owner = __CurrentUser__", Condition("Owner", "", "=", ("__CurrentUser__",))),
    ("Requestor.EmailAddress LIKE 'x'", Condition("Requestor", "EmailAddress", "LIKE", ("x",))),
    ("Cc SHALLOW = 'x'", Condition("Cc", "", "=", ("x",), shallow=True)),
    ("CF.{Two Words} = 'x'", Condition("CF", "{Two Words}", "=", ("x",))),
    ("CF.Severity = 'x'", Condition("CF", "Severity", "=", ("x",))),
    ("'CF.{It\\'s}' = 'x'", Condition("CF", "{It's}", "=", ("x",))),
    ("'CF.{{Braced}}' = 'x'", Condition("CF", "{{Braced}}", "=", ("x",))),
    ("CustomField.{Two Words} = 'x'", Condition("CustomField", "{Two Words}", "=", ("x",))),
    ("CF.General.{X} = 'x'", Condition("CF", "General.{X}", "=", ("x",))),
    ("'CF.Second Queue.{X}' = 'x'", Condition("CF", "Second Queue.{X}", "=", ("x",))),
    ("Due < LastUpdated", Condition("Due", "", "<", (Column("LastUpdated"),))),
    ("Due < CF.{Beta Date}", Condition("Due", "", "<", (Column("CF", "{Beta Date}"),))),
    ("Due < 'CF.Beta'", Condition("Due", "", "<", (Column("CF", "{Beta}"),))),
])
def test_conditions(text: str, condition: Condition) -> None:
    assert parse(text) == condition


@pytest.mark.parametrize("text, place, said", [
    ("", None, "empty"),
    ("   ", None, "empty"),
    ("Subjekt = 'x'", 1, "Did you mean 'Subject'?"),
    ("id = 1 AND Ownr = 'x'", 12, "Did you mean 'Owner'?"),
    ("Requestor.Emial = 'x'", 1, "'Emial'"),
    ("Requestor.emailaddress = 'x'", 1, "Did you mean 'EmailAddress'?"),
    ("Status.x = 'x'", 1, "Status has no 'x'"),
    ("Subject", 8, "expected an operator"),
    ("Subject ~ 'x'", 9, "expected an operator"),
    ("Subject LIKES 'x'", 9, "expected an operator"),
    ("Subject =", 10, "expected a value"),
    ("Subject = 'x", 11, "not closed"),
    ("Subject = x", 11, "quotation marks"),
    ("Due < lastupdated", 7, "Did you mean 'LastUpdated'?"),
    ("id = 1 id = 2", 8, "expected AND or OR"),
    ("id = 1 AND", 11, "expected a field"),
    ("id = 1 OR OR id = 2", 11, "RT knows no field 'OR'"),
    ("(id = 1", 8, "1 parentheses are not closed"),
    ("id = 1)", 7, "closes none"),
    ("()", 2, "expected a field"),
    ("id IN 1", 7, "IN (1, 2)"),
    ("id IN ()", 8, "expected a value"),
    ("id IN (1", 9, "comma"),
    ("id = NULL", 6, "IS and IS NOT"),
    ("id IS 5", 7, "IS takes NULL"),
    ("Created != '2024-01-01'", 9, "Created takes no !="),
    ("Creator LIKE 'x'", 9, "Creator takes no LIKE"),
    ("Subject SHALLOW = 'x'", 9, "SHALLOW"),
    ("CF = 'x'", 1, "of what name"),
    ("CF.{} = 'x'", 1, "of what name"),
    ("Subject = 2024-01-05", 15, "expected AND or OR"),
    ("id = 1; DROP", 7, "expected AND or OR"),
    ("(" * (DEEPEST + 1) + "id = 1", DEEPEST + 1, "parentheses inside each other"),
])
def test_what_is_wrong_and_where(text: str, place: int, said: str) -> None:
    with pytest.raises(InvalidQuery) as caught:
        parse(text)
    assert said in str(caught.value)
    if place is not None:
        assert f"character {place} " in str(caught.value), caught.value


@pytest.mark.parametrize("text", ["Lifecycle = 'x'", "TxnCF.{x} = 'y'", "HasAttribute = 'x'",
                                  "OwnerGroup = 'x'", "Created.DayOfWeek = 'Monday'"])
def test_what_records_cannot_tell_is_named(text: str) -> None:
    with pytest.raises(Unsupported) as caught:
        parse(f"id = 1 AND {text}")
    assert "character 12" in str(caught.value) and text.split(".")[0].split(" ")[0] in str(
        caught.value)


def test_the_deepest_is_read() -> None:
    assert parse("(" * DEEPEST + "id = 1" + ")" * DEEPEST) == A


def test_and_and_or_at_one_level_are_seen() -> None:
    assert mixed(parse("id = 1 OR (id = 2 OR (id = 3 AND id = 1 OR id = 2))"))
    assert mixed(parse("NOT (id = 1 AND id = 2 OR id = 3)"))
    assert not mixed(parse("id = 1 OR (id = 2 AND id = 3) OR NOT (id = 1 AND id = 2)"))


def test_conditions_come_from_left_to_right() -> None:
    tree = parse("id = 1 AND (id = 2 OR NOT id = 3)")
    assert list(conditions_of(tree)) == [A, B, C]
    assert [each.place for each in conditions_of(tree)] == [0, 12, 26]


@pytest.mark.parametrize("text", [
    "id = 1", "(id = 1) OR (id = 2)", "Subject = ')' OR Subject = \"it's (\"",
    r"Subject = 'it\'s :)'", "CF.{It's (new} = 1 OR cf.{)}} = 2", "Subject = 'a\n)('"])
def test_what_is_enclosed_stays_inside(text: str) -> None:
    assert enclosed(text) == f"({text})"


@pytest.mark.parametrize("text, place, said", [
    ("id = 1) OR (id = 2", 7, "closes none"), ("id = 1 OR (id = 2", 18, "not closed"),
    ("id = 1)", 7, "closes none"), ("Subject = 'a", 11, "mark is not closed"),
    ("Subject = 'a' OR Subject = \"b'", 28, "mark is not closed"),
    ("Subject = 'it\\') OR (id > 0", 11, "mark is not closed"),
    ("'CF.{a}) OR (b}' = 1) OR (QueueCF.{a) OR (b} = 1", 21, "closes none"),
    ("QueueCF.{a) OR (b} = 1", 11, "closes none"), ("CF.{} = 1) OR (id = 1", 10, "closes none")])
def test_what_does_not_pair_is_not_enclosed(text: str, place: int, said: str) -> None:
    with pytest.raises(InvalidQuery, match=f"character {place} .*{said}"):
        enclosed(text)


@pytest.mark.parametrize("piece, tail", [
    ("id = 1 OR ", "id = 2"), ("(", "id = 1"), ("'", ""), ("NOT ", "id = 1"), ("CF.{a", ""),
    ("Subject = '\\", ""), (" ", "id = 1"), ("id IN (1, ", "2)"), ("CF.a.", "{b} = 1"),
    ("Subject = 'a' AND ", "")])
def test_a_long_text_is_looked_at_once(piece: str, tail: str) -> None:
    """Four thousand pieces: what grew with the square or worse would take minutes."""
    try:
        tree = parse(piece * 4000 + tail)
    except InvalidQuery as error:
        assert "character" in str(error)
        assert len(str(error)) < 500
    else:
        assert sum(1 for _ in conditions_of(tree)) in (1, 4001)
