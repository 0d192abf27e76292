"""The addresses of all status lists of a provider, for a verifier that fetches everything beforehand.

Token Status List, draft -21, section 9. Who holds all lists can check offline, and tells nobody what was checked.
"""

from collections.abc import Sequence

from vc_core import strict_json
from vc_core.addresses import LoopbackHttp, require_url
from vc_core.rejection import Rejection

MAX_BYTES = 4 * 1024 * 1024
MAX_LISTS = 10_000


def encode_aggregation(addresses: Sequence[str]) -> bytes:
    """Section 9.3: the addresses of all lists, as `application/json`."""
    return strict_json.dump({"status_lists": list(addresses)})


def parse_aggregation(body: bytes, *, policy: LoopbackHttp = LoopbackHttp.ALLOWED) -> tuple[str, ...]:
    """The addresses, each once, in the order given; one that may not be used is left out, the rest still count.

    Rejects with `aggregation_malformed`, or as `strict_json.parse_object` does.
    """
    listed = strict_json.parse_object(body, max_bytes=MAX_BYTES).get("status_lists")
    if type(listed) is not list or len(listed) > MAX_LISTS or not all(type(uri) is str for uri in listed):
        raise Rejection("aggregation_malformed", where="/status_lists", section="Token Status List, section 9.3")
    return tuple(uri for uri in dict.fromkeys(listed) if _is_usable(uri, policy))


def _is_usable(uri: str, policy: LoopbackHttp) -> bool:
    try:
        require_url(uri, policy=policy)
    except Rejection:
        return False
    return True
