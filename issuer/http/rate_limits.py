"""Which requests are counted together, and how: by institution, or by the address that a request is from.

The address is the peer's as the server says. Behind a reverse proxy that is what `X-Forwarded-For` has, if the server
trusts the proxy (uvicorn: `FORWARDED_ALLOW_IPS`, by default 127.0.0.1); else all wallets share the proxy's address.
It is never logged. Status lists and metadata are not counted: they are public and cached on the way.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from issuer.rates import RateGroup
from issuer.refusals import CodeRefused
from issuer.use_cases.limit_rate import LimitRate

IPV6_PREFIX = 64
"""What one connection is given: its holder chooses the rest of the address freely."""


def address_of(request: Request) -> str:
    """The peer's address, of IPv6 the network; the same for all peers that have none."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network((int(address), IPV6_PREFIX), strict=False))


def wallets_counted(limit: LimitRate) -> Callable[[Request], Awaitable[None]]:
    """A dependency of routes for wallets; most requests are counted without leaving the event loop."""

    async def count(request: Request) -> None:
        source = address_of(request)
        if not limit.at_hand(RateGroup.WALLETS, source):
            await run_in_threadpool(limit.fetch, RateGroup.WALLETS, source)

    return count


@contextmanager
def codes_counted(limit: LimitRate, request: Request) -> Iterator[None]:
    """Around what redeems a code. Refuses with `TooManyWrongCodes`."""
    source = address_of(request)
    limit.require_no_guesser(RateGroup.WRONG_CODES, source)
    try:
        yield
    except CodeRefused:
        limit.count_failure(RateGroup.WRONG_CODES, source)
        raise
