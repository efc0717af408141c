"""RT's query language at the waist: building TicketSQL of which no value can widen what it finds.

`building` has the function `ticketsql` and the keyword filters, `templates` the template form,
`query` the object and its rendering, `quoting` texts and names, `moments` how RT reads a date.
"""
from __future__ import annotations

from rtcompat.conditions import Wild, wild
from rtcompat.ticketsql.building import ticketsql
from rtcompat.ticketsql.query import Query

__all__ = ["Query", "Wild", "ticketsql", "wild"]
