"""What RT can store, checked before anything is sent: one table for both protocols.

`checked` (`records`) turns the arguments of a write into the values that a record would hold
afterwards, or raises `UsageError` by name; `values`, `people`, `links`, `files`, `messages`,
`searches` and `customfields` do so for a part. `carried_by` (`losses`) says which protocols keep a
value that one of them loses.
"""
from __future__ import annotations

from rtcompat.limits.customfields import (FILE_TYPES, check_day, check_file_names,
                                          checked_lookup_type, checked_moment, moment_of)
from rtcompat.limits.files import is_empty, misnamed, recoded
from rtcompat.limits.links import checked_links
from rtcompat.limits.losses import BOTH, REST1_ONLY, REST2_ONLY, carried_by
from rtcompat.limits.messages import checked_message
from rtcompat.limits.people import checked_people
from rtcompat.limits.records import checked
from rtcompat.limits.searches import checked_order, checked_query
from rtcompat.limits.values import positive_id

__all__ = ["checked", "checked_people", "checked_links", "checked_message", "checked_query",
           "checked_order", "checked_lookup_type", "checked_moment", "check_day",
           "check_file_names", "carried_by", "is_empty", "misnamed", "moment_of", "recoded", "BOTH",
           "FILE_TYPES", "REST1_ONLY", "REST2_ONLY", "positive_id"]
