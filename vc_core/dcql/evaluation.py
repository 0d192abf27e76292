"""What a wallet answers to a query, from the credentials it holds: OpenID4VP 1.0, section 6.4.

All or nothing: a required credential that cannot be given means no answer at all (`NoAnswer`, error `access_denied`).
The preferred option is taken wherever there is a choice; which of several matching credentials a holder would rather
show is decided before, by what is handed in. Why there is no answer is for the holder alone, not for the verifier
(section 15.4.1).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vc_core.claims import ClaimPath
from vc_core.dcql.matching import (
    CredentialFacts,
    Mismatch,
    disclosures_for,
    mismatches,
    satisfied_options,
    wanted,
)
from vc_core.dcql.query import CredentialQuery, CredentialSetQuery, Query


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCredential(CredentialFacts):
    """A credential in a wallet; id: the wallet's own name for it; holder_bound: whether a holder's key can prove it."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One credential to present, and the concrete paths of the disclosures to show with it, and no others."""

    credential: HeldCredential
    paths: frozenset[ClaimPath]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """credential query id -> what to present for it, in the order of the query; one each unless `multiple`."""

    choices: Mapping[str, tuple[Choice, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmet:
    """One credential query that nothing matches.

    reason: how far the best candidate came; None when the wallet holds no credential at all. where: JSON pointer.
    """

    query_id: str
    reason: Mismatch | None
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAnswer:
    """Nothing may be presented; unmet: the credential queries of the required sets that nothing matches."""

    unmet: tuple[Unmet, ...]


def evaluate(query: Query, held: Sequence[HeldCredential]) -> Answer | NoAnswer:
    """Section 6.4: claims, credentials, sets. Of credentials matching equally well the first one held is taken."""
    candidates = {credential.id: _choices(credential, held) for credential in query.credentials}
    taken: set[str] = set()
    failed: list[CredentialSetQuery] = []
    for wish in query.credential_sets:
        option = next((option for option in wish.options if all(candidates[query_id] for query_id in option)), None)
        if option is not None:
            taken.update(option)
        elif wish.required:
            failed.append(wish)
    if failed:
        missing = {query_id for wish in failed for option in wish.options for query_id in option}
        return NoAnswer(
            unmet=tuple(
                _unmet(credential, held)
                for credential in query.credentials
                if credential.id in missing and not candidates[credential.id]
            )
        )
    return Answer(choices={query_id: candidates[query_id] for query_id in candidates if query_id in taken})


def _choices(query: CredentialQuery, held: Sequence[HeldCredential]) -> tuple[Choice, ...]:
    """What matches; only the one nearest to the verifier's preference unless several are asked for."""
    matching = sorted(
        (credential for credential in held if next(mismatches(query, credential), None) is None),
        key=lambda credential: query.options.index(next(satisfied_options(query, credential))),
    )
    chosen = matching if query.multiple else matching[:1]
    return tuple(Choice(credential=credential, paths=_paths(query, credential)) for credential in chosen)


def _paths(query: CredentialQuery, credential: HeldCredential) -> frozenset[ClaimPath]:
    option = next(satisfied_options(query, credential))
    return disclosures_for(
        [selection.path for claim in option for selection in wanted(claim, credential)],
        credential,
    )


def _unmet(query: CredentialQuery, held: Sequence[HeldCredential]) -> Unmet:
    order = list(Mismatch)
    faults = [next(mismatches(query, credential)) for credential in held]
    if not faults:
        return Unmet(query_id=query.id, reason=None, where=query.where)
    reason, where = max(faults, key=lambda fault: order.index(fault[0]))
    return Unmet(query_id=query.id, reason=reason, where=where)
