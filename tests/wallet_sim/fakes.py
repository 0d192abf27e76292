"""An issuer and a verifier, small and honest, behind one HTTP transport; a test bends one thing of them.

Both are made of the core's parts and keep what they refuse (`refused`), so that a wallet's deviation can be told by its
reason. `log` holds every request that went out.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import httpx2

from tests.wallet_sim import world
from tests.wallet_sim.world import A1, CATALOGUE, ISSUER, NOW, RELYING_PARTY, VERIFIER
from vc_core import credential_display, dpop, key_proof, status_token
from vc_core.authorization_request import (
    RequestObject,
    ResponseMode,
    build_client_metadata,
    encryption_key_id,
    request_claims,
    x509_hash_client_id,
)
from vc_core.authorization_response import ResponseParameters, WalletError, parse_response, require_state
from vc_core.credential_offer import (
    PRE_AUTHORIZED_CODE,
    CredentialOffer,
    PreAuthorizedCodeGrant,
    TxCode,
    encode_offer,
    offer_link_by_reference,
)
from vc_core.dcql import Query, build_credential_query, build_query, parse_query
from vc_core.formats.base import HolderChallenge, PlannedCredential
from vc_core.formats.registry import QUERY_FORMATS, WALLET_FORMATS
from vc_core.jose import jwk_from_public_key, jwk_thumbprint, sign_jws, x5c_header
from vc_core.rejection import Rejection
from vc_core.signer import PublicKey, SoftwareKey
from vc_core.status_list import StatusList
from vc_core.transaction_data import parse_transactions
from vc_core.trust import TrustList
from vc_core.verdict import Verdict
from vc_core.verification import Evidence, Expected, HolderPolicy, Policy, StatusFetched, verify_text

Reply = Callable[[httpx2.Request], httpx2.Response]


def answer(body: Any, status: int = 200, **headers: str) -> httpx2.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx2.Response(status, json=body, headers=named)


@dataclass
class Network:
    """Routes by method and URL without query; anything else is a 404."""

    replies: dict[str, Reply] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        place = f"{request.method} {str(request.url).partition('?')[0]}"
        self.log.append(place)
        self.bodies.append(request.read())
        reply = self.replies.get(place)
        return httpx2.Response(404) if reply is None else reply(request)

    def client(self) -> httpx2.Client:
        return httpx2.Client(transport=httpx2.MockTransport(self))

    def sent(self, place: str) -> list[bytes]:
        return [body for known, body in zip(self.log, self.bodies, strict=True) if known == place]


@dataclass
class FakeIssuer:
    """Offers every format of one type; `metadata`, `server_metadata`, `offer` are JSON to be bent."""

    network: Network
    type_id: str = "a1"
    formats: tuple[str, ...] = tuple(WALLET_FORMATS)
    refused: list[str] = field(default_factory=list)
    dpop_nonce: str | None = None
    change: Callable[[PlannedCredential], PlannedCredential] = lambda plan: plan
    finish: Callable[[str], str] = lambda text: text
    arrange: Callable[[list[str]], list[str]] = lambda credentials: credentials
    signer: SoftwareKey | None = None
    status: int = 0
    jkt: str | None = None
    interval: int | None = None  # seconds to wait for what is not ready; None: everything is ready
    access_token: str = "the-token"
    refresh_token: str | None = None

    def __post_init__(self) -> None:
        rulebook = CATALOGUE.type(self.type_id)
        self.wires = {wire.configuration_id: wire for id_ in self.formats if (wire := rulebook.wire(id_))}
        self.rulebook = rulebook
        self.metadata: dict[str, Any] = {
            "credential_issuer": ISSUER,
            "credential_endpoint": f"{ISSUER}/credential",
            "nonce_endpoint": f"{ISSUER}/nonce",
            "display": [{"name": "Pilot issuer", "locale": "en"}],
            "credential_configurations_supported": {id_: self._configuration(wire) for id_, wire in self.wires.items()},
        }
        self.server_metadata: dict[str, Any] = {
            "issuer": ISSUER,
            "token_endpoint": f"{ISSUER}/token",
            "grant_types_supported": [PRE_AUTHORIZED_CODE],
            "pre-authorized_grant_anonymous_access_supported": True,
            "dpop_signing_alg_values_supported": ["ES256"],
        }
        grant = PreAuthorizedCodeGrant(pre_authorized_code="the-code", tx_code=TxCode(length=6))
        self.offer: dict[str, Any] = encode_offer(
            CredentialOffer(
                credential_issuer=ISSUER, credential_configuration_ids=tuple(self.wires), pre_authorized_code=grant
            )
        )
        self.token: dict[str, Any] = {"access_token": "the-token", "token_type": "DPoP", "expires_in": 300}
        self.deferred: dict[str, list[str]] = {}
        host = world.ISSUER_HOST
        self.network.replies |= {
            f"GET {ISSUER}/credential-offer/1": lambda _: answer(self.offer),
            f"GET {host}/.well-known/openid-credential-issuer/tenant": lambda _: answer(self.metadata),
            f"GET {host}/.well-known/oauth-authorization-server/tenant": lambda _: answer(self.server_metadata),
            f"POST {ISSUER}/token": self._token,
            f"POST {ISSUER}/nonce": lambda _: answer({"c_nonce": self.c_nonce()}),
            f"POST {ISSUER}/credential": self._credential,
            f"POST {ISSUER}/deferred": self._deferred,
            f"GET {ISSUER}/status/1": lambda _: self._status_token("1"),
            f"GET {ISSUER}/status/2": lambda _: self._status_token("2"),
        }
        self.nonces = iter(f"nonce-{number}" for number in range(1000))
        self.open_nonces: set[str] = set()
        self.codes = {"the-code"}
        self.jtis: set[str] = set()

    @property
    def link(self) -> str:
        return offer_link_by_reference(f"{ISSUER}/credential-offer/1")

    @property
    def configuration(self) -> dict[str, Any]:
        """The first one, as announced."""
        first: dict[str, Any] = next(iter(self.metadata["credential_configurations_supported"].values()))
        return first

    @property
    def grant(self) -> dict[str, Any]:
        found: dict[str, Any] = self.offer["grants"][PRE_AUTHORIZED_CODE]
        return found

    def _configuration(self, wire: Any) -> dict[str, Any]:
        return {
            **WALLET_FORMATS[wire.format_id].issuer_metadata(wire),
            "scope": wire.configuration_id,
            "cryptographic_binding_methods_supported": ["jwk"],
            "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": ["ES256"]}},
            "credential_metadata": credential_display.credential_metadata(self.rulebook, wire),
        }

    def c_nonce(self) -> str:
        nonce = next(self.nonces)
        self.open_nonces.add(nonce)
        return nonce

    def refuse(self, reason: str, error: str, status: int = 400, **headers: str) -> httpx2.Response:
        self.refused.append(reason)
        return answer({"error": error, "error_description": reason}, status, **headers)

    # ------------------------------------------------------------------------------------------------------ endpoints
    def _possession(self, request: httpx2.Request, token: str | None) -> str:
        """Raises a `Rejection`."""
        proof = dpop.check_proof(
            request.headers.get_list("DPoP"),
            method=request.method,
            url=str(request.url),
            now=NOW,
            access_token=token,
            jkt=self.jkt if token is not None else None,
            nonce_ok=None if self.dpop_nonce is None else lambda nonce: nonce == self.dpop_nonce,
        )
        if proof.jti in self.jtis:
            raise Rejection("jti_reused")
        self.jtis.add(proof.jti)
        return proof.jkt

    def _token(self, request: httpx2.Request) -> httpx2.Response:
        try:
            jkt = self._possession(request, None)
        except Rejection as rejection:
            if rejection.reason.startswith("nonce_"):
                return self.refuse(rejection.reason, "use_dpop_nonce", DPoP_Nonce=str(self.dpop_nonce))
            return self.refuse(rejection.reason, "invalid_dpop_proof")
        form = parse_qs(request.content.decode(), keep_blank_values=True)
        if request.headers["Content-Type"] != "application/x-www-form-urlencoded" or any(
            len(values) > 1 for values in form.values()
        ):
            return self.refuse("form_malformed", "invalid_request")
        if form.get("grant_type") == ["refresh_token"]:
            return self._refreshed(form.get("refresh_token"), jkt)
        if form.get("grant_type") != [PRE_AUTHORIZED_CODE]:
            return self.refuse("grant_type_wrong", "unsupported_grant_type")
        if "pre-authorized_code" not in form:
            return self.refuse("code_missing", "invalid_request")
        if "tx_code" in self.grant and "tx_code" not in form:
            return self.refuse("tx_code_missing", "invalid_request")
        if form.get("tx_code") != (["123456"] if "tx_code" in self.grant else None):
            return self.refuse("tx_code_wrong", "invalid_grant")
        if form["pre-authorized_code"][0] not in self.codes:
            return self.refuse("code_unknown", "invalid_grant")
        self.codes.clear()
        self.jkt = jkt
        return answer(self.token)

    def _refreshed(self, given: list[str] | None, jkt: str) -> httpx2.Response:
        """Rotates: each refresh token is good for one request."""
        if self.refresh_token is None or given != [self.refresh_token] or jkt != self.jkt:
            return self.refuse("refresh_token_refused", "invalid_grant")
        self.access_token, self.refresh_token = f"{self.access_token}+", f"{self.refresh_token}+"
        return answer({**self.token, "access_token": self.access_token, "refresh_token": self.refresh_token})

    def _credential(self, request: httpx2.Request) -> httpx2.Response:
        return self._authorized(request, self._issue)

    def _deferred(self, request: httpx2.Request) -> httpx2.Response:
        return self._authorized(request, self._deliver)

    def _deliver(self, request: httpx2.Request) -> httpx2.Response:
        body = _strict_object(request)
        if isinstance(body, str) or set(body) != {"transaction_id"}:
            return self.refuse("deferred_request_malformed", "invalid_credential_request")
        if body["transaction_id"] not in self.deferred:
            return self.refuse("transaction_id_unknown", "invalid_transaction_id")
        if self.interval is not None:
            return answer({"transaction_id": body["transaction_id"], "interval": self.interval}, 202)
        issued = self.deferred.pop(body["transaction_id"])
        return answer({"credentials": [{"credential": one} for one in issued], "notification_id": "n-1"})

    def _authorized(self, request: httpx2.Request, act: Reply) -> httpx2.Response:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if "access_token" in request.url.params or scheme.lower() != "dpop" or token != self.access_token:
            return self.refuse("token_refused", "invalid_token", 401, WWW_Authenticate='DPoP error="invalid_token"')
        try:
            self._possession(request, token)
        except Rejection as rejection:
            nonce = rejection.reason.startswith("nonce_")
            error = "use_dpop_nonce" if nonce else "invalid_dpop_proof"
            headers = {"WWW_Authenticate": f'DPoP error="{error}"'} | (
                {"DPoP_Nonce": str(self.dpop_nonce)} if nonce else {}
            )
            return self.refuse(rejection.reason, error, 401, **headers)
        try:
            return act(request)
        except Rejection as rejection:
            error = "invalid_nonce" if rejection.reason.startswith("c_nonce") else "invalid_proof"
            return self.refuse(rejection.reason, error)

    def _issue(self, request: httpx2.Request) -> httpx2.Response:
        body = _strict_object(request)
        if isinstance(body, str):
            return self.refuse(body, "invalid_credential_request")
        given = [name for name in ("credential_configuration_id", "credential_identifier") if name in body]
        if len(given) != 1:
            return self.refuse("identifier_not_single", "invalid_credential_request")
        if given == ["credential_identifier"] and body[given[0]] not in self.wires:
            return self.refuse("identifier_unknown", "unknown_credential_identifier")
        if body[given[0]] not in self.wires:
            return self.refuse("configuration_unknown", "unknown_credential_configuration")
        if "credential_response_encryption" in body:
            return self.refuse("encryption_unsupported", "invalid_encryption_parameters")
        holder_keys = self._proven_keys(body.get("proofs"))
        wire = self.wires[body[given[0]]]
        plans = [self.change(world.planned(self.rulebook, wire, key)) for key in holder_keys]
        credentials = [self.finish(world.encode(one, signer=self.signer, seed=wire.configuration_id)) for one in plans]
        if self.interval is not None:
            transaction_id = f"transaction-{len(self.deferred) + 1}"
            self.deferred[transaction_id] = self.arrange(credentials)
            return answer({"transaction_id": transaction_id, "interval": self.interval}, 202)
        issued = [{"credential": one} for one in self.arrange(credentials)]
        return answer({"credentials": issued, "notification_id": "n-1"})

    def _proven_keys(self, proofs: Any) -> list[PublicKey | None]:
        if "proof_types_supported" not in self.configuration:
            return [None]
        if not isinstance(proofs, dict) or list(proofs) != ["jwt"] or not isinstance(proofs["jwt"], list):
            raise Rejection("proofs_malformed")
        batch = self.metadata.get("batch_credential_issuance", {"batch_size": 1})
        if not 1 <= len(proofs["jwt"]) <= batch["batch_size"]:
            raise Rejection("proofs_not_single")
        checked = [key_proof.check_proof(text, audience=ISSUER, now=NOW) for text in proofs["jwt"]]
        for nonce in {proof.nonce for proof in checked}:
            if nonce is None:
                raise Rejection("proof_without_nonce")
            if nonce not in self.open_nonces:
                raise Rejection("c_nonce_refused")
            self.open_nonces.discard(nonce)
        return [proof.public_key for proof in checked]

    def _status_token(self, number: str) -> httpx2.Response:
        deflated = StatusList.of({5: self.status}, bits=1, size=64).deflate()
        type_id = {"1": "a1", "2": "ehic"}[number]
        text = status_token.encode_jwt(
            deflated, subject=f"{world.STATUS_PREFIX}{number}", issued_at=NOW, signer=world.STATUS_SIGNERS[type_id]
        )
        return httpx2.Response(200, text=text, headers={"Content-Type": "application/statuslist+jwt"})


def _strict_object(request: httpx2.Request) -> dict[str, Any] | str:
    """The body, or why it is none."""
    if request.headers.get("Content-Type") != "application/json":
        return "content_type_wrong"
    if len(request.content) > 64 * 1024:
        return "body_too_large"
    pairs: list[str] = []

    def members(found: list[tuple[str, Any]]) -> dict[str, Any]:
        pairs.extend(name for name, _ in found if sum(other == name for other, _ in found) > 1)
        return dict(found)

    try:
        body = json.loads(request.content, object_pairs_hook=members)
    except ValueError:
        return "json_malformed"
    if pairs or not isinstance(body, dict):
        return "json_member_repeated" if pairs else "json_not_object"
    return body


@dataclass
class FakeVerifier:
    """Asks for one credential; `claims` and `header` are the request object's, to be bent, `signer` signs it."""

    network: Network
    format_id: str = world.SD_JWT
    mode: ResponseMode = ResponseMode.DIRECT_POST_JWT
    signer: SoftwareKey = RELYING_PARTY
    received: list[ResponseParameters | WalletError] = field(default_factory=list)
    query: dict[str, Any] | None = None
    refused: list[str] = field(default_factory=list)
    once: bool = False
    transactions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.encryption_key = world.key("encryption").private_key
        self.client_id = x509_hash_client_id(RELYING_PARTY.chain[0])
        self.reply: Reply = lambda _: answer({})
        public = self.encryption_key.public_key()
        formats = {id_: dict(one.vp_formats) for id_, one in WALLET_FORMATS.items()}
        encrypted = self.mode is ResponseMode.DIRECT_POST_JWT
        self.request = RequestObject(
            client_id=self.client_id,
            nonce="a-nonce-of-the-verifier",
            response_uri=f"{VERIFIER}/response/1",
            response_mode=self.mode,
            dcql_query=self.query or a1_query(self.format_id),
            client_metadata=build_client_metadata(formats, public if encrypted else None),
            state="a-state",
        )
        self.claims: dict[str, Any] = request_claims(self.request, issued_at=NOW)
        self.header: dict[str, Any] = {"typ": "oauth-authz-req+jwt", "x5c": x5c_header(RELYING_PARTY.chain)}
        self.parameters: dict[str, str] = {"client_id": self.client_id, "request_uri": f"{VERIFIER}/request/1"}
        self.network.replies |= {
            f"GET {VERIFIER}/request/1": lambda _: self.object(),
            f"POST {VERIFIER}/request/1": self._posted,
            f"POST {VERIFIER}/response/1": self._response,
        }

    @property
    def link(self) -> str:
        return f"openid4vp://?{httpx2.QueryParams(self.parameters)}"

    @property
    def text(self) -> str:
        asked = {"transaction_data": list(self.transactions)} if self.transactions else {}
        return sign_jws(self.header, self.claims | asked, self.signer)

    def object(self) -> httpx2.Response:
        return httpx2.Response(200, text=self.text, headers={"Content-Type": "application/oauth-authz-req+jwt"})

    def _posted(self, request: httpx2.Request) -> httpx2.Response:
        nonce = parse_qs(request.content.decode())["wallet_nonce"][0]
        self.claims.setdefault("wallet_nonce", nonce)
        return self.object()

    def _response(self, request: httpx2.Request) -> httpx2.Response:
        try:
            self.received.append(self._read(request))
        except Rejection as rejection:
            self.refused.append(rejection.reason)
            return answer({"error": "invalid_request"}, 400)
        return self.reply(request)

    def _read(self, request: httpx2.Request) -> ResponseParameters | WalletError:
        if request.headers["Content-Type"] != "application/x-www-form-urlencoded":
            raise Rejection("content_type_wrong")
        if len(request.content) > 1024 * 1024:
            raise Rejection("body_too_large")
        form = parse_qs(request.content.decode(), keep_blank_values=True)
        keys = {encryption_key_id(self.encryption_key.public_key()): self.encryption_key}
        response = parse_response(form, mode=self.mode, keys=keys)
        if isinstance(response, ResponseParameters):
            require_state(response, self.claims.get("state"))
            self._require_asked(response)
        return response

    def _require_asked(self, response: ResponseParameters) -> None:
        if self.once and self.received:
            raise Rejection("response_replayed")
        if set(response.vp_token) - {credential["id"] for credential in self.claims["dcql_query"]["credentials"]}:
            raise Rejection("query_id_unknown")
        if any(len(shown) != 1 for shown in response.vp_token.values()):
            raise Rejection("presentations_too_many")

    @property
    def asked(self) -> Query:
        return parse_query(self.claims["dcql_query"], QUERY_FORMATS)

    @property
    def challenge(self) -> HolderChallenge:
        thumbprint = jwk_thumbprint(jwk_from_public_key(self.encryption_key.public_key()))
        return HolderChallenge(
            nonce=self.request.nonce,
            client_id=self.client_id,
            response_uri=self.request.response_uri,
            encryption_thumbprint=thumbprint if self.mode is ResponseMode.DIRECT_POST_JWT else None,
            transactions=parse_transactions(self.transactions, self.asked) if self.transactions else (),
        )

    def judge(self, text: str) -> Verdict:
        return judge(text, self.challenge, self.asked.credentials[0])


def judge(text: str, challenge: HolderChallenge | None, query: Any = None, trust: TrustList | None = None) -> Verdict:
    """A verifier's verdict for the day of the posted worker's A1."""
    return verify_text(
        text,
        Expected(day=NOW.date(), host_state="DE", challenge=challenge, query=query),
        Evidence(trust=trust or world.PILOT.trust_list, status={world.STATUS_URI: _fresh_list()}),
        Policy(holder=HolderPolicy.REQUIRED if challenge else HolderPolicy.NOT_ASKED),
        NOW,
        CATALOGUE,
    )


def _fresh_list() -> StatusFetched:
    deflated = StatusList.of({}, bits=1, size=64).deflate()
    text = status_token.encode_jwt(deflated, subject=world.STATUS_URI, issued_at=NOW, signer=world.STATUS_SIGNER)
    return StatusFetched(body=text.encode(), content_type="application/statuslist+jwt", fetched_at=NOW)


def a1_query(format_id: str, **changes: Any) -> dict[str, Any]:
    """What an inspector on a building site asks for."""
    wire = world.wire(A1, format_id)
    paths = [path for claim in A1.queries["building_site"] if (path := wire.request_path(claim))]
    meta = WALLET_FORMATS[format_id].query_meta([wire])
    credential = build_credential_query("a1", format=format_id, meta=meta, claims=list(dict.fromkeys(paths)), **changes)
    return build_query([credential])
