"""Faults of the plan: dates, status reference, holder's key and claims of a credential that is otherwise well made.

They are made alike in every format, since each format encodes the same plan.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from issuer.faults.desk import CredentialFault, Desk
from vc_core.claims import ClaimPath, put, remove
from vc_core.formats import mso_mdoc, sd_jwt_vc
from vc_core.pilot import new_key
from vc_core.status_list import StatusReference

_HOUR = timedelta(hours=1)
_WALLET = (sd_jwt_vc.ID, mso_mdoc.ID)


def _planned(
    id_: str, says: str, section: str, changes: Callable[[Desk], dict[str, Any]], *formats: str
) -> CredentialFault:
    return CredentialFault(
        id=f"plan.{id_}", says=says, section=section, formats=formats,
        make=lambda desk: desk.credential(**changes(desk)),
    )  # fmt: skip


def _status(desk: Desk, **changes: Any) -> dict[str, Any]:
    if desk.planned.status is None:
        raise ValueError("the credential refers to no status list")
    return {"status": replace(desk.planned.status, **changes)}


FAULTS = (
    _planned(
        "expired", "Its technical validity ended an hour ago.", "RFC 9901, section 7.1",
        lambda desk: {"issued_at": desk.now - 3 * _HOUR, "expires_at": desk.now - _HOUR},
    ),
    _planned(
        "issued_in_the_future", "It is dated an hour ahead.", "RFC 9901, section 7.1",
        lambda desk: {"issued_at": desk.now + _HOUR},
    ),
    _planned(
        "signed_before_certificate", "It is dated before the certificate of its signer begins.",
        "ISO/IEC 18013-5, 9.3.1",
        lambda desk: {"issued_at": desk.signer.chain[0].not_valid_before_utc - _HOUR},
    ),
    _planned(
        "status_missing", "It refers to no status list, though its type prescribes one.",
        "Token Status List, section 6", lambda _: {"status": None}, *_WALLET,
    ),
    _planned(
        "status_index_out_of_range", "Its index lies beyond the end of the list.",
        "Token Status List, section 8.3", lambda desk: _status(desk, idx=2**40),
    ),
    _planned(
        "status_of_other_host", "Its list lies at an address that the trust list does not name for its institution.",
        "Token Status List, section 11.4", lambda desk: _status(desk, uri="https://elsewhere.example/status/1"),
    ),
    _planned(
        "status_uri_climbs_out", "Its address climbs out of the prefix that the trust list names.",
        "Token Status List, section 11.4",
        lambda desk: _status(desk, uri=f"{_uri(desk).rpartition('/')[0]}/../../internal"),
    ),
    _planned(
        "bound_to_no_key", "It is bound to no key of a holder.", "HAIP 1.0, section 6.1",
        lambda _: {"holder_key": None}, *_WALLET,
    ),
    _planned(
        "bound_to_other_key", "It is bound to a key that is not the holder's.", "OpenID4VCI 1.0, section 8.3",
        lambda desk: {"holder_key": new_key(desk.random).public_key()}, *_WALLET,
    ),
    _planned(
        "claim_missing", "A claim is missing that its type prescribes.", "SD-JWT VC, section 5.6.3",
        lambda desk: {"claims": remove(desk.planned.claims, _mandatory(desk))},
    ),
    _planned(
        "claim_of_wrong_kind", "A claim is a number that its type wants as a text.", "SD-JWT VC, section 5",
        lambda desk: {"claims": put(desk.planned.claims, desk.planned.rulebook.document_number, 117)}, *_WALLET,
    ),
    _planned(
        "dated_ahead", "The document bears a date two days ahead.", "DC4EU common rulebook 2.7",
        lambda desk: {"claims": put(desk.planned.claims, desk.planned.rulebook.date_of_issuance, _in_two_days(desk))},
    ),
)  # fmt: skip


def _mandatory(desk: Desk) -> ClaimPath:
    """A mandatory claim at the top of the document that this format carries, not the one that names the institution."""
    rulebook, wire = desk.planned.rulebook, desk.planned.wire
    return next(
        entry.path
        for entry in rulebook.claims
        if entry.mandatory and len(entry.path) == 1 and entry.path[0] != rulebook.institution[0]
        and (wire is None or wire.wire_path(entry.path) is not None)
    )  # fmt: skip


def _in_two_days(desk: Desk) -> str:
    return (desk.now + timedelta(days=2)).date().isoformat()


def _uri(desk: Desk) -> str:
    reference = desk.planned.status
    return reference.uri if isinstance(reference, StatusReference) else ""
