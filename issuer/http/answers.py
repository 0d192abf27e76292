"""What institutions are answered: values of the use cases as JSON, in the form that `schemas` describes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import Response

from issuer.addresses import Addresses
from issuer.credentials import Issued
from issuer.documents import Document, InForce, Standing, Suspended, Timing, Withdrawn
from issuer.http.problems import NO_STORE, remark_json
from issuer.offers import Offer
from issuer.use_cases.correct_document import Corrected
from issuer.use_cases.make_offer import MadeOffer
from issuer.use_cases.register_document import Receipt
from issuer.use_cases.release_document import Released
from issuer.use_cases.show_document import DocumentFile
from issuer.withdrawals import WithdrawalRequest
from vc_core import strict_json

STATES: Mapping[type[Standing], str] = {InForce: "in_force", Suspended: "suspended", Withdrawn: "withdrawn"}


def json(body: Mapping[str, Any], *, status: int = 200, headers: Mapping[str, str] = NO_STORE) -> Response:
    """headers: all that there are beside the body's own."""
    return Response(strict_json.dump(body), status, dict(headers), media_type="application/json")


def registered(receipt: Receipt, addresses: Addresses) -> dict[str, Any]:
    """The same for every repetition, whatever has become of the document since."""
    document = receipt.document
    home = addresses.document(document.type_id, document.id)
    code = receipt.inspection_code
    return {
        **_heading(document),
        "state": "in_force",
        "version": document.version,
        "binding": document.binding.value,
        "on_hold": receipt.terms.timing is Timing.ON_RELEASE,
        "retroactive": document.retroactive,
        "notes": [remark_json(remark) for remark in document.remarks],
        "offer": offer(receipt.offer, home),
        "inspection_code": None if code is None else inspection_code(code, home),
    }


def corrected(outcome: Corrected, addresses: Addresses) -> dict[str, Any]:
    document, code = outcome.document, outcome.inspection_code
    home = addresses.document(document.type_id, document.id)
    return {
        **_heading(document),
        "state": "in_force",
        "version": document.version,
        "retroactive": document.retroactive,
        "notes": [remark_json(remark) for remark in document.remarks],
        "offer": None if outcome.offer is None else offer(outcome.offer, home),
        "inspection_code": None if code is None else inspection_code(code, home),
    }


def offer(made: MadeOffer, home: str) -> dict[str, Any]:
    """home: address of the document."""
    place = f"{home}/offers/{made.offer.id}/qr"
    return {
        "id": made.offer.id,
        "url": made.url,
        "tx_code": made.tx_code,
        "expires_at": instant(made.offer.expires_at),
        "qr_svg": f"{place}.svg",
        "qr_png": f"{place}.png",
    }


def inspection_code(text: str, home: str) -> dict[str, Any]:
    place = f"{home}/inspection-code"
    return {"text": text, "qr_svg": f"{place}.svg", "qr_png": f"{place}.png"}


def document(file: DocumentFile) -> dict[str, Any]:
    shown = file.document
    standing = shown.standing
    return {
        **_heading(shown),
        "state": STATES[type(standing)],
        "version": shown.version,
        "binding": shown.binding.value,
        "on_hold": file.timing is Timing.ON_RELEASE,
        "retroactive": shown.retroactive,
        "registered_at": instant(shown.registered_at),
        "claims": shown.claims,
        "erased_at": None if shown.erased_at is None else instant(shown.erased_at),
        "notes": [remark_json(remark) for remark in shown.remarks],
        "suspension": _suspension(standing) if isinstance(standing, Suspended) else None,
        "withdrawal": _withdrawal(standing) if isinstance(standing, Withdrawn) else None,
        "credentials": [_credential(issued) for issued in file.credentials],
        "offers": [_offer_state(one, file.now) for one in file.offers],
    }


def released(made: Released, addresses: Addresses) -> dict[str, Any]:
    home = addresses.document(made.document.type_id, made.document.id)
    code = made.inspection_code
    return {
        **_heading(made.document),
        "on_hold": False,
        "notes": [remark_json(remark) for remark in made.document.remarks],
        "inspection_code": None if code is None else inspection_code(code, home),
    }


def withdrawn(shown: Document, standing: Withdrawn) -> dict[str, Any]:
    return {"document_id": shown.id, "state": "withdrawn", "withdrawal": _withdrawal(standing)}


def suspended(shown: Document, standing: Suspended) -> dict[str, Any]:
    return {"document_id": shown.id, "state": "suspended", "suspension": _suspension(standing)}


def reinstated(shown: Document) -> dict[str, Any]:
    return {"document_id": shown.id, "state": "in_force"}


def withdrawal_request(request: WithdrawalRequest) -> dict[str, Any]:
    order, decision = request.order, request.decision
    return {
        "id": request.id,
        "type": request.type_id,
        "document_ids": list(request.document_ids),
        "state": request.state.value,
        "reason_code": order.reason_code,
        "effective_from": order.effective_from and order.effective_from.isoformat(),
        "case_ref": order.case_ref,
        "asked_by": request.asked_by,
        "asked_at": instant(request.asked_at),
        "decided_by": decision and decision.officer_id,
        "decided_at": decision and instant(decision.at),
    }


def _heading(shown: Document) -> dict[str, Any]:
    return {"document_id": shown.id, "type": shown.type_id, "document_number": shown.number}


def _withdrawal(standing: Withdrawn) -> dict[str, Any]:
    return {
        "effective_from": standing.effective_from.isoformat(),
        "reason_code": standing.order.reason_code,
        "case_ref": standing.order.case_ref,
        "withdrawn_at": instant(standing.withdrawn_at),
    }


def _suspension(standing: Suspended) -> dict[str, Any]:
    return {
        "reason_code": standing.order.reason_code,
        "case_ref": standing.order.case_ref,
        "suspended_by": standing.suspended_by,
        "suspended_at": instant(standing.suspended_at),
    }


def _credential(issued: Issued) -> dict[str, Any]:
    planned = issued.planned
    return {
        "credential_id": planned.id,
        "format": planned.format_id,
        "configuration_id": planned.configuration_id,
        "offer_id": planned.offer_id,
        "issued_at": instant(planned.planned_at),
        "expires_at": instant(planned.expires_at),
        "status": {"uri": planned.status.reference.uri, "idx": planned.status.reference.idx},
        "sha256": issued.digest.hex(),
    }


def _offer_state(shown: Offer, now: datetime) -> dict[str, Any]:
    return {
        "id": shown.id,
        "state": shown.as_of(now).value,
        "created_at": instant(shown.created_at),
        "expires_at": instant(shown.expires_at),
    }


def instant(value: datetime) -> str:
    """RFC 3339, UTC, whole seconds."""
    return value.replace(microsecond=0).isoformat().replace("+00:00", "Z")
