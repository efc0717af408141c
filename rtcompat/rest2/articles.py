"""Articles and their classes over REST2 (5.0.1)."""
from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, Iterable, Mapping, Optional, Union

from rtcompat import fields, limits
from rtcompat.conditions import Condition
from rtcompat.errors import PermissionDenied
from rtcompat.exchange import Operation
from rtcompat.model import KEEP, Article, ArticleClass, Page, Receipt, Transaction
from rtcompat.rest2 import fetching, records, searching
from rtcompat.rest2.assets import contained, fields_of_container, in_no_such, numbered
from rtcompat.rest2.context import Context
from rtcompat.rest2.recordkinds import RecordKind
from rtcompat.rest2.recordparts import recorded

__all__ = ["ARTICLE", "CLASS", "get", "search", "create", "edit", "delete", "get_class",
           "search_classes", "create_class", "edit_class", "disable_class", "class_history"]

Name = Union[str, int]


def _article(raw: Mapping[str, Any]) -> Article:
    return Article(**fetching.values_of_rows(fields.ARTICLE, raw))


def _class(raw: Mapping[str, Any]) -> ArticleClass:
    return ArticleClass(**fetching.values_of_rows(fields.ARTICLE_CLASS, raw))


CLASS = RecordKind("class", "classes", fields.ARTICLE_CLASS, _class, denied_as_missing=True)
_OF_ARTICLE = RecordKind(
    "article", "articles", fields.ARTICLE, _article, named=False,
    nested=(("fields[Class]", "id,Name"), ("fields[CustomFields]", "Type,MaxValues")),
    fields_from=fields_of_container(CLASS, "class_name"))
ARTICLE = replace(_OF_ARTICLE, fetch=fetching.by_collection(_OF_ARTICLE))


# -- articles -------------------------------------------------------------------------------------

def get(article_id: int) -> Operation[Article]:
    """See `Tracker.get_article`."""
    found: Article = yield from records.get(ARTICLE, limits.positive_id(article_id, "article_id"))
    return found


def search(conditions: Iterable[Condition], order: Optional[str], include_disabled: bool,
           cursor: Any) -> Operation[Page[Article]]:
    """See `Tracker.search_articles`."""
    if cursor is None:
        conditions = yield from numbered(CLASS, "class_name", conditions)
    return (yield from searching.search(ARTICLE, conditions, order, include_disabled, cursor))


def create(context: Context, class_name: Name, given: Mapping[str, Any],
           read_back: bool) -> Operation[Receipt]:
    """See `Tracker.create_article`."""
    wanted = limits.checked(fields.ARTICLE, {**given, "class_name": class_name})
    wanted["class_name"] = yield from contained(CLASS, wanted["class_name"], read_back)
    try:
        return (yield from records.create(context, ARTICLE, given["name"], wanted, read_back))
    except PermissionDenied as error:
        raise (yield from in_no_such(CLASS, class_name, error)) from error


def edit(context: Context, article_id: int, given: Mapping[str, Any],
         read_back: bool) -> Operation[Receipt]:
    """See `Tracker.edit_article`."""
    limits.positive_id(article_id, "article_id")
    wanted = limits.checked(fields.ARTICLE, given)
    body: Dict[str, Any] = {}
    if given.get("class_name", KEEP) is not KEEP:
        # RT stores any text in the column, and then shows the article to nobody (5.0.3, 5.0.10).
        found: ArticleClass = yield from records.get(CLASS, wanted["class_name"])
        wanted["class_name"], body["Class"] = found.name, found.id
    return (yield from records.edit(context, ARTICLE, article_id, wanted, read_back, body=body))


def delete(context: Context, article_id: int) -> Operation[Receipt]:
    """See `Tracker.delete_article`."""
    return (yield from records.disable(context, ARTICLE,
                                       limits.positive_id(article_id, "article_id")))


# -- classes --------------------------------------------------------------------------------------

def get_class(article_class: Name) -> Operation[ArticleClass]:
    """See `Tracker.get_class`."""
    found: ArticleClass = yield from records.get(CLASS, article_class)
    return found


def search_classes(conditions: Iterable[Condition], order: Optional[str],
                   include_disabled: bool, cursor: Any) -> Operation[Page[ArticleClass]]:
    """See `Tracker.search_classes`."""
    return (yield from searching.search(CLASS, conditions, order, include_disabled, cursor))


def create_class(context: Context, name: str, given: Mapping[str, Any],
                 read_back: bool) -> Operation[Receipt]:
    """See `Tracker.create_class`."""
    wanted = limits.checked(fields.ARTICLE_CLASS, {**given, "name": name})
    return (yield from records.create(context, CLASS, name, wanted, read_back))


def edit_class(context: Context, article_class: Name, given: Mapping[str, Any],
               read_back: bool) -> Operation[Receipt]:
    """See `Tracker.edit_class`."""
    wanted = limits.checked(fields.ARTICLE_CLASS, given)
    return (yield from records.edit(context, CLASS, article_class, wanted, read_back))


def disable_class(context: Context, article_class: Name) -> Operation[Receipt]:
    """See `Tracker.disable_class`."""
    return (yield from records.disable(context, CLASS, article_class))


def class_history(article_class: Name, cursor: Any) -> Operation[Page[Transaction]]:
    """See `Tracker.get_class_history`."""
    return (yield from recorded("RT::Class", CLASS, article_class, cursor))
