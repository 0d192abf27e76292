"""Use case: fetch every status list of every institution beforehand (Token Status List, section 9).

A verification whose list is here already asks nobody, so no issuer learns who is being checked, and a check works
offline. Where the lists of an institution are listed follows from the trust list: a status prefix without its last
slash is the address of its aggregation. Of the addresses in there, those count that the trust list allows for the same
institution. A list that cannot be had is one line of the outcome and does not stop the rest.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from vc_core.rejection import Rejection
from vc_core.status_aggregation import parse_aggregation
from vc_core.status_token import parse_token
from vc_core.trust import ListEntry, TrustLists, TrustUnavailable
from vc_core.verification import StatusFetched, StatusUnavailable
from verifier.ports import Downloaded, Fetch, ReadTrust
from verifier.status_lists import Permitted, StatusLists

AT_ONCE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefetched:
    """One address that was asked. reason: why nothing good came; None for a list that is here now."""

    uri: str
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefetchStatus:
    read_trust: ReadTrust
    fetch: Fetch
    lists: StatusLists

    def __call__(self, now: datetime, hold: timedelta) -> tuple[Prefetched, ...]:
        """hold: for so long verifications use the lists without asking, within their `ttl` and `exp`.

        One outcome for each list, and one for each aggregation and each trust list (`trust_list`, and its name where
        there are several) that failed.
        """
        trust = TrustLists.of(self.read_trust(now))
        failed = list(_missing(trust))
        wanted: dict[str, Permitted] = {}
        for aggregation, owners in _aggregations(trust).items():
            permitted = _under(owners)
            listed = self._listed(aggregation, permitted)
            if isinstance(listed, StatusUnavailable):
                failed.append(Prefetched(uri=aggregation, reason=listed.reason))
                continue
            for uri in listed:
                if permitted(uri):
                    wanted[uri] = permitted
                else:
                    failed.append(Prefetched(uri=uri, reason="address_not_permitted"))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            fetched = pool.map(lambda uri: self._one(uri, wanted[uri], now, hold), wanted)
            return (*fetched, *failed)

    def _listed(self, aggregation: str, permitted: Permitted) -> Sequence[str] | StatusUnavailable:
        answer = self.fetch(
            aggregation,
            accept="application/json",
            etag=None,
            permitted=lambda uri: uri == aggregation or permitted(uri),
        )
        if not isinstance(answer, Downloaded):
            return answer if isinstance(answer, StatusUnavailable) else StatusUnavailable(reason="not_modified_unasked")
        try:
            return parse_aggregation(answer.body)
        except Rejection as rejection:
            return StatusUnavailable(reason=rejection.reason)

    def _one(self, uri: str, permitted: Permitted, now: datetime, hold: timedelta) -> Prefetched:
        match self.lists.renewed(uri, permitted, now, hold):
            case StatusUnavailable(reason=reason):
                return Prefetched(uri=uri, reason=reason)
            case StatusFetched(body=body, content_type=content_type):
                return Prefetched(uri=uri, reason=_fault(uri, body, content_type))


def _missing(trust: TrustLists) -> Iterator[Prefetched]:
    for one in trust.lists:
        if isinstance(one.content, TrustUnavailable):
            yield Prefetched(uri=f"trust_list {one.name}".rstrip(), reason=one.content.reason)


def _aggregations(trust: TrustLists) -> Mapping[str, Sequence[ListEntry]]:
    """Where lists are listed, and of which institutions they may be."""
    found: dict[str, list[ListEntry]] = {}
    for entry in trust.all_entries():
        for prefix in entry.entity.status_prefixes:
            found.setdefault(prefix.removesuffix("/"), []).append(entry)
    return found


def _under(owners: Sequence[ListEntry]) -> Permitted:
    return lambda uri: any(owner.permits_status_uri(uri) for owner in owners)


def _fault(uri: str, body: bytes, content_type: str) -> str | None:
    """Whether it is a list, and the one asked for; who signed it is judged with the credential."""
    try:
        token = parse_token(body, content_type)
    except Rejection as rejection:
        return rejection.reason
    return None if token.subject == uri else "status_list_of_other_uri"


def failures(outcome: Sequence[Prefetched]) -> Iterator[Prefetched]:
    return (one for one in outcome if one.reason is not None)
