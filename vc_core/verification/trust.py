"""Questions of trust: the trust list, the certificate's path to it, and what its owner might issue when it signed."""

from collections.abc import Mapping
from datetime import date

from cryptography.x509 import Certificate

from vc_core import x509
from vc_core.checks import Check, failed, indeterminate, not_evaluated, passed, rejected
from vc_core.claims import ClaimPath, first
from vc_core.rejection import Rejection
from vc_core.trust import ConsultedList, TrustList, TrustLists, TrustUnavailable
from vc_core.verification.case import TRUST_LIST, Case


def trust_list(case: Case) -> Check:
    """Of several lists, the one that speaks for the signer; if none does, all of them that might."""
    for missing in case.missing_lists:
        if isinstance(missing.content, TrustUnavailable):
            return indeterminate("trust.list", missing.content.reason, **_named(missing))
    if case.entry is not None:
        return passed("trust.list", **_named(case.entry.source), **_of_list(case.entry.listed))
    at_hand = tuple(case.trust.at_hand())
    if len(at_hand) == 1:
        ((source, listed),) = at_hand
        return passed("trust.list", **_named(source), **_of_list(listed))
    return passed("trust.list", lists=", ".join(f"{source.name} {listed.sequence}" for source, listed in at_hand))


def _named(source: ConsultedList) -> Mapping[str, str]:
    return {"list": source.name} if source.name else {}


def _of_list(listed: TrustList) -> Mapping[str, str | int]:
    return {
        "operator": listed.operator.name,
        "territory": listed.operator.territory,
        "sequence": listed.sequence,
        "digest": listed.digest,
        "issued_at": listed.issued_at.isoformat(),
    }


def issuer_chain(case: Case) -> Check:
    """Valid now and at the instant of signing (ISO/IEC 18013-5, 9.3.1), by the anchors of the institution it names."""
    chain = case.certificate_chain
    if not chain:
        return failed("trust.issuer_chain", "signer_certificate_unknown")
    entity = case.entity
    leaf = x509.thumbprint(chain[0]).hex()
    try:
        x509.organization_identifier(chain[0])
        if entity is None:
            return _not_listed(case.trust, chain[0])
        for other in case.trust.sharing(chain[0]):
            return failed(
                "trust.issuer_chain", "signer_key_of_several_institutions", certificate=leaf,
                institution=other.entity.institution_id, **_named(other.source),
            )  # fmt: skip
        x509.require_path(chain, entity.anchors, case.now)
    except Rejection as rejection:
        return rejected("trust.issuer_chain", rejection)
    return passed("trust.issuer_chain", institution=entity.institution_id, certificate=leaf)


def _not_listed(lists: TrustLists, leaf: Certificate) -> Check:
    certificate = x509.thumbprint(leaf).hex()
    if lists.revokes(leaf):
        return failed("trust.issuer_chain", "certificate_revoked", certificate=certificate)
    for source, reason in lists.refusing(leaf):
        return failed("trust.issuer_chain", reason, certificate=certificate, **_named(source))
    return failed("trust.issuer_chain", "issuer_not_on_trust_list", certificate=certificate)


def signer_certificate(case: Case) -> Check:
    if case.signer_is_on_missing_list:
        return not_evaluated("trust.signer_certificate", blocked_by=TRUST_LIST)
    chain = case.certificate_chain
    if not chain:
        return failed("trust.signer_certificate", "signer_certificate_unknown")
    try:
        x509.require_profile(chain[0], x509.DOCUMENT_SIGNER)
    except Rejection as rejection:
        return rejected("trust.signer_certificate", rejection)
    return passed("trust.signer_certificate")


def issuer_entitled(case: Case) -> Check:
    """By the day it was signed and, where the document names one, its day of issue: a closed institution's documents
    stay good, and a document dated back or signed late is not (users.md J8)."""
    entity, rulebook = case.entity, case.rulebook
    if entity is None:
        return failed("trust.issuer_entitled", "issuer_not_on_trust_list")
    named = _text(case, rulebook.institution)
    if named is not None and named not in (entity.institution_id, entity.name):
        return failed("trust.issuer_entitled", "institution_differs", institution=entity.institution_id, named=named)
    country = _text(case, rulebook.issuing_country)
    if country is not None and country != entity.country:
        return failed("trust.issuer_entitled", "issuing_country_differs", expected=entity.country, actual=country)
    signed = case.parsed.validity.issued_at
    if signed is None:
        return failed("trust.issuer_entitled", "issue_instant_missing")
    if signed < case.certificate_chain[0].not_valid_before_utc:
        return failed("trust.issuer_entitled", "signed_before_certificate", signed=signed.isoformat())
    for day in (signed.date(), _date(case, rulebook.date_of_issuance)):
        if day is not None and not entity.entitled(rulebook.type_id, day):
            return failed(
                "trust.issuer_entitled", "issuer_not_competent", institution=entity.institution_id, day=day.isoformat()
            )
    return passed("trust.issuer_entitled", institution=entity.institution_id, day=signed.date().isoformat())


def _text(case: Case, path: ClaimPath) -> str | None:
    found = first(case.claims, (path,))
    return found.value if found and isinstance(found.value, str) else None


def _date(case: Case, path: ClaimPath) -> date | None:
    text = _text(case, path)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:  # `claims.schema` says so
        return None
