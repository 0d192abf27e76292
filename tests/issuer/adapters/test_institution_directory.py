"""Institutions from the data folder."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from issuer.adapters.institution_directory import InstitutionDirectory
from issuer.institutions import KeyUse
from socsec.key_files import make_signer, use_signer
from tests.issuer.world import CNAM, DRV, NOW, URSSAF, make_pilot_folder

Pilot = tuple[Path, Mapping[str, str]]


def test_institutions_with_their_signers(pilot: Pilot) -> None:
    folder, _ = pilot
    urssaf = InstitutionDirectory.read(folder).by_id(URSSAF)
    assert (urssaf.name, urssaf.country, urssaf.types) == ("Urssaf", "FR", frozenset({"a1"}))
    for signer in (urssaf.document_signer, urssaf.status_signer):
        assert signer.chain[0].public_key() == signer.public_key
    assert urssaf.document_signer.public_key != urssaf.status_signer.public_key


def test_bearer_keys(pilot: Pilot) -> None:
    folder, keys = pilot
    directory = InstitutionDirectory.read(folder)
    assert [directory.by_api_key(keys[one]) for one in (URSSAF, CNAM)] == [
        directory.officer(URSSAF, "clerk"), directory.officer(CNAM, "clerk")
    ]  # fmt: skip
    assert directory.officer(URSSAF, "clerk").institution is directory.by_id(URSSAF)
    for unknown in ("", "nobody", keys[URSSAF][:-1], keys[URSSAF] + " ", "é"):
        assert directory.by_api_key(unknown) is None


def test_key_of_another_certificate(pilot: Pilot, tmp_path: Path) -> None:
    folder = tmp_path / "pilot"
    shutil.copytree(pilot[0], folder)
    home = folder / "pki" / "institutions" / "FR-117000"
    shutil.copy(home / "status_signer.key.pem", home / "document_signer.key.pem")
    with pytest.raises(ValueError, match="is not the key of its certificate"):
        InstitutionDirectory.read(folder)


def test_a_new_signer_is_taken_up_while_an_institution_handed_out_keeps_its_own(tmp_path: Path) -> None:
    make_pilot_folder(tmp_path)
    directory = InstitutionDirectory.read(tmp_path)
    before = directory.by_id(URSSAF)
    certificate = make_signer(tmp_path, before, KeyUse.DOCUMENTS, now=NOW, random=os.urandom)
    assert directory.by_id(URSSAF) is before
    use_signer(tmp_path, URSSAF, certificate, KeyUse.DOCUMENTS)
    after = directory.by_id(URSSAF)
    assert after.document_signer.chain == (certificate,)
    assert after.document_signer.public_key == certificate.public_key()
    assert before.document_signer.chain != after.document_signer.chain
    assert directory.by_id(DRV).document_signer.chain != after.document_signer.chain
