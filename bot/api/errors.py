"""What can be wrong with a request, and how that is said: always as problem+json (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

log = structlog.get_logger(__name__)

PROBLEM = "application/problem+json"


class Refused(Exception):
    """A request that is not done. ``status`` is the HTTP status it is answered with."""

    status = HTTPStatus.BAD_REQUEST


class NotReadable(Refused):
    """The body is not what this address takes."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class NothingSaid(Refused):
    """A message or a file without content."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class TooLarge(Refused):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit  # bytes


class TooFast(Refused):
    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds  # until it may be tried again


class NoSession(Refused):
    status = HTTPStatus.UNAUTHORIZED


class ForeignOrigin(Refused):
    """The request was set off by another site's page."""

    status = HTTPStatus.FORBIDDEN


class NotHere(Refused):
    """Nothing under this address that this browser may see."""

    status = HTTPStatus.NOT_FOUND


class NotReady(Refused):
    """The database does not answer."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


def phrase(problem: Refused) -> str:
    """The sentence that the person reads."""
    match problem:
        case TooLarge(limit=limit):
            size = f"{limit / 2**20:.0f} MB"
            return f"That is too large: I read up to {size} at once. Nothing was saved."
        case TooFast(seconds=seconds):
            return f"That was faster than I can read. Please try again in {seconds} seconds."
        case NothingSaid():
            return "There was nothing in it to read. Nothing was saved."
        case NotReadable():
            return "I could not read that request. Nothing was saved."
        case NoSession():
            return "This browser has no conversation yet. Please reload the page."
        case ForeignOrigin():
            return "This request came from another site, so it was not done."
        case NotReady():
            return "The advisor's memory does not answer at the moment. Please try again soon."
        case _:
            return "There is nothing here."


def answer(status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    """A problem document: the status, its title, and one sentence."""
    content = {"type": "about:blank", "title": _title(status), "status": status, "detail": detail}
    return JSONResponse(content, status, headers, media_type=PROBLEM)


def _title(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


async def _handle(request: Request, problem: Exception) -> Response:
    match problem:
        case TooFast(seconds=seconds):
            return answer(problem.status, phrase(problem), {"Retry-After": str(seconds)})
        case Refused():
            return answer(problem.status, phrase(problem))
        case HTTPException(status_code=404):
            return answer(404, phrase(NotHere()))
        case HTTPException(status_code=status):
            return answer(status, f"{_title(status)}.", dict(problem.headers or {}))
        case RequestValidationError():
            return answer(NotReadable.status, phrase(NotReadable()))
        case ClientDisconnect():
            return Response(status_code=HTTPStatus.BAD_REQUEST)  # nobody is there to read it
    log.error("a request failed", path=request.url.path, error=type(problem).__name__)
    return answer(500, "Something broke on our side. What you sent may not have been saved.")


def install(app: FastAPI) -> None:
    """Let ``app`` answer every failure as a problem document, without a word of its inside."""
    for problem in (Refused, HTTPException, RequestValidationError, ClientDisconnect, Exception):
        app.add_exception_handler(problem, _handle)
