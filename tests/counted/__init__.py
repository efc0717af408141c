"""Every case whose requests are counted: `tests.request_cases` and what the modules here add.

What another version of RT does alike is counted on few servers: see `few`.
"""
from __future__ import annotations

from typing import Tuple

from tests.counted import assets, bulk, conflicts, current, customfields, entries, groups
from tests.request_cases import CASES as _FIRST
from tests.request_cases import REFUSALS as _FIRST_REFUSALS
from tests.request_cases import Case

__all__ = ["CASES", "REFUSALS"]

CASES: Tuple[Case, ...] = (*_FIRST, *assets.CASES, *bulk.CASES, *conflicts.CASES, *current.CASES,
                           *customfields.CASES, *entries.CASES, *groups.CASES)
REFUSALS: Tuple[Case, ...] = (*_FIRST_REFUSALS,)
