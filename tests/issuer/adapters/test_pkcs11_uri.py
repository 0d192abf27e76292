"""PKCS #11 URIs: read and written again, and refused with what is wrong."""

from pathlib import Path

import pytest

from issuer.adapters.pkcs11_uri import Pkcs11Uri

WHOLE = "pkcs11:token=socsec;object=FR-1?module-path=/usr/lib/hsm.so&pin-source=file:/etc/pin"


def test_a_uri_is_read_and_written_again() -> None:
    uri = Pkcs11Uri.parse(WHOLE)
    assert uri == Pkcs11Uri(
        token="socsec", object="FR-1", module_path=Path("/usr/lib/hsm.so"), pin_source=Path("/etc/pin")
    )
    assert str(uri) == WHOLE


def test_names_are_decoded_and_encoded() -> None:
    uri = Pkcs11Uri.parse(WHOLE.replace("socsec", "a%3Bb%20c"))
    assert uri.token == "a;b c"
    assert Pkcs11Uri.parse(str(uri)) == uri


def test_a_token_as_a_whole_gets_an_object() -> None:
    token = Pkcs11Uri.parse(WHOLE.replace(";object=FR-1", ""))
    assert token.object is None
    assert str(token.of_object("FR-1")) == WHOLE


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        pytest.param(WHOLE.replace("pkcs11:", "http:"), "begins with pkcs11:", id="other_scheme"),
        pytest.param(WHOLE.replace("token=socsec;", ""), "without token", id="no_token"),
        pytest.param(WHOLE.replace("module-path=/usr/lib/hsm.so&", ""), "without module-path", id="no_module"),
        pytest.param(WHOLE.replace("&pin-source=file:/etc/pin", ""), "without pin-source", id="no_pin"),
        pytest.param(WHOLE.replace("file:", "https:"), "only file:", id="pin_from_elsewhere"),
        pytest.param(WHOLE + "&pin-value=1234", "pin-value is not understood", id="pin_in_the_open"),
        pytest.param(WHOLE.replace("object=", "token=other;object="), "token stands .* twice", id="two_tokens"),
    ],
)
def test_a_faulty_uri_is_refused(changed: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Pkcs11Uri.parse(changed)
