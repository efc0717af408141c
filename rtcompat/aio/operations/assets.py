"""`rtcompat.tracker.assets`, awaited. Written by ``python -m tests.write_aio``."""
from __future__ import annotations

from typing import Iterable, Optional, Tuple, Union

from rtcompat.aio.listing import AsyncListing
from rtcompat.aio.source import AsyncSource
from rtcompat.conditions import Condition
from rtcompat.model import Asset, Attachment, Catalog, KEEP, Links, Receipt, Transaction
from rtcompat.tracker.source import CustomValues, LinkChanges, People

__all__ = ["AsyncAssetOperations"]


class AsyncAssetOperations(AsyncSource):
    """Assets and catalogs: over REST2 only."""

    async def get_asset(self, asset_id: int) -> Asset:
        """One asset, every field; deleted ones, too. See `Tracker.get_asset`."""
        result: Asset = await self._carried("get_asset", locals())
        return result

    def search_assets(self, conditions: Iterable[Condition] = (), *, query: Optional[str] = None,
                      order: Optional[str] = None) -> AsyncListing[Asset]:
        """See `Tracker.search_assets`."""
        return self._listed("search_assets", locals())

    async def create_asset(self, catalog: Union[str, int], *, name: str = "",
                           description: str = KEEP, status: str = KEEP, owner: str = KEEP,
                           held_by: People = KEEP, contacts: People = KEEP,
                           custom_fields: CustomValues = KEEP, read_back: bool = True) -> Receipt:
        """Create an asset, once. See `Tracker.create_asset`."""
        result: Receipt = await self._carried("create_asset", locals())
        return result

    async def edit_asset(self, asset_id: int, *, name: str = KEEP, description: str = KEEP,
                         catalog: Union[str, int] = KEEP, status: str = KEEP, owner: str = KEEP,
                         held_by: People = KEEP, contacts: People = KEEP,
                         custom_fields: CustomValues = KEEP, read_back: bool = True) -> Receipt:
        """Change fields of an asset; those left at KEEP stay. See `Tracker.edit_asset`."""
        result: Receipt = await self._carried("edit_asset", locals())
        return result

    async def delete_asset(self, asset_id: int) -> Receipt:
        """See `Tracker.delete_asset`."""
        result: Receipt = await self._carried("delete_asset", locals())
        return result

    def get_asset_history(self, asset_id: int) -> AsyncListing[Transaction]:
        """See `Tracker.get_asset_history`."""
        return self._listed("get_asset_history", locals())

    async def get_asset_attachments(self, asset_id: int) -> Tuple[Attachment, ...]:
        """See `Tracker.get_asset_attachments`."""
        result: Tuple[Attachment, ...] = await self._carried("get_asset_attachments", locals())
        return result

    async def get_asset_links(self, asset_id: int) -> Links:
        """An asset's links, as `get_links`. See `Tracker.get_asset_links`."""
        result: Links = await self._carried("get_asset_links", locals())
        return result

    async def edit_asset_links(self, asset_id: int, *, add: LinkChanges = KEEP,
                               remove: LinkChanges = KEEP, replace: LinkChanges = KEEP,
                               read_back: bool = True) -> Receipt:
        """Change an asset's links, as `edit_links`. See `Tracker.edit_asset_links`."""
        result: Receipt = await self._carried("edit_asset_links", locals())
        return result

    async def get_catalog(self, catalog: Union[str, int]) -> Catalog:
        """A catalog by name or number. See `Tracker.get_catalog`."""
        result: Catalog = await self._carried("get_catalog", locals())
        return result

    def search_catalogs(self, conditions: Iterable[Condition] = (), *, order: Optional[str] = None,
                        include_disabled: bool = False) -> AsyncListing[Catalog]:
        """See `Tracker.search_catalogs`."""
        return self._listed("search_catalogs", locals())

    async def create_catalog(self, name: str, *, description: str = KEEP, lifecycle: str = KEEP,
                             held_by: People = KEEP, contacts: People = KEEP,
                             disabled: bool = KEEP, read_back: bool = True) -> Receipt:
        """Create a catalog, once. See `Tracker.create_catalog`."""
        result: Receipt = await self._carried("create_catalog", locals())
        return result

    async def edit_catalog(self, catalog: Union[str, int], *, name: str = KEEP,
                           description: str = KEEP, lifecycle: str = KEEP, held_by: People = KEEP,
                           contacts: People = KEEP, disabled: bool = KEEP,
                           read_back: bool = True) -> Receipt:
        """Change fields of a catalog. See `Tracker.edit_catalog`."""
        result: Receipt = await self._carried("edit_catalog", locals())
        return result

    async def disable_catalog(self, catalog: Union[str, int]) -> Receipt:
        """Disable a catalog; its assets stay. See `Tracker.disable_catalog`."""
        result: Receipt = await self._carried("disable_catalog", locals())
        return result

    def get_catalog_history(self, catalog: Union[str, int]) -> AsyncListing[Transaction]:
        """See `Tracker.get_catalog_history`."""
        return self._listed("get_catalog_history", locals())
