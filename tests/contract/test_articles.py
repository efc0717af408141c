"""Articles and classes: over REST2."""
from __future__ import annotations

import pytest

from rtcompat import InvalidValue, NotFound, PermissionDenied, UsageError
from rtcompat.conditions import where
from rtcompat.tracker import Tracker

pytestmark = pytest.mark.live

CLASS = "General"


def new(tracker: Tracker, name: str) -> int:
    number = tracker.create_article(CLASS, name, read_back=False).id
    assert number
    return number


def test_an_article_is_created_read_and_changed(alice: Tracker, root: Tracker) -> None:
    made = alice.create_article(CLASS, "Wie geht das?", summary="Größe", sort_order=3,
                                custom_fields={"content": "one\ntwo\n"})
    assert made.id and not (made.refused or made.altered or made.unverified)
    article = alice.get_article(made.id)
    assert (article.id, article.name, article.summary) == (made.id, "Wie geht das?", "Größe")
    assert (article.class_name, article.sort_order, article.disabled) == (CLASS, 3, False)
    assert article.creator == "alice" and article.created <= article.last_updated
    assert article.custom_fields["Content"] == ("one\ntwo\n",)
    assert root.get_article(made.id) == article
    edited = alice.edit_article(made.id, name="So geht das", summary="", sort_order=3,
                                class_name=1, custom_fields={"Content": None})
    assert set(edited.changed) == {"name", "summary", "custom_fields[Content]"}
    assert set(edited.unchanged) == {"sort_order", "class_name"}
    assert alice.edit_article(made.id, summary="blind", read_back=False).unverified == ("summary",)
    assert alice.get_article(made.id).summary == "blind"


def test_an_article_goes_to_another_class_that_there_is(alice: Tracker, root: Tracker) -> None:
    number = new(alice, "moving")
    other = root.create_class("Elsewhere").id
    assert other
    assert root.edit_article(number, class_name="Elsewhere").changed == ("class_name",)
    assert root.get_article(number).class_name == "Elsewhere"
    assert root.edit_article(number, class_name=1).changed == ("class_name",)
    # RT itself would store it, and nobody would see the article any more.
    for tracker, missing, error in ((root, "nonsense", NotFound), (root, 99999, NotFound),
                                    (alice, "Elsewhere", NotFound),
                                    (alice, other, PermissionDenied)):
        with pytest.raises(error):
            tracker.edit_article(number, class_name=missing)
    assert alice.get_article(number).class_name == CLASS
    root.disable_class(other)


def test_a_deleted_article_is_listed_no_more_and_comes_back(alice: Tracker,
                                                            root: Tracker) -> None:
    number = new(alice, "to delete")
    sought = [where("name", "=", "to delete"), where("class_name", "=", CLASS)]
    assert [one.id for one in alice.search_articles(sought)] == [number]
    with pytest.raises(PermissionDenied) as refused:
        alice.delete_article(number)
    assert refused.value.receipt and refused.value.receipt.refused == ("disabled",)
    assert root.delete_article(number).changed == ("disabled",)
    assert root.delete_article(number).unchanged == ("disabled",)
    assert list(root.search_articles(sought)) == []
    found = list(root.search_articles(sought, include_disabled=True))
    assert [one.id for one in found] == [number] and found == [root.get_article(number)]
    assert found[0].disabled
    assert root.edit_article(number, disabled=False).changed == ("disabled",)
    assert [one.id for one in root.search_articles(sought)] == [number]


def test_what_rt_refuses_of_an_article_is_raised(alice: Tracker, nora: Tracker,
                                                 root: Tracker) -> None:
    first, second = new(alice, "first of its name"), new(alice, "second of its name")
    with pytest.raises(InvalidValue) as refused:
        alice.edit_article(second, name="first of its name", summary="stays")
    assert refused.value.receipt and refused.value.receipt.refused == ("name",)
    assert refused.value.receipt.changed == ("summary",)
    for given in ({"name": "first of its name"}, {"name": "x", "custom_fields": {"No": "x"}}):
        with pytest.raises(InvalidValue):
            alice.create_article(CLASS, **given)
    with pytest.raises(NotFound):
        root.create_article("nonsense", "x")
    for tracker, name in ((alice, "nonsense"), (nora, CLASS)):
        with pytest.raises(PermissionDenied):
            tracker.create_article(name, "x")
    for act in (nora.get_article, nora.get_article_attachments, nora.delete_article,
                lambda one: list(nora.get_article_history(one)),
                lambda one: nora.edit_article(one, name="x")):
        with pytest.raises(PermissionDenied):
            act(first)
        with pytest.raises(NotFound):
            act(99999999)
    assert list(nora.search_articles()) == []
    with pytest.raises(UsageError):
        alice.search_articles([where("creator", "=", "alice")])


def test_an_articles_history(alice: Tracker) -> None:
    number = new(alice, "with a past")
    alice.edit_article(number, summary="short", read_back=False)
    history = list(alice.get_article_history(number))
    assert [(one.type, one.field, one.new_value) for one in history] == [
        ("Create", None, None), ("Set", "Summary", "short")]
    assert history[0].description == "Article created by alice"
    assert alice.get_article_attachments(number) == ()


def test_a_class_is_made_changed_and_disabled(root: Tracker, alice: Tracker,
                                              nora: Tracker) -> None:
    made = root.create_class("Kläßchen / klein", description="d", sort_order=5)
    assert made.id and not (made.refused or made.altered or made.unverified)
    found = root.get_class("Kläßchen / klein")
    assert root.get_class(made.id) == found
    assert (found.name, found.description, found.sort_order, found.disabled) == (
        "Kläßchen / klein", "d", 5, False)
    edited = root.edit_class("Kläßchen / klein", name="Kläßchen", description="", sort_order=5)
    assert set(edited.changed) == {"name", "description"} and edited.unchanged == ("sort_order",)
    with pytest.raises(InvalidValue):
        root.edit_class(made.id, name=CLASS)
    with pytest.raises(InvalidValue):
        root.create_class(CLASS)
    listed = list(root.search_classes([where("name", "STARTSWITH", "Kl")]))
    assert listed == [root.get_class(made.id)]
    assert list(root.get_class_history(made.id)) == []
    assert root.disable_class("Kläßchen").changed == ("disabled",)
    assert made.id not in {one.id for one in root.search_classes()}
    assert [one.id for one in alice.search_classes()] == [1]
    for act in (lambda: alice.create_class("x"), lambda: alice.edit_class(1, name="x"),
                lambda: alice.disable_class(CLASS), lambda: nora.get_class(1),
                lambda: nora.get_class_history(1)):
        with pytest.raises(PermissionDenied):
            act()
    for act in (lambda: nora.get_class(CLASS), lambda: root.get_class(99999),
                lambda: root.get_class_history(99999), lambda: root.get_class("x")):
        with pytest.raises(NotFound):
            act()
