"""Requests of operations on assets, catalogs, articles, classes and saved searches.

The seed gives rights on them to nobody but the administrator.
"""
from __future__ import annotations

from dataclasses import replace
from typing import Any, Tuple

from rtcompat.conditions import where
from tests.request_cases import ADMINISTRATOR, BOTH, MAIL, Case, Place, case, few

__all__ = ["CASES"]


def _asset(at: Place) -> int:
    return _made(at, "asset", 1)


def _made(at: Place, kind: str, *given: Any, **named: Any) -> int:
    if at.protocol == "rest1":
        return 1  # refused before anything is looked at
    made = getattr(at.rt, f"create_{kind}")(*given, read_back=False, **named)
    assert made.id
    return int(made.id)


def _linked(at: Place) -> int:
    """An asset with a link, made by a login that knows how RT says no."""
    number = _asset(at)
    if at.protocol == "rest2":
        at.rt.edit_asset_links(number, add={"depends_on": [1]}, read_back=False)
    return number


def _held(at: Place) -> int:
    return _made(at, "asset", 1, held_by=[MAIL])


def _deleted(at: Place) -> int:
    return _gone(at, _asset(at))


def _deleted_with_people(at: Place) -> int:
    return _gone(at, _held(at))


def _gone(at: Place, number: int) -> int:
    if at.protocol == "rest2":
        at.rt.delete_asset(number)
    return number


def _article(at: Place) -> int:
    return _made(at, "article", 1, at.unique())


def _catalog(at: Place) -> int:
    return _disabled(at, "catalog")


def _catalog_with_people(at: Place) -> int:
    return _disabled(at, "catalog", held_by=[MAIL])


def _disabled(at: Place, kind: str, **named: Any) -> int:
    """A catalog or class that stands in no list."""
    number = _made(at, kind, at.unique(), **named)
    if at.protocol == "rest2":
        getattr(at.rt, f"edit_{kind}")(number, disabled=True, read_back=False)
    return number


def _class(at: Place) -> int:
    return _disabled(at, "class")


def _class_name(at: Place) -> str:
    return "General" if at.protocol == "rest1" else at.rt.get_class(_class(at)).name


_ASSETS = (
    case("get_asset", "", _asset), case("get_asset", "deleted", _deleted),
    case("get_asset", "deleted, with people", _deleted_with_people),
    case("search_assets", ""), case("search_assets", "by a query", query="id > 0"),
    case("create_asset", "", "General assets", description="counted"),
    case("create_asset", "read_back=False", 1, description="counted", read_back=False),
    case("create_asset", "people given by login", "General assets", held_by=["gerda"]),
    case("edit_asset", "", _asset, description="counted", contacts=[MAIL]),
    case("edit_asset", "read_back=False", _asset, description="counted", read_back=False),
    case("delete_asset", "", _asset), case("get_asset_history", "", _asset),
    case("get_asset_attachments", "", _asset), case("get_asset_links", "", _asset),
    case("edit_asset_links", "", _asset, add={"refers_to": [1]}),
    case("edit_asset_links", "read_back=False", _linked, add={"refers_to": [1]}, read_back=False),
    case("get_catalog", "", "General assets"),
    case("get_catalog", "with people", _catalog_with_people), case("search_catalogs", ""),
    case("create_catalog", "", Place.unique, disabled=True),
    case("create_catalog", "read_back=False", Place.unique, disabled=True, read_back=False),
    case("create_catalog", "with people", Place.unique, disabled=True, contacts=[MAIL]),
    case("edit_catalog", "", _catalog, description="counted"),
    case("edit_catalog", "read_back=False", _catalog, description="counted", read_back=False),
    case("edit_catalog", "with people", _catalog_with_people, description="counted"),
    case("disable_catalog", "", _catalog),
    case("get_catalog_history", "by number", 1),
    case("get_catalog_history", "by name", "General assets"))

_ARTICLES = (
    case("get_article", "", _article), case("search_articles", ""),
    case("create_article", "", "General", Place.unique),
    case("create_article", "read_back=False", 1, Place.unique, read_back=False),
    case("edit_article", "", _article, summary="counted"),
    case("edit_article", "read_back=False", _article, summary="counted", read_back=False),
    case("edit_article", "another class", _article, class_name=_class_name),
    case("delete_article", "", _article), case("get_article_history", "", _article),
    case("get_article_attachments", "", _article),
    case("get_class", "", "General"), case("search_classes", ""),
    case("create_class", "", Place.unique),
    case("create_class", "read_back=False", Place.unique, read_back=False),
    case("edit_class", "", _class, description="counted"),
    case("edit_class", "read_back=False", _class, description="counted", read_back=False),
    case("disable_class", "", _class),
    case("get_class_history", "by number", _class),
    case("get_class_history", "by name", _class_name))

_SEARCHES = (
    case("get_saved_searches", ""), case("get_saved_search", "by name", "My Tickets"),
    case("run_saved_search", "by name", "My Tickets"),
    case("search_simple", "", "no such word"),
    case("search_simple", "250 tickets", "subject:paging any", fields=()))


def _named(operation: str, attribute: str) -> Case:
    """A case with one of the catalog's or class's name in a condition."""
    names = {"catalog": "General assets", "class_name": "General"}
    return case(operation, f"a {attribute.partition('_')[0]} by name",
                (where(attribute, "=", names[attribute]),))


def _number(at: Place) -> int:
    """Of one of RT's own saved searches."""
    return 1 if at.protocol == "rest1" else at.rt.get_saved_search("My Tickets").id


CASES: Tuple[Case, ...] = (
    *(replace(one, users=ADMINISTRATOR, where=lambda at: few(at) and at.user == "root")
      for one in (*_ASSETS, *_ARTICLES, _named("search_assets", "catalog"),
                  _named("search_articles", "class_name"))),
    *(replace(one, users=BOTH, where=few) for one in (
        *_SEARCHES, case("get_saved_search", "", _number), case("run_saved_search", "", _number))))
