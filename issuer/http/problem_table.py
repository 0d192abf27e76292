"""The one table from refusals to status and error code; none but those that the specifications define for wallets."""

from collections.abc import Mapping
from dataclasses import dataclass

from issuer import refusals
from issuer.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Problem:
    """Status and error code."""

    status: int
    code: str


PROBLEMS: Mapping[type[Refusal], Problem] = {
    refusals.ApiKeyMissing: Problem(401, "api_key_missing"),
    refusals.ApiKeyUnknown: Problem(401, "api_key_unknown"),
    refusals.BearerTokenRefused: Problem(401, "invalid_token"),
    refusals.RoleMissing: Problem(403, "role_missing"),
    refusals.TooManyRequests: Problem(429, "too_many_requests"),
    refusals.TooManyWrongKeys: Problem(429, "too_many_wrong_keys"),
    refusals.QueryParameterUnknown: Problem(400, "query_parameter_unknown"),
    refusals.TypeUnknown: Problem(404, "type_unknown"),
    refusals.TypeNotEntitled: Problem(403, "type_not_entitled"),
    refusals.ImportModelUnknown: Problem(404, "import_model_unknown"),
    refusals.IdempotencyKeyMissing: Problem(400, "idempotency_key_missing"),
    refusals.IdempotencyKeyMalformed: Problem(400, "idempotency_key_malformed"),
    refusals.IdempotencyKeyReused: Problem(409, "idempotency_key_reused"),
    refusals.BodyTooLarge: Problem(413, "body_too_large"),
    refusals.BodyMalformed: Problem(400, "body_malformed"),
    refusals.OrderMalformed: Problem(422, "order_malformed"),
    refusals.DocumentFaulty: Problem(422, "document_faulty"),
    refusals.DocumentNumberTaken: Problem(409, "document_number_taken"),
    refusals.DocumentUnknown: Problem(404, "document_unknown"),
    refusals.DocumentIsWithdrawn: Problem(409, "document_withdrawn"),
    refusals.DocumentIsSuspended: Problem(409, "document_suspended"),
    refusals.DocumentErased: Problem(410, "document_erased"),
    refusals.CorrectionRenumbers: Problem(409, "correction_renumbers"),
    refusals.CorrectionOutdated: Problem(412, "correction_outdated"),
    refusals.PreconditionMalformed: Problem(400, "precondition_malformed"),
    refusals.DocumentOnHold: Problem(409, "document_on_hold"),
    refusals.DocumentNotOnHold: Problem(409, "document_not_on_hold"),
    refusals.BindingNotAllowed: Problem(422, "binding_not_allowed"),
    refusals.RegistrationMalformed: Problem(400, "registration_malformed"),
    refusals.WithdrawnOtherwise: Problem(409, "withdrawn_otherwise"),
    refusals.WithdrawalWaiting: Problem(409, "withdrawal_waiting"),
    refusals.WithdrawalFaulty: Problem(422, "withdrawal_faulty"),
    refusals.WithdrawalUnknown: Problem(404, "withdrawal_unknown"),
    refusals.WithdrawalDecided: Problem(409, "withdrawal_decided"),
    refusals.SecondOfficerNeeded: Problem(403, "second_officer_needed"),
    refusals.WithdrawalsQueryMalformed: Problem(400, "withdrawals_query_malformed"),
    refusals.SuspensionNotAllowed: Problem(403, "suspension_not_allowed"),
    refusals.SuspendedOtherwise: Problem(409, "suspended_otherwise"),
    refusals.DocumentNotSuspended: Problem(409, "document_not_suspended"),
    refusals.OfferUnknown: Problem(404, "offer_unknown"),
    refusals.NoInspectionCode: Problem(404, "no_inspection_code"),
    refusals.LanguageUnknown: Problem(400, "language_unknown"),
    refusals.InstitutionNotCompetent: Problem(403, "institution_not_competent"),
    refusals.SignerNotCertified: Problem(503, "signer_not_certified"),
    refusals.JobUnknown: Problem(404, "job_unknown"),
    refusals.JobQueryMalformed: Problem(400, "job_query_malformed"),
    refusals.RowsUnreadable: Problem(400, "rows_unreadable"),
    refusals.RowsMediaTypeUnknown: Problem(415, "rows_media_type_unknown"),
    refusals.TooManyJobs: Problem(429, "too_many_jobs"),
    refusals.EventsQueryMalformed: Problem(400, "events_query_malformed"),
    refusals.DocumentQueryMalformed: Problem(400, "document_query_malformed"),
    refusals.EventUnknown: Problem(404, "event_unknown"),
    refusals.NoWebhook: Problem(409, "no_webhook"),
    refusals.WebhookAddressRefused: Problem(422, "webhook_address_refused"),
    # RFC 6585, section 4; the code of RFC 6749, section 4.1.2.1, which has none for this in section 5.2
    refusals.TooManyWalletRequests: Problem(429, "temporarily_unavailable"),
    refusals.TooManyWrongCodes: Problem(429, "temporarily_unavailable"),
    # RFC 6749, section 5.2; OpenID4VCI 1.0, section 6.3; RFC 9396, section 5; RFC 9449, sections 5 and 8
    refusals.TokenRequestMalformed: Problem(400, "invalid_request"),
    refusals.TransactionCodeMissing: Problem(400, "invalid_request"),
    refusals.GrantTypeUnsupported: Problem(400, "unsupported_grant_type"),
    refusals.ResponseTypeUnsupported: Problem(400, "unsupported_response_type"),
    refusals.ScopeRefused: Problem(400, "invalid_scope"),
    # attestation-based client authentication, section 7.4
    refusals.ClientRefused: Problem(400, "invalid_client"),
    refusals.AttestationChallengeNeeded: Problem(400, "use_attestation_challenge"),
    refusals.CodeRefused: Problem(400, "invalid_grant"),
    refusals.AuthorizationDetailsRefused: Problem(400, "invalid_authorization_details"),
    refusals.TokenProofRefused: Problem(400, "invalid_dpop_proof"),
    refusals.TokenNonceNeeded: Problem(400, "use_dpop_nonce"),
    # RFC 6750, section 3.1; RFC 9449, sections 7.1 and 9
    refusals.AccessTokenMissing: Problem(401, "invalid_token"),
    refusals.AccessTokenRefused: Problem(401, "invalid_token"),
    refusals.AccessProofRefused: Problem(401, "invalid_dpop_proof"),
    refusals.AccessNonceNeeded: Problem(401, "use_dpop_nonce"),
    # OpenID4VCI 1.0, section 8.3.1.2
    refusals.CredentialRequestMalformed: Problem(400, "invalid_credential_request"),
    refusals.ConfigurationUnknown: Problem(400, "unknown_credential_configuration"),
    refusals.IdentifierUnknown: Problem(400, "unknown_credential_identifier"),
    refusals.KeyProofRefused: Problem(400, "invalid_proof"),
    refusals.KeyProofNonceRefused: Problem(400, "invalid_nonce"),
    refusals.EncryptionParametersRefused: Problem(400, "invalid_encryption_parameters"),
    refusals.TransactionUnknown: Problem(400, "invalid_transaction_id"),  # section 9.3
    refusals.CredentialDenied: Problem(400, "credential_request_denied"),
    # section 11.3
    refusals.NotificationMalformed: Problem(400, "invalid_notification_request"),
    refusals.NotificationUnknown: Problem(400, "invalid_notification_id"),
    refusals.RequestNotPushed: Problem(400, "request_not_pushed"),
    refusals.RequestGone: Problem(400, "request_gone"),
    refusals.VisitGone: Problem(400, "visit_gone"),
    refusals.DecisionMalformed: Problem(400, "decision_malformed"),
    refusals.OfficeSignedOut: Problem(303, "office_signed_out"),
    refusals.OfficeFormForeign: Problem(403, "office_form_foreign"),
    refusals.OfficeFormMalformed: Problem(400, "office_form_malformed"),
    # OpenID4VP 1.0, sections 5.10 and 8.2
    refusals.IdentityRequestGone: Problem(404, "request_gone"),
    refusals.IdentityRequestMalformed: Problem(400, "invalid_request"),
    refusals.IdentityResponseRefused: Problem(400, "invalid_request"),
    # Token Status List, sections 8.1 and 8.4
    refusals.StatusListUnknown: Problem(404, "status_list_unknown"),
    refusals.StatusHistoryUnsupported: Problem(501, "history_unsupported"),
    refusals.StatusTypeUnacceptable: Problem(406, "media_type_unacceptable"),
    refusals.DirectoryEntryRefused: Problem(422, "directory_entry_refused"),
    refusals.CompetencesOverlap: Problem(409, "competences_overlap"),
    refusals.CompetenceUnknown: Problem(404, "competence_unknown"),
    refusals.NotInDirectory: Problem(404, "not_in_directory"),
    refusals.DirectoryUnreadable: Problem(503, "directory_unreadable"),
    refusals.LookupMalformed: Problem(400, "lookup_malformed"),
    refusals.OfferGone: Problem(404, "offer_gone"),
    refusals.MetricsTokenMissing: Problem(401, "metrics_token_missing"),
    refusals.MetricsTokenWrong: Problem(401, "metrics_token_wrong"),
    refusals.TypeMetadataUnknown: Problem(404, "type_metadata_unknown"),
}
