"""RT's query language at the waist: building TicketSQL of which no value can widen what it finds,
and evaluating it over records without an RT.

`building` has the function `ticketsql` and the keyword filters, `templates` the template form,
`query` the object and its rendering, `quoting` texts and names, `moments` how RT reads a date.
`parsing` takes TicketSQL apart, `evaluating` has `found`; `words` what tickets are searched by,
`known` what an evaluation may ask beyond the tickets, `datetexts` relative dates.
"""
from __future__ import annotations

from rtcompat.conditions import Wild, wild
from rtcompat.ticketsql.building import ticketsql
from rtcompat.ticketsql.evaluating import Evaluator, Found, Undecided, found
from rtcompat.ticketsql.known import Known
from rtcompat.ticketsql.parsing import enclosed, parse
from rtcompat.ticketsql.query import Query

__all__ = ["Evaluator", "Found", "Known", "Query", "Undecided", "Wild", "enclosed", "found",
           "parse", "ticketsql", "wild"]
