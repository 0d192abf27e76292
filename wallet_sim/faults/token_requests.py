"""Faults of a token request with a pre-authorized code (OpenID4VCI 1.0, section 6.1; RFC 6749, section 3.2)."""

# ruff: noqa: ARG001, ARG005  every alteration takes the same arguments

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

from vc_core import strict_json
from wallet_sim.exchange import JSON, RequestDraft
from wallet_sim.faults.fault import Fate, NotApplicable, RequestFault, RequestIngredients, Stage

CODE, TX_CODE, GRANT = "pre-authorized_code", "tx_code", "grant_type"

_SECTION = "OpenID4VCI 1.0, section 6.1"
_CODE_SECTION = "OpenID4VCI 1.0, section 4.1.1"
_FORM = "RFC 6749, section 3.2"

Form = list[tuple[str, str]]
Change = Callable[[Form], Form]


def _form(change: Change) -> Callable[[RequestDraft, RequestIngredients], tuple[RequestDraft, ...]]:
    def alter(draft: RequestDraft, x: RequestIngredients) -> tuple[RequestDraft, ...]:
        parameters = parse_qsl(draft.content.decode(), keep_blank_values=True)
        return (replace(draft, content=urlencode(change(parameters)).encode()),)

    return alter


def _value(form: Form, name: str) -> str:
    value = next((value for known, value in form if known == name), None)
    if value is None:
        raise NotApplicable(f"{name} is not sent")
    return value


def _without(name: str) -> Change:
    return lambda form: [(known, value) for known, value in form if known != name or not _value(form, name)]


def _instead(name: str, other: Callable[[str], str]) -> Change:
    def change(form: Form) -> Form:
        replaced = other(_value(form, name))
        return [(known, replaced if known == name else value) for known, value in form]

    return change


def _added(name: str, value: str) -> Change:
    def change(form: Form) -> Form:
        if name == TX_CODE and any(known == TX_CODE for known, _ in form):
            raise NotApplicable("a transaction code is asked for")
        return [*form, (name, value)]

    return change


def _as_json(draft: RequestDraft, x: RequestIngredients) -> tuple[RequestDraft, ...]:
    parameters = dict(parse_qsl(draft.content.decode()))
    return (replace(draft, media_type=JSON, content=strict_json.dump(parameters)),)


def _other_digit(code: str) -> str:
    return f"{code[:-1]}{(int(code[-1]) + 1) % 10}" if code[-1:].isdigit() else f"{code}x"


_FAULTS: tuple[
    tuple[str, str, str, Callable[[RequestDraft, RequestIngredients], tuple[RequestDraft, ...]]], ...
] = (
    ("token_code_missing", "No pre-authorized code is sent.", _SECTION, _form(_without(CODE))),
    ("token_code_wrong", "The pre-authorized code is another one.", _SECTION,
     _form(_instead(CODE, lambda code: f"{code}x"))),
    ("token_code_replayed", "The code is redeemed a second time.", _CODE_SECTION, lambda draft, x: (draft, draft)),
    ("token_code_repeated", "The code stands twice in one request.", _FORM,
     _form(lambda form: [*form, (CODE, _value(form, CODE))])),
    ("token_tx_code_missing", "The transaction code is not sent.", _CODE_SECTION, _form(_without(TX_CODE))),
    ("token_tx_code_wrong", "One digit of the transaction code is another one.", _CODE_SECTION,
     _form(_instead(TX_CODE, _other_digit))),
    ("token_tx_code_unexpected", "A transaction code is sent that nobody asked for.", _CODE_SECTION,
     _form(_added(TX_CODE, "000000"))),
    ("token_grant_type_missing", "No grant type is named.", _FORM, _form(_without(GRANT))),
    ("token_grant_type_unknown", "The grant type is another one.", _FORM,
     _form(_instead(GRANT, lambda _: "client_credentials"))),
    ("token_request_json", "The parameters are sent as JSON.", _FORM, _as_json),
)  # fmt: skip

TOKEN_REQUEST_FAULTS: tuple[RequestFault, ...] = (
    *(
        RequestFault(id=id_, says=says, section=section, stage=Stage.TOKEN_REQUEST, alter=alter)
        for id_, says, section, alter in _FAULTS
    ),
    RequestFault(
        id="token_unknown_parameter",
        says="A parameter is sent that nobody knows.",
        section="RFC 6749, section 3.1",
        stage=Stage.TOKEN_REQUEST,
        fate=Fate.TOLERATED,
        alter=_form(_added("unheard_of", "value")),
    ),
)
