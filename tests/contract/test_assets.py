"""Assets and catalogs: over REST2; REST 1.0 knows none."""
from __future__ import annotations

from typing import Any, Dict, List, Union

import pytest

from rtcompat import (NOT_LOADED, InvalidQuery, InvalidValue, Link, NotFound, PermissionDenied,
                      Unsupported, UsageError, Watcher)
from rtcompat.conditions import where
from rtcompat.tracker import Tracker
from rtcompat.tracker.articles import ArticleOperations
from rtcompat.tracker.assets import AssetOperations
from rtcompat.tracker.searches import SearchOperations
from tests.connections import Connections
from tests.contract.matrix import surface

pytestmark = pytest.mark.live

HOME = "General assets"


def new(tracker: Tracker, name: str = "thing") -> int:
    number = tracker.create_asset(HOME, name=name, read_back=False).id
    assert number
    return number


@pytest.mark.parametrize("name, protocol", surface("rest1"))
def test_rest1_says_that_rest2_could(name: str, protocol: str, connections: Connections) -> None:
    tracker = connections.tracker(name, "alice", protocol)
    for subject in (AssetOperations, ArticleOperations, SearchOperations):
        for operation in (one for one in vars(subject) if not one.startswith("_")):
            with pytest.raises(Unsupported, match="REST2"):
                getattr(tracker, operation)(*{
                    "create_article": ("General", "x"), "search_assets": (),
                    "search_articles": (), "search_catalogs": (), "search_classes": (),
                    "get_saved_searches": ()}.get(operation, ("x",)))


def test_an_asset_is_created_as_wanted_and_read_by_everybody_alike(alice: Tracker,
                                                                   root: Tracker) -> None:
    made = alice.create_asset(
        HOME, name="Läptop", description="two words", status="Allocated", owner="ALICE",
        held_by=["gerda@example.org", "yorick"], contacts=["root"],
        custom_fields={"serial": "S 9", "Colours": ["red", "green"],
                       "Bought": "2031-07-15 22:30:00"})
    assert made.id and not (made.refused or made.altered or made.unverified)
    asset = alice.get_asset(made.id)
    assert (asset.id, asset.name, asset.description) == (made.id, "Läptop", "two words")
    assert (asset.catalog, asset.status, asset.owner) == (HOME, "allocated", "alice")
    assert asset.held_by == (Watcher("gerda@example.org"), Watcher("yorick@example.org"))
    assert [who.name for who in asset.contacts] == ["root"]
    assert asset.creator == "alice" and asset.created <= asset.last_updated
    assert dict(asset.custom_fields) == {"Serial": ("S 9",), "Colours": ("red", "green"),
                                         "Bought": ("2031-07-15 22:30:00",)}
    assert root.get_asset(made.id) == asset
    by_query = list(alice.search_assets(query=f"id = {made.id}"))
    by_condition = list(alice.search_assets([where("id", "=", made.id)]))
    assert by_query == by_condition == [asset]
    plain = alice.get_asset(new(alice))
    assert (plain.owner, plain.held_by, plain.status) == ("Nobody", (), "new")


def test_an_asset_changes_field_by_field(alice: Tracker) -> None:
    number = new(alice, "before")
    edited = alice.edit_asset(number, name="nachher", description="", status="in-use",
                              owner="gerda", held_by=["alice"], contacts=["alice@example.org"],
                              catalog=HOME, custom_fields={"Colours": ["blue", "red"],
                                                           "Bought": "2031-01-15 01:30:00"})
    assert set(edited.changed) == {"name", "status", "owner", "held_by", "contacts",
                                   "custom_fields[Colours]", "custom_fields[Bought]"}
    assert set(edited.unchanged) == {"description", "catalog"}
    again = alice.edit_asset(number, owner="Nobody", held_by=[], catalog=1, contacts=["alice"],
                             custom_fields={"Colours": ["red"], "Bought": None})
    assert set(again.unchanged) == {"catalog", "contacts"} and len(again.changed) == 4
    asset = alice.get_asset(number)
    assert (asset.owner, asset.held_by) == ("Nobody", ())
    assert asset.custom_fields["Colours"] == ("red",) and asset.custom_fields["Bought"] == ()
    blind = alice.edit_asset(number, name="blind", read_back=False)
    assert blind.unverified == ("name",) and alice.get_asset(number).name == "blind"


def test_what_rt_refuses_of_an_asset_is_raised(alice: Tracker, nora: Tracker,
                                               root: Tracker) -> None:
    number = new(alice)
    alice.edit_asset(number, held_by=["gerda"])
    for given in ({"name": "123"}, {"owner": "nobody-of-this-name"}, {"status": "nonsense"},
                  {"catalog": "no such catalog"}, {"catalog": 99999}):
        with pytest.raises(InvalidValue) as refused:
            alice.edit_asset(number, **given)
        assert refused.value.receipt and refused.value.receipt.refused == tuple(given)
    # RT itself would take gerda away for a login that it does not know.
    with pytest.raises(InvalidValue, match="no user"):
        alice.edit_asset(number, held_by=["nobody-of-this-name"])
    assert alice.get_asset(number).held_by == (Watcher("gerda@example.org"),)
    with pytest.raises(InvalidValue, match="no custom field"):
        alice.edit_asset(number, custom_fields={"Nonsense": "x"})
    wrong: List[Dict[str, Any]] = [
        {"status": "nonsense"}, {"owner": "nobody-of-this-name"}, {"name": "123"},
        {"contacts": ["nobody-of-this-name"]}, {"custom_fields": {"Colours": ["pink"]}},
        {"custom_fields": {"Nonsense": "x"}}]
    for one in wrong:
        with pytest.raises(InvalidValue):
            alice.create_asset(HOME, **one)
    with pytest.raises(NotFound):
        root.create_asset("no such catalog", name="x")
    for tracker, catalog in ((alice, "no such catalog"), (nora, HOME), (nora, 1)):
        with pytest.raises(PermissionDenied):
            tracker.create_asset(catalog, name="x")
    with pytest.raises(UsageError):
        alice.edit_asset(number)


def test_who_may_not_see_an_asset_is_told(alice: Tracker, nora: Tracker) -> None:
    number = new(alice)
    for act in (nora.get_asset, nora.get_asset_links, nora.get_asset_attachments,
                lambda one: nora.edit_asset(one, name="x"), nora.delete_asset,
                lambda one: list(nora.get_asset_history(one)),
                lambda one: nora.edit_asset_links(one, add={"refers_to": [1]})):
        with pytest.raises(PermissionDenied):
            act(number)
        with pytest.raises(NotFound):
            act(99999999)
    assert list(nora.search_assets()) == []


def test_a_deleted_asset_is_found_no_more_and_read_still(alice: Tracker) -> None:
    made = alice.create_asset(HOME, name="gone", held_by=["gerda"],
                              custom_fields={"Bought": "2031-07-15 22:30:00"})
    assert made.id
    asset = alice.get_asset(made.id)
    assert alice.delete_asset(made.id).changed == ("status",)
    assert alice.delete_asset(made.id).unchanged == ("status",)
    assert list(alice.search_assets([where("id", "=", made.id)])) == []
    deleted = alice.get_asset(made.id)
    assert deleted.status == "deleted"
    assert (deleted.name, deleted.held_by, deleted.catalog, deleted.custom_fields) == (
        asset.name, asset.held_by, asset.catalog, asset.custom_fields)


def test_assets_are_searched_exactly(alice: Tracker) -> None:
    numbers = [new(alice, f"sought {letter}") for letter in "bca"]
    sought = where("name", "STARTSWITH", "sought")
    assert [one.id for one in alice.search_assets([sought])] == numbers
    named = [sought, where("catalog", "=", HOME), where("status", "IN", ["new", "stolen"])]
    assert [one.name[-1] for one in alice.search_assets(named, order="-name")] == ["c", "b", "a"]
    assert list(alice.search_assets([sought, where("catalog", "!=", 1)])) == []
    query = "Name LIKE 'sought' AND Catalog = 'General assets'"
    assert [one.id for one in alice.search_assets(query=query)] == numbers
    assert [one.name[-1] for one in alice.search_assets(query=query, order="name")] == list("abc")
    for nonsense in ([where("owner", "=", "alice")], [where("catalog", "LIKE", "x")]):
        with pytest.raises(UsageError):
            alice.search_assets(nonsense)
    for query in ("", "[]"):
        with pytest.raises(UsageError):
            alice.search_assets(query=query)
    with pytest.raises(UsageError):
        alice.search_assets([sought], query="id > 0")
    with pytest.raises(UsageError):
        alice.search_assets(order="colour")
    with pytest.raises(InvalidQuery):
        alice.search_assets(query="Nonsense = 1")


def test_an_assets_history_and_links(alice: Tracker, root: Tracker) -> None:
    number = new(alice)
    alice.edit_asset(number, name="renamed", read_back=False)
    ends: List[Union[int, str]] = [1, "https://example.org/x"]
    assert alice.edit_asset_links(number, add={"refers_to": ends}).changed == ("refers_to",)
    links = alice.get_asset_links(number)
    assert links.refers_to == (Link("ticket", 1), Link("url", url="https://example.org/x"))
    assert links == root.get_asset_links(number)
    assert alice.edit_asset_links(number, remove={"refers_to": [1]}).changed == ("refers_to",)
    with pytest.raises(InvalidValue):
        alice.edit_asset_links(number, add={"refers_to": [99999999]})
    history = list(alice.get_asset_history(number))
    assert [one.type for one in history] == ["Create", "Set", "AddLink", "AddLink", "DeleteLink"]
    assert history[0].description == "Asset created by alice"
    assert history[1].new_value == "renamed" and history[0].ticket_id is NOT_LOADED
    assert history == list(root.get_asset_history(number))
    assert alice.get_asset_attachments(number) == ()


def test_what_was_attached_to_an_asset_is_read(alice: Tracker, nora: Tracker) -> None:
    [asset] = alice.search_assets([where("name", "=", "with a note")])
    [part] = alice.get_asset_attachments(asset.id)
    assert (part.filename, part.content_type, part.size) == ("note.txt", "text/plain", 7)
    assert alice.read_attachment(part.id) == b"A note\n"
    assert part.transaction_id == list(alice.get_asset_history(asset.id))[-1].id
    with pytest.raises(PermissionDenied):
        nora.get_asset_attachments(asset.id)
    with pytest.raises(PermissionDenied):
        nora.read_attachment(part.id)


def test_a_catalog_is_made_changed_and_disabled(root: Tracker, alice: Tracker,
                                                nora: Tracker) -> None:
    made = root.create_catalog("Möbel / außen", description="d", held_by=["alice"],
                               contacts=["gerda@example.org"])
    assert made.id and not (made.refused or made.altered or made.unverified)
    catalog = root.get_catalog("Möbel / außen")
    assert root.get_catalog(made.id) == catalog
    assert (catalog.name, catalog.description, catalog.lifecycle, catalog.disabled) == (
        "Möbel / außen", "d", "assets", False)
    assert catalog.held_by == (Watcher("alice@example.org"),)
    assert catalog.contacts == (Watcher("gerda@example.org"),)
    edited = root.edit_catalog("Möbel / außen", name="Möbel", description="", contacts=[],
                               held_by=["alice@example.org", "gerda"])
    assert set(edited.changed) == {"name", "description", "contacts", "held_by"}
    with pytest.raises(InvalidValue) as refused:
        root.edit_catalog(made.id, lifecycle="nonsense", name=HOME, description="new")
    assert refused.value.receipt and set(refused.value.receipt.refused) == {"lifecycle", "name"}
    assert refused.value.receipt.changed == ("description",)
    with pytest.raises(InvalidValue):
        root.create_catalog(HOME)
    history = list(root.get_catalog_history("Möbel"))
    assert history == list(root.get_catalog_history(made.id))
    assert history[0].description == "Catalog created by root" and len(history) == 6
    assert root.disable_catalog("Möbel").changed == ("disabled",)
    assert [one.name for one in root.search_catalogs()] == [HOME]
    everything = list(root.search_catalogs(include_disabled=True))
    assert [(one.id, one.disabled) for one in everything] == [(1, False), (made.id, True)]
    assert everything[0].contacts is NOT_LOADED
    with pytest.raises(PermissionDenied):
        root.create_asset(made.id, name="in a disabled catalog")
    for act in (lambda: alice.create_catalog("x"), lambda: alice.edit_catalog(1, name="x"),
                lambda: alice.disable_catalog(HOME), lambda: nora.get_catalog(1),
                lambda: nora.get_catalog_history(1)):
        with pytest.raises(PermissionDenied):
            act()
    for act in (lambda: nora.get_catalog(HOME), lambda: root.get_catalog(99999),
                lambda: root.get_catalog_history(99999), lambda: root.get_catalog("x")):
        with pytest.raises(NotFound):
            act()
    assert list(nora.search_catalogs()) == []
