"""Assets and catalogs over REST2."""
from __future__ import annotations

from typing import Any, Iterable, Mapping, Optional, Tuple, Union

from rtcompat.conditions import Condition
from rtcompat.exchange import Operation
from rtcompat.model import KEEP, Asset, Attachment, Catalog, Links, Page, Receipt, Transaction
from rtcompat.rest2 import assets, recordparts, records
from rtcompat.rest2.operations.bound import Bound
from rtcompat.tracker import CustomValues, LinkChanges, People

__all__ = ["Assets"]


class Assets(Bound):
    """Assets and catalogs over REST2: see `Tracker`."""

    SINCE: Mapping[str, Tuple[int, ...]] = {
        "search_assets(query)": (5, 0, 2), "edit_asset_links": (5, 0, 1)}

    def get_asset(self, asset_id: int) -> Operation[Asset]:
        return assets.get(asset_id)

    def search_assets(self, conditions: Iterable[Condition] = (), *, query: Optional[str] = None,
                      order: Optional[str] = None, cursor: Any = None) -> Operation[Page[Asset]]:
        return assets.search(conditions, query, order, cursor)

    def create_asset(self, catalog: Union[str, int], *, name: str = "", description: str = KEEP,
                     status: str = KEEP, owner: str = KEEP, held_by: People = KEEP,
                     contacts: People = KEEP, custom_fields: CustomValues = KEEP,
                     read_back: bool = True) -> Operation[Receipt]:
        return assets.create(self._context, catalog, locals(), read_back)

    def edit_asset(self, asset_id: int, *, name: str = KEEP, description: str = KEEP,
                   catalog: Union[str, int] = KEEP, status: str = KEEP, owner: str = KEEP,
                   held_by: People = KEEP, contacts: People = KEEP,
                   custom_fields: CustomValues = KEEP,
                   read_back: bool = True) -> Operation[Receipt]:
        return assets.edit(self._context, asset_id, locals(), read_back)

    def delete_asset(self, asset_id: int) -> Operation[Receipt]:
        return assets.delete(self._context, asset_id)

    def get_asset_history(self, asset_id: int, *,
                          cursor: Any = None) -> Operation[Page[Transaction]]:
        return records.history(assets.ASSET, asset_id, cursor)

    def get_asset_attachments(self, asset_id: int) -> Operation[Tuple[Attachment, ...]]:
        return recordparts.parts(assets.ASSET, asset_id)

    def get_asset_links(self, asset_id: int) -> Operation[Links]:
        return assets.get_links(asset_id)

    def edit_asset_links(self, asset_id: int, *, add: LinkChanges = KEEP,
                         remove: LinkChanges = KEEP, replace: LinkChanges = KEEP,
                         read_back: bool = True) -> Operation[Receipt]:
        return assets.edit_links(self._context, asset_id, add, remove, replace, read_back)

    def get_catalog(self, catalog: Union[str, int]) -> Operation[Catalog]:
        return assets.get_catalog(catalog)

    def search_catalogs(self, conditions: Iterable[Condition] = (), *,
                        order: Optional[str] = None, include_disabled: bool = False,
                        cursor: Any = None) -> Operation[Page[Catalog]]:
        return assets.search_catalogs(conditions, order, include_disabled, cursor)

    def create_catalog(self, name: str, *, description: str = KEEP, lifecycle: str = KEEP,
                       held_by: People = KEEP, contacts: People = KEEP, disabled: bool = KEEP,
                       read_back: bool = True) -> Operation[Receipt]:
        return assets.create_catalog(self._context, name, locals(), read_back)

    def edit_catalog(self, catalog: Union[str, int], *, name: str = KEEP, description: str = KEEP,
                     lifecycle: str = KEEP, held_by: People = KEEP, contacts: People = KEEP,
                     disabled: bool = KEEP, read_back: bool = True) -> Operation[Receipt]:
        return assets.edit_catalog(self._context, catalog, locals(), read_back)

    def disable_catalog(self, catalog: Union[str, int]) -> Operation[Receipt]:
        return assets.disable_catalog(self._context, catalog)

    def get_catalog_history(self, catalog: Union[str, int], *,
                            cursor: Any = None) -> Operation[Page[Transaction]]:
        return assets.catalog_history(catalog, cursor)
