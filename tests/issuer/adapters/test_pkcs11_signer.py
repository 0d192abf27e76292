"""Keys in a hardware security module sign like keys in files, and do not leave it."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from cryptography.x509 import Certificate

from issuer.adapters.pkcs11_signer import Pkcs11Error, Pkcs11Key, _key, _token, destroy_key, make_key
from issuer.adapters.pkcs11_uri import Pkcs11Uri
from tests.issuer.world import NOW
from vc_core import jose, pki
from vc_core.pilot import new_key
from vc_core.pki import Organization, Term
from vc_core.rejection import Rejection
from vc_core.signer import PublicKey

_labels = count(1)
ORGANIZATION = Organization(country="FR", name="Institution", identifier="FR:117000")
TERM = Term(serial=4711, not_before=NOW, not_after=NOW + timedelta(days=30))
ROOT = pki.root(
    private_key=new_key(os.urandom), organization=ORGANIZATION, common_name="Root", contact="https://root.example",
    term=replace(TERM, not_after=NOW + timedelta(days=300)),
)  # fmt: skip


@pytest.fixture
def uri(hsm: Pkcs11Uri) -> Pkcs11Uri:
    """A label that no other test uses."""
    return hsm.of_object(f"key {next(_labels)}")


def _certificate(public_key: PublicKey) -> Certificate:
    return pki.document_signer(ROOT, public_key=public_key, organization=ORGANIZATION, term=TERM)


@pytest.fixture
def key(uri: Pkcs11Uri) -> Iterator[Pkcs11Key]:
    yield Pkcs11Key.open(uri, (_certificate(make_key(uri)),))
    destroy_key(uri)


def test_what_it_signs_is_verified_with_its_public_key(key: Pkcs11Key) -> None:
    text = jose.sign_jws({"typ": "test"}, {"claim": 1}, key)
    jws = jose.parse_jws(text)
    assert (key.algorithm, jws.algorithm, len(jws.signature)) == ("ES256", "ES256", 64)
    jose.verify_jws(jws, key.public_key)
    with pytest.raises(Rejection, match="signature_invalid"):
        jose.verify_jws(jws, new_key(os.urandom).public_key())


def test_many_threads_sign_with_one_token(key: Pkcs11Key) -> None:
    with ThreadPoolExecutor(8) as threads:
        texts = list(threads.map(lambda number: jose.sign_jws({}, {"number": number}, key), range(80)))
    for number, text in enumerate(texts):
        jws = jose.parse_jws(text)
        jose.verify_jws(jws, key.public_key)
        assert jws.claims() == {"number": number}


def test_the_private_key_cannot_be_read(key: Pkcs11Key) -> None:
    pkcs11 = pytest.importorskip("pkcs11")
    attribute = pkcs11.Attribute

    def read(session: object) -> tuple[bool, bool]:
        private = _key(session, key.uri, "PRIVATE_KEY")
        with pytest.raises(pkcs11.exceptions.PKCS11Error):
            private[attribute.VALUE]
        return private[attribute.SENSITIVE], private[attribute.EXTRACTABLE]

    assert _token(key.uri).run(read) == (True, False)


def test_a_label_is_used_once(key: Pkcs11Key) -> None:
    with pytest.raises(Pkcs11Error, match="is there already"):
        make_key(key.uri)


def test_a_key_that_was_destroyed_signs_nothing(key: Pkcs11Key) -> None:
    destroy_key(key.uri)
    with pytest.raises(Pkcs11Error, match="0 keys"):
        key.sign(b"anything")
    destroy_key(key.uri)


def test_the_certificate_of_another_key_is_refused(key: Pkcs11Key) -> None:
    other = _certificate(new_key(os.urandom).public_key())
    with pytest.raises(Pkcs11Error, match="is not the key of its certificate"):
        Pkcs11Key.open(key.uri, (other,))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param({"token": "another"}, "another: NoSuchToken", id="token_that_is_not_there"),
        pytest.param({"module_path": Path("/nowhere/module.so")}, "PKCS11Error", id="module_that_is_not_there"),
        pytest.param({"object": "another"}, "0 keys with the label another", id="key_that_is_not_there"),
    ],
)
def test_what_is_not_there_is_said(key: Pkcs11Key, change: dict[str, object], reason: str) -> None:
    with pytest.raises(Pkcs11Error, match=reason):
        Pkcs11Key.open(replace(key.uri, **change), key.chain)  # type: ignore[arg-type]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the library tidies up a lost session
def test_a_session_that_was_lost_is_opened_anew(key: Pkcs11Key) -> None:
    _token(key.uri).run(lambda session: session.close())
    assert len(key.sign(b"again")) == 64
