"""Client identifiers: OpenID4VP 1.0, section 5.9."""

import pytest

from tests.pilot import DOCUMENT_SIGNER
from tests.vc_core.authorization_request.examples import BY_HASH, BY_NAME, LEAF
from vc_core.authorization_request import ClientIdPrefix, split_client_id, x509_san_dns_client_id
from vc_core.authorization_request.client_id import require_named_by


def test_identifiers_made_from_a_certificate() -> None:
    assert BY_NAME == "x509_san_dns:verifier.zoll.example"
    assert BY_HASH.startswith("x509_hash:")
    assert len(BY_HASH) == len("x509_hash:Uvo3HtuIxuhC92rShpgqcT3YXwrqRxWEviRiA0OZszk")  # the specification's example


def test_a_certificate_without_a_host_name_gives_no_identifier() -> None:
    with pytest.raises(ValueError, match="dNSName"):
        x509_san_dns_client_id(DOCUMENT_SIGNER.chain[0])


def test_the_prefix_ends_at_the_first_colon() -> None:
    assert split_client_id("redirect_uri:https://client.example.org/cb") == (
        ClientIdPrefix.REDIRECT_URI,
        "https://client.example.org/cb",
    )


@pytest.mark.parametrize("client_id", [BY_HASH, BY_NAME], ids=["by_hash", "by_name"])
def test_the_certificate_is_the_one_named(client_id: str) -> None:
    require_named_by(client_id, LEAF)
