"""Articles and classes over REST2."""
from __future__ import annotations

from typing import Any, Iterable, Mapping, Optional, Tuple, Union

from rtcompat.conditions import Condition
from rtcompat.exchange import Operation
from rtcompat.model import KEEP, Article, ArticleClass, Attachment, Page, Receipt, Transaction
from rtcompat.rest2 import articles, recordparts, records
from rtcompat.rest2.operations.bound import Bound
from rtcompat.tracker import CustomValues

__all__ = ["Articles"]


class Articles(Bound):
    """Articles and classes over REST2: see `Tracker`."""

    SINCE: Mapping[str, Tuple[int, ...]] = {
        name: (5, 0, 1) for name in (
            "get_article", "search_articles", "create_article", "edit_article", "delete_article",
            "get_article_history", "get_article_attachments", "get_class", "search_classes",
            "create_class", "edit_class", "disable_class", "get_class_history")}

    def get_article(self, article_id: int) -> Operation[Article]:
        return articles.get(article_id)

    def search_articles(self, conditions: Iterable[Condition] = (), *,
                        order: Optional[str] = None, include_disabled: bool = False,
                        cursor: Any = None) -> Operation[Page[Article]]:
        return articles.search(conditions, order, include_disabled, cursor)

    def create_article(self, class_name: Union[str, int], name: str, *, summary: str = KEEP,
                       sort_order: int = KEEP, custom_fields: CustomValues = KEEP,
                       read_back: bool = True) -> Operation[Receipt]:
        return articles.create(self._context, class_name, locals(), read_back)

    def edit_article(self, article_id: int, *, name: str = KEEP, summary: str = KEEP,
                     class_name: Union[str, int] = KEEP, sort_order: int = KEEP,
                     disabled: bool = KEEP, custom_fields: CustomValues = KEEP,
                     read_back: bool = True) -> Operation[Receipt]:
        return articles.edit(self._context, article_id, locals(), read_back)

    def delete_article(self, article_id: int) -> Operation[Receipt]:
        return articles.delete(self._context, article_id)

    def get_article_history(self, article_id: int, *,
                            cursor: Any = None) -> Operation[Page[Transaction]]:
        return records.history(articles.ARTICLE, article_id, cursor)

    def get_article_attachments(self, article_id: int) -> Operation[Tuple[Attachment, ...]]:
        return recordparts.parts(articles.ARTICLE, article_id)

    def get_class(self, article_class: Union[str, int]) -> Operation[ArticleClass]:
        return articles.get_class(article_class)

    def search_classes(self, conditions: Iterable[Condition] = (), *,
                       order: Optional[str] = None, include_disabled: bool = False,
                       cursor: Any = None) -> Operation[Page[ArticleClass]]:
        return articles.search_classes(conditions, order, include_disabled, cursor)

    def create_class(self, name: str, *, description: str = KEEP, sort_order: int = KEEP,
                     read_back: bool = True) -> Operation[Receipt]:
        return articles.create_class(self._context, name, locals(), read_back)

    def edit_class(self, article_class: Union[str, int], *, name: str = KEEP,
                   description: str = KEEP, sort_order: int = KEEP, disabled: bool = KEEP,
                   read_back: bool = True) -> Operation[Receipt]:
        return articles.edit_class(self._context, article_class, locals(), read_back)

    def disable_class(self, article_class: Union[str, int]) -> Operation[Receipt]:
        return articles.disable_class(self._context, article_class)

    def get_class_history(self, article_class: Union[str, int], *,
                          cursor: Any = None) -> Operation[Page[Transaction]]:
        return articles.class_history(article_class, cursor)
