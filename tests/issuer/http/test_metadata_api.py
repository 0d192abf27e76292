"""Metadata: OpenID4VCI 1.0, section 12.2; RFC 8414; SD-JWT VC, section 5; held against other people's schemas."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from cryptography.x509 import load_pem_x509_certificates
from jsonschema import Draft202012Validator

from tests.issuer.conftest import MakeWorld
from tests.issuer.world import BASE_URL, World
from tests.vectors import read_json, vectors
from vc_core import certificate, jose
from vc_core.credential_offer import (
    AUTHORIZATION_CODE,
    PRE_AUTHORIZED_CODE,
    OfferByReference,
    parse_fetched_offer,
    parse_offer_link,
    require_offered,
)
from vc_core.sd_jwt_vc import parse_type_metadata

SCHEMAS = "oidf-conformance-suite"
ISSUER, SERVER = "/.well-known/openid-credential-issuer", "/.well-known/oauth-authorization-server"


def _issuer(world: World) -> dict[str, Any]:
    metadata: dict[str, Any] = world.client().get(ISSUER).json()
    return metadata


def test_issuer_metadata(world: World) -> None:
    response = world.client().get(ISSUER)
    metadata = response.json()
    assert response.headers["Content-Type"] == "application/json"
    assert metadata["credential_issuer"] == BASE_URL
    assert metadata["credential_endpoint"] == f"{BASE_URL}/credential"
    assert metadata["nonce_endpoint"] == f"{BASE_URL}/nonce"
    assert metadata["batch_credential_issuance"] == {"batch_size": 10}
    assert metadata["notification_endpoint"] == f"{BASE_URL}/notification"


def test_issuer_metadata_has_the_form_that_the_conformance_suite_asks_for(world: World) -> None:
    schema = read_json(vectors(SCHEMAS) / "json-schemas" / "oid4vci" / "credential_issuer_metadata-1_0.json")
    assert list(Draft202012Validator(schema).iter_errors(_issuer(world))) == []


def test_every_configuration(world: World) -> None:
    """VCI-2 and HAIP 4.1: scope, binding methods together with proof types, algorithms of the format's own kind."""
    configurations = _issuer(world)["credential_configurations_supported"]
    bound = {id_: one for id_, one in configurations.items() if not id_.endswith("_unbound")}
    assert len(bound) == 2 * len(world.catalogue.types())
    assert len({one["scope"] for one in configurations.values()}) == len(configurations)
    for one in bound.values():
        assert one["cryptographic_binding_methods_supported"]
        algorithms = {"proof_signing_alg_values_supported": ["ES256"]}
        assert one["proof_types_supported"] == {"jwt": algorithms, "attestation": algorithms}
        expected = {"dc+sd-jwt": ["ES256"], "mso_mdoc": [-7]}[one["format"]]
        assert one["credential_signing_alg_values_supported"] == expected
        locales = [shown["locale"] for shown in one["credential_metadata"]["display"]]
        assert locales == ["en", "fr", "de"]


def test_configurations_bound_to_no_key(world: World) -> None:
    """Where the rulebook allows it and the format can; neither binding methods nor proof types (section 12.2.4)."""
    configurations = _issuer(world)["credential_configurations_supported"]
    unbound = {id_: one for id_, one in configurations.items() if id_.endswith("_unbound")}
    assert {one["vct"] for one in unbound.values()} == {"urn:eudi:pda1:1", "urn:eudi:ehic:1"}
    for id_, one in unbound.items():
        bound = configurations[id_.removesuffix("_unbound")]
        left_out = {"cryptographic_binding_methods_supported", "proof_types_supported"}
        assert one == {**{name: bound[name] for name in bound if name not in left_out}, "scope": id_}


def test_claims_come_from_the_rulebook(world: World) -> None:
    claims = _issuer(world)["credential_configurations_supported"]["eu.europa.ec.eudi.pda1_sd_jwt_vc"][
        "credential_metadata"
    ]["claims"]
    by_path = {tuple(claim["path"]): claim for claim in claims}
    start = by_path["starting_date",]
    assert start["mandatory"] is True
    assert {"name": "Start", "locale": "en"} in start["display"]
    assert ("employer", None, "name") in by_path


ACCEPTED = {
    "anything": ("*/*", "application/json"),
    "json": ("application/json", "application/json"),
    "json_rather": ("application/json, application/jwt;q=0.9", "application/json"),
    "neither": ("text/html", "application/json"),
    "jwt": ("application/jwt", "application/jwt"),
    "jwt_rather": ("application/jwt, application/json;q=0.9", "application/jwt"),
}


@pytest.mark.parametrize(("accept", "media_type"), ACCEPTED.values(), ids=ACCEPTED)
def test_metadata_in_the_form_preferred(world: World, accept: str, media_type: str) -> None:
    """VCI-1: JSON is always available, and signed metadata for those who ask."""
    response = world.client().get(ISSUER, headers={"Accept": accept})
    assert (response.status_code, response.headers["Content-Type"]) == (200, media_type)
    assert response.headers["Vary"] == "Accept"


def test_signed_metadata(world: World, pilot: tuple[Path, Mapping[str, str]]) -> None:
    """VCI-4; HAIP 1.0, section 4.1: a chain without its anchor, whose leaf is not self-signed; the same members."""
    signed = jose.parse_jws(world.client().get(ISSUER, headers={"Accept": "application/jwt"}).text)
    assert signed.header["typ"] == "openidvci-issuer-metadata+jwt"
    (leaf, *_) = chain = jose.parse_x5c(signed.header)
    assert all(one.subject != one.issuer for one in chain)
    jose.verify_jws(signed, certificate.public_key(leaf), algorithms=jose.HAIP_ALGORITHMS)
    anchors = load_pem_x509_certificates((pilot[0] / "pki" / "access-ca.pem").read_bytes())
    assert leaf.issuer in [anchor.subject for anchor in anchors]
    claims = signed.claims()
    issued = int(world.clock().timestamp())
    assert claims == {**_issuer(world), "sub": BASE_URL, "iat": issued, "exp": issued + 86400}


def test_nothing_is_signed_without_an_access_certificate(make_world: MakeWorld, tmp_path: Path) -> None:
    world = make_world(access_certificates=tmp_path / "none.pem", wallet_providers=tmp_path / "none.pem")
    response = world.client().get(ISSUER, headers={"Accept": "application/jwt"})
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")


def test_authorization_server_metadata(world: World) -> None:
    metadata = world.client().get(SERVER).json()
    assert metadata["issuer"] == BASE_URL
    assert metadata["token_endpoint"] == f"{BASE_URL}/token"
    assert metadata["grant_types_supported"] == [AUTHORIZATION_CODE, PRE_AUTHORIZED_CODE, "refresh_token"]
    assert metadata["pre-authorized_grant_anonymous_access_supported"] is True
    assert metadata["dpop_signing_alg_values_supported"] == ["ES256"]
    assert metadata["status_list_aggregation_endpoint"] == f"{BASE_URL}/status"


def test_identifier_with_a_path(make_world: MakeWorld) -> None:
    """VCI-1: the well-known part stands between host and path; everything else below the path."""
    world = make_world(base_url=f"{BASE_URL}/social/security")
    client = world.client()
    issuer, server = client.get(f"{ISSUER}/social/security"), client.get(f"{SERVER}/social/security")
    assert issuer.json()["credential_issuer"] == server.json()["issuer"] == f"{BASE_URL}/social/security"
    assert client.get(ISSUER).status_code == 404
    assert client.get(f"/social/security{ISSUER}").status_code == 404
    nonce_endpoint = issuer.json()["nonce_endpoint"]
    assert client.post(nonce_endpoint).status_code == 200


def test_offer_is_one_that_the_metadata_can_keep(world: World) -> None:
    """VCI-5, read as a wallet reads it."""
    registered = world.register()
    reference = parse_offer_link(registered.answer["offer"]["url"])
    assert isinstance(reference, OfferByReference)
    response = world.client().get(reference.credential_offer_uri)
    offer = parse_fetched_offer(response.content, content_type=response.headers["Content-Type"])
    require_offered(offer, _issuer(world))
    assert offer.pre_authorized_code is not None
    assert offer.pre_authorized_code.tx_code is not None
    assert offer.pre_authorized_code.tx_code.length == 6
    assert response.headers["Cache-Control"] == "no-store"
    schema = read_json(vectors(SCHEMAS) / "json-schemas" / "oid4vci" / "credential_offer-1_0.json")
    assert list(Draft202012Validator(schema).iter_errors(response.json())) == []


def test_type_metadata(world: World) -> None:
    response = world.client().get("/type-metadata/urn:eudi:pda1:1")
    metadata = parse_type_metadata(response.content)
    assert metadata.vct == "urn:eudi:pda1:1"
    assert metadata.claims
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    schema = read_json(vectors(SCHEMAS) / "json-schemas" / "sdjwtvc" / "type_metadata.json")
    assert list(Draft202012Validator(schema).iter_errors(response.json())) == []


@pytest.mark.parametrize("vct", ["urn:eudi:pda1:2", "eu.europa.ec.eudi.pda1.1"], ids=["unknown", "a_doctype"])
def test_unknown_type_metadata(world: World, vct: str) -> None:
    response = world.client().get(f"/type-metadata/{vct}")
    assert (response.status_code, response.json()["error"]) == (404, "type_metadata_unknown")
