"""`socsec demo`: an A1 and an EHIC travel from institution to inspector, over real HTTP on loopback, in one minute.

`story` is what happens, `people` who does it, `playing` the order of steps and what each verdict has to be, `screen`
how it is told.
"""

from socsec.demo.playing import play

__all__ = ["play"]
