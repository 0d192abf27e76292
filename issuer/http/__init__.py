"""The use cases over HTTP: routes, bodies within bounds, answers, and the one table from refusals to error codes."""
