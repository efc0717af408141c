"""Saved searches and simple search. The contract of each operation."""
from __future__ import annotations

from typing import Iterable, Optional, Union

from rtcompat.model import SavedSearch, Ticket
from rtcompat.tracker.source import Listing, Source

__all__ = ["SearchOperations"]


class SearchOperations(Source):
    """Saved searches and simple search: over REST2 only."""

    def get_saved_searches(self) -> Listing[SavedSearch]:
        """The saved searches that we may load: ours, our groups', RT's own.

        Requests: -/1+. 1 per 100.
        Source: REST2 ``GET /searches`` (5.0.2).
        """
        return self._listed("get_saved_searches", locals())

    def get_saved_search(self, search: Union[int, str]) -> SavedSearch:
        """A saved search by number or name.

        Raises: NotFound; PermissionDenied; UsageError for a name that several have, of which RT
            would take any.
        Requests: -/1; by name -/1+.
        Source: REST2 ``GET /search/N``, for a name ``GET /searches`` (5.0.2).
        """
        result: SavedSearch = self._carried("get_saved_search", locals())
        return result

    def run_saved_search(self, search: Union[int, str], *, order: Optional[str] = None,
                         fields: Optional[Iterable[str]] = None,
                         snapshot: bool = False) -> Listing[Ticket]:
        """The tickets that a saved search finds, as `search_tickets` of its query.

        Args:
            order, fields, snapshot: as `search_tickets`; what the search says of its order and
                columns is for RT's pages (`SavedSearch.order`).
        Raises: as `get_saved_search`; UsageError for one that finds other things than tickets.
        Requests: -/2; by name -/2+. 1 per 100 tickets.
        Source: REST2 ``GET /search/N`` (5.0.2), ``POST /tickets``.
        """
        return self._listed("run_saved_search", locals())

    def search_simple(self, text: str, *,
                      fields: Optional[Iterable[str]] = None) -> Listing[Ticket]:
        """The tickets that RT finds by a text as typed into its search box, by id.

        Args:
            text: words, ``"quoted words"``, numbers, addresses, logins, names of queues and
                states, ``fulltext:word``, ``cf.Severity:High``, …: RT guesses what each means.
            fields: as `search_tickets`.
        Returns: Listing: nothing is missed or listed twice while others write. total is None
            where RT hides it.
        Raises: UsageError for an empty text.
        Requests: -/1+; 250 tickets -/3+. 1 per 100 tickets or a little less, as pages overlap.
        Source: REST2 ``GET /tickets?simple=1``.
        """
        return self._listed("search_simple", locals())
