"""What a caller may give for TLS and for waiting, checked before any connection is tried."""
from __future__ import annotations

import math
import os
import ssl
from typing import Any, Optional, Tuple, Union
from urllib.parse import urlsplit

import certifi
import requests

from rtcompat.errors import UsageError
from rtcompat.transport.bodies import is_loopback

__all__ = ["checked_timeout", "checked_verify", "proxy_for", "tls_context"]


def checked_verify(verify: Any) -> Union[bool, str]:
    """True, False, or the path of a file or folder of CA certificates that is there.

    Raises: UsageError for anything else, for http addresses too: they may redirect to https, and
        requests takes an empty text or 0 for "verify nothing".
    """
    if isinstance(verify, bool):
        return verify
    if not isinstance(verify, (str, os.PathLike)):
        raise UsageError("verify is True, False, or a file or folder of CA certificates",
                         argument="verify")
    path = str(os.fspath(verify))
    if not path or "\0" in path or not os.path.exists(path):
        raise UsageError(f"there is no file or folder of CA certificates {path!r}",
                         argument="verify")
    return path


def checked_timeout(timeout: Any) -> Tuple[float, float]:
    """Seconds for connecting and for each wait; one number stands for both.

    Raises: UsageError unless each is a positive, finite number.
    """
    pair = tuple(timeout) if isinstance(timeout, (tuple, list)) else (timeout, timeout)
    if len(pair) != 2 or not all(map(_is_wait, pair)):
        raise UsageError("timeout is a positive number of seconds, or a pair of them",
                         argument="timeout")
    return pair[0], pair[1]


def _is_wait(one: Any) -> bool:
    return (isinstance(one, (int, float)) and not isinstance(one, bool)
            and math.isfinite(one) and one > 0)


def proxy_for(url: str, proxy: Optional[str]) -> Optional[str]:
    """The proxy for a site: the one given, or what requests finds in the environment, but none
    for loopback."""
    if proxy is not None or is_loopback(urlsplit(url).hostname or ""):
        return proxy
    found = requests.utils.get_environ_proxies(url, no_proxy=None)
    chosen: Optional[str] = requests.utils.select_proxy(url, found)
    return chosen


def tls_context(verify: Union[bool, str]) -> ssl.SSLContext:
    """What requests would verify by, for other libraries; ``verify`` as `checked_verify` gives it.

    True takes the certificates that the environment names, as requests does, or certifi's.
    """
    if verify is False:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    path = verify if isinstance(verify, str) else (
        os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
        or certifi.where())
    if os.path.isdir(path):
        return ssl.create_default_context(capath=path)
    return ssl.create_default_context(cafile=path)
