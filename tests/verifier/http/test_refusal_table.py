"""The table of refusals is whole, and says to wallets only what OpenID4VP defines."""

from collections.abc import Iterator

import pytest

from verifier import refusals
from verifier.http.refusal_table import TABLE
from verifier.refusals import Refusal, WalletRefusal


def subclasses(of: type[Refusal]) -> Iterator[type[Refusal]]:
    for one in of.__subclasses__():
        yield one
        yield from subclasses(one)


def test_every_refusal_has_a_status_and_a_code() -> None:
    assert set(TABLE) == set(subclasses(Refusal)) - {WalletRefusal}


@pytest.mark.parametrize(
    "refusal", [one for one in TABLE if issubclass(one, WalletRefusal)], ids=lambda one: one.__name__
)
def test_a_wallet_is_told_a_code_of_the_specification(refusal: type[Refusal]) -> None:
    """OpenID4VP 1.0, section 8.5 names none for the verifier; RFC 6749, section 5.2 has `invalid_request`."""
    status, code = TABLE[refusal]
    assert (status in (400, 413), code) == (True, "invalid_request")


def test_every_refusal_of_a_response_names_a_check_of_its_own() -> None:
    plain = [one for one in subclasses(WalletRefusal) if one is not refusals.PresentationRefused]
    assert all(one.check.startswith("response.") for one in plain if issubclass(one, WalletRefusal))


def test_codes_of_the_interface_are_told_apart() -> None:
    codes = [code for refusal, (_, code) in TABLE.items() if not issubclass(refusal, WalletRefusal)]
    assert len(codes) == len(set(codes))
