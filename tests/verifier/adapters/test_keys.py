"""Key files."""

from pathlib import Path

import pytest

from verifier.adapters.keys import load_certificate, load_signer


def test_a_signer_is_its_key_and_its_chain(pilot_folder: Path) -> None:
    home = pilot_folder / "pki" / "verifier"
    signer = load_signer(home / "access.pem", home / "access.key.pem")
    assert signer.algorithm == "ES256"
    assert signer.chain == (load_certificate(home / "access.pem"),)
    assert signer.public_key == signer.chain[0].public_key()


def test_a_key_of_another_certificate_is_refused(pilot_folder: Path) -> None:
    pki = pilot_folder / "pki"
    with pytest.raises(ValueError, match="is not the key of"):
        load_signer(pki / "verifier" / "access.pem", pki / "operator" / "operator.key.pem")
