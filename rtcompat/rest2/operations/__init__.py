"""Every operation of `Tracker` over REST2, as generators of requests.

What each promises stands in `Tracker`; how it is done stands in the modules of ``rest2``, one a
subject. A listing also takes the cursor of the page before and returns one `Page`.
"""
from __future__ import annotations

from typing import Mapping, Tuple

from rtcompat.rest2.context import Context
from rtcompat.rest2.operations.articles import Articles
from rtcompat.rest2.operations.assets import Assets
from rtcompat.rest2.operations.bulk import Bulk
from rtcompat.rest2.operations.current import Current
from rtcompat.rest2.operations.customfields import CustomFields
from rtcompat.rest2.operations.entries import Entries
from rtcompat.rest2.operations.groups import Groups
from rtcompat.rest2.operations.histories import Histories
from rtcompat.rest2.operations.messages import Messages
from rtcompat.rest2.operations.people import People
from rtcompat.rest2.operations.searches import Searches
from rtcompat.rest2.operations.tickets import Tickets

__all__ = ["Rest2", "Context"]


class Rest2(Tickets, Current, Bulk, Messages, Histories, People, Groups, CustomFields, Assets,
            Articles, Searches, Entries):
    """The operations over REST2. Requests' paths are relative to `BASE`."""

    NAME = "rest2"
    BASE = "REST/2.0/"
    #: What no version of REST2 can do; an instance's own table adds what its server cannot.
    UNSUPPORTED: Mapping[str, str] = {
        **Tickets.LACKS, **Messages.LACKS, **Histories.LACKS, **People.LACKS}
    #: What older versions pass over without a word, by the version that brought it.
    SINCE: Mapping[str, Tuple[int, ...]] = {
        **Tickets.SINCE, **Messages.SINCE, **Histories.SINCE, **People.SINCE,
        **CustomFields.SINCE, **Assets.SINCE, **Articles.SINCE, **Searches.SINCE,
        **Entries.SINCE}

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.UNSUPPORTED = {**type(self).UNSUPPORTED, **{
            key: f"RT does this over REST2 since {'.'.join(map(str, since))}"
            for key, since in self.SINCE.items() if context.before(*since)}}
