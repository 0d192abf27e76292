"""Nonces that need no storage until they are spent."""

import os
from datetime import timedelta

import pytest

from issuer.nonces import NonceMint
from tests.issuer.world import NOW
from vc_core import base64url

MINT = NonceMint(key=b"k" * 32, lifetime=timedelta(minutes=5))


def test_known_again_until_it_expires() -> None:
    nonce = MINT.make(NOW, os.urandom)
    assert MINT.expiry(nonce) == NOW + MINT.lifetime
    assert MINT.is_current(nonce, NOW + timedelta(seconds=299))
    assert not MINT.is_current(nonce, NOW + timedelta(seconds=300))


def test_fresh_each_time() -> None:
    assert MINT.make(NOW, os.urandom) != MINT.make(NOW, os.urandom)


def test_of_another_purpose() -> None:
    other = NonceMint(key=b"o" * 32, lifetime=MINT.lifetime)
    assert MINT.expiry(other.make(NOW, os.urandom)) is None


@pytest.mark.parametrize("position", range(38))
def test_no_bit_can_be_changed(position: int) -> None:
    octets = bytearray(base64url.decode(MINT.make(NOW, os.urandom)))
    assert len(octets) == 38
    octets[position] ^= 1
    assert MINT.expiry(base64url.encode(bytes(octets))) is None


@pytest.mark.parametrize("text", ["", "A", "é", "A" * 51, "A" * 10_000, "====", "AAAA AAAA"])
def test_other_text(text: str) -> None:
    assert MINT.expiry(text) is None
