"""Credential offers: OpenID4VCI 1.0, section 4.1; checklist VCI-5, VCI-6 and their bad input."""

import copy
import json
from contextlib import suppress
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vectors import read_json, vectors
from vc_core.addresses import LoopbackHttp
from vc_core.credential_offer import (
    PRE_AUTHORIZED_CODE,
    AuthorizationCodeGrant,
    CredentialOffer,
    InputMode,
    OfferByReference,
    PreAuthorizedCodeGrant,
    TxCode,
    encode_offer,
    offer_link,
    offer_link_by_reference,
    parse_fetched_offer,
    parse_offer,
    parse_offer_link,
    require_offered,
)
from vc_core.rejection import Rejection

ISSUER = "https://issuer.urssaf.example"
REFERENCE = f"{ISSUER}/offers/Zm9vYmFyYmF6cXV4"
OFFER = CredentialOffer(
    credential_issuer=ISSUER,
    credential_configuration_ids=("card_sd_jwt", "card_mdoc"),
    authorization_code=AuthorizationCodeGrant(issuer_state="eyJ...", authorization_server="https://as.example"),
    pre_authorized_code=PreAuthorizedCodeGrant(
        pre_authorized_code="adhjhdjajkdkhjhdj",
        tx_code=TxCode(input_mode=InputMode.TEXT, length=6, description="The code from our letter"),
        authorization_server="https://as.example",
    ),
)
OFFERS = [
    pytest.param(OFFER, id="everything"),
    pytest.param(CredentialOffer(credential_issuer=ISSUER, credential_configuration_ids=("a",)), id="no_grants"),
    pytest.param(
        CredentialOffer(
            credential_issuer=ISSUER,
            credential_configuration_ids=("a",),
            authorization_code=AuthorizationCodeGrant(),
            pre_authorized_code=PreAuthorizedCodeGrant(pre_authorized_code="c", tx_code=TxCode()),
        ),
        id="empty_grant_and_empty_tx_code",
    ),
    pytest.param(
        CredentialOffer(
            credential_issuer=ISSUER,
            credential_configuration_ids=("a",),
            pre_authorized_code=PreAuthorizedCodeGrant(pre_authorized_code="c"),
        ),
        id="no_tx_code",
    ),
]


@pytest.mark.parametrize("offer", OFFERS)
def test_offers_come_back_as_they_were_made(offer: CredentialOffer) -> None:
    assert parse_offer(json.dumps(encode_offer(offer))) == offer
    assert parse_offer_link(offer_link(offer)) == offer


@pytest.mark.parametrize("offer", OFFERS)
def test_offers_are_valid(offer: CredentialOffer) -> None:
    schema = read_json(vectors("oidf-conformance-suite") / "json-schemas" / "oid4vci" / "credential_offer-1_0.json")
    jsonschema.Draft202012Validator(schema).validate(encode_offer(offer))


def test_a_tx_code_is_there_even_if_empty() -> None:
    """Section 4.1.1: required if present, even if empty."""
    offer = CredentialOffer(
        credential_issuer=ISSUER,
        credential_configuration_ids=("a",),
        pre_authorized_code=PreAuthorizedCodeGrant(pre_authorized_code="c", tx_code=TxCode()),
    )
    assert encode_offer(offer)["grants"][PRE_AUTHORIZED_CODE]["tx_code"] == {}


def test_an_offer_by_reference() -> None:
    link = offer_link_by_reference(REFERENCE)
    assert link == f"openid-credential-offer://?credential_offer_uri={REFERENCE}"
    assert parse_offer_link(link) == OfferByReference(credential_offer_uri=REFERENCE)


@pytest.mark.parametrize("scheme", ["haip-vci", "https"])
def test_other_schemes(scheme: str) -> None:
    assert parse_offer_link(offer_link(OFFER, scheme=scheme)) == OFFER


def test_an_offer_of_a_demonstration_on_one_machine() -> None:
    link = offer_link_by_reference("http://127.0.0.1:8001/offers/1")
    assert isinstance(parse_offer_link(link, http=LoopbackHttp.ALLOWED), OfferByReference)


PUBLISHED = [
    ("credential_offer_authz_code.txt", "UniversityDegreeCredential", None),
    ("credential_offer_by_reference.json", "UniversityDegree_LDP_VC", TxCode()),
    (
        "credential_offer_multiple_credentials.json",
        "UniversityDegreeCredential",
        TxCode(length=4, description="Please provide the one-time code that was sent via e-mail"),
    ),
    (
        "credential_offer_pre-authz_code.json",
        "UniversityDegreeCredential",
        TxCode(description="Please provide the one-time code which was sent to your mobile phone via SMS"),
    ),
]


@pytest.mark.parametrize(("name", "first", "tx_code"), PUBLISHED, ids=[row[0] for row in PUBLISHED])
def test_published_offers(name: str, first: str, tx_code: TxCode | None) -> None:
    text = (vectors("openid4vci-1.0") / "examples" / name).read_text()
    offer = parse_offer(text[text.index("{") :])  # one of them stands below its HTTP headers
    assert offer.credential_issuer == "https://credential-issuer.example.com"
    assert offer.credential_configuration_ids[0] == first
    assert (offer.pre_authorized_code and offer.pre_authorized_code.tx_code) == tx_code


def test_every_published_offer_is_in_the_list() -> None:
    folder = vectors("openid4vci-1.0") / "examples"
    assert sorted(path.name for path in folder.glob("credential_offer*")) == [row[0] for row in PUBLISHED]


def test_a_published_link() -> None:
    """Section 4.1.2, white space taken out."""
    link = (
        "openid-credential-offer://?credential_offer=%7B%22credential_issuer%22:%22https://credential-issuer.example.com"
        "%22,%22credential_configuration_ids%22:%5B%22org.iso.18013.5.1.mDL%22%5D,%22grants%22:%7B%22urn:ietf:params:"
        "oauth:grant-type:pre-authorized_code%22:%7B%22pre-authorized_code%22:%22oaKazRN8I0IbtZ0C7JuMn5%22,%22tx_code"
        "%22:%7B%22input_mode%22:%22text%22,%22description%22:%22Please%20enter%20the%20serial%20number%20of%20your%20"
        "physical%20drivers%20license%22%7D%7D%7D%7D"
    )
    offer = parse_offer_link(link)
    assert isinstance(offer, CredentialOffer)
    assert offer.pre_authorized_code is not None
    assert offer.pre_authorized_code.tx_code == TxCode(
        input_mode=InputMode.TEXT, description="Please enter the serial number of your physical drivers license"
    )


# -------------------------------------------------------------------------------------------------------- bad input
GRANT = f"/grants/{PRE_AUTHORIZED_CODE}"
IN_GRANT = ("grants", PRE_AUTHORIZED_CODE)
BAD: list[tuple[str, tuple[str | int, ...], Any, str, str]] = [
    ("issuer_missing", ("credential_issuer",), None, "credential_issuer_missing", "/credential_issuer"),
    ("issuer_http", ("credential_issuer",), "http://issuer.example", "url_not_https", "/credential_issuer"),
    ("issuer_with_query", ("credential_issuer",), f"{ISSUER}?a", "credential_issuer_malformed", "/credential_issuer"),
    ("issuer_with_fragment", ("credential_issuer",), f"{ISSUER}#a", "url_malformed", "/credential_issuer"),
    (
        "ids_missing",
        ("credential_configuration_ids",),
        None,
        "credential_configuration_ids_missing",
        "/credential_configuration_ids",
    ),
    (
        "ids_empty",
        ("credential_configuration_ids",),
        [],
        "credential_configuration_ids_empty",
        "/credential_configuration_ids",
    ),
    (
        "ids_with_a_number",
        ("credential_configuration_ids", 0),
        1,
        "credential_configuration_ids_malformed",
        "/credential_configuration_ids",
    ),
    (
        "id_twice",
        ("credential_configuration_ids", 1),
        "card_sd_jwt",
        "credential_configuration_id_repeated",
        "/credential_configuration_ids",
    ),
    ("grants_an_array", ("grants",), [], "grants_malformed", "/grants"),
    (
        "grant_a_text",
        ("grants", "authorization_code"),
        "x",
        "authorization_code_malformed",
        "/grants/authorization_code",
    ),
    (
        "issuer_state_a_number",
        ("grants", "authorization_code", "issuer_state"),
        1,
        "issuer_state_malformed",
        "/grants/authorization_code/issuer_state",
    ),
    ("pre_authorized_grant_a_text", IN_GRANT, "x", "pre_authorized_code_grant_malformed", GRANT),
    (
        "pre_authorized_code_missing",
        (*IN_GRANT, "pre-authorized_code"),
        None,
        "pre_authorized_code_missing",
        f"{GRANT}/pre-authorized_code",
    ),
    ("tx_code_a_boolean", (*IN_GRANT, "tx_code"), True, "tx_code_malformed", f"{GRANT}/tx_code"),
    ("length_zero", (*IN_GRANT, "tx_code", "length"), 0, "length_malformed", f"{GRANT}/tx_code/length"),
    ("length_a_boolean", (*IN_GRANT, "tx_code", "length"), True, "length_malformed", f"{GRANT}/tx_code/length"),
    (
        "input_mode_unknown",
        (*IN_GRANT, "tx_code", "input_mode"),
        "hexadecimal",
        "input_mode_unknown",
        f"{GRANT}/tx_code/input_mode",
    ),
    (
        "description_too_long",
        (*IN_GRANT, "tx_code", "description"),
        "a" * 301,
        "description_too_long",
        f"{GRANT}/tx_code/description",
    ),
    (
        "authorization_server_a_number",
        (*IN_GRANT, "authorization_server"),
        1,
        "authorization_server_malformed",
        f"{GRANT}/authorization_server",
    ),
]


def _changed(place: tuple[str | int, ...], value: Any) -> str:
    """The offer as JSON with one member changed; None takes it away."""
    whole = copy.deepcopy(encode_offer(OFFER))
    inner: Any = whole
    for part in place[:-1]:
        inner = inner[part]
    inner[place[-1]] = value
    if value is None:
        del inner[place[-1]]
    return json.dumps(whole)


@pytest.mark.parametrize(("place", "value", "reason", "where"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_offers_that_are_refused(place: tuple[str | int, ...], value: Any, reason: str, where: str) -> None:
    with pytest.raises(Rejection) as caught:
        parse_offer(_changed(place, value))
    assert (caught.value.reason, caught.value.where) == (reason, where)


def test_the_shortest_code_and_the_longest_description() -> None:
    assert parse_offer(_changed((*IN_GRANT, "tx_code"), {"length": 1, "description": "a" * 300})).pre_authorized_code


def test_unknown_parameters_and_grants_are_ignored() -> None:
    document = encode_offer(OFFER)
    document["unknown"] = document["grants"]["urn:example:grant"] = 1
    assert parse_offer(json.dumps(document)) == OFFER


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        pytest.param("openid-credential-offer://?x=1", "offer_missing", id="neither_parameter"),
        pytest.param(f"{offer_link(OFFER)}&credential_offer_uri={REFERENCE}", "offer_given_twice", id="both"),
        pytest.param(f"{offer_link_by_reference(REFERENCE)}&credential_offer_uri=x", "parameter_repeated", id="twice"),
        pytest.param(offer_link_by_reference("http://issuer.example/o"), "url_not_https", id="http_uri"),
        pytest.param(offer_link_by_reference("http://127.0.0.1:8001/o"), "url_not_https", id="loopback_uri"),
        pytest.param(offer_link_by_reference(REFERENCE, scheme="openid4vp"), "link_scheme_unknown", id="scheme"),
        pytest.param("openid-credential-offer://?credential_offer=eyJ", "json_malformed", id="not_json"),
        pytest.param(
            'openid-credential-offer://?credential_offer={"credential_issuer":"a","credential_issuer":"b"}',
            "json_member_repeated",
            id="member_twice",
        ),
    ],
)
def test_links_that_are_refused(link: str, reason: str) -> None:
    with pytest.raises(Rejection) as caught:
        parse_offer_link(link)
    assert caught.value.reason == reason


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON; charset=utf-8"])
def test_a_fetched_offer(content_type: str) -> None:
    assert parse_fetched_offer(json.dumps(encode_offer(OFFER)).encode(), content_type=content_type) == OFFER


@pytest.mark.parametrize("content_type", ["application/jwt", "text/html", ""])
def test_a_fetched_offer_of_another_media_type(content_type: str) -> None:
    with pytest.raises(Rejection, match="offer_media_type_wrong"):
        parse_fetched_offer(json.dumps(encode_offer(OFFER)).encode(), content_type=content_type)


# ---------------------------------------------------------------------------------------- against issuer's metadata
METADATA: dict[str, Any] = {
    "credential_issuer": ISSUER,
    "authorization_servers": ["https://as.example", "https://other.example"],
    "credential_configurations_supported": {"card_sd_jwt": {}, "card_mdoc": {}, "other": {}},
}


def test_an_offer_that_the_issuer_can_make() -> None:
    require_offered(OFFER, METADATA)


def test_without_a_choice_of_servers_the_offer_names_none() -> None:
    offer = CredentialOffer(
        credential_issuer=ISSUER,
        credential_configuration_ids=("card_mdoc",),
        pre_authorized_code=PreAuthorizedCodeGrant(pre_authorized_code="c"),
    )
    require_offered(offer, {name: METADATA[name] for name in METADATA if name != "authorization_servers"})


@pytest.mark.parametrize(
    ("changes", "reason", "where"),
    [
        pytest.param(
            {"credential_issuer": f"{ISSUER}/"}, "credential_issuer_mismatch", "/credential_issuer", id="slash"
        ),
        pytest.param(
            {"credential_configurations_supported": {"card_sd_jwt": {}}},
            "credential_configuration_unknown",
            "/credential_configuration_ids/1",
            id="unknown_configuration",
        ),
        pytest.param(
            {"authorization_servers": ["https://as.example"]},
            "authorization_server_unexpected",
            "/grants/authorization_code/authorization_server",
            id="only_one_server",
        ),
        pytest.param(
            {"authorization_servers": ["https://a.example", "https://b.example"]},
            "authorization_server_unknown",
            "/grants/authorization_code/authorization_server",
            id="server_not_listed",
        ),
    ],
)
def test_offers_that_the_issuer_cannot_make(changes: dict[str, Any], reason: str, where: str) -> None:
    with pytest.raises(Rejection) as caught:
        require_offered(OFFER, METADATA | changes)
    assert (caught.value.reason, caught.value.where) == (reason, where)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 3) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["tx_code", "length", "pre-authorized_code"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(place=st.sampled_from([row[1] for row in BAD]), value=JSON)
def test_anything_in_any_place_is_read_or_rejected(place: tuple[str | int, ...], value: Any) -> None:
    with suppress(Rejection):
        parse_offer(_changed(place, value))


@given(st.text() | st.text().map("openid-credential-offer://?credential_offer=".__add__))
def test_any_text_is_read_or_rejected(text: str) -> None:
    with suppress(Rejection):
        parse_offer_link(text)
