"""Routes that hand a request to its endpoint and do nothing else.

FastAPI's own handler resolves dependencies, keeps stacks of what is to be closed and looks at every answer, for each
request anew: more work than everything else that HTTP costs here. What an endpoint takes is read from its signature
once, when the route is made. The OpenAPI document comes from the same signature, as ever.

For the application's own routes (`Interface.add`): `include_router` would put FastAPI's handler in the place of this.
An endpoint that takes more, such as parameters of the query that have a form, stays with FastAPI's `APIRoute`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from inspect import Parameter, iscoroutinefunction, signature
from typing import Annotated, Any, get_args, get_origin

from fastapi.params import Depends
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import request_response

_Endpoint = Callable[..., Response]
_BodyReader = Callable[[Request], Awaitable[bytes]]


class DirectRoute(APIRoute):
    """Calls a plain function in a thread of the loop's default executor, and sends the `Response` that comes back.

    The function may take parts of the path; a body, as `Annotated[bytes, Depends(reader)]`; the `Request`; and texts of
    the query that have a default, of which the last counts if there are several. Raises `TypeError` for any other.
    """

    def __init__(self, path: str, endpoint: _Endpoint, **said: Any) -> None:
        super().__init__(path, endpoint, **said)
        self.app = request_response(self._handler(endpoint))

    def _handler(self, endpoint: _Endpoint) -> Callable[[Request], Awaitable[Response]]:
        said = signature(endpoint)
        if iscoroutinefunction(endpoint) or not issubclass(said.return_annotation, Response):
            raise TypeError(f"{endpoint.__name__} is no plain function that returns a response")
        parameters = said.parameters.values()
        bodies = {one.name: reader for one in parameters if (reader := _body_reader(one))}
        others = {one.name: self._source(one) for one in parameters if one.name not in bodies}

        async def handle(request: Request) -> Response:
            given = {name: source(request) for name, source in others.items()}
            for name, read in bodies.items():
                given[name] = await read(request)
            return await asyncio.get_running_loop().run_in_executor(None, partial(endpoint, **given))

        return handle

    def _source(self, parameter: Parameter) -> Callable[[Request], Any]:
        """Where its argument is found. Raises `TypeError`."""
        name, kind, default = parameter.name, parameter.annotation, parameter.default
        if kind is Request:
            return lambda request: request
        if kind is str and name in self.param_convertors:
            return lambda request: request.path_params[name]
        if kind is str and isinstance(default, str):
            return lambda request: request.query_params.get(name, default)
        raise TypeError(f"an endpoint takes {parameter}, which is not read from the request")


def _body_reader(parameter: Parameter) -> _BodyReader | None:
    if get_origin(parameter.annotation) is Annotated:
        match get_args(parameter.annotation):
            case (kind, Depends(dependency=reader)) if kind is bytes:
                return reader
    return None
