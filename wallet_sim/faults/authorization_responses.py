"""Faults of the answer to a verifier around good presentations (OpenID4VP 1.0, sections 8.1 to 8.3 and 14.2)."""

# ruff: noqa: ARG001, ARG005  every alteration takes the same arguments

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from joserfc.jwe import JWERegistry, encrypt_compact
from joserfc.jwk import ECKey

from vc_core import base64url, jose, jwe, strict_json
from vc_core.authorization_request import ErrorCode, ResponseEncryption
from vc_core.authorization_response import encode_error
from wallet_sim.exchange import FORM, JSON, RequestDraft
from wallet_sim.faults.fault import Fate, NotApplicable, ResponseFault, ResponseIngredients, Stage
from wallet_sim.presentation import plan_response

TOO_LARGE = 10 * 1024 * 1024

_TOKEN = "OpenID4VP 1.0, section 8.1"  # noqa: S105  a clause, not a token
_POST = "OpenID4VP 1.0, section 8.2"
_ENCRYPTED = "OpenID4VP 1.0, section 8.3"
_STATE = "OpenID4VP 1.0, section 5.3"
_REPLAY = "OpenID4VP 1.0, section 14.2"

Parameters = dict[str, Any]
Make = Callable[[ResponseIngredients], tuple[RequestDraft, ...]]


# ------------------------------------------------------------------------------------------------------ building blocks
def _parameters(x: ResponseIngredients) -> Parameters:
    """The honest response parameters, before they are written down."""
    token = {query_id: list(shown) for query_id, shown in x.vp_token.items()}
    state = x.accepted.request.state
    return {"vp_token": token} | ({} if state is None else {"state": state})


def _posted(x: ResponseIngredients, form: Mapping[str, str]) -> tuple[RequestDraft, ...]:
    url = x.accepted.request.response_uri
    return (RequestDraft(url=url, media_type=FORM, content=urlencode(form).encode()),)


def _plain(parameters: Parameters) -> dict[str, str]:
    """As a form; what is no string is written as JSON."""
    return {
        name: value if isinstance(value, str) else strict_json.dump(value).decode()
        for name, value in parameters.items()
    }


def _form(x: ResponseIngredients, parameters: Parameters) -> dict[str, str]:
    """As a form, encrypted if that was asked for."""
    encryption = x.accepted.encryption
    if encryption is None:
        return _plain(parameters)
    return {"response": jwe.encrypt(parameters, encryption.jwk, encryption.enc)}


def _changed(change: Callable[[Parameters, ResponseIngredients], Parameters]) -> Make:
    return lambda x: _posted(x, _form(x, change(_parameters(x), x)))


def _token(change: Callable[[dict[str, list[str]]], object]) -> Make:
    """Another `vp_token`."""
    return _changed(lambda parameters, x: {**parameters, "vp_token": change(parameters["vp_token"])})


def _first_doubled(token: dict[str, list[str]]) -> dict[str, list[str]]:
    query_id, shown = next(iter(token.items()))
    return {**token, query_id: [*shown, *shown]}


def _renamed(token: dict[str, list[str]]) -> dict[str, list[str]]:
    query_id, shown = next(iter(token.items()))
    return {f"{query_id}-other": shown, **{name: value for name, value in token.items() if name != query_id}}


def _with_state(x: ResponseIngredients) -> Parameters:
    parameters = _parameters(x)
    if "state" not in parameters:
        raise NotApplicable("the request has no state")
    return parameters


def _state(change: Callable[[Parameters], Parameters]) -> Make:
    return lambda x: _posted(x, _form(x, change(_with_state(x))))


# --------------------------------------------------------------------------------------------------------- encryption
class _AnyAlgorithm(JWERegistry):
    """Lets a fault write what our own side would never write."""

    def __init__(self) -> None:
        super().__init__(algorithms=("ECDH-ES", "A128CBC-HS256", *jwe.ENCRYPTIONS), strict_check_header=False)


def _encryption(x: ResponseIngredients) -> ResponseEncryption:
    if x.accepted.encryption is None:
        raise NotApplicable("no encryption is asked for")
    return x.accepted.encryption


def _encrypted(change: Callable[[ResponseIngredients, ResponseEncryption], str]) -> Make:
    return lambda x: _posted(x, {"response": change(x, _encryption(x))})


def _jwk(change: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> Make:
    """Encrypted with what `change` makes of the verifier's key."""
    return _encrypted(lambda x, used: jwe.encrypt(_parameters(x), change(used.jwk), used.enc))


def _header(**changes: str) -> Make:
    """The header says something else than was done."""

    def change(x: ResponseIngredients, used: ResponseEncryption) -> str:
        header, rest = jwe.encrypt(_parameters(x), used.jwk, used.enc).split(".", 1)
        members = strict_json.parse_object(base64url.decode(header), max_bytes=len(header))
        return f"{base64url.encode(strict_json.dump(members | changes))}.{rest}"

    return _encrypted(change)


def _not_offered(x: ResponseIngredients, used: ResponseEncryption) -> str:
    header = {"alg": jwe.ALGORITHM, "enc": "A128CBC-HS256", "kid": used.jwk["kid"]}
    key = ECKey.import_key(jose.public_key_from_jwk(used.jwk))
    return encrypt_compact(header, strict_json.dump(_parameters(x)), key, registry=_AnyAlgorithm())


def _broken_tag(x: ResponseIngredients, used: ResponseEncryption) -> str:
    rest, _, tag = jwe.encrypt(_parameters(x), used.jwk, used.enc).rpartition(".")
    octets = bytearray(base64url.decode(tag))
    octets[0] ^= 1
    return f"{rest}.{base64url.encode(bytes(octets))}"


def _nested(x: ResponseIngredients, used: ResponseEncryption) -> str:
    """The plaintext is a signed JWT, as JARM had it."""
    signed = jose.sign_jws({"typ": "JWT"}, _parameters(x), x.stranger)
    header = {"alg": jwe.ALGORITHM, "enc": used.enc, "kid": used.jwk["kid"]}
    key = ECKey.import_key(jose.public_key_from_jwk(used.jwk))
    return encrypt_compact(header, signed.encode(), key, registry=_AnyAlgorithm())


def _in_clear(x: ResponseIngredients) -> tuple[RequestDraft, ...]:
    _encryption(x)
    return _posted(x, _plain(_parameters(x)))


def _encrypted_unasked(x: ResponseIngredients) -> tuple[RequestDraft, ...]:
    if x.accepted.encryption is not None:
        raise NotApplicable("encryption is asked for")
    jwk = {**jose.jwk_from_public_key(x.stranger.public_key), "kid": "stranger"}
    return _posted(x, {"response": jwe.encrypt(_parameters(x), jwk, jwe.DEFAULT_ENCRYPTION)})


# ------------------------------------------------------------------------------------------------------------ the post
def _honest(x: ResponseIngredients) -> RequestDraft:
    return plan_response(x.accepted, x.vp_token)


def _twice(x: ResponseIngredients) -> tuple[RequestDraft, ...]:
    """The whole answer, made and sent a second time."""
    return (_honest(x), _honest(x))


def _repeated(x: ResponseIngredients) -> tuple[RequestDraft, ...]:
    honest = _honest(x)
    return (replace(honest, content=honest.content + b"&" + honest.content),)


def _error_too(parameters: Parameters, x: ResponseIngredients) -> Parameters:
    return {**parameters, **encode_error(ErrorCode.ACCESS_DENIED, state=None)}


_REFUSED: tuple[tuple[str, str, str, Make], ...] = (
    ("response_state_wrong", "The state is another one.", _STATE,
     _state(lambda parameters: {**parameters, "state": f"{parameters['state']}x"})),
    ("response_state_missing", "The state is missing.", _STATE,
     _state(lambda parameters: {"vp_token": parameters["vp_token"]})),
    ("response_vp_token_missing", "There is no vp_token.", _TOKEN,
     _changed(lambda parameters, x: {name: value for name, value in parameters.items() if name != "vp_token"})),
    ("response_vp_token_string", "The vp_token is a bare presentation.", _TOKEN,
     _token(lambda token: next(iter(token.values()))[0])),
    ("response_vp_token_array", "The vp_token is an array.", _TOKEN, _token(lambda token: next(iter(token.values())))),
    ("response_vp_token_empty", "The vp_token is empty.", _TOKEN, _token(lambda token: {})),
    ("response_presentation_bare", "A presentation stands without its array.", _TOKEN,
     _token(lambda token: {query_id: shown[0] for query_id, shown in token.items()})),
    ("response_presentations_empty", "The presentations are an empty array.", _TOKEN,
     _token(lambda token: {query_id: [] for query_id in token})),
    ("response_query_id_unknown", "A presentation answers what nobody asked.", _TOKEN, _token(_renamed)),
    ("response_credential_extra", "There is a presentation more than was asked for.", _TOKEN,
     _token(lambda token: {**token, "unasked": next(iter(token.values()))})),
    ("response_two_presentations", "Two presentations answer a query that wants one.", _TOKEN,
     _token(_first_doubled)),
    ("response_error_beside_token", "An error stands beside vp_token.", "OpenID4VP 1.0, section 8.5",
     _changed(_error_too)),
    ("response_not_encrypted", "The answer is in clear, although encryption is asked for.", _ENCRYPTED, _in_clear),
    ("response_encrypted_unasked", "The answer is encrypted, although nobody asked.", _POST, _encrypted_unasked),
    ("response_kid_wrong", "The JWE names another key.", _ENCRYPTED, _jwk(lambda jwk: {**jwk, "kid": "another"})),
    ("response_kid_missing", "The JWE names no key.", _ENCRYPTED,
     _jwk(lambda jwk: {name: value for name, value in jwk.items() if name != "kid"})),
    ("response_key_other", "The JWE is encrypted to a stranger.", _ENCRYPTED,
     _encrypted(lambda x, used: jwe.encrypt(
         _parameters(x), {**jose.jwk_from_public_key(x.stranger.public_key), "kid": used.jwk["kid"]}, used.enc))),
    ("response_alg_rsa", "The JWE claims RSA1_5.", _ENCRYPTED, _header(alg="RSA1_5")),
    ("response_alg_dir", "The JWE claims a shared key.", _ENCRYPTED, _header(alg="dir")),
    ("response_enc_not_offered", "The JWE has an encryption that was not offered.", _ENCRYPTED,
     _encrypted(_not_offered)),
    ("response_zip", "The JWE claims to be compressed.", _ENCRYPTED, _header(zip="DEF")),
    ("response_tag_broken", "One bit of the JWE's tag is flipped.", _ENCRYPTED, _encrypted(_broken_tag)),
    ("response_nested_jws", "A signed JWT is encrypted in place of the parameters.", _ENCRYPTED, _encrypted(_nested)),
    ("response_parameter_repeated", "Every parameter stands twice.", "RFC 6749, section 3.1", _repeated),
    ("response_content_type_wrong", "The form is called JSON.", _POST,
     lambda x: (replace(_honest(x), media_type=JSON),)),
    ("response_too_large", "The form has ten megabytes.", _POST,
     lambda x: (replace(_honest(x), content=_honest(x).content + b"&filler=" + b"x" * TOO_LARGE),)),
    ("response_replayed", "The answer is sent a second time.", _REPLAY, _twice),
)  # fmt: skip

_TOLERATED: tuple[tuple[str, str, str, Make], ...] = (
    ("response_unknown_parameter", "There is a parameter that nobody knows.", _TOKEN,
     _changed(lambda parameters, x: {**parameters, "unheard_of": "value"})),
    ("response_apu_apv", "The JWE carries party information.", _ENCRYPTED,
     _encrypted(lambda x, used: jwe.encrypt(
         _parameters(x), used.jwk, used.enc, apu=b"wallet", apv=x.accepted.request.nonce.encode()))),
    ("response_error", "The wallet declines.", "OpenID4VP 1.0, section 8.5",
     lambda x: _posted(x, encode_error(ErrorCode.ACCESS_DENIED, state=x.accepted.request.state))),
)  # fmt: skip

RESPONSE_FAULTS: tuple[ResponseFault, ...] = (
    *(
        ResponseFault(id=id_, says=says, section=section, stage=Stage.RESPONSE, make=make)
        for id_, says, section, make in _REFUSED
    ),
    *(
        ResponseFault(id=id_, says=says, section=section, stage=Stage.RESPONSE, fate=Fate.TOLERATED, make=make)
        for id_, says, section, make in _TOLERATED
    ),
)
