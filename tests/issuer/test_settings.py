"""Settings: what a credential issuer identifier may look like here."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from issuer.settings import IssuerSettings
from vc_core.addresses import LoopbackHttp

REFUSED = {
    "http": "http://issuer.example",
    "slash_at_the_end": "https://issuer.example/",
    "query": "https://issuer.example?a=1",
    "fragment": "https://issuer.example#a",
    "user_info": "https://user@issuer.example",
    "too_long_for_a_qr_code": f"https://issuer.example/{'a' * 68}",
    "no_url": "issuer",
}


@pytest.mark.parametrize("url", REFUSED.values(), ids=REFUSED)
def test_refused_identifier(url: str, tmp_path: Path) -> None:
    with pytest.raises(ValidationError):
        IssuerSettings(data=tmp_path, base_url=url)


def test_plain_http_on_this_machine_only_where_allowed(tmp_path: Path) -> None:
    assert IssuerSettings(data=tmp_path, base_url="http://127.0.0.1:8001").path == ""
    with pytest.raises(ValidationError):
        IssuerSettings(data=tmp_path, base_url="http://127.0.0.1:8001", loopback_http=LoopbackHttp.REFUSED)


def test_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOCSEC_ISSUER_DATA", str(tmp_path))
    monkeypatch.setenv("SOCSEC_ISSUER_BASE_URL", "https://issuer.example/a")
    monkeypatch.setenv("SOCSEC_ISSUER_OFFER_SECONDS", "60")
    settings = IssuerSettings()  # type: ignore[call-arg]  # the environment has what is missing here
    assert (settings.path, settings.offer_seconds) == ("/a", 60)
    assert settings.database == f"sqlite:///{tmp_path / 'issuer.sqlite3'}"
    assert settings.secret == tmp_path / "issuer.secret"


def test_access_tokens_live_five_minutes_at_most(tmp_path: Path) -> None:
    """OpenID4VCI 1.0, section 13.10."""
    with pytest.raises(ValidationError):
        IssuerSettings(data=tmp_path, base_url="https://issuer.example", access_token_seconds=301)
