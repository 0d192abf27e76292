"""Issuer metadata: other people's examples are read, and nothing but a rejection comes of anything else."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given

from tests.vc_core.forged_jws import JSON
from tests.vectors import vectors
from vc_core.addresses import LoopbackHttp
from vc_core.rejection import Rejection
from wallet_sim.issuer_metadata import Configuration, parse_issuer_metadata, well_known_url

POLICY = LoopbackHttp.REFUSED


@pytest.mark.parametrize(
    ("identifier", "url"),
    [
        ("https://a.example", "https://a.example/.well-known/openid-credential-issuer"),
        ("https://a.example/", "https://a.example/.well-known/openid-credential-issuer"),
        ("https://a.example/tenant", "https://a.example/.well-known/openid-credential-issuer/tenant"),
        ("https://a.example:8443/a/b", "https://a.example:8443/.well-known/openid-credential-issuer/a/b"),
        ("https://a.example/tenant/", "https://a.example/.well-known/openid-credential-issuer/tenant"),
    ],
)
def test_the_well_known_path_stands_between_host_and_path(identifier: str, url: str) -> None:
    """OpenID4VCI 1.0, section 12.2.2."""
    assert well_known_url(identifier, "openid-credential-issuer") == url


def published() -> dict[str, Any]:
    path = vectors("openid4vci-1.0") / "examples" / "credential_issuer_metadata_sd_jwt_long.json"
    document: dict[str, Any] = json.loads(path.read_text())
    return document


def test_the_published_example_is_read() -> None:
    """OpenID4VCI 1.0, appendix I: it demands encrypted requests and answers."""
    document = published()
    issuer = document["credential_issuer"]
    read = parse_issuer_metadata(json.dumps(document).encode(), issuer=issuer, http=POLICY)
    assert (read.issuer, read.credential_endpoint) == (issuer, document["credential_endpoint"])
    assert read.encryption is not None
    assert (read.encryption.enc, read.encryption.answer_enc) == ("A128GCM", "A128GCM")
    assert read.encryption.jwk == document["credential_request_encryption"]["jwks"]["keys"][0]
    for configuration_id in document["credential_configurations_supported"]:
        assert read.configuration(configuration_id).proof_algorithms == frozenset({"ES256"})


def configuration(name: str) -> Configuration:
    """The one configuration of a published fragment, in metadata that are whole."""
    document = json.loads((vectors("openid4vci-1.0") / "examples" / name).read_text())
    whole = {**document, "credential_issuer": "https://a.example", "credential_endpoint": "https://a.example/c"}
    read = parse_issuer_metadata(json.dumps(whole).encode(), issuer="https://a.example", http=POLICY)
    (configuration_id,) = document["credential_configurations_supported"]
    return read.configuration(configuration_id)


def test_a_published_configuration_is_read() -> None:
    """OpenID4VCI 1.0, appendix A.3."""
    read = configuration("credential_metadata_sd_jwt_vc.json")
    assert (read.format, read.proof_algorithms) == ("dc+sd-jwt", frozenset({"ES256"}))


def test_a_published_configuration_that_is_not_whole_is_refused() -> None:
    """OpenID4VCI 1.0, section 12.2.4: the example of appendix A.2 names binding methods and no proof types."""
    with pytest.raises(Rejection, match="binding_without_proof"):
        configuration("credential_metadata_mso_mdoc.json")


@given(JSON, JSON, JSON)
def test_nothing_but_a_rejection_comes_of_anything(configurations: Any, configuration: Any, display: Any) -> None:
    documents = [
        configurations,
        {"credential_issuer": "https://a.example", "credential_configurations_supported": configurations},
        {
            "credential_issuer": "https://a.example",
            "credential_endpoint": "https://a.example/c",
            "display": display,
            "credential_configurations_supported": {"one": configuration},
        },
        {
            "credential_issuer": "https://a.example",
            "credential_endpoint": "https://a.example/c",
            "credential_configurations_supported": {
                "one": {"format": "f", "credential_metadata": configuration, "proof_types_supported": display}
            },
        },
    ]
    for document in documents:
        with suppress(Rejection):
            read = parse_issuer_metadata(json.dumps(document).encode(), issuer="https://a.example", http=POLICY)
            read.configuration("one")
