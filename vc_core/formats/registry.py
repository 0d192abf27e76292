"""The formats there are. Everything outside this package asks here and names none."""

from collections.abc import Mapping

from vc_core.dcql import QueryFormat
from vc_core.formats.base import Format, WalletFormat
from vc_core.formats.inspection_code import InspectionCodeFormat
from vc_core.formats.mso_mdoc import MsoMdocFormat
from vc_core.formats.sd_jwt_vc import SdJwtVcFormat

INSPECTION_CODE = InspectionCodeFormat()
_WALLET: tuple[WalletFormat, ...] = (SdJwtVcFormat(), MsoMdocFormat())

WALLET_FORMATS: Mapping[str, WalletFormat] = {one.id: one for one in _WALLET}
"""Those that a wallet collects and presents, by their identifier in metadata and queries."""

FORMATS: Mapping[str, Format] = {**WALLET_FORMATS, INSPECTION_CODE.id: INSPECTION_CODE}

QUERY_FORMATS: Mapping[str, QueryFormat] = {id_: one.query for id_, one in WALLET_FORMATS.items()}


def format_of_text(text: str) -> Format | None:
    """The format that recognises a text of which nothing else is known."""
    return next((one for one in FORMATS.values() if one.recognises(text.strip())), None)
