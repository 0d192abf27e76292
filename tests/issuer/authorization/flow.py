"""A wallet with an attestation, a browser and a holder with an identity: the authorization code flow step by step."""

import os
import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from starlette.testclient import TestClient

from tests.issuer.world import BASE_URL, Registered, Wallet, World
from tests.vc_core.forged_jws import changed, forge
from vc_core import authorization_response, base64url, dcql, jose, pkce
from vc_core.authorization_request import ResponseEncryption, parse_authorization_link
from vc_core.formats.base import HolderChallenge, UnverifiedPresentation
from vc_core.formats.registry import QUERY_FORMATS, WALLET_FORMATS
from vc_core.pilot import new_key
from vc_core.signer import SoftwareKey
from vc_core.verification.query import facts

CLIENT_ID = "https://wallet.example"
REDIRECT_URI = "https://wallet.example/back"
SD_JWT, MDOC = "eu.europa.ec.eudi.pda1_sd_jwt_vc", "eu.europa.ec.eudi.pda1_mdoc"
EHIC_SD_JWT = "eu.europa.ec.eudi.ehic_sd_jwt_vc"
IDENTITY = "FR:ANTS01"


@dataclass
class AttestedWallet(Wallet):
    """provider: who attests it."""

    provider: SoftwareKey | None = None
    instance: SoftwareKey = field(default_factory=lambda: SoftwareKey(new_key(os.urandom)))
    verifier: str = field(default_factory=lambda: base64url.encode(os.urandom(32)))
    client_id: str = CLIENT_ID

    # ------------------------------------------------------------------------------------------------- attestation
    def challenge(self) -> str:
        challenge: str = self.world.client().post("/challenge").json()["attestation_challenge"]
        return challenge

    def attestation(
        self,
        *,
        header: Mapping[str, Any] | None = None,
        claims: Mapping[str, Any] | None = None,
        signer: SoftwareKey | None = None,
    ) -> str:
        assert self.provider is not None
        standard_header = {
            "typ": "oauth-client-attestation+jwt",
            "alg": "ES256",
            "x5c": jose.x5c_header(self.provider.chain),
        }
        standard = {
            "sub": self.client_id,
            "exp": self.issued_at + 3600,
            "cnf": {"jwk": jose.jwk_from_public_key(self.instance.public_key)},
        }
        signed_by = signer or self.provider
        return forge(changed(standard_header, header or {}), changed(standard, claims or {}), signed_by)

    def pop(
        self,
        *,
        header: Mapping[str, Any] | None = None,
        claims: Mapping[str, Any] | None = None,
        signer: SoftwareKey | None = None,
    ) -> str:
        standard_header = {"typ": "oauth-client-attestation-pop+jwt", "alg": "ES256"}
        standard = {
            "aud": BASE_URL,
            "jti": base64url.encode(os.urandom(12)),
            "iat": self.issued_at,
            "challenge": self.challenge(),
        }
        return forge(changed(standard_header, header or {}), changed(standard, claims or {}), signer or self.instance)

    def attested(self, **headers: str) -> dict[str, str]:
        sent = {"OAuth-Client-Attestation": self.attestation(), "OAuth-Client-Attestation-PoP": self.pop()}
        return {**sent, **headers}

    # ------------------------------------------------------------------------------------------------------ asking
    def ask(self, **form: Any) -> dict[str, Any]:
        standard = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": REDIRECT_URI,
            "scope": f"{SD_JWT} {MDOC}",
            "state": "s1",
            "code_challenge": pkce.challenge_of(self.verifier),
            "code_challenge_method": "S256",
        }
        return changed(standard, form)

    def push(self, headers: Mapping[str, str] | None = None, **form: Any) -> httpx2.Response:
        return self.world.client().post("/par", data=self.ask(**form), headers=headers or self.attested())

    def pushed(self, **form: Any) -> str:
        response = self.push(**form)
        assert response.status_code == 201, response.text
        request_uri: str = response.json()["request_uri"]
        return request_uri

    # --------------------------------------------------------------------------------------------------- redeeming
    def token_form(self, code: str, /, **form: Any) -> dict[str, Any]:
        standard = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT_URI,
            "code_verifier": self.verifier,
            "client_id": self.client_id,
        }
        return changed(standard, form)

    def redeem_code(self, code: str, /, *, headers: Mapping[str, str] | None = None, **form: Any) -> httpx2.Response:
        sent = headers or self.attested(DPoP=self.proof("/token"))
        response = self.world.client().post("/token", data=self.token_form(code, **form), headers=sent)
        if response.status_code == 200:
            self.access_token = response.json()["access_token"]
        return response


@dataclass
class Holder:
    """Has an identity in a wallet. credential: as issued; key: that it is bound to."""

    world: World
    format_id: str
    credential: str
    key: SoftwareKey

    @classmethod
    def of(cls, world: World, configuration_id: str = "eu.europa.ec.eudi.pid_vc_sd_jwt", **person: Any) -> "Holder":
        """Somebody with an identity of their own, or as changed."""
        claims: dict[str, Any] = deepcopy(dict(world.catalogue.examples("pid")["valid_french_worker"]))
        claims = changed({**claims, "document_number": base64url.encode(os.urandom(9))}, person)
        registered = world.register(claims, type_id="pid", institution_id=IDENTITY)
        wallet = Wallet(world)
        wallet.redeem(registered)
        response = wallet.collect(configuration_id)
        assert response.status_code == 200, response.text
        format_id = "mso_mdoc" if configuration_id.endswith("mdoc") else "dc+sd-jwt"
        return cls(world, format_id, response.json()["credentials"][0]["credential"], wallet.holder)

    def vp_token(self, asked: Mapping[str, Any], **challenge: Any) -> dict[str, list[str]]:
        """What answers a request; challenge: what the proof is over instead."""
        query = dcql.parse_query(asked["dcql_query"], QUERY_FORMATS)
        wallet_format = WALLET_FORMATS[self.format_id]
        known = facts(wallet_format.parse(UnverifiedPresentation(text=self.credential)), holder_bound=True)
        names = (
            "format",
            "identifier",
            "claims",
            "disclosures",
            "hidden_elements",
            "holder_bound",
            "authority_key_ids",
        )
        candidate = dcql.HeldCredential(**{name: getattr(known, name) for name in names}, groups=(), id="held")
        answer = dcql.evaluate(query, [candidate])
        assert isinstance(answer, dcql.Answer), answer
        values = {
            "nonce": asked["nonce"],
            "client_id": asked["client_id"],
            "response_uri": asked["response_uri"],
            "encryption_thumbprint": encryption(asked).thumbprint,
        }
        to_answer = HolderChallenge(**{**values, **challenge})
        return {
            query_id: [
                wallet_format.present(
                    self.credential,
                    paths=choice.paths,
                    challenge=to_answer,
                    holder=self.key,
                    issued_at=self.world.clock.now,
                )
                for choice in choices
            ]
            for query_id, choices in answer.choices.items()
        }


def encryption(asked: Mapping[str, Any]) -> ResponseEncryption:
    return ResponseEncryption(jwk=asked["client_metadata"]["jwks"]["keys"][0], enc="A256GCM")


def response_form(
    asked: Mapping[str, Any], vp_token: Mapping[str, Sequence[str]], *, state: str | None = None
) -> dict[str, str]:
    return authorization_response.encode_response(vp_token, state=state or asked["state"], encryption=encryption(asked))


@dataclass
class Browser:
    """Keeps cookies, follows forms, and nothing else."""

    client: TestClient
    page: httpx2.Response | None = None

    @classmethod
    def new(cls, world: World) -> "Browser":
        return cls(world.client())

    @property
    def text(self) -> str:
        assert self.page is not None
        return self.page.text

    def open(self, request_uri: str, client_id: str = CLIENT_ID) -> "Browser":
        self.page = self.client.get("/authorize", params={"client_id": client_id, "request_uri": request_uri})
        return self

    def asked(self) -> dict[str, Any]:
        """The presentation request behind the link on the page."""
        (link,) = re.findall(r'id="wallet" href="([^"]+)"', self.text)
        reference = parse_authorization_link(unescape(link))
        response = self.client.get(urlsplit(reference.request_uri).path)  # type: ignore[union-attr]
        assert response.status_code == 200, response.text
        return jose.parse_jws(response.text).claims()

    def answer(self, holder: Holder, **challenge: Any) -> httpx2.Response:
        asked = self.asked()
        form = response_form(asked, holder.vp_token(asked, **challenge))
        return self.client.post(urlsplit(asked["response_uri"]).path, data=form)

    def present(self, holder: Holder) -> "Browser":
        """To the wallet and back."""
        response = self.answer(holder)
        assert response.status_code == 200, response.text
        self.page = self.client.get(response.json()["redirect_uri"])
        return self

    def form(self, name: str) -> tuple[str, dict[str, str]]:
        """Address and fields of a form on the page."""
        (body,) = re.findall(rf'<form[^>]*id="{name}">.*?</form>', self.text, re.DOTALL)
        (action,) = re.findall(r'action="([^"]+)"', body)
        fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', body))
        return unescape(action), fields

    def submit(self, name: str, **fields: str) -> httpx2.Response:
        action, found = self.form(name)
        return self.client.post(urlsplit(action).path, data=changed(found, fields), follow_redirects=False)

    def agree(self) -> str:
        """The code."""
        return answer_of(self.submit("allow"))["code"]


def answer_of(response: httpx2.Response) -> dict[str, str]:
    """The parameters that the wallet is sent."""
    assert response.status_code == 303, response.text
    location = response.headers["Location"]
    assert location.startswith(f"{REDIRECT_URI}?")
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def worker(world: World, **person: Any) -> tuple[Holder, Registered]:
    """A holder, and an A1 about them."""
    birthday = f"19{60 + os.urandom(1)[0] % 40}-0{1 + os.urandom(1)[0] % 9}-{10 + os.urandom(1)[0] % 18}"
    number = base64url.encode(os.urandom(6)).replace("-", "x").replace("_", "y")
    facts_ = {"family_name": f"Moreau{number.lower()}".rstrip("0123456789"), "birthdate": birthday, **person}
    holder = Holder.of(world, personal_administrative_number=number, **facts_)
    return holder, document_about(world, number, **facts_)


def document_about(world: World, number: str | None, **person: Any) -> Registered:
    claims = world.a1()
    about = claims["credential_holder"]
    about["family_name"], about["birth_date"] = person["family_name"], person["birthdate"]
    about["given_name"] = person.get("given_name", "Camille Élodie")
    if number is not None:
        claims["personal_administrative_number"] = number
    return world.register(claims)
