"""What all bodies share."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from vc_core.visible_text import text_fault


class Body(BaseModel):
    model_config = ConfigDict(frozen=True)


def _visible(text: str) -> str:
    if text_fault(text) is not None:
        raise ValueError("a text is one that a reader sees")
    return text


CaseReference = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_visible)]
"""Of another system's case; stands on pages and in the log."""
