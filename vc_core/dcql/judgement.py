"""What a verifier finds when it holds an answer against its own query: OpenID4VP 1.0, sections 6.4, 8.1 and 8.6.

The wallet is not relied upon for anything (section 14.11): type, issuing authority, holder's proof, claims, values, and
that no more is shown than was asked for are judged anew from what was presented. An empty tuple of findings means that
it is what was asked for. Signatures, digests, nonce and status are not judged here (`verification`). Left out: a
presentation that serves several queries at once (section 6.4), for no query made here asks twice for one type in one
format.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from vc_core.claims import ClaimPath, json_pointer
from vc_core.dcql.matching import (
    CredentialFacts,
    Mismatch,
    disclosures_for,
    mismatches,
    satisfied_options,
    selected,
)
from vc_core.dcql.query import ClaimQuery, CredentialQuery, Query


class Unrequested(StrEnum):
    """An answer that holds what was not asked for."""

    QUERY_ID = "query_id_unknown"
    CREDENTIAL = "credential_not_requested"
    SEVERAL = "presentations_too_many"
    CLAIM = "claim_not_requested"


class Unsatisfied(StrEnum):
    """A required credential set of which no option was presented whole."""

    SET = "credential_set_not_satisfied"


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentedCredential(CredentialFacts):
    """A credential as it was presented; holder_bound: whether a proof of the holder came with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentationFinding:
    """Something is wrong with one presentation.

    where: JSON pointer in the query; for `claim_not_requested`, in the credential.
    """

    reason: Mismatch | Unrequested
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFinding:
    """Something is wrong with the answer as a whole; where: JSON pointer in the query, or the unknown id."""

    reason: Unrequested | Unsatisfied
    where: str


def judge_presentation(query: CredentialQuery, facts: PresentedCredential) -> tuple[PresentationFinding, ...]:
    """Whether it is what its credential query asks for; if it is, whether it shows more than that."""
    faults = [PresentationFinding(reason=reason, where=where) for reason, where in mismatches(query, facts)]
    return tuple(faults or _excess(query, facts))


def judge_set(query: Query, presented: Mapping[str, int]) -> tuple[AnswerFinding, ...]:
    """The answer as a whole, where every presentation was found to be what its credential query asks for.

    1. Only ids that were asked for, one presentation each unless `multiple`.
    2. Every required set is satisfied.

    presented: how many, by credential query id.
    """
    satisfied = {query_id for query_id, number in presented.items() if number}
    return (*_form(query, presented), *_unsatisfied(query, satisfied))  # 1, 2


def _unsatisfied(query: Query, satisfied: set[str]) -> Iterator[AnswerFinding]:
    for wish in query.credential_sets:
        if wish.required and not any(satisfied.issuperset(option) for option in wish.options):
            yield AnswerFinding(reason=Unsatisfied.SET, where=wish.where)


def _form(query: Query, presented: Mapping[str, int]) -> list[AnswerFinding]:
    wanted_ids = {query_id for wish in query.credential_sets for option in wish.options for query_id in option}
    findings: list[AnswerFinding] = []
    for query_id, number in presented.items():
        credential = query.credential(query_id)
        if credential is None:
            findings.append(AnswerFinding(reason=Unrequested.QUERY_ID, where=query_id))
        elif query_id not in wanted_ids:
            findings.append(AnswerFinding(reason=Unrequested.CREDENTIAL, where=credential.where))
        elif number > 1 and not credential.multiple:
            findings.append(AnswerFinding(reason=Unrequested.SEVERAL, where=credential.where))
    return findings


def _excess(query: CredentialQuery, facts: PresentedCredential) -> list[PresentationFinding]:
    """Disclosures beyond one combination of claims; the combination that leaves the fewest is taken as meant."""
    least: frozenset[ClaimPath] | None = None
    for option in satisfied_options(query, facts):
        excess = facts.disclosures - _requested(option, facts)
        if not excess:
            return []
        least = excess if least is None else min(least, excess, key=len)
    return [
        PresentationFinding(reason=Unrequested.CLAIM, where=json_pointer(path))
        for path in sorted(least or (), key=json_pointer)
    ]


def _requested(claims: Sequence[ClaimQuery], facts: PresentedCredential) -> frozenset[ClaimPath]:
    return disclosures_for([selection.path for claim in claims for selection in selected(claim, facts)], facts)
