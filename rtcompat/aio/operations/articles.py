"""`rtcompat.tracker.articles`, awaited. Written by ``python -m tests.write_aio``."""
from __future__ import annotations

from typing import Iterable, Optional, Tuple, Union

from rtcompat.aio.listing import AsyncListing
from rtcompat.aio.source import AsyncSource
from rtcompat.conditions import Condition
from rtcompat.model import Article, ArticleClass, Attachment, KEEP, Receipt, Transaction
from rtcompat.tracker.source import CustomValues

__all__ = ["AsyncArticleOperations"]


class AsyncArticleOperations(AsyncSource):
    """Articles and classes: over REST2 only, since 5.0.1."""

    async def get_article(self, article_id: int) -> Article:
        """One article, every field; deleted ones, too. See `Tracker.get_article`."""
        result: Article = await self._carried("get_article", locals())
        return result

    def search_articles(self, conditions: Iterable[Condition] = (), *, order: Optional[str] = None,
                        include_disabled: bool = False) -> AsyncListing[Article]:
        """The articles that all conditions hold for. See `Tracker.search_articles`."""
        return self._listed("search_articles", locals())

    async def create_article(self, class_name: Union[str, int], name: str, *, summary: str = KEEP,
                             sort_order: int = KEEP, custom_fields: CustomValues = KEEP,
                             read_back: bool = True) -> Receipt:
        """Create an article, once. See `Tracker.create_article`."""
        result: Receipt = await self._carried("create_article", locals())
        return result

    async def edit_article(self, article_id: int, *, name: str = KEEP, summary: str = KEEP,
                           class_name: Union[str, int] = KEEP, sort_order: int = KEEP,
                           disabled: bool = KEEP, custom_fields: CustomValues = KEEP,
                           read_back: bool = True) -> Receipt:
        """Change fields of an article. See `Tracker.edit_article`."""
        result: Receipt = await self._carried("edit_article", locals())
        return result

    async def delete_article(self, article_id: int) -> Receipt:
        """See `Tracker.delete_article`."""
        result: Receipt = await self._carried("delete_article", locals())
        return result

    def get_article_history(self, article_id: int) -> AsyncListing[Transaction]:
        """See `Tracker.get_article_history`."""
        return self._listed("get_article_history", locals())

    async def get_article_attachments(self, article_id: int) -> Tuple[Attachment, ...]:
        """See `Tracker.get_article_attachments`."""
        result: Tuple[Attachment, ...] = await self._carried("get_article_attachments", locals())
        return result

    async def get_class(self, article_class: Union[str, int]) -> ArticleClass:
        """A class of articles by name or number. See `Tracker.get_class`."""
        result: ArticleClass = await self._carried("get_class", locals())
        return result

    def search_classes(self, conditions: Iterable[Condition] = (), *, order: Optional[str] = None,
                       include_disabled: bool = False) -> AsyncListing[ArticleClass]:
        """The classes that all conditions hold for. See `Tracker.search_classes`."""
        return self._listed("search_classes", locals())

    async def create_class(self, name: str, *, description: str = KEEP, sort_order: int = KEEP,
                           read_back: bool = True) -> Receipt:
        """Create a class, once. See `Tracker.create_class`."""
        result: Receipt = await self._carried("create_class", locals())
        return result

    async def edit_class(self, article_class: Union[str, int], *, name: str = KEEP,
                         description: str = KEEP, sort_order: int = KEEP, disabled: bool = KEEP,
                         read_back: bool = True) -> Receipt:
        """Change fields of a class. See `Tracker.edit_class`."""
        result: Receipt = await self._carried("edit_class", locals())
        return result

    async def disable_class(self, article_class: Union[str, int]) -> Receipt:
        """Disable a class; its articles stay. See `Tracker.disable_class`."""
        result: Receipt = await self._carried("disable_class", locals())
        return result

    def get_class_history(self, article_class: Union[str, int]) -> AsyncListing[Transaction]:
        """See `Tracker.get_class_history`."""
        return self._listed("get_class_history", locals())
