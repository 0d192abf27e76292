"""What a verifier finds when it holds an answer against its own query: OpenID4VP 1.0, sections 6.4, 8.1 and 8.6.

The wallet is not relied upon for anything (section 14.11): type, issuing authority, holder's proof, claims, values, and
that no more is shown than was asked for are judged anew from what was presented. An empty tuple of findings means that
the answer is what was asked for. Signatures, digests, nonce and status are not judged here (`verification`): what has
failed there is left out of `presented`, as section 8.6 demands, and may be missed here as a consequence.
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


Reason = Mismatch | Unrequested | Unsatisfied


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentedCredential(CredentialFacts):
    """A credential as it was presented; holder_bound: whether a proof of the holder came with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentationFinding:
    """Something is wrong with one presentation.

    where: JSON pointer in the query; for `claim_not_requested`, in the credential.
    """

    query_id: str
    index: int
    reason: Mismatch | Unrequested
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFinding:
    """Something is wrong with the answer as a whole; where: JSON pointer in the query, or the unknown id."""

    reason: Unrequested | Unsatisfied
    where: str


Finding = PresentationFinding | AnswerFinding


def judge(query: Query, presented: Mapping[str, Sequence[PresentedCredential]]) -> tuple[Finding, ...]:
    """Section 8.6: the form of the answer, then each presentation, then the whole set.

    1. Only ids that were asked for, one presentation each unless `multiple`.
    2. Each presentation is what its credential query asks for, and shows no more than that.
    3. Every required set is satisfied by presentations that are.
    """
    findings: list[Finding] = list(_form(query, _counted(presented)))  # 1
    satisfied: set[str] = set()
    for credential in query.credentials:  # 2
        for index, facts in enumerate(presented.get(credential.id, ())):
            faults = [
                PresentationFinding(query_id=credential.id, index=index, reason=reason, where=where)
                for reason, where in mismatches(credential, facts)
            ]
            if not faults:
                satisfied.add(credential.id)
                faults = _excess(credential, index, facts, _other_claims(query, presented, credential, facts))
            findings.extend(faults)
    return (*findings, *_unsatisfied(query, satisfied))  # 3


def judge_set(query: Query, presented: Mapping[str, int]) -> tuple[AnswerFinding, ...]:
    """Steps 1 and 3 of `judge`, where every presentation was found to be what its credential query asks for.

    presented: how many, by credential query id.
    """
    satisfied = {query_id for query_id, number in presented.items() if number}
    return (*_form(query, presented), *_unsatisfied(query, satisfied))


def _counted(presented: Mapping[str, Sequence[PresentedCredential]]) -> dict[str, int]:
    return {query_id: len(presentations) for query_id, presentations in presented.items()}


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


def _excess(
    query: CredentialQuery, index: int, facts: PresentedCredential, others: Sequence[ClaimQuery]
) -> list[PresentationFinding]:
    """Disclosures beyond one combination of claims; the combination that leaves the fewest is taken as meant."""
    least: frozenset[ClaimPath] | None = None
    for option in satisfied_options(query, facts):
        excess = facts.disclosures - _requested((*option, *others), facts)
        if not excess:
            return []
        least = excess if least is None else min(least, excess, key=len)
    return [
        PresentationFinding(query_id=query.id, index=index, reason=Unrequested.CLAIM, where=json_pointer(path))
        for path in sorted(least or (), key=json_pointer)
    ]


def _requested(claims: Sequence[ClaimQuery], facts: PresentedCredential) -> frozenset[ClaimPath]:
    return disclosures_for([selection.path for claim in claims for selection in selected(claim, facts)], facts)


def _other_claims(
    query: Query,
    presented: Mapping[str, Sequence[PresentedCredential]],
    this: CredentialQuery,
    facts: PresentedCredential,
) -> list[ClaimQuery]:
    """Claims that other answered queries ask of the same credential: one presentation may serve both (section 6.4)."""
    return [
        claim
        for other in query.credentials
        if other is not this and other.id in presented and facts.format == other.format
        if facts.identifier in other.identifiers
        for option in other.options
        for claim in option
    ]
