"""Faults of the answer that a browser brings to a page, around good presentations (OpenID4VP 1.0, appendix A.4)."""

from collections.abc import Callable, Mapping
from typing import Any

from vc_core import base64url, jose, jwe
from vc_core.authorization_request import ErrorCode, ResponseEncryption
from vc_core.authorization_response import encode_dc_error, encode_dc_response
from wallet_sim.faults.fault import DcResponseFault, DcResponseIngredients, Fate, NotApplicable, Stage

_ANSWER, _TOKEN = "OpenID4VP 1.0, appendix A.4", "OpenID4VP 1.0, section 8.1"
_ENCRYPTED = "OpenID4VP 1.0, section 8.3"

Token = dict[str, Any]
Data = Mapping[str, Any]
Make = Callable[[DcResponseIngredients], tuple[Data, ...]]


def _encryption(x: DcResponseIngredients) -> ResponseEncryption:
    if x.accepted.encryption is None:
        raise NotApplicable("no encryption is asked for")
    return x.accepted.encryption


def _honest(x: DcResponseIngredients) -> Data:
    return encode_dc_response(x.vp_token, encryption=x.accepted.encryption)


def _in_clear(x: DcResponseIngredients) -> tuple[Data, ...]:
    _encryption(x)
    return (encode_dc_response(x.vp_token),)


def _encrypted_unasked(x: DcResponseIngredients) -> tuple[Data, ...]:
    if x.accepted.encryption is not None:
        raise NotApplicable("encryption is asked for")
    jwk = {**jose.jwk_from_public_key(x.stranger.public_key), "kid": "stranger"}
    return ({"response": jwe.encrypt({"vp_token": dict(x.vp_token)}, jwk, jwe.DEFAULT_ENCRYPTION)},)


def _parameters(change: Callable[[Token], Mapping[str, Any]]) -> Make:
    """Other parameters than the honest ones, encrypted if that was asked for; they are given the honest `vp_token`."""

    def make(x: DcResponseIngredients) -> tuple[Data, ...]:
        parameters = change({query_id: list(shown) for query_id, shown in x.vp_token.items()})
        encryption = x.accepted.encryption
        if encryption is None:
            return (parameters,)
        return ({"response": jwe.encrypt(parameters, encryption.jwk, encryption.enc)},)

    return make


def _renamed(token: Token) -> Token:
    return {f"{query_id}-other": shown for query_id, shown in token.items()}


def _doubled(token: Token) -> Token:
    return {query_id: [*shown, *shown] for query_id, shown in token.items()}


def _to(change: Callable[[DcResponseIngredients, Mapping[str, Any]], Mapping[str, Any]]) -> Make:
    """Encrypted with what `change` makes of the verifier's key."""

    def make(x: DcResponseIngredients) -> tuple[Data, ...]:
        used = _encryption(x)
        return ({"response": jwe.encrypt({"vp_token": dict(x.vp_token)}, change(x, used.jwk), used.enc)},)

    return make


def _broken_tag(x: DcResponseIngredients) -> tuple[Data, ...]:
    _encryption(x)
    rest, _, tag = _honest(x)["response"].rpartition(".")
    octets = bytearray(base64url.decode(tag))
    octets[0] ^= 1
    return ({"response": f"{rest}.{base64url.encode(bytes(octets))}"},)


_REFUSED: tuple[tuple[str, str, str, Make], ...] = (
    ("in_clear", "The answer is in clear, although encryption is asked for.", _ENCRYPTED, _in_clear),
    ("encrypted_unasked", "The answer is encrypted, although nobody asked.", _ENCRYPTED, _encrypted_unasked),
    ("key_other", "The JWE is encrypted to a stranger.", _ENCRYPTED,
     _to(lambda x, jwk: {**jose.jwk_from_public_key(x.stranger.public_key), "kid": jwk["kid"]})),
    ("kid_wrong", "The JWE names another key.", _ENCRYPTED, _to(lambda _, jwk: {**jwk, "kid": "another"})),
    ("tag_broken", "One bit of the JWE's tag is flipped.", _ENCRYPTED, _broken_tag),
    ("vp_token_missing", "There is no vp_token.", _TOKEN, _parameters(lambda _: {"state": "s"})),
    ("vp_token_empty", "The vp_token is empty.", _TOKEN, _parameters(lambda _: {"vp_token": {}})),
    ("vp_token_array", "The vp_token is an array.", _TOKEN,
     _parameters(lambda token: {"vp_token": next(iter(token.values()))})),
    ("query_id_unknown", "A presentation answers what nobody asked.", _TOKEN,
     _parameters(lambda token: {"vp_token": _renamed(token)})),
    ("two_presentations", "Two presentations answer a query that wants one.", _TOKEN,
     _parameters(lambda token: {"vp_token": _doubled(token)})),
    ("error_beside", "An error stands beside the answer.", _ANSWER,
     lambda x: ({**_honest(x), **encode_dc_error(ErrorCode.ACCESS_DENIED)},)),
    ("replayed", "The answer is handed in a second time.", "OpenID4VP 1.0, section 14.2",
     lambda x: (_honest(x), _honest(x))),
)  # fmt: skip

_TOLERATED: tuple[tuple[str, str, str, Make], ...] = (
    ("unknown_parameter", "There is a parameter that nobody knows.", _TOKEN,
     _parameters(lambda token: {"vp_token": token, "unheard": 1})),
    ("error", "The wallet declines.", _ANSWER, lambda _: (encode_dc_error(ErrorCode.ACCESS_DENIED),)),
)  # fmt: skip


def _fault(id_: str, says: str, section: str, make: Make, fate: Fate) -> DcResponseFault:
    return DcResponseFault(
        id=f"dc_response_{id_}", says=says, section=section, stage=Stage.DC_RESPONSE, fate=fate, make=make
    )


DC_RESPONSE_FAULTS: tuple[DcResponseFault, ...] = (
    *(_fault(*entry, Fate.REFUSED) for entry in _REFUSED),
    *(_fault(*entry, Fate.TOLERATED) for entry in _TOLERATED),
)
