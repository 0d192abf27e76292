"""From a verifier's link to a request that can be answered: OpenID4VP 1.0, sections 5, 5.10 and 8.5.

The request object is fetched with a nonce of the wallet's where the verifier takes one. A request whose sender cannot
be established is dropped and nobody is told; one that breaks a rule, or that nothing held answers, is refused with an
error posted to its `response_uri`, if that address may be used. Nothing of the holder's is sent here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never
from urllib.parse import urlencode

from cryptography.x509 import Certificate
from cryptography.x509.oid import NameOID

from vc_core import base64url
from vc_core.authorization_request import (
    MEDIA_TYPE,
    AcceptedRequest,
    AuthenticRequest,
    ClientIdPrefix,
    ErrorCode,
    RequestByReference,
    RequestByValue,
    RequestProfile,
    RequestUriMethod,
    UnsignedRequest,
    accept_request,
    authenticate_request_object,
    authenticate_unsigned,
    encode_request_uri_post,
    error_code,
    error_target,
    parse_authorization_link,
)
from vc_core.authorization_response import encode_error
from vc_core.dcql import Answer, Choice, HeldCredential, NoAnswer, evaluate
from vc_core.formats.registry import QUERY_FORMATS, WALLET_FORMATS
from vc_core.jose import MAX_BYTES
from vc_core.rejection import Rejection
from vc_core.signer import PublicKey, RandomBytes
from vc_core.transaction_data import require_authorised
from vc_core.verifier_info import Registration, check_registration
from vc_core.x509 import organization_identifier
from wallet_sim.exchange import FORM, Exchange, require_ok
from wallet_sim.refusals import NothingToPresent, PeerUnavailable, RequestRefused

UNANSWERABLE = "no_credential_matches"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One credential that would be shown for one credential query."""

    query_id: str
    choice: Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedRequest:
    """A request that can be answered. verifier: its name in the certificate, or its identifier if it has none.

    registration: what a registrar confirms of the verifier; None where it sent nothing of the kind.
    """

    accepted: AcceptedRequest
    verifier: str
    wishes: tuple[Wish, ...]
    registration: Registration | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestReader:
    """anchors: authorities that certify verifiers. profile: all of OpenID4VP, or what HAIP leaves of it.

    attesters: who may vouch for verifiers and register them, by `iss`.
    """

    exchange: Exchange
    anchors: Sequence[Certificate]
    random: RandomBytes
    profile: RequestProfile = RequestProfile.OPENID4VP
    attesters: Mapping[str, PublicKey] = field(default_factory=dict)

    def open(self, link: str, held: Sequence[HeldCredential], *, now: datetime) -> OpenedRequest:
        """Reads a request and finds the answer, without giving it.

        1. Who asks, and just this.  a `Rejection` of `authenticate_request_object`; nobody is told
        2. Can it be answered at all?  `RequestRefused`, the verifier is told
        3. By something held?  `NothingToPresent`, the verifier is told `access_denied`
        4. Does it cover every transaction that the holder is to agree to?  as 2, `transaction_credential_unanswered`
        """
        authentic = self.authenticate(link, now=now)  # 1
        try:
            accepted = accept_request(
                authentic, formats=QUERY_FORMATS, http=self.exchange.policy, profile=self.profile
            )  # 2
            registration = registration_of(authentic, accepted, self.attesters, now)
            answer = evaluate(accepted.query, held)  # 3
            if isinstance(answer, NoAnswer) or not answer.choices:
                raise self._nothing(authentic, answer)
            require_authorised(accepted.transactions, answer.choices)  # 4
        except Rejection as rejection:
            code = error_code(rejection)
            raise refused(rejection, told=self.tell(authentic, code, rejection.reason)) from rejection
        return OpenedRequest(
            accepted=accepted, verifier=verifier_name(authentic), wishes=wishes_of(answer), registration=registration
        )

    def _nothing(self, authentic: AuthenticRequest, answer: Answer | NoAnswer) -> NothingToPresent:
        unmet = answer if isinstance(answer, NoAnswer) else NoAnswer(unmet=())
        told = self.tell(authentic, ErrorCode.ACCESS_DENIED)
        return NothingToPresent(reason=UNANSWERABLE, error=ErrorCode.ACCESS_DENIED, told=told, unmet=unmet)

    def authenticate(self, link: str, *, now: datetime) -> AuthenticRequest:
        """Raises a `Rejection`, or `PeerUnavailable` where the request object cannot be fetched."""
        read = parse_authorization_link(link, http=self.exchange.policy)
        match read:
            case UnsignedRequest():
                return authenticate_unsigned(read)
            case RequestByValue(client_id=client_id, request=text):
                wallet_nonce = None
            case RequestByReference(client_id=client_id):
                text, wallet_nonce = self._fetch(read)
            case _:
                assert_never(read)
        return authenticate_request_object(
            text,
            client_id=client_id,
            anchors=self.anchors,
            now=now,
            wallet_nonce=wallet_nonce,
            attesters=self.attesters,
        )

    def _fetch(self, reference: RequestByReference) -> tuple[str, str | None]:
        """The request object, and the nonce that it has to carry (section 5.10)."""
        wallet_nonce = None
        if reference.method is RequestUriMethod.POST:
            wallet_nonce = base64url.encode(self.random(16))
            form = encode_request_uri_post(wallet_nonce, wallet_metadata())
            answer = self.exchange.post(
                reference.request_uri, urlencode(form).encode(), media_type=FORM, accept=MEDIA_TYPE, max_bytes=MAX_BYTES
            )
        else:
            answer = self.exchange.get(reference.request_uri, accept=MEDIA_TYPE, max_bytes=MAX_BYTES)
        try:
            return require_ok(answer, MEDIA_TYPE).decode("ascii"), wallet_nonce
        except UnicodeDecodeError:
            raise Rejection("jws_malformed", section="RFC 7515, section 7.1") from None

    def tell(self, authentic: AuthenticRequest, code: ErrorCode, description: str = "") -> bool:
        """Posts an error, if there is somewhere to post it to; whether it arrived (section 8.5)."""
        target = error_target(authentic, http=self.exchange.policy)
        if target is None:
            return False
        return post_error(self.exchange, target.response_uri, code, target.state, description)


def refused(rejection: Rejection, *, told: bool) -> RequestRefused:
    """The refusal of a request, with the error code that the verifier was told, if it was."""
    return RequestRefused(
        reason=rejection.reason,
        error=error_code(rejection),
        told=told,
        where=rejection.where,
        section=rejection.section,
    )


def post_error(exchange: Exchange, url: str, code: ErrorCode, state: str | None, description: str = "") -> bool:
    """Whether an error arrived; what the verifier makes of it does not matter."""
    form = encode_error(code, state=state, description=description)
    try:
        exchange.post(url, urlencode(form).encode(), media_type=FORM)
    except (PeerUnavailable, Rejection):
        return False
    return True


def wallet_metadata() -> dict[str, object]:
    """What this wallet can do, for a verifier that asks by POST (section 10)."""
    return {
        "vp_formats_supported": {one.id: dict(one.vp_formats) for one in WALLET_FORMATS.values()},
        "client_id_prefixes_supported": [prefix.value for prefix in ClientIdPrefix],
        "request_object_signing_alg_values_supported": ["ES256"],
    }


def registration_of(
    authentic: AuthenticRequest, accepted: AcceptedRequest, registrars: Mapping[str, PublicKey], now: datetime
) -> Registration | None:
    """What a registrar confirms of this verifier, if it sent that; rejections as `check_registration`."""
    organization = organization_identifier(authentic.chain[0]) if authentic.chain else None
    subjects = {authentic.client_id, *([organization] if organization else ())}
    return check_registration(accepted.verifier_info, subjects=subjects, registrars=registrars, now=now)


def verifier_name(authentic: AuthenticRequest) -> str:
    """The organization in the access certificate."""
    return certified_name(authentic.chain) or authentic.client_id


def certified_name(chain: Sequence[Certificate]) -> str:
    """The organization that a chain's first certificate names; empty if there is none."""
    names = chain[0].subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME) if chain else ()
    return str(names[0].value) if names else ""


def wishes_of(answer: Answer) -> tuple[Wish, ...]:
    return tuple(Wish(query_id=id_, choice=choice) for id_, choices in answer.choices.items() for choice in choices)
