"""Requests over HTTP. The only room that imports requests and requests-toolbelt.

``rules`` holds what every way of sending shares: how often, what is told, how an answer is taken;
``sending`` is the blocking transport, ``threads`` an awaiting one, with what ``awaiting`` gives to
all such; ``bodies`` puts a request into HTTP; ``settings`` checks what a caller gives for TLS and
waiting; ``connections`` holds what is below requests: pools that note when a byte leaves, and the
reasons of failures, which ``failures`` puts into words.
"""
from __future__ import annotations

from rtcompat.transport.awaiting import AsyncTransport
from rtcompat.transport.bodies import rewinder
from rtcompat.transport.failures import Broken, chain, explained, refuse_plain_http
from rtcompat.transport.rules import Answer, Attempt, Call, Composed, Divert, Reception
from rtcompat.transport.sending import Transport
from rtcompat.transport.settings import proxy_for, tls_context
from rtcompat.transport.threads import ThreadTransport

__all__ = ["Answer", "AsyncTransport", "Attempt", "Broken", "Call", "Composed", "Divert",
           "Reception", "ThreadTransport", "Transport", "chain", "explained", "proxy_for",
           "refuse_plain_http", "rewinder", "tls_context"]
