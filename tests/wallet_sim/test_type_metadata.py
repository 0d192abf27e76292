"""Type metadata, where it is offered: the credential keeps to it, or is refused."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from tests.wallet_sim import world
from tests.wallet_sim.fakes import FakeIssuer, Network, answer
from tests.wallet_sim.world import A1, ISSUER, MDOC, SD_JWT
from vc_core import credential_display, sd_jwt_vc, strict_json
from vc_core.formats.base import PlannedCredential
from wallet_sim.refusals import CredentialRefused
from wallet_sim.wallet import Wallet

WIRE = world.wire(A1, SD_JWT)
PLACE = f"GET {ISSUER}/type-metadata/{WIRE.identifier}"


def document() -> dict[str, Any]:
    return credential_display.type_metadata(A1, WIRE)


def pinned(value: str) -> Callable[[PlannedCredential], PlannedCredential]:
    """The credential says what its type metadata hash to."""
    return lambda plan: replace(plan, wire=replace(WIRE, envelope={**WIRE.envelope, "vct#integrity": value}))


def offer(network: Network, body: Any, **bent: Any) -> FakeIssuer:
    network.replies[PLACE] = lambda _: answer(body)
    return FakeIssuer(network, formats=(SD_JWT,), **bent)


def test_metadata_of_the_rulebook_are_kept_to(wallet: Wallet, network: Network) -> None:
    issuer = offer(network, document())
    assert len(wallet.receive(issuer.link, "123456")) == 1
    assert PLACE in network.log


def test_an_mdoc_has_none(wallet: Wallet, network: Network) -> None:
    wallet.receive(FakeIssuer(network, formats=(MDOC,)).link, "123456")
    assert not [place for place in network.log if "type-metadata" in place]


def first_claim(**changes: Any) -> dict[str, Any]:
    metadata = document()
    metadata["claims"][0] = {**metadata["claims"][0], **changes}
    return metadata


BAD: dict[str, tuple[Any, str]] = {
    "of_another_type": ({**document(), "vct": "urn:example:other"}, "type_metadata_vct_mismatch"),
    "array": ([], "json_not_object"),
    "path_empty": (first_claim(path=[]), "claims_path_invalid"),
    "sd_unknown": (first_claim(sd="perhaps"), "sd_unknown"),
    "mandatory_claim_missing": (first_claim(path=["unheard_of"], mandatory=True), "claim_mandatory_missing"),
    "never_disclosable_is_disclosable": (
        first_claim(path=["document_number"], sd="never"), "claim_disclosable"),
    "always_disclosable_in_clear": (
        first_claim(path=["legislation_country"], sd="always"), "claim_not_disclosable"),
    "extends_missing": ({**document(), "extends": "urn:example:base"}, "type_metadata_missing"),
    "extends_itself": ({**document(), "extends": WIRE.identifier}, "extends_circular"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "reason"), BAD.values(), ids=BAD)
def test_bad_metadata_or_a_credential_that_breaks_them_are_refused(
    wallet: Wallet, network: Network, body: Any, reason: str
) -> None:
    """SD-JWT VC draft -24, sections 5.2, 5.3, 5.6, 5.7, 7.4."""
    issuer = offer(network, body)
    with pytest.raises(CredentialRefused, match=reason):
        wallet.receive(issuer.link, "123456")
    assert wallet.list() == ()


def test_pinned_metadata_that_match_are_good(wallet: Wallet, network: Network) -> None:
    octets = strict_json.dump(document())
    issuer = offer(network, None, change=pinned(sd_jwt_vc.integrity_of(octets)))
    network.replies[PLACE] = lambda _: httpx2.Response(
        200, content=octets, headers={"Content-Type": "application/json"}
    )
    assert len(wallet.receive(issuer.link, "123456")) == 1


PINNED: dict[str, tuple[str, str]] = {
    "mismatch": ("sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "integrity_mismatch"),
    "algorithm_unknown": ("md5-abc", "integrity_algorithm_unknown"),
    "malformed": ("nonsense", "integrity_malformed"),
}


@pytest.mark.parametrize(("value", "reason"), PINNED.values(), ids=PINNED)
def test_pinned_metadata_that_differ_are_refused(wallet: Wallet, network: Network, value: str, reason: str) -> None:
    """SD-JWT VC draft -24, section 6."""
    issuer = offer(network, document(), change=pinned(value))
    with pytest.raises(CredentialRefused, match=reason):
        wallet.receive(issuer.link, "123456")


def test_pinned_metadata_that_are_not_there_are_missed(wallet: Wallet, network: Network) -> None:
    issuer = FakeIssuer(network, formats=(SD_JWT,), change=pinned("sha256-AAAA"))
    with pytest.raises(CredentialRefused, match="type_metadata_missing"):
        wallet.receive(issuer.link, "123456")
