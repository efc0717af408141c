"""The text format of REST 1.0: text <-> `Envelope`, `Form`, `Field`. Pure functions, no I/O.

This is the room's front door; the rooms behind it are ``formsyntax`` (records and patterns),
``formscan`` (reading what RT writes), ``formshapes`` (the same at once for forms that repeat
their shape), ``formstream`` (and for answers of any size), ``formcompose`` (writing it),
``formrequest`` (what is posted to RT) and ``customvalues`` (lists inside values).
"""
from __future__ import annotations

from rtcompat.rest1.customvalues import (AttachmentLine, custom_field_key, custom_field_name,
                                         join_custom_values, parse_attachment_list,
                                         split_custom_values, split_list)
from rtcompat.rest1.formcompose import compose_answer, compose_forms, compose_list
from rtcompat.rest1.formrequest import compose_request, parse_request
from rtcompat.rest1.formscan import dicts, parse, parse_forms, split_head
from rtcompat.rest1.formstream import Batch, Place, stream
from rtcompat.rest1.formsyntax import Envelope, Field, Form, Version, version_of

__all__ = [
    "AttachmentLine", "Batch", "Envelope", "Field", "Form", "Place", "Version", "compose_answer",
    "compose_forms", "compose_list", "compose_request", "custom_field_key", "custom_field_name",
    "dicts", "join_custom_values", "parse", "parse_attachment_list", "parse_forms", "parse_request",
    "split_custom_values", "split_head", "split_list", "stream", "version_of",
]
