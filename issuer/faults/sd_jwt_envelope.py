"""Faults of the envelope of an SD-JWT VC: type, issuer, times, holder's key and status (SD-JWT VC, section 2.2.2)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from issuer.faults.desk import CredentialFault, Desk
from issuer.faults.sd_jwt_draft import SD, SdJwtDraft, in_draft
from vc_core import base64url
from vc_core.formats import sd_jwt_vc

_CLAIMS, _TYPE, _KEY = "SD-JWT VC, section 2.2.2.3", "SD-JWT VC, section 2.2.2.1", "HAIP 1.0, section 6.1"
_STATUS = "Token Status List, section 6.2"


def _fault(id_: str, says: str, section: str, alter: Callable[[SdJwtDraft], object]) -> CredentialFault:
    return in_draft(id_, says, section, alter, theme="sd_jwt_vc")


def _without(name: str) -> Callable[[SdJwtDraft], object]:
    return lambda draft: draft.payload.pop(name)


def _with(**members: Any) -> Callable[[SdJwtDraft], object]:
    return lambda draft: draft.payload.update(members)


def _concealed(name: str) -> Callable[[SdJwtDraft], object]:
    return lambda draft: draft.conceal(name)


def _status_list(**members: Any) -> Callable[[SdJwtDraft], object]:
    return lambda draft: draft.payload["status"]["status_list"].update(members)


def _private_key(draft: SdJwtDraft) -> None:
    draft.payload["cnf"]["jwk"]["d"] = base64url.encode(draft.random(32))


def _off_the_curve(draft: SdJwtDraft) -> None:
    draft.payload["cnf"]["jwk"]["y"] = base64url.encode(bytes(31) + b"\x01")


def _one_letter(draft: SdJwtDraft) -> None:
    vct = draft.payload["vct"]
    draft.payload["vct"] = vct[:-1] + chr(ord(vct[-1]) + 1)


def _nothing_concealed(draft: SdJwtDraft) -> None:
    while draft.disclosures:
        draft.reveal()
    draft.payload[SD] = []


def _not_before_tomorrow(desk: Desk) -> str:
    draft = SdJwtDraft.of(desk)
    draft.payload["nbf"] = int((desk.now + timedelta(days=1)).timestamp())
    return draft.write()


def _plain_claim_concealed(desk: Desk) -> str:
    """A claim of the type that stands in clear as its rulebook wants it, concealed all the same."""
    draft, wire = SdJwtDraft.of(desk), desk.planned.wire
    envelope = sd_jwt_vc.ENVELOPE | frozenset(wire.envelope if wire else ())
    draft.conceal(next(name for name in draft.payload if name not in envelope and not name.startswith("_sd")))
    return draft.write()


FAULTS = (
    _fault("vct_missing", "It has no vct.", _TYPE, _without("vct")),
    _fault("vct_number", "Its vct is a number.", _TYPE, _with(vct=1)),
    _fault("vct_unknown", "Its vct is none that the verifier knows.", _TYPE, _with(vct="urn:example:unknown:1")),
    _fault("vct_one_letter", "One character of its vct differs.", _TYPE, _one_letter),
    _fault("vct_concealed", "Its vct is a disclosure.", _CLAIMS, _concealed("vct")),
    _fault("cnf_concealed", "The holder's key is a disclosure.", _CLAIMS, _concealed("cnf")),
    _fault("exp_concealed", "Its expiry is a disclosure.", _CLAIMS, _concealed("exp")),
    _fault("status_concealed", "Its status reference is a disclosure.", _CLAIMS, _concealed("status")),
    _fault("iss_concealed", "Its issuer is a disclosure.", _CLAIMS, _concealed("iss")),
    _fault("cnf_private", "The holder's key comes with its private part.", _KEY, _private_key),
    _fault("cnf_kid_only", "The holder's key is named by kid only.", _KEY, _with(cnf={"kid": "1"})),
    _fault("cnf_off_the_curve", "The holder's key is no point of its curve.", "RFC 7518, section 6.2.1",
           _off_the_curve),
    _fault("exp_text", "Its expiry is a text.", "RFC 7519, section 4.1.4", _with(exp="tomorrow")),
    _fault("sd_empty", "It has an empty _sd, for nothing in it is disclosable.", "SD-JWT VC, section 2.2.2.5",
           _nothing_concealed),
    _fault("claim_in_clear", "A claim stands in clear that its type wants disclosable.", "SD-JWT VC, section 5.6.4",
           lambda draft: draft.reveal()),
    CredentialFault(
        id="sd_jwt_vc.claim_concealed", says="A claim is a disclosure that its type wants in clear.",
        section="SD-JWT VC, section 5.6.4", make=_plain_claim_concealed, formats=(sd_jwt_vc.ID,),
    ),
    CredentialFault(
        id="sd_jwt_vc.not_before_tomorrow", says="It is not valid before tomorrow.", section="RFC 9901, section 7.1",
        make=_not_before_tomorrow, formats=(sd_jwt_vc.ID,),
    ),
    _fault("status_not_object", "Its status is a text.", _STATUS, _with(status="valid")),
    _fault("status_mechanism_unknown", "Its status names a mechanism that nobody knows.", _STATUS,
           _with(status={"bitstring": {"index": 1}})),
    _fault("status_without_uri", "Its status reference has no address.", _STATUS,
           lambda draft: draft.payload["status"]["status_list"].pop("uri")),
    _fault("status_index_negative", "Its index is negative.", _STATUS, _status_list(idx=-1)),
    _fault("status_index_text", "Its index is a text.", _STATUS, _status_list(idx="1")),
    _fault("status_index_fraction", "Its index is a fraction.", _STATUS, _status_list(idx=1.5)),
    _fault("status_index_huge", "Its index is beyond what JSON keeps exact.", _STATUS, _status_list(idx=2**53)),
    _fault("status_uri_http", "Its status list lies at an http address.", _STATUS,
           _status_list(uri="http://issuer.example/status/1")),
    _fault("status_uri_data", "Its status list is a data: address.", _STATUS, _status_list(uri="data:text/plain,x")),
)  # fmt: skip
