"""Signed JWTs with one thing wrong, for the negative cases of everything that is a JWS."""

from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import strategies as st

from vc_core import base64url, jose, strict_json
from vc_core.signer import Signer, SoftwareKey

ABSENT = object()
"""A member changed to this is left out."""

_TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)
"""Any JSON value, small: what a peer may put where something else is expected."""


def software_key(number: int, curve: ec.EllipticCurve | None = None) -> SoftwareKey:
    """A key that is the same in every run."""
    return SoftwareKey(ec.derive_private_key(number, curve or ec.SECP256R1()))


def changed(members: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**members, **changes}.items() if value is not ABSENT}


def forge(header: Mapping[str, Any], claims: Mapping[str, Any], signer: Signer) -> str:
    """Signs whatever stands in header and claims; `alg` is not set."""
    return jose.sign_input(
        base64url.encode(strict_json.dump(header)), base64url.encode(strict_json.dump(claims)), signer
    )
