"""Requests over HTTP. The only room that imports requests and requests-toolbelt.

``sending`` is the transport; ``bodies`` puts a request into HTTP; ``settings`` checks what a caller
gives for TLS and waiting; ``connections`` holds what is below requests: pools that note when a byte
leaves, and the reasons of failures, which ``failures`` puts into words with what to try.
"""
from __future__ import annotations

from rtcompat.transport.bodies import rewinder
from rtcompat.transport.sending import Answer, Divert, Transport

__all__ = ["Answer", "Divert", "Transport", "rewinder"]
