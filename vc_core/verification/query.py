"""Questions of the query: is it what was asked for, and nothing more (OpenID4VP 1.0, sections 6 and 8.6).

Judged for one presentation against the credential query it answers. Whether the answer as a whole satisfies the query
(`credential_sets`) is a question about all presentations together and is asked by whoever has them all.
"""

from cryptography.x509 import Certificate

from vc_core.checks import Check, CheckId, Outcome, failed, not_applicable, passed
from vc_core.dcql import (
    CredentialQuery,
    CredentialSetQuery,
    PresentationFinding,
    PresentedCredential,
    Query,
    Unrequested,
    judge,
)
from vc_core.formats.base import ParsedPresentation, ResolvedType
from vc_core.rejection import Rejection
from vc_core.verification.case import Case
from vc_core.x509 import authority_key_identifier


def satisfied(case: Case) -> Check:
    return _check(case, "query.satisfied")


def least_disclosure(case: Case) -> Check:
    return _check(case, "query.least_disclosure")


def facts(parsed: ParsedPresentation, *, holder_bound: bool, type_: ResolvedType | None = None) -> PresentedCredential:
    """What a query can ask about this presentation; after `integrity.claim_digests`. type_: knows which claims are only
    shown together; None if that is not known."""
    shown = parsed.query_facts()
    identifiers = (_authority(certificate) for certificate in parsed.chain)
    return PresentedCredential(
        format=parsed.format_id,
        identifier=parsed.identifier,
        claims=shown.claims,
        disclosures=shown.disclosures,
        hidden_elements=shown.hidden_elements,
        groups=() if type_ is None else type_.groups,
        holder_bound=holder_bound,
        authority_key_ids=frozenset(identifier for identifier in identifiers if identifier is not None),
    )


def _authority(certificate: Certificate) -> bytes | None:
    try:
        return authority_key_identifier(certificate)
    except Rejection:  # `trust.issuer_chain` says so
        return None


def _check(case: Case, id_: str) -> Check:
    asked = case.expected.query
    if asked is None:
        return not_applicable(id_, "not_asked")
    bound = case.answers[CheckId("holder.binding")].outcome is Outcome.PASSED
    findings = judge(_alone(asked), {asked.id: [facts(case.parsed, holder_bound=bound, type_=case.type)]})
    for finding in findings:
        if isinstance(finding, PresentationFinding) and _belongs(finding) == id_:
            return failed(id_, str(finding.reason), where=finding.where)
    return passed(id_, query=asked.id)


def _belongs(finding: PresentationFinding) -> str:
    return "query.least_disclosure" if finding.reason is Unrequested.CLAIM else "query.satisfied"


def _alone(asked: CredentialQuery) -> Query:
    wish = CredentialSetQuery(where=asked.where, options=((asked.id,),), required=True)
    return Query(credentials=(asked,), credential_sets=(wish,))
