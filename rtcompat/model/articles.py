"""Articles and their classes."""
from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import datetime
from typing import Mapping, Tuple

from rtcompat.model.marks import EMPTY, NOT_LOADED

__all__ = ["Article", "ArticleClass"]


@dataclass(frozen=True)
class Article:
    """An article. Texts are "" when unset; its text stands in custom fields (``Content``).

    Attributes:
        class_name: the class's name; NOT_LOADED for one who may not see the class.
        disabled: whether it was deleted.
    """

    id: int
    name: str = NOT_LOADED
    summary: str = NOT_LOADED
    class_name: str = NOT_LOADED
    sort_order: int = NOT_LOADED
    disabled: bool = NOT_LOADED
    creator: str = NOT_LOADED
    created: datetime = NOT_LOADED
    last_updated_by: str = NOT_LOADED
    last_updated: datetime = NOT_LOADED
    custom_fields: Mapping[str, Tuple[str, ...]] = NOT_LOADED
    other_fields: Mapping[str, str] = attribute(default=EMPTY, compare=False)


@dataclass(frozen=True)
class ArticleClass:
    """A class of articles: what a queue is to tickets. Texts are "" when unset."""

    id: int
    name: str = NOT_LOADED
    description: str = NOT_LOADED
    sort_order: int = NOT_LOADED
    disabled: bool = NOT_LOADED
    creator: str = NOT_LOADED
    created: datetime = NOT_LOADED
    last_updated_by: str = NOT_LOADED
    last_updated: datetime = NOT_LOADED
    other_fields: Mapping[str, str] = attribute(default=EMPTY, compare=False)
