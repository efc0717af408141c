"""Assets and catalogs. The contract of each operation."""
from __future__ import annotations

from typing import Iterable, Optional, Tuple, Union

from rtcompat.conditions import Condition
from rtcompat.model import KEEP, Asset, Attachment, Catalog, Links, Receipt, Transaction
from rtcompat.tracker.source import CustomValues, LinkChanges, Listing, People, Source

__all__ = ["AssetOperations"]


class AssetOperations(Source):
    """Assets and catalogs: over REST2 only."""

    def get_asset(self, asset_id: int) -> Asset:
        """One asset, every field; deleted ones, too.

        Raises: NotFound, PermissionDenied.
        Requests: -/1; deleted -/2; deleted, with people -/3.
        Source: REST2 ``POST /assets`` by number, and ``GET /asset/N`` for deleted ones.
        """
        result: Asset = self._carried("get_asset", locals())
        return result

    def search_assets(self, conditions: Iterable[Condition] = (), *, query: Optional[str] = None,
                      order: Optional[str] = None) -> Listing[Asset]:
        """The assets that all conditions hold for, or that AssetSQL finds; never deleted ones.

        Args:
            conditions: made by `conditions.where`; a catalog is a name or number there.
            query: AssetSQL instead (``Catalog = 'General assets' AND HeldBy.Name = 'alice'``).
            order: a field that conditions know, ``-`` before it for descending; None walks by id.
                With an order, an asset that moves between two pages may be missed.
        Returns: Listing; total is None where RT hides it.
        Raises: UsageError for a field that cannot be searched by, and for conditions and query
            together; InvalidQuery with RT's sentence.
        Requests: -/1+; by a query -/1+; a catalog by name -/2+. 1 per 100 assets.
        Source: REST2 ``POST /assets``; with query ``GET /assets`` (5.0.2).
        """
        return self._listed("search_assets", locals())

    def create_asset(self, catalog: Union[str, int], *, name: str = "", description: str = KEEP,
                     status: str = KEEP, owner: str = KEEP, held_by: People = KEEP,
                     contacts: People = KEEP, custom_fields: CustomValues = KEEP,
                     read_back: bool = True) -> Receipt:
        """Create an asset, once.

        Args:
            catalog: name or number. name: not all digits: RT refuses it.
        Returns: Receipt with the number in ``id``.
        Raises: InvalidValue when RT refuses a value; PermissionDenied; NotFound for the catalog
            where RT tells. When it was created without a wanted field: InvalidValue with the
            receipt.
        Requests: -/2; read_back=False -/1; people given by login -/3. The catalog by number is
            read, too; its custom fields once a login (2).
        Source: REST2 ``POST /asset``.
        """
        result: Receipt = self._carried("create_asset", locals())
        return result

    def edit_asset(self, asset_id: int, *, name: str = KEEP, description: str = KEEP,
                   catalog: Union[str, int] = KEEP, status: str = KEEP, owner: str = KEEP,
                   held_by: People = KEEP, contacts: People = KEEP,
                   custom_fields: CustomValues = KEEP, read_back: bool = True) -> Receipt:
        """Change fields of an asset; those left at KEEP stay.

        Args:
            owner: a login; ``Nobody`` for none.
            held_by, contacts: the complete list, groups included; [] for nobody.
        Returns, Raises: as `edit_ticket`.
        Requests: -/3; read_back=False -/1. People given by login, and the catalog by number, are
            looked up: 1 each.
        Source: REST2 ``PUT /asset/N``.
        """
        result: Receipt = self._carried("edit_asset", locals())
        return result

    def delete_asset(self, asset_id: int) -> Receipt:
        """Give an asset the status ``deleted``: no search finds it afterwards. RT's own DELETE
        refuses every asset (5.0.3 to 5.0.10).

        Returns: Receipt with ``status``. Raises: as `edit_asset`.
        Requests: -/4.
        Source: REST2 ``PUT /asset/N``.
        """
        result: Receipt = self._carried("delete_asset", locals())
        return result

    def get_asset_history(self, asset_id: int) -> Listing[Transaction]:
        """The asset's transactions, oldest first, without contents.

        Raises: NotFound, PermissionDenied (RT itself answers an empty list).
        Requests: -/1+. 1 per 100 transactions.
        Source: REST2 ``GET /asset/N/history``.
        """
        return self._listed("get_asset_history", locals())

    def get_asset_attachments(self, asset_id: int) -> Tuple[Attachment, ...]:
        """All parts of the asset's transactions by id, without headers and content. Files in
        custom fields are none of them.

        Raises: NotFound, PermissionDenied.
        Requests: -/2+. 1 per 100 transactions, and 1 per 100 of these for their parts.
        Source: REST2 ``GET /asset/N/history``, ``POST /attachments``.
        """
        result: Tuple[Attachment, ...] = self._carried("get_asset_attachments", locals())
        return result

    def get_asset_links(self, asset_id: int) -> Links:
        """An asset's links, as `get_links`.

        Raises: NotFound, PermissionDenied.
        Requests: -/1.
        Source: REST2 ``GET /asset/N``.
        """
        result: Links = self._carried("get_asset_links", locals())
        return result

    def edit_asset_links(self, asset_id: int, *, add: LinkChanges = KEEP,
                         remove: LinkChanges = KEEP, replace: LinkChanges = KEEP,
                         read_back: bool = True) -> Receipt:
        """Change an asset's links, as `edit_links`.

        Requests: -/3; read_back=False -/1.
        Source: REST2 ``PUT /asset/N`` (5.0.1).
        """
        result: Receipt = self._carried("edit_asset_links", locals())
        return result

    def get_catalog(self, catalog: Union[str, int]) -> Catalog:
        """A catalog by name or number.

        Raises: NotFound; PermissionDenied: RT hides which (as `get_queue`).
        Requests: -/1; with people -/2.
        Source: REST2 ``GET /catalog/X``.
        """
        result: Catalog = self._carried("get_catalog", locals())
        return result

    def search_catalogs(self, conditions: Iterable[Condition] = (), *,
                        order: Optional[str] = None,
                        include_disabled: bool = False) -> Listing[Catalog]:
        """The catalogs that all conditions hold for, without their people. As `search_assets`.

        Requests: -/1+. 1 per 100.
        Source: REST2 ``POST /catalogs``.
        """
        return self._listed("search_catalogs", locals())

    def create_catalog(self, name: str, *, description: str = KEEP, lifecycle: str = KEEP,
                       held_by: People = KEEP, contacts: People = KEEP, disabled: bool = KEEP,
                       read_back: bool = True) -> Receipt:
        """Create a catalog, once. As `create_queue`.

        Requests: -/2; read_back=False -/1; with people -/3. People given by login are looked up: 1.
        Source: REST2 ``POST /catalog``.
        """
        result: Receipt = self._carried("create_catalog", locals())
        return result

    def edit_catalog(self, catalog: Union[str, int], *, name: str = KEEP, description: str = KEEP,
                     lifecycle: str = KEEP, held_by: People = KEEP, contacts: People = KEEP,
                     disabled: bool = KEEP, read_back: bool = True) -> Receipt:
        """Change fields of a catalog. As `edit_queue`; people as `edit_asset`.

        Requests: -/3; read_back=False -/1; with people -/5. People given by login are looked up: 1.
        Source: REST2 ``PUT /catalog/X``.
        """
        result: Receipt = self._carried("edit_catalog", locals())
        return result

    def disable_catalog(self, catalog: Union[str, int]) -> Receipt:
        """Disable a catalog; its assets stay.

        Returns: Receipt with ``disabled``. Raises: as `edit_catalog`.
        Requests: -/3.
        Source: REST2 ``PUT /catalog/X``.
        """
        result: Receipt = self._carried("disable_catalog", locals())
        return result

    def get_catalog_history(self, catalog: Union[str, int]) -> Listing[Transaction]:
        """The catalog's transactions, oldest first, without contents.

        Raises: NotFound, PermissionDenied.
        Requests: by number -/1+; by name -/2+. 1 per 100 transactions.
        Source: REST2 ``POST /transactions``.
        """
        return self._listed("get_catalog_history", locals())
