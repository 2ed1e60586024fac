"""Every answer that says no, in its two forms: a page that says what to do next, or problem+json (RFC 9457).

Neither ever repeats a value that was received, and nothing that goes wrong shows a trace.
"""

import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contracts.refusal import FieldError, Refused
from eventing.db import is_transient
from webui.french import typo
from webui.identity import SignInNeeded, clear_token_cookie, session_url, wants_page
from webui.messages import message_for

if TYPE_CHECKING:
    from webui.pages import Pages

LOG = structlog.get_logger("refusals")
PROBLEM_TYPE = "application/problem+json"
RETRY_AFTER = "5"
METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
TITLES = {
    400: "Demande illisible",
    401: "Connexion nécessaire",
    403: "Accès refusé",
    404: "Page introuvable",
    405: "Action impossible à cette adresse",
    406: "Format non disponible",
    409: "Ce n’est pas possible en l’état",
    410: "Ce lien ne sert plus",
    413: "Envoi trop volumineux",
    415: "Format d’envoi non reconnu",
    422: "Des réponses sont à revoir",
    429: "Trop de demandes",
    500: "Un imprévu est arrivé",
    503: "Service momentanément indisponible",
}
_OWN_WORDS = {
    400: ("unreadable_request", "La demande reçue est illisible. Rien n’a été enregistré."),
    401: ("sign_in_needed", "Cette adresse demande d’être connecté."),
    403: ("forbidden", "Vous n’avez pas accès à cette page. Rien n’a été changé."),
    404: (
        "not_found",
        "Cette adresse ne mène nulle part. La page a pu changer de place, ou le lien est incomplet.",
    ),
    405: ("method_not_allowed", "Cette adresse ne reçoit pas ce genre de demande. Rien n’a été changé."),
    406: ("not_acceptable", "Le format demandé n’existe pas à cette adresse."),
    413: ("body_too_large", "L’envoi dépasse deux mégaoctets. Rien n’a été enregistré."),
    415: ("unsupported_media_type", "Le format de l’envoi n’est pas reconnu. Rien n’a été enregistré."),
    429: ("too_many_requests", "Trop de demandes en peu de temps. Réessayez dans une minute."),
    503: (
        "unavailable",
        "Le service ne répond pas pour le moment. Rien n’a été enregistré ; "
        "vous pouvez réessayer dans quelques secondes.",
    ),
}
_UNFORESEEN = (
    "unforeseen",
    "Un imprévu a interrompu l’action. Rien n’a été enregistré. L’équipe technique en est informée ; "
    "réessayez, et si cela recommence, écrivez-nous en indiquant le numéro ci-dessous.",
)
PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "instance", "errors"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {name: {"type": "string"} for name in ("pointer", "code", "detail")},
            },
        },
    },
}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": TITLES[status], "content": {PROBLEM_TYPE: {"schema": PROBLEM_SCHEMA}}}
    for status in (400, 401, 403, 404, 405, 406, 409, 410, 413, 415, 422, 429, 503)
}


def install(app: FastAPI, pages: "Pages") -> None:
    """Makes the app answer refusals, bad input and unknown addresses in these forms."""

    async def answer(request: Request, error: Exception) -> Response:
        response = response_to(request, error, pages)
        if response.status_code == 405:
            response.headers["allow"] = ", ".join(methods_of(app, request.scope))
        return response

    for kind in (Refused, SignInNeeded, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, answer)


def methods_of(app: FastAPI, scope: Scope) -> list[str]:
    """Every method that some route answers at that address; a router knows those of its first route only."""
    return [
        method
        for method in METHODS
        if any(r.matches({**scope, "method": method})[0] is Match.FULL for r in app.router.routes)
    ]


def response_to(request: Request, error: Exception, pages: "Pages") -> Response:
    """The answer to an exception: for people or for programs, as the request asks."""
    if isinstance(error, SignInNeeded):
        response: Response = RedirectResponse(session_url(error.path), 303)
        if getattr(request.state, "token_ended", False):
            clear_token_cookie(response, pages.site)
        return response
    refusal, headers = _refusal(error)
    if refusal.status == 500:
        LOG.error("unforeseen", request_id=_request_id(request), **_trace(error, pages.site.env))
    elif refusal.status == 503:
        headers.setdefault("retry-after", RETRY_AFTER)
    elif refusal.status == 401:
        headers.setdefault("www-authenticate", "Bearer")
    if wants_page(request.scope):
        page = pages.render(
            request,
            "refus.html",
            refusal.status,
            refus=refusal,
            titre=TITLES.get(refusal.status, "Demande refusée"),
            numero=_request_id(request),
        )
        page.headers.update(headers)
        return page
    return JSONResponse(problem(request, refusal), refusal.status, headers, PROBLEM_TYPE)


def problem(request: Request, refusal: Refused) -> dict[str, Any]:
    """The RFC 9457 object of a refusal."""
    return {
        "type": f"urn:seuil:refus:{refusal.code}",
        "title": TITLES.get(refusal.status, "Demande refusée"),
        "status": refusal.status,
        "code": refusal.code,
        "detail": typo(refusal.text),
        "instance": f"urn:uuid:{_request_id(request)}",
        "errors": [{"pointer": e.pointer, "code": e.code, "detail": typo(e.detail)} for e in refusal.errors],
    }


def _trace(error: Exception, env: str) -> dict[str, str]:
    """Where it happened; the message, which may quote personal data, on a developer's machine only."""
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    where = " < ".join(
        f"{frame.name}:{frame.lineno} {Path(frame.filename).name}" for frame in reversed(frames)
    )
    return {"error": type(error).__name__, "where": where} | (
        {"message": str(error)} if env == "local" else {}
    )


def _request_id(request: Request) -> str:
    return str(getattr(request.state, "request_id", ""))


def _refusal(error: Exception) -> tuple[Refused, dict[str, str]]:
    if isinstance(error, Refused):
        return error, {}
    if isinstance(error, RequestValidationError):
        return validation_refusal(error.errors()), {}
    if isinstance(error, HTTPException):
        known = _OWN_WORDS.get(error.status_code)
        if known is None:
            known = ("refused", "La demande est refusée. Rien n’a été changé.")
        return Refused(*known, error.status_code), dict(error.headers or {})
    if isinstance(error, asyncpg.DataError) or (
        isinstance(error, asyncpg.InterfaceError) and isinstance(error, ValueError)
    ):
        return Refused("unusable_value", "Une des valeurs reçues ne peut pas être enregistrée.", 422), {}
    if is_transient(error):
        return Refused(*_OWN_WORDS[503], 503), {}
    return Refused(*_UNFORESEEN, 500), {}


def validation_refusal(errors: Sequence[Any]) -> Refused:
    """A body or parameters that do not fit: 400 when unreadable, else 422 with one pointer per mistake."""
    if any(item["type"] == "json_invalid" for item in errors):
        return Refused(
            "unreadable_json", "Le contenu reçu n’est pas du JSON lisible. Rien n’a été enregistré.", 400
        )
    found = [
        FieldError(_pointer(i["loc"]), str(i["type"]), message_for(i["type"], i.get("ctx"))) for i in errors
    ]
    return Refused(
        "invalid", "Une partie de la demande ne convient pas. Rien n’a été enregistré.", 422, found
    )


def _pointer(location: Sequence[Any]) -> str:
    place, *rest = [str(part) for part in location] or ["body"]
    path = "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in rest)
    return path if place == "body" else f"{place}{path}"


class LastResort:
    """Turns whatever was not foreseen, and a database that is away, into an answer."""

    def __init__(self, app: ASGIApp, pages: "Pages") -> None:
        self._app = app
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on; an exception becomes a page or a problem unless the answer had begun."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:
            if begun:
                LOG.error(
                    "cut_short", request_id=_request_id(Request(scope)), **_trace(error, self._pages.site.env)
                )
                raise
            await response_to(Request(scope), error, self._pages)(scope, receive, send)
