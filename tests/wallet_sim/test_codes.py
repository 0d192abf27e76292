"""Inspection codes: kept if they are genuine, shown by their own id or that of the credential."""

import zlib
from collections.abc import Callable

import pytest

from tests.wallet_sim import world
from tests.wallet_sim.fakes import FakeIssuer, Network, judge
from tests.wallet_sim.world import NOW
from vc_core import base45, inspection_code
from vc_core.formats.registry import INSPECTION_CODE
from vc_core.verdict import Word
from wallet_sim.refusals import CodeRefused, NotHeld
from wallet_sim.wallet import Wallet


@pytest.mark.usefixtures("issuer")
def test_a_genuine_code_is_kept_and_shown(wallet: Wallet) -> None:
    text = world.inspection_code()
    kept = wallet.keep_code(f" {text}\n")
    assert (kept.document_number, kept.institution) == ("FR-A1-2026-000117", "Urssaf")
    assert wallet.code(kept.id) == (kept, text)
    assert wallet.codes() == (kept,)
    assert judge(text, None).word is Word.CONFIRMED


def test_it_is_found_by_the_credential_of_its_document(wallet: Wallet, issuer: FakeIssuer) -> None:
    kept = wallet.keep_code(world.inspection_code())
    for credential in wallet.receive(issuer.link, "123456"):
        assert wallet.code(credential.id)[0] == kept


@pytest.mark.usefixtures("issuer")
def test_the_same_code_is_kept_once(wallet: Wallet) -> None:
    text = world.inspection_code()
    assert wallet.keep_code(text) == wallet.keep_code(text)
    assert len(wallet.codes()) == 1


@pytest.mark.parametrize("name", ["", "zz"])
def test_what_is_not_there_is_not_shown(wallet: Wallet, name: str) -> None:
    with pytest.raises(NotHeld):
        wallet.code(name)


def test_a_credential_of_another_document_has_no_code(wallet: Wallet, network: Network) -> None:
    FakeIssuer(network)
    wallet.keep_code(world.inspection_code())
    other = FakeIssuer(network, type_id="ehic")
    (credential, *_) = wallet.receive(other.link, "123456")
    with pytest.raises(NotHeld):
        wallet.code(credential.id)


def tampered(text: str) -> str:
    message = bytearray(zlib.decompress(base45.decode(text.removeprefix(inspection_code.PREFIX))))
    message[-1] ^= 1
    return inspection_code.write(bytes(message))


BAD: dict[str, tuple[Callable[[], str], str, str]] = {
    "not_a_code": (lambda: "https://example.org", "code_prefix_missing", "format.well_formed"),
    "tampered": (lambda: tampered(world.inspection_code()), "signature_invalid", "integrity.issuer_signature"),
    "of_a_stranger": (
        lambda: INSPECTION_CODE.encode(
            world.planned(world.A1, None, None),
            signer=world.OTHER_PILOT.institutions["FR:117000"].document_signer,
            random=world.seeded("code"),
        ),
        "signer_certificate_unknown",
        "integrity.issuer_signature",
    ),
    "expired": (
        lambda: world.inspection_code(issued_at=NOW.replace(hour=1), expires_at=NOW.replace(hour=9)),
        "expired",
        "validity.technical",
    ),
}


@pytest.mark.usefixtures("issuer")
@pytest.mark.parametrize(("text", "reason", "check"), BAD.values(), ids=BAD)
def test_a_code_that_is_not_genuine_is_not_kept(
    wallet: Wallet, text: Callable[[], str], reason: str, check: str
) -> None:
    with pytest.raises(CodeRefused) as refused:
        wallet.keep_code(text())
    assert (refused.value.reason, refused.value.check) == (reason, check)
    assert wallet.codes() == ()


def test_a_withdrawn_document_has_no_code(wallet: Wallet, network: Network) -> None:
    FakeIssuer(network, status=1)
    with pytest.raises(CodeRefused, match="withdrawn"):
        wallet.keep_code(world.inspection_code())


@pytest.mark.usefixtures("issuer")
def test_cover_that_has_not_begun_is_no_reason_to_refuse(wallet: Wallet) -> None:
    """A code says what it covers; whether that suffices is the inspector's question."""
    claims = {**world.A1_CLAIMS, "starting_date": "2026-03-01"}
    assert wallet.keep_code(world.inspection_code(claims=claims)).document_number == "FR-A1-2026-000117"
