"""Every fault of a presentation makes a verifier find just that: one check FAILED for it, and what follows from it."""

from dataclasses import replace

import pytest

from tests.wallet_sim import world
from tests.wallet_sim.fakes import a1_query, judge
from tests.wallet_sim.world import A1, MDOC, NOW, SD_JWT, VERIFIER
from vc_core.checks import Outcome
from vc_core.claims import ClaimPath
from vc_core.dcql import CredentialQuery, parse_query
from vc_core.formats.base import HolderChallenge, UnverifiedPresentation
from vc_core.formats.registry import QUERY_FORMATS, WALLET_FORMATS
from vc_core.transaction_data import INSPECTION, encode_transaction, parse_transactions
from vc_core.verdict import Word
from wallet_sim.faults import (
    FAULTS,
    PRESENTATION_FAULTS,
    NotApplicable,
    PresentationFault,
    PresentationIngredients,
    Stage,
)
from wallet_sim.presentation import PlannedPresentation

HOLDER, STRANGER = world.key("holder"), world.key("stranger")
CHALLENGE = HolderChallenge(
    nonce="a-nonce-of-the-verifier",
    client_id="x509_hash:some-verifier",
    response_uri=f"{VERIFIER}/response/1",
    encryption_thumbprint=bytes(range(32)),
)
EARLIER = replace(CHALLENGE, nonce="an-earlier-nonce")
CREDENTIALS = {
    id_: world.encode(world.planned(A1, world.wire(A1, id_), HOLDER.public_key)) for id_ in (SD_JWT, MDOC)
}  # fmt: skip


def asked(format_id: str) -> CredentialQuery:
    return parse_query(a1_query(format_id), QUERY_FORMATS).credentials[0]


def paths(format_id: str) -> frozenset[ClaimPath]:
    """What an honest wallet would disclose."""
    parsed = WALLET_FORMATS[format_id].parse(UnverifiedPresentation(text=CREDENTIALS[format_id]))
    wanted = {claim.path for claim in asked(format_id).options[0]}
    return frozenset(path for path in parsed.query_facts().disclosures if path in wanted)


def ingredients(format_id: str, disclosed: frozenset[ClaimPath] | None = None) -> PresentationIngredients:
    planned = PlannedPresentation(
        query_id="a1",
        format=format_id,
        credential=CREDENTIALS[format_id],
        paths=paths(format_id) if disclosed is None else disclosed,
        challenge=CHALLENGE,
        holder=HOLDER,
        issued_at=NOW,
    )
    return PresentationIngredients(planned=planned, stranger=STRANGER, earlier=EARLIER, issuer=world.URSSAF)


UNBOUND = {"query.satisfied": "holder_binding_missing"}
"""What follows where there is no proof that can be read."""

EXPECTED: dict[str, dict[str, str]] = {
    # the key binding JWT
    "kb_jwt_missing": {"holder.binding": "key_binding_missing", **UNBOUND},
    "kb_jwt_empty": {"holder.binding": "json_malformed", **UNBOUND},
    "kb_jwt_replayed": {"holder.nonce": "nonce_wrong"},
    "kb_typ_jwt": {"holder.binding": "type_wrong", **UNBOUND},
    "kb_typ_missing": {"holder.binding": "type_wrong", **UNBOUND},
    "kb_critical_header": {"holder.binding": "critical_header_unknown", **UNBOUND},
    "kb_alg_none": {"holder.signature": "algorithm_not_allowed"},
    "kb_alg_hs256": {"holder.signature": "algorithm_not_allowed"},
    "kb_signature_broken": {"holder.signature": "signature_invalid"},
    "kb_signed_by_other_key": {"holder.signature": "signature_invalid"},
    "kb_signed_by_issuer_key": {"holder.signature": "signature_invalid"},
    "kb_aud_array": {"holder.audience": "aud_not_string"},
    "kb_aud_wrong": {"holder.audience": "aud_wrong"},
    "kb_aud_missing": {"holder.audience": "aud_missing"},
    "kb_nonce_wrong": {"holder.nonce": "nonce_wrong"},
    "kb_nonce_missing": {"holder.nonce": "nonce_missing"},
    "kb_nonce_number": {"holder.nonce": "nonce_not_string"},
    "kb_nonce_of_other_session": {"holder.nonce": "nonce_wrong"},
    "kb_iat_missing": {"holder.time": "iat_missing"},
    "kb_iat_text": {"holder.time": "iat_malformed"},
    "kb_iat_year_past": {"holder.time": "iat_too_old"},
    "kb_iat_year_future": {"holder.time": "iat_in_future"},
    "kb_sd_hash_missing": {"holder.transcript_digest": "sd_hash_missing"},
    "kb_sd_hash_of_other_disclosures": {"holder.transcript_digest": "sd_hash_wrong"},
    "kb_sd_hash_without_last_tilde": {"holder.transcript_digest": "sd_hash_wrong"},
    "kb_sd_hash_wrong_hash": {"holder.transcript_digest": "sd_hash_wrong"},
    "kb_sd_hash_hex": {"holder.transcript_digest": "sd_hash_wrong"},
    "disclosure_removed_after_binding": {
        "holder.transcript_digest": "sd_hash_wrong", "query.satisfied": "claim_missing"},
    "disclosure_added_after_binding": {
        "holder.transcript_digest": "sd_hash_wrong", "query.least_disclosure": "claim_not_requested"},
    # disclosures
    "final_tilde_missing": {"format.well_formed": "final_tilde_missing"},
    "extra_tilde": {"format.well_formed": "disclosure_empty"},
    "disclosure_tampered": {"integrity.claim_digests": "disclosure_unreferenced"},
    "disclosure_repeated": {"integrity.claim_digests": "disclosure_repeated"},
    "disclosure_unreferenced": {"integrity.claim_digests": "disclosure_unreferenced"},
    "disclosure_name_missing": {"integrity.claim_digests": "disclosure_unreferenced"},
    "disclosure_not_base64url": {"format.well_formed": "base64url_malformed"},
    "disclosure_padded": {"format.well_formed": "base64url_malformed"},
    "disclosure_not_json": {"format.well_formed": "json_malformed"},
    "disclosure_object": {"format.well_formed": "disclosure_not_array"},
    "disclosure_one_element": {"format.well_formed": "disclosure_wrong_length"},
    "disclosure_four_elements": {"format.well_formed": "disclosure_wrong_length"},
    "disclosure_salt_number": {"format.well_formed": "salt_not_string"},
    "disclosure_name_number": {"format.well_formed": "claim_name_not_string"},
    "disclosure_unrequested": {"query.least_disclosure": "claim_not_requested"},
    "disclosure_withheld": {"query.satisfied": "claim_missing"},
    # the issuer's part
    "payload_tampered": {"integrity.issuer_signature": "signature_invalid"},
    "header_tampered": {"integrity.issuer_signature": "signature_invalid"},
    "signature_tampered": {"integrity.issuer_signature": "signature_invalid"},
    "issuer_alg_none": {"integrity.issuer_signature": "algorithm_not_allowed"},
    "issuer_alg_hs256": {"integrity.issuer_signature": "algorithm_not_allowed"},
    "issuer_alg_rs256": {"integrity.issuer_signature": "algorithm_not_allowed"},
    "issuer_replaced": {"integrity.issuer_signature": "signature_invalid"},
    # session and device of an mdoc
    "mdoc_transcript_nonce_wrong": {"holder.signature": "signature_invalid"},
    "mdoc_transcript_client_id_wrong": {"holder.signature": "signature_invalid"},
    "mdoc_transcript_response_uri_wrong": {"holder.signature": "signature_invalid"},
    "mdoc_transcript_thumbprint_wrong": {"holder.signature": "signature_invalid"},
    "mdoc_transcript_thumbprint_null": {"holder.signature": "signature_invalid"},
    "mdoc_transcript_dc_api": {"holder.signature": "signature_invalid"},
    "mdoc_transcript_reused": {"holder.signature": "signature_invalid"},
    "mdoc_signed_by_other_key": {"holder.signature": "signature_invalid"},
    "mdoc_signed_by_issuer_key": {"holder.signature": "signature_invalid"},
    "mdoc_mac_instead_of_signature": {"holder.signature": "device_mac_unexpected"},
    "mdoc_device_element_unauthorized": {"holder.device_claims": "device_element_unauthorized"},
    "mdoc_device_auth_missing": {"format.well_formed": "device_auth_missing"},
    "mdoc_device_auth_ambiguous": {"format.well_formed": "device_auth_ambiguous"},
    "mdoc_payload_attached": {"holder.signature": "payload_attached"},
    "mdoc_signature_broken": {"holder.signature": "signature_invalid"},
    "mdoc_signature_der": {"holder.signature": "signature_malformed"},
    "mdoc_signature_truncated": {"holder.signature": "signature_malformed"},
    "mdoc_algorithm_missing": {"holder.signature": "algorithm_missing"},
    "mdoc_algorithm_unprotected": {"holder.signature": "algorithm_unprotected"},
    "mdoc_algorithm_rsa": {"holder.signature": "algorithm_not_allowed"},
    "mdoc_critical_header": {"format.well_formed": "critical_header_unknown"},
    "mdoc_device_signature_tagged": {"format.well_formed": "cose_tag_unexpected"},
    "mdoc_device_elements_untagged": {"format.well_formed": "device_name_spaces_not_tagged"},
    # elements of an mdoc, and its issuer
    "mdoc_element_tampered": {"integrity.claim_digests": "digest_mismatch"},
    "mdoc_element_renamed": {"integrity.claim_digests": "digest_mismatch"},
    "mdoc_random_tampered": {"integrity.claim_digests": "digest_mismatch"},
    "mdoc_random_short": {"format.well_formed": "item_random_too_short"},
    "mdoc_element_moved": {"integrity.claim_digests": "name_space_unknown"},
    "mdoc_name_space_wrong": {"integrity.claim_digests": "name_space_unknown"},
    "mdoc_item_not_in_digests": {"integrity.claim_digests": "digest_id_unknown"},
    "mdoc_digest_id_of_other_item": {"integrity.claim_digests": "digest_mismatch"},
    "mdoc_same_digest_id_twice": {"integrity.claim_digests": "digest_id_repeated"},
    "mdoc_element_unrequested": {"query.least_disclosure": "claim_not_requested"},
    "mdoc_element_withheld": {"query.satisfied": "claim_missing"},
    "mdoc_doc_type_other": {"integrity.envelope": "doc_type_mismatch"},
    "mdoc_name_spaces_empty": {"integrity.claim_digests": "name_spaces_empty"},
    "mdoc_item_untagged": {"format.well_formed": "item_not_tagged"},
    "mdoc_mso_tampered": {"integrity.issuer_signature": "signature_invalid"},
    "mdoc_issuer_signature_broken": {"integrity.issuer_signature": "signature_invalid"},
    "mdoc_issuer_auth_tagged": {"format.well_formed": "cose_tag_unexpected"},
    "mdoc_x5chain_missing": {
        "integrity.issuer_signature": "signer_certificate_unknown",
        "trust.issuer_chain": "signer_certificate_unknown",
        "trust.signer_certificate": "signer_certificate_unknown"},
    # the response around an mdoc
    "mdoc_without_device_signed": {"holder.binding": "device_auth_missing", **UNBOUND},
    "mdoc_two_documents": {"format.well_formed": "documents_several"},
    "mdoc_documents_empty": {"format.well_formed": "documents_empty"},
    "mdoc_version_unknown": {"format.well_formed": "device_response_version_unsupported"},
    "mdoc_status_not_ok": {"format.well_formed": "device_response_status"},
    "mdoc_trailing_bytes": {"format.well_formed": "cbor_trailing_bytes"},
    "mdoc_truncated": {"format.well_formed": "cbor_truncated"},
    "mdoc_indefinite_length": {"format.well_formed": "cbor_indefinite_length"},
    "mdoc_key_repeated": {"format.well_formed": "cbor_key_repeated"},
    "mdoc_depth_bomb": {"format.well_formed": "cbor_too_deep"},
    "mdoc_base64_padded": {"format.well_formed": "base64url_malformed"},
    "mdoc_base64_standard_alphabet": {"format.well_formed": "base64url_malformed"},
}  # fmt: skip

AGREED = {
    "kb_transaction_hashes_missing": "transaction_hashes_missing",
    "kb_transaction_hashes_wrong": "transaction_hashes_mismatch",
    "kb_transaction_hash_wrong": "transaction_hash_wrong",
}
PAGE = {
    "kb_aud_of_other_page": {"holder.audience": "aud_wrong"},
    "kb_aud_page_without_prefix": {"holder.audience": "aud_wrong"},
    "mdoc_transcript_of_other_page": {"holder.signature": "signature_invalid"},
    "mdoc_transcript_page_with_prefix": {"holder.signature": "signature_invalid"},
    "mdoc_transcript_of_a_link": {"holder.signature": "signature_invalid"},
}
SEVERAL = {"disclosures_reordered_after_binding", *AGREED, *PAGE}
"""Need two disclosures, a transaction, or a page that asks; see below."""


@pytest.mark.parametrize("format_id", [SD_JWT, MDOC])
def test_an_honest_presentation_is_confirmed(format_id: str) -> None:
    """What the faults deviate from."""
    verdict = judge(ingredients(format_id).planned.make(), CHALLENGE, asked(format_id))
    assert (verdict.word, verdict.holder_proof) == (Word.CONFIRMED, True)


@pytest.mark.parametrize(
    "fault", [fault for fault in PRESENTATION_FAULTS if fault.id not in SEVERAL], ids=lambda fault: fault.id
)
def test_a_fault_is_found_and_nothing_else(fault: PresentationFault) -> None:
    """The checks that FAILED or could not be decided are those expected, with their reasons, and no others."""
    text = fault.make(ingredients(fault.format))
    verdict = judge(text, CHALLENGE, asked(fault.format))
    found = {
        check.id: check.reason for check in verdict.checks if check.outcome in (Outcome.FAILED, Outcome.INDETERMINATE)
    }
    assert found == EXPECTED[fault.id]
    assert verdict.word is Word.CANNOT_CONFIRM


def test_disclosures_that_changed_places_offend_the_proof() -> None:
    """RFC 9901, section 4.3.1: order matters."""
    both: frozenset[ClaimPath] = frozenset({("document_number",), ("personal_administrative_number",)})
    x = ingredients(SD_JWT, both)
    fault = next(fault for fault in PRESENTATION_FAULTS if fault.id == "disclosures_reordered_after_binding")
    verdict = judge(fault.make(x), CHALLENGE)
    assert [check.id for check in verdict.checks if check.outcome is Outcome.FAILED] == ["holder.transcript_digest"]
    with pytest.raises(NotApplicable):
        fault.make(ingredients(SD_JWT))


@pytest.mark.parametrize(("fault_id", "reason"), AGREED.items())
def test_a_transaction_that_is_not_agreed_to_is_found(fault_id: str, reason: str) -> None:
    """OpenID4VP 1.0, section 8.4 and appendix B.3.3.1."""
    item = encode_transaction(INSPECTION, {"case_ref": "2026/17"}, ["a1"])
    query = parse_query(a1_query(SD_JWT), QUERY_FORMATS)
    challenge = replace(CHALLENGE, transactions=parse_transactions([item], query))
    x = ingredients(SD_JWT)
    fault = next(fault for fault in PRESENTATION_FAULTS if fault.id == fault_id)
    verdict = judge(fault.make(replace(x, planned=replace(x.planned, challenge=challenge))), challenge, asked(SD_JWT))
    found = {check.id: check.reason for check in verdict.checks if check.outcome is Outcome.FAILED}
    assert found == {"holder.transaction_data": reason}
    with pytest.raises(NotApplicable):
        fault.make(x)


@pytest.mark.parametrize("fault_id", PAGE)
def test_a_proof_for_another_page_is_found(fault_id: str) -> None:
    """OpenID4VP 1.0, appendix B.2.6.2 and B.3.6; where no page asks there is nothing to deviate in."""
    fault = next(fault for fault in PRESENTATION_FAULTS if fault.id == fault_id)
    x, challenge = ingredients(fault.format), replace(CHALLENGE, origin=VERIFIER)
    shown = fault.make(replace(x, planned=replace(x.planned, challenge=challenge)))
    verdict = judge(shown, challenge, asked(fault.format))
    assert {check.id: check.reason for check in verdict.checks if check.outcome is Outcome.FAILED} == PAGE[fault_id]
    with pytest.raises(NotApplicable):
        fault.make(x)


def test_every_fault_has_an_expectation_and_every_expectation_a_fault() -> None:
    known = {fault.id for fault in FAULTS.values() if fault.stage is Stage.PRESENTATION}
    assert known == EXPECTED.keys() | SEVERAL


@pytest.mark.parametrize("fault_id", ["kb_signed_by_issuer_key", "mdoc_signed_by_issuer_key"])
def test_without_the_issuers_key_its_fault_is_not_applicable(fault_id: str) -> None:
    fault = next(fault for fault in PRESENTATION_FAULTS if fault.id == fault_id)
    with pytest.raises(NotApplicable):
        fault.make(replace(ingredients(fault.format), issuer=None))


def test_in_clear_there_is_no_thumbprint_to_leave_out() -> None:
    fault = next(fault for fault in PRESENTATION_FAULTS if fault.id == "mdoc_transcript_thumbprint_null")
    x = ingredients(MDOC)
    planned = replace(x.planned, challenge=replace(CHALLENGE, encryption_thumbprint=None))
    with pytest.raises(NotApplicable):
        fault.make(replace(x, planned=planned))


NOTHING_TO_SHOW = ("disclosure_repeated", "disclosure_tampered", "disclosure_withheld", "mdoc_element_tampered",
                   "mdoc_element_withheld", "mdoc_digest_id_of_other_item")  # fmt: skip


@pytest.mark.parametrize("fault_id", NOTHING_TO_SHOW)
def test_where_nothing_is_disclosed_nothing_can_be_tampered_with(fault_id: str) -> None:
    fault = next(fault for fault in PRESENTATION_FAULTS if fault.id == fault_id)
    with pytest.raises(NotApplicable):
        fault.make(ingredients(fault.format, frozenset()))
