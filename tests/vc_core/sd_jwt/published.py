"""Published SD-JWTs as the vector folders hold them: `issued.txt`, `presentation_kb.txt`, `disclosures.json`, ..."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.vectors import read_json
from vc_core import base64url
from vc_core.jose import public_key_from_jwk
from vc_core.sd_jwt import SdJwt, parse_compact
from vc_core.signer import PublicKey


def read_sd_jwt(path: Path) -> SdJwt:
    """The text of a file that is wrapped for print."""
    return parse_compact("".join(path.read_text().split()))


def read_keys(folder: Path) -> tuple[PublicKey, PublicKey]:
    """The issuer's and the holder's."""
    keys = read_json(folder / "keys.json")
    return public_key_from_jwk(keys["issuer_public_jwk"]), public_key_from_jwk(keys["holder_public_jwk"])


def published_contents(folder: Path) -> Callable[[Any], bytes]:
    """Writes the contents of a disclosure as the publisher did, salt and spaces included."""
    entries = list(read_json(folder / "disclosures.json"))

    def encode(contents: Any) -> bytes:
        found = next(entry for entry in entries if entry["contents"][1:] == contents[1:])
        entries.remove(found)
        return base64url.decode(found["disclosure"])

    return encode
