"""Questions of status (Token Status List, section 8.3): is the credential withdrawn, and how old is that knowledge?

The credential itself has been judged before; a list is not even fetched for one that is forged. A list that could not
be had, is somebody else's, has expired or was tampered with leaves the status unknown: neither good nor withdrawn.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Protocol

from vc_core import x509
from vc_core.checks import (
    Check,
    CheckId,
    Outcome,
    failed,
    indeterminate,
    not_applicable,
    not_evaluated,
    passed,
    rejected,
)
from vc_core.rejection import Evidence, Rejection
from vc_core.status_list import Status, StatusReference
from vc_core.status_token import StatusToken
from vc_core.trust import ListEntry, TrustLists
from vc_core.verification.case import TOKENS_KEPT, Case, Policy, StatusFetched, StatusUnavailable

_NO_REFERENCE = "no_status_reference"


class StatusCase(Protocol):
    """What the questions about the list need: a verification under way (`Case`), or what is left of one (`recheck`)."""

    @property
    def policy(self) -> Policy: ...

    @property
    def now(self) -> datetime: ...

    @property
    def trust(self) -> TrustLists: ...

    @property
    def entry(self) -> ListEntry | None: ...

    @property
    def status_reference(self) -> StatusReference | Rejection | None: ...

    @property
    def status_evidence(self) -> StatusFetched | StatusUnavailable | None: ...

    @property
    def status_token(self) -> StatusToken | Rejection: ...


def reference(case: Case) -> Check:
    match case.status_reference:
        case Rejection() as rejection:
            return rejected("status.reference", rejection)
        case StatusReference(uri=uri, idx=idx):
            return passed("status.reference", uri=uri, idx=idx)
        case None:
            if case.type is not None and case.rulebook.status.required:
                return failed("status.reference", "status_missing")
            return not_applicable("status.reference", _NO_REFERENCE)


def token_available(case: StatusCase) -> Check:
    wanted = case.status_reference
    if not isinstance(wanted, StatusReference):
        return not_applicable("status.token_available", _NO_REFERENCE)
    if case.entry is None or not case.entry.permits_status_uri(wanted.uri):
        return indeterminate("status.token_available", "status_address_not_permitted", uri=wanted.uri)
    match case.status_evidence:
        case StatusFetched(fetched_at=fetched_at):
            return passed("status.token_available", uri=wanted.uri, fetched_at=fetched_at.isoformat())
        case StatusUnavailable(reason=reason):
            return indeterminate("status.token_available", reason, uri=wanted.uri)
        case None:
            return indeterminate("status.token_available", "not_fetched", uri=wanted.uri)


def token_signature(case: StatusCase) -> Check:
    if case.status_reference is None:
        return not_applicable("status.token_signature", _NO_REFERENCE)
    token = case.status_token
    if isinstance(token, Rejection):
        return rejected("status.token_signature", token)
    if not token.chain:
        return failed("status.token_signature", "chain_empty")
    fault = _signature_fault(token)
    return passed("status.token_signature") if fault is None else rejected("status.token_signature", fault)


@lru_cache(maxsize=TOKENS_KEPT)
def _signature_fault(token: StatusToken) -> Rejection | None:
    """Of the key in the certificate that the token carries; a token that comes back is the same (`read_status_token`)
    and is verified once."""
    try:
        token.verify(x509.public_key(token.chain[0]))
    except Rejection as rejection:
        return rejection
    return None


def token_signer(case: StatusCase) -> Check:
    """A status signer of the same institution that signed the credential, by the same list's entry."""
    token = _token(case)
    if token is None:
        return _no_token(case, "status.token_signer")
    entry = case.entry
    if entry is None or not token.chain:
        return failed("status.token_signer", "status_signer_unknown")
    leaf = x509.thumbprint(token.chain[0]).hex()
    try:
        if not any(one.entity is entry.entity for one in case.trust.entries_for(token.chain[0])):
            return failed("status.token_signer", "status_signer_of_other_institution", certificate=leaf)
        x509.validate_chain(token.chain, entry.entity.status_anchors, case.now, x509.STATUS_SIGNER)
    except Rejection as rejection:
        return rejected("status.token_signer", rejection)
    return passed("status.token_signer", institution=entry.entity.institution_id, certificate=leaf)


def token_subject(case: StatusCase) -> Check:
    token, wanted = _token(case), case.status_reference
    if token is None or not isinstance(wanted, StatusReference):
        return _no_token(case, "status.token_subject")
    if token.subject != wanted.uri:
        return failed("status.token_subject", "status_list_of_other_uri", expected=wanted.uri, actual=token.subject)
    return passed("status.token_subject")


def token_time(case: StatusCase) -> Check:
    token = _token(case)
    if token is None:
        return _no_token(case, "status.token_time")
    if token.issued_at > case.now + case.policy.clock_skew:
        return failed("status.token_time", "token_from_the_future", issued_at=token.issued_at.isoformat())
    if token.expires is not None and token.expires <= case.now:
        return failed("status.token_time", "token_expired", expires=token.expires.isoformat())
    if case.now - token.issued_at > case.policy.status_limit:
        return failed("status.token_time", "token_too_old", issued_at=token.issued_at.isoformat())
    return passed("status.token_time", issued_at=token.issued_at.isoformat())


def value(case: StatusCase) -> Check:
    token, wanted = _token(case), case.status_reference
    if token is None or not isinstance(wanted, StatusReference):
        return _no_token(case, "status.value")
    try:
        number = token.list.value(wanted.idx)
    except Rejection as rejection:
        return indeterminate("status.value", rejection.reason, idx=wanted.idx)
    match number:
        case Status.VALID:
            return passed("status.value", value=number, idx=wanted.idx)
        case Status.INVALID:
            return failed("status.value", "withdrawn", value=number, idx=wanted.idx)
        case Status.SUSPENDED:
            return failed("status.value", "suspended", value=number, idx=wanted.idx)
        case _:
            return indeterminate("status.value", "status_value_unknown", value=number, idx=wanted.idx)


def freshness(case: StatusCase) -> Check:
    """Old is what is past its `ttl`; what is past its `exp` has failed `status.token_time` (design 7)."""
    token = _token(case)
    if token is None:
        return _no_token(case, "status.freshness")
    longest = case.policy.longest_ttl
    ttl = case.policy.default_ttl if token.ttl is None else timedelta(seconds=min(token.ttl, longest.total_seconds()))
    age = case.now - token.issued_at
    evidence: dict[str, Evidence] = {"issued_at": token.issued_at.isoformat(), "age_s": int(age.total_seconds()),
                "ttl_s": int(ttl.total_seconds())}  # fmt: skip
    check = passed("status.freshness", **evidence)
    return replace(check, outcome=Outcome.FAILED, reason="older_than_ttl") if age > ttl else check


def _no_token(case: StatusCase, id_: str) -> Check:
    """There is none because the credential refers to none, or because what came could not be read as one."""
    if case.status_reference is None:
        return not_applicable(id_, _NO_REFERENCE)
    return not_evaluated(id_, blocked_by=CheckId("status.token_signature"))


def _token(case: StatusCase) -> StatusToken | None:
    """The token where there is one to judge; one that could not be parsed has failed `status.token_signature`."""
    if case.status_reference is None:
        return None
    token = case.status_token
    return None if isinstance(token, Rejection) else token
