"""An issuer under test: a pilot folder, a clock that stands still, the service on a database, and a wallet."""

import os
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
from fastapi import FastAPI
from sqlalchemy import Engine, NullPool, create_engine, select, update
from starlette.testclient import TestClient

from issuer.adapters.tables import document, metadata, rate_count
from socsec.pilot_folder import create_pilot
from tests.event_loop import on_one_loop
from tests.vc_core.forged_jws import changed, forge
from vc_core import base64url, dpop, jose
from vc_core.catalogue import Catalogue
from vc_core.claims import Claims
from vc_core.credential_offer import PRE_AUTHORIZED_CODE
from vc_core.pilot import new_key
from vc_core.signer import SoftwareKey

NOW = datetime(2026, 2, 15, 10, 0, tzinfo=UTC)
BASE_URL = "https://issuer.example"
URSSAF, CNAM, DRV, CNPP = "FR:117000", "FR:910000", "DE:DRV001", "RO:CNPP01"

_numbers = count(1)


@cache
def _engine(url: str) -> Engine:
    """One for a database, since it remembers the statements; its connections are closed after each use."""
    return create_engine(url, poolclass=NullPool)


def make_pilot_folder(folder: Path) -> Mapping[str, str]:
    """The institutions of the pilot; gives back their bearer keys."""
    return create_pilot(folder, issuer_url=BASE_URL, verifier_hosts=["verifier.example"], now=NOW, random=os.urandom)


@dataclass
class Clock:
    """Stands still unless moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass(frozen=True)
class Registered:
    """A document that was registered, as the institution has it."""

    answer: Mapping[str, Any]
    institution_id: str

    @property
    def path(self) -> str:
        return f"/v1/{self.answer['type']}/{self.answer['document_id']}"

    @property
    def offer_id(self) -> str:
        offer_id: str = self.answer["offer"]["id"]
        return offer_id

    @property
    def tx_code(self) -> str:
        tx_code: str = self.answer["offer"]["tx_code"]
        return tx_code


@dataclass(frozen=True)
class World:
    """One running issuer."""

    app: FastAPI
    clock: Clock
    catalogue: Catalogue
    api_keys: Mapping[str, str]
    database_url: str

    def client(self) -> TestClient:
        return on_one_loop(TestClient(self.app, base_url=BASE_URL, raise_server_exceptions=False))

    def auth(self, institution_id: str = URSSAF, **headers: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.api_keys[institution_id]}", **headers}

    def example(self, type_id: str, name: str) -> dict[str, Any]:
        """An example document with a number and a person of its own."""
        number = next(_numbers)
        claims: dict[str, Any] = deepcopy(dict(self._examples[type_id][name]))
        claims["personal_administrative_number"] = f"2880413{number:08}"
        old = claims["document_number"]
        claims["document_number"] = f"{old[:10]}{number:010}"
        return claims

    @cached_property
    def _examples(self) -> Mapping[str, Mapping[str, Claims]]:
        """By type and name, read once: some thousand documents are made of them."""
        return {type_id: self.catalogue.examples(type_id) for type_id in self.catalogue.rulebooks}

    def a1(self, name: str = "valid_posted_worker") -> dict[str, Any]:
        return self.example("a1", name)

    def ehic(self, name: str = "valid_card") -> dict[str, Any]:
        return self.example("ehic", name)

    def post(
        self, claims: Any, *, type_id: str = "a1", institution_id: str = URSSAF, key: str | None = None
    ) -> httpx2.Response:
        headers = self.auth(institution_id, **{"Idempotency-Key": key or f"key-{next(_numbers)}"})
        return self.client().post(f"/v1/{type_id}", json=claims, headers=headers)

    def register(self, claims: Any = None, *, type_id: str = "a1", institution_id: str = URSSAF) -> Registered:
        response = self.post(claims or self.a1(), type_id=type_id, institution_id=institution_id)
        assert response.status_code == 201, response.text
        return Registered(response.json(), institution_id)

    def document(self, registered: Registered) -> dict[str, Any]:
        response = self.client().get(registered.path, headers=self.auth(registered.institution_id))
        assert response.status_code == 200
        answer: dict[str, Any] = response.json()
        return answer

    def withdraw(self, registered: Registered, **order: Any) -> httpx2.Response:
        body = {"reason_code": "issued_in_error", **order}
        headers = self.auth(registered.institution_id)
        return self.client().post(f"{registered.path}/withdraw", json=body, headers=headers)

    def suspend(self, registered: Registered, **order: Any) -> httpx2.Response:
        body = {"reason_code": "facts_in_doubt", **order}
        headers = self.auth(registered.institution_id)
        return self.client().post(f"{registered.path}/suspend", json=body, headers=headers)

    def lift(self, registered: Registered) -> httpx2.Response:
        return self.client().post(f"{registered.path}/lift", headers=self.auth(registered.institution_id))

    def erase(self, registered: Registered) -> None:
        """As if the period had passed for which claims are kept."""
        with _engine(self.database_url).begin() as connection:
            erased = document.c.id == registered.answer["document_id"]
            connection.execute(update(document).where(erased).values(erased_at=self.clock()))

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything in the register, to be compared with itself later; counts of requests are no part of it."""
        with _engine(self.database_url).connect() as connection:
            return {
                table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
                for table in metadata.sorted_tables
                if table is not rate_count
            }


@dataclass
class Wallet:
    """What a wallet sends, piece by piece, so that a test can change one thing."""

    world: World
    key: SoftwareKey = field(default_factory=lambda: SoftwareKey(new_key(os.urandom)))
    holder: SoftwareKey = field(default_factory=lambda: SoftwareKey(new_key(os.urandom)))
    access_token: str = ""

    @property
    def issued_at(self) -> int:
        return int(self.world.clock().timestamp())

    # ------------------------------------------------------------------------------------------------------ nonces
    def nonces(self) -> tuple[str, str]:
        """A fresh `c_nonce` and DPoP nonce."""
        response = self.world.client().post("/nonce")
        return response.json()["c_nonce"], response.headers["DPoP-Nonce"]

    # -------------------------------------------------------------------------------------------------------- DPoP
    def proof(
        self, path: str, *, header: Mapping[str, Any] | None = None, claims: Mapping[str, Any] | None = None
    ) -> str:
        standard = {
            "jti": base64url.encode(os.urandom(12)),
            "htm": "POST",
            "htu": f"{BASE_URL}{path}",
            "iat": self.issued_at,
            "nonce": self.nonces()[1],
        }
        if self.access_token:
            standard["ath"] = dpop.access_token_hash(self.access_token)
        jwk = jose.jwk_from_public_key(self.key.public_key)
        default_header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk}
        return forge(changed(default_header, header or {}), changed(standard, claims or {}), self.key)

    # ------------------------------------------------------------------------------------------------------- token
    def code(self, offer_id: str) -> str:
        response = self.world.client().get(f"/credential-offer/{offer_id}")
        assert response.status_code == 200, response.text
        code: str = response.json()["grants"][PRE_AUTHORIZED_CODE]["pre-authorized_code"]
        return code

    def form(self, registered: Registered) -> dict[str, Any]:
        return {
            "grant_type": PRE_AUTHORIZED_CODE,
            "pre-authorized_code": self.code(registered.offer_id),
            "tx_code": registered.tx_code,
        }

    def redeem(self, registered: Registered, **form: Any) -> httpx2.Response:
        response = self.world.client().post(
            "/token", data={**self.form(registered), **form}, headers={"DPoP": self.proof("/token")}
        )
        if response.status_code == 200:
            self.access_token = response.json()["access_token"]
        return response

    # -------------------------------------------------------------------------------------------------- credential
    def key_proof(self, *, header: Mapping[str, Any] | None = None, claims: Mapping[str, Any] | None = None) -> str:
        jwk = jose.jwk_from_public_key(self.holder.public_key)
        default_header = {"typ": "openid4vci-proof+jwt", "alg": "ES256", "jwk": jwk}
        standard = {"aud": BASE_URL, "iat": self.issued_at, "nonce": self.nonces()[0]}
        return forge(changed(default_header, header or {}), changed(standard, claims or {}), self.holder)

    def request(self, configuration_id: str) -> dict[str, Any]:
        return {"credential_configuration_id": configuration_id, "proofs": {"jwt": [self.key_proof()]}}

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"DPoP {self.access_token}", "DPoP": self.proof("/credential")}

    def collect(self, configuration_id: str) -> httpx2.Response:
        return self.world.client().post("/credential", json=self.request(configuration_id), headers=self.headers())
