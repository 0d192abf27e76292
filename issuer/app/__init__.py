"""The composition root: nothing else constructs an adapter or reads configuration.

`service` builds the application, `commands` and the `open_...` beside it what the command line needs without it.
Nothing is kept outside the database, so any number of processes may run it.
"""
