"""Questions of the query: is it what was asked for, and nothing more (OpenID4VP 1.0, sections 6 and 8.6).

Judged for one presentation against the credential query it answers. Whether the answer as a whole satisfies the query
(`credential_sets`) is a question about all presentations together and is asked by whoever has them all (`judge_set`).
"""

from collections.abc import Mapping

from cryptography.x509 import Certificate

from vc_core.checks import Check, CheckId, failed, not_applicable, passed
from vc_core.dcql import CredentialQuery, PresentedCredential, Unrequested, judge_presentation
from vc_core.formats.base import ParsedPresentation, ResolvedType
from vc_core.rejection import Rejection
from vc_core.x509 import authority_key_identifier

SATISFIED, LEAST_DISCLOSURE = CheckId("query.satisfied"), CheckId("query.least_disclosure")


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


def answers(
    parsed: ParsedPresentation, asked: CredentialQuery | None, *, holder_bound: bool, type_: ResolvedType | None
) -> Mapping[CheckId, Check]:
    """To both questions at once. asked: None where nothing was; the rest as in `facts`."""
    if asked is None:
        return {id_: not_applicable(id_, "not_asked") for id_ in (SATISFIED, LEAST_DISCLOSURE)}
    found = judge_presentation(asked, facts(parsed, holder_bound=holder_bound, type_=type_))
    checks = {id_: passed(id_, query=asked.id) for id_ in (SATISFIED, LEAST_DISCLOSURE)}
    for finding in reversed(found):
        id_ = LEAST_DISCLOSURE if finding.reason is Unrequested.CLAIM else SATISFIED
        checks[id_] = failed(id_, str(finding.reason), where=finding.where)
    return checks
