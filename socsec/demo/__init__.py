"""`socsec demo`: an A1 and an EHIC travel from institution to inspector, over real HTTP on loopback, in one minute.

`story` is what happens, `people` who does it, `playing` the order of steps and what each verdict has to be, `screen`
how it is told.
"""

from typing import Annotated

import typer

from socsec.demo.playing import play

app = typer.Typer(add_completion=False)


@app.command("demo")
def command(as_json: Annotated[bool, typer.Option("--json", help="One JSON object a step.")] = False) -> None:
    """Plays the story from institution to inspector over HTTP on loopback, in a folder of its own."""
    raise typer.Exit(play(as_json=as_json))
