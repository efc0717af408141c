"""Articles and classes. The contract of each operation."""
from __future__ import annotations

from typing import Iterable, Optional, Tuple, Union

from rtcompat.conditions import Condition
from rtcompat.model import KEEP, Article, ArticleClass, Attachment, Receipt, Transaction
from rtcompat.tracker.source import CustomValues, Listing, Source

__all__ = ["ArticleOperations"]


class ArticleOperations(Source):
    """Articles and classes: over REST2 only, since 5.0.1."""

    def get_article(self, article_id: int) -> Article:
        """One article, every field; deleted ones, too.

        Raises: NotFound, PermissionDenied.
        Requests: -/1.
        Source: REST2 ``POST /articles`` by number.
        """
        result: Article = self._carried("get_article", locals())
        return result

    def search_articles(self, conditions: Iterable[Condition] = (), *,
                        order: Optional[str] = None,
                        include_disabled: bool = False) -> Listing[Article]:
        """The articles that all conditions hold for. A class is a name or number there.

        Args, Returns, Raises: as `search_assets`; include_disabled: deleted ones, too.
        Requests: -/1+; a class by name -/2+. 1 per 100 articles.
        Source: REST2 ``POST /articles``.
        """
        return self._listed("search_articles", locals())

    def create_article(self, class_name: Union[str, int], name: str, *, summary: str = KEEP,
                       sort_order: int = KEEP, custom_fields: CustomValues = KEEP,
                       read_back: bool = True) -> Receipt:
        """Create an article, once.

        Args:
            class_name: the class's name or number. name: RT keeps one of each in a class.
        Returns, Raises: as `create_asset`.
        Requests: -/2; read_back=False -/1. The class by number is read, too; its custom fields once
            a login (2).
        Source: REST2 ``POST /article``.
        """
        result: Receipt = self._carried("create_article", locals())
        return result

    def edit_article(self, article_id: int, *, name: str = KEEP, summary: str = KEEP,
                     class_name: Union[str, int] = KEEP, sort_order: int = KEEP,
                     disabled: bool = KEEP, custom_fields: CustomValues = KEEP,
                     read_back: bool = True) -> Receipt:
        """Change fields of an article.

        Args:
            class_name: name or number, looked up before: RT would store what is no class and
                nobody could see the article any more (5.0.3 to 5.0.10).
            disabled: False brings a deleted one back.
        Returns, Raises: as `edit_ticket`; NotFound or PermissionDenied for the class.
        Requests: -/3; read_back=False -/1; another class -/4.
        Source: REST2 ``PUT /article/N``.
        """
        result: Receipt = self._carried("edit_article", locals())
        return result

    def delete_article(self, article_id: int) -> Receipt:
        """Disable an article, as RT's DELETE does: it is found no more, and may be brought back.

        Returns: Receipt with ``disabled``. Raises: as `edit_article`.
        Requests: -/3.
        Source: REST2 ``PUT /article/N``.
        """
        result: Receipt = self._carried("delete_article", locals())
        return result

    def get_article_history(self, article_id: int) -> Listing[Transaction]:
        """The article's transactions, oldest first, without contents.

        Raises: NotFound, PermissionDenied (RT itself answers an empty list).
        Requests: -/1+. 1 per 100 transactions.
        Source: REST2 ``GET /article/N/history``.
        """
        return self._listed("get_article_history", locals())

    def get_article_attachments(self, article_id: int) -> Tuple[Attachment, ...]:
        """All parts of the article's transactions, as `get_asset_attachments`.

        Requests: -/2+. As of assets.
        Source: REST2 ``GET /article/N/history``, ``POST /attachments``.
        """
        result: Tuple[Attachment, ...] = self._carried("get_article_attachments", locals())
        return result

    def get_class(self, article_class: Union[str, int]) -> ArticleClass:
        """A class of articles by name or number.

        Raises: NotFound; PermissionDenied: RT hides which (as `get_queue`).
        Requests: -/1.
        Source: REST2 ``GET /class/X``.
        """
        result: ArticleClass = self._carried("get_class", locals())
        return result

    def search_classes(self, conditions: Iterable[Condition] = (), *,
                       order: Optional[str] = None,
                       include_disabled: bool = False) -> Listing[ArticleClass]:
        """The classes that all conditions hold for. As `search_articles`.

        Requests: -/1+. 1 per 100.
        Source: REST2 ``POST /classes``.
        """
        return self._listed("search_classes", locals())

    def create_class(self, name: str, *, description: str = KEEP, sort_order: int = KEEP,
                     read_back: bool = True) -> Receipt:
        """Create a class, once. As `create_queue`.

        Requests: -/2; read_back=False -/1.
        Source: REST2 ``POST /class``.
        """
        result: Receipt = self._carried("create_class", locals())
        return result

    def edit_class(self, article_class: Union[str, int], *, name: str = KEEP,
                   description: str = KEEP, sort_order: int = KEEP, disabled: bool = KEEP,
                   read_back: bool = True) -> Receipt:
        """Change fields of a class. As `edit_queue`.

        Requests: -/3; read_back=False -/1.
        Source: REST2 ``PUT /class/X``.
        """
        result: Receipt = self._carried("edit_class", locals())
        return result

    def disable_class(self, article_class: Union[str, int]) -> Receipt:
        """Disable a class; its articles stay.

        Returns: Receipt with ``disabled``. Raises: as `edit_class`.
        Requests: -/3.
        Source: REST2 ``PUT /class/X``.
        """
        result: Receipt = self._carried("disable_class", locals())
        return result

    def get_class_history(self, article_class: Union[str, int]) -> Listing[Transaction]:
        """What RT recorded of a class, oldest first: nothing of its fields, and rights granted on
        it by later versions (5.0.10).

        Raises: NotFound, PermissionDenied.
        Requests: by number -/2+; by name -/3+. 1 less where something is recorded.
        Source: REST2 ``POST /transactions``.
        """
        return self._listed("get_class_history", locals())
