"""What every command says when settings are invalid or contradict one another: one line that names them.

Settings come from the environment and from options, and are read by many commands at different places; here their
faults are met once, around all commands. Values are never repeated: a setting may be a secret.
"""

import os
from typing import Any

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError
from typer.core import TyperGroup

from issuer.settings import IssuerSettings
from verifier.settings import VerifierSettings
from wallet_sim.settings import WalletSettings

EXIT_STATUS = 2
_PREFIXES = {
    settings.__name__: settings.model_config["env_prefix"]
    for settings in (IssuerSettings, VerifierSettings, WalletSettings)
}


class SettingsFaultsTold(TyperGroup):
    """Commands that end with status 2 and one line on standard error where settings are at fault."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except ValidationError as error:
            if error.title not in _PREFIXES:
                raise
            told = _faults(error, _PREFIXES[error.title])
        except SettingsError as error:
            told = str(error)
        typer.echo(f"settings: {told}", err=True)
        raise typer.Exit(EXIT_STATUS)


def _faults(error: ValidationError, prefix: str) -> str:
    faults = error.errors(include_url=False, include_input=False)
    return "; ".join(
        f"{_name(fault['loc'], prefix)}: {fault.get('ctx', {}).get('error') or fault['msg']}" for fault in faults
    )


def _name(place: tuple[int | str, ...], prefix: str) -> str:
    """Of the variable, or of the member that an option sets; of all where several do not go together."""
    if not place:
        return f"{prefix}*"
    variable = f"{prefix}{place[0]}".upper()
    return variable if variable in os.environ else str(place[0])
