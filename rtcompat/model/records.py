"""Any record that is read by itself."""
from __future__ import annotations

from typing import Union

from rtcompat.model.articles import Article, ArticleClass
from rtcompat.model.assets import Asset, Catalog
from rtcompat.model.customfields import CustomField, CustomRole
from rtcompat.model.groups import Group
from rtcompat.model.people import User
from rtcompat.model.queues import Queue
from rtcompat.model.tickets import Ticket

__all__ = ["Record"]

Record = Union[Ticket, User, Queue, Group, Asset, Catalog, Article, ArticleClass, CustomField,
               CustomRole]
