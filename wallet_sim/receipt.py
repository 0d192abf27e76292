"""What a wallet asks of a credential before it keeps it: RFC 9901, section 7.2; SD-JWT VC, section 2.4; OpenID4VCI 8.3.

Most of it is what every verifier asks (`verification`): read, signed, digests, envelope, chain, entitlement, form and
rules of its type, status. A wallet has four questions more: no holder's proof may come from an issuer, the credential
is bound to the wallet's own key, is of the type announced, and has the claims that were announced as mandatory. What
only matters on the day of a check (cover, dates of the document) does not: an A1 for next month is a good A1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from vc_core.catalogue import Catalogue
from vc_core.checks import Check, Outcome, Severity
from vc_core.claims import find, json_pointer
from vc_core.formats.base import HolderChallenge, ParsedPresentation, ResolvedType, UnverifiedPresentation, WalletFormat
from vc_core.jose import jwk_from_public_key
from vc_core.rejection import Rejection
from vc_core.signer import PublicKey
from vc_core.trust import Trust
from vc_core.verdict import Verdict
from wallet_sim.evidence import judge
from wallet_sim.exchange import Exchange
from wallet_sim.issuance import Collected, require_usable
from wallet_sim.refusals import CredentialRefused
from wallet_sim.type_metadata import check_type_metadata

ISSUED_BARE = frozenset({"key_binding_missing", "device_auth_missing"})
"""Reasons for which a format says that there is no holder's proof at all."""

_OF_THE_DAY = ("validity.document", "validity.coverage", "coverage.", "holder.", "query.", "status.freshness")
_REACHABLE = "status.token_available"
_NOT_PERMITTED = "status_address_not_permitted"
"""No verifier will ever ask there; that the list cannot be had is not for now."""
_STANDING = frozenset({Outcome.FAILED, Outcome.INDETERMINATE})
_NOBODY = HolderChallenge(nonce="", client_id="", response_uri="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A credential that may be kept. status_unknown: why its status could not be established; empty if it could."""

    collected: Collected
    parsed: ParsedPresentation
    type: ResolvedType
    verdict: Verdict
    status_unknown: str


def weigh(
    collected: Collected, trust: Trust, issuer: str, exchange: Exchange, *, now: datetime, catalogue: Catalogue
) -> Receipt:
    """Reads, judges, and holds it against its type's metadata. issuer: credential issuer identifier.

    Raises `CredentialRefused`.
    """
    parsed = read_credential(collected)
    verdict = judge(parsed, trust, exchange, now=now, catalogue=catalogue)
    receipt = accept(collected, parsed, verdict, now=now, catalogue=catalogue)
    try:
        check_type_metadata(parsed, issuer, exchange)
    except Rejection as rejection:
        raise _refused(collected, rejection) from rejection
    return receipt


def read_credential(collected: Collected) -> ParsedPresentation:
    """Raises `CredentialRefused` for what its format cannot read."""
    try:
        return require_usable(collected.configuration).parse(UnverifiedPresentation(text=collected.text))
    except Rejection as rejection:
        raise _refused(collected, rejection, check="format.well_formed") from rejection


def accept(
    collected: Collected, parsed: ParsedPresentation, verdict: Verdict, *, now: datetime, catalogue: Catalogue
) -> Receipt:
    """Whether to keep it. verdict: on this credential, today.

    Raises `CredentialRefused` with the reason of the first question that stands in the way.

    1. No holder's proof.  `key_binding_unexpected`
    2. Genuine: no check stands in the way but those of the day; its status list may be out of reach, not more.  reason
       of the check
    3. Bound to our key, or to none if none was asked for.  `holder_key_missing`, `holder_key_other`,
       `holder_key_unexpected`
    4. Of the type announced.  `type_not_announced`
    5. With the claims announced.  `claim_announced_missing`
    """
    try:
        _require_bare(parsed, now)  # 1
        _require_genuine(collected, verdict)  # 2
        _require_own_key(collected, parsed)  # 3
        type_ = parsed.resolve(catalogue)
        if type_ is None:  # pragma: no cover  step 2 has refused it
            raise Rejection("type_unknown")
        _require_announced_type(collected, type_)  # 4
        _require_announced_claims(collected, parsed)  # 5
    except Rejection as rejection:
        raise _refused(collected, rejection) from rejection
    status = verdict.check(_REACHABLE)
    return Receipt(
        collected=collected,
        parsed=parsed,
        type=type_,
        verdict=verdict,
        status_unknown=status.reason if status.outcome is Outcome.INDETERMINATE else "",
    )


def _require_bare(parsed: ParsedPresentation, now: datetime) -> None:
    """Asks the format for a proof; nothing but its plain absence will do (RFC 9901, section 7.2)."""
    checks = parsed.check_holder(_NOBODY, now=now, max_age=timedelta())
    binding = next(check for check in checks if check.id == "holder.binding")
    if binding.outcome is not Outcome.FAILED or binding.reason not in ISSUED_BARE:
        raise Rejection("key_binding_unexpected", section="RFC 9901, section 7.2")


def _require_genuine(collected: Collected, verdict: Verdict) -> None:
    for check in verdict.checks:
        if stands_in_the_way(check):
            raise CredentialRefused(
                reason=check.reason,
                configuration_id=collected.configuration.id,
                check=check.id,
                where=check.where,
                section=next(iter(check.refs), ""),
            )


def stands_in_the_way(check: Check) -> bool:
    """Whether a holder has no use for what this check is about."""
    if check.severity is not Severity.REFUSE or check.id.startswith(_OF_THE_DAY):
        return False
    unreachable = check.id == _REACHABLE and check.outcome is Outcome.INDETERMINATE and check.reason != _NOT_PERMITTED
    return check.outcome in _STANDING and not unreachable


def _require_own_key(collected: Collected, parsed: ParsedPresentation) -> None:
    bound, own = parsed.holder_key, collected.key
    if own is None:
        if bound is not None:
            raise Rejection("holder_key_unexpected", section="OpenID4VCI 1.0, section 8.2")
    elif bound is None:
        raise Rejection("holder_key_missing", section="OpenID4VCI 1.0, section 8.3")
    elif not same_key(bound, own.public_key):
        raise Rejection("holder_key_other", section="OpenID4VCI 1.0, section 8.3")


def same_key(one: PublicKey, other: PublicKey) -> bool:
    return jwk_from_public_key(one) == jwk_from_public_key(other)


def _require_announced_type(collected: Collected, type_: ResolvedType) -> None:
    """The members by which the format names a type stand in the configuration (OpenID4VCI 1.0, appendix A)."""
    named = _naming_members(require_usable(collected.configuration), type_)
    announced = collected.configuration.members
    for name, value in named.items():
        if announced.get(name) != value:
            raise Rejection("type_not_announced", where=f"/{name}", section="OpenID4VCI 1.0, appendix A")


def _naming_members(held: WalletFormat, type_: ResolvedType) -> Mapping[str, Any]:
    members = {} if type_.wire is None else held.issuer_metadata(type_.wire)
    return {name: value for name, value in members.items() if isinstance(value, str)}


def _require_announced_claims(collected: Collected, parsed: ParsedPresentation) -> None:
    claims = parsed.query_facts().claims
    for path in collected.configuration.mandatory:
        if not find(claims, path):
            raise Rejection("claim_announced_missing", where=json_pointer(path), section="OpenID4VCI 1.0, appendix B.2")


def _refused(collected: Collected, rejection: Rejection, check: str = "") -> CredentialRefused:
    return CredentialRefused(
        reason=rejection.reason,
        configuration_id=collected.configuration.id,
        check=check,
        where=rejection.where,
        section=rejection.section,
    )
