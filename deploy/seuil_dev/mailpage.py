"""`/dev/mail`: the mails caught on this machine, for a person to read and for the journey to check.

It shows sign-in links to whoever opens it. So it answers only to names of this machine, and refuses to exist
in production.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from seuil_dev.engine import EngineError
from seuil_dev.smtp import Mail, MailStore
from webui.statics import STATICS

PARIS = ZoneInfo("Europe/Paris")
HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
FRAME_POLICY = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    'style-src \'unsafe-inline\'; img-src data:"><base target="_blank">'
)
LINK = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)»]")


def mail_page(store: MailStore, environment: Mapping[str, str]) -> Starlette:
    """The page and its JSON; EngineError when SEUIL_ENV is production."""
    if environment.get("SEUIL_ENV") == "production":
        raise EngineError(
            "SEUIL_ENV=production : la page des courriels de cette machine montre des liens de connexion, "
            "elle ne démarre pas en production. Donnez SMTP_URL et lancez les services un à un."
        )
    page = _Page(store)
    return Starlette(
        routes=[
            Route("/dev/mail", page.index),
            Route("/dev/mail/api/messages", page.messages),
            Route("/dev/mail/{mail_id}.eml", page.download),
            Route("/dev/mail/{mail_id}", page.show),
            Route("/dev/mail/{mail_id}/{number:int}", page.attachment),
            Route("/dev/health/live", _alive),
            Route("/dev/health/ready", _alive),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", "[::1]"])],
    )


async def _alive(request: Request) -> Response:
    return JSONResponse({"status": "ok"})


class _Page:
    def __init__(self, store: MailStore) -> None:
        self._store = store
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).with_name("templates")),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
        )
        self._templates.filters.update(instant=instant, liens=with_links)
        self._templates.globals["static"] = STATICS.url

    async def index(self, request: Request) -> Response:
        mails = await run_in_threadpool(self._store.recent, 200)
        return self._render("courriels.html", mails=mails, liste=True)

    async def show(self, request: Request) -> Response:
        mail = await self._mail(request)
        return self._render("courriel.html", mail=mail, contenu=FRAME_POLICY + mail.html, liste=False)

    async def messages(self, request: Request) -> Response:
        """JSON, the last arrived first; `to` keeps one recipient, `after` an id and what came later."""
        mails = await run_in_threadpool(self._store.recent)
        recipient, after = request.query_params.get("to"), request.query_params.get("after", "")
        kept = [m for m in mails if m.id > after and (recipient is None or recipient in m.recipients)]
        return JSONResponse({"messages": [as_json(mail) for mail in kept]}, headers=HEADERS)

    async def download(self, request: Request) -> Response:
        raw = await run_in_threadpool(self._store.raw, request.path_params["mail_id"])
        if raw is None:
            raise HTTPException(404)
        return _file(raw, "message/rfc822", f"{request.path_params['mail_id']}.eml")

    async def attachment(self, request: Request) -> Response:
        mail = await self._mail(request)
        number = request.path_params["number"]
        if number >= len(mail.attachments):
            raise HTTPException(404)
        piece = mail.attachments[number]
        return _file(piece.content, piece.kind if piece.kind == "text/calendar" else "", piece.name)

    async def _mail(self, request: Request) -> Mail:
        mail = await run_in_threadpool(self._store.read, request.path_params["mail_id"])
        if mail is None:
            raise HTTPException(404)
        return mail

    def _render(self, template: str, **values: Any) -> Response:
        return HTMLResponse(self._templates.get_template(template).render(**values), headers=HEADERS)


def as_json(mail: Mail) -> dict[str, Any]:
    """One mail for a program: bodies decoded, calendars as text, links of the text in order."""
    return {
        "id": mail.id,
        "received": mail.received.isoformat(),
        "from": mail.sender,
        "to": list(mail.recipients),
        "subject": mail.subject,
        "message_id": mail.message_id,
        "text": mail.text,
        "html": mail.html,
        "links": LINK.findall(mail.text),
        "attachments": [
            {
                "name": piece.name,
                "kind": piece.kind,
                "url": f"/dev/mail/{mail.id}/{number}",
                "text": piece.content.decode("utf-8", "replace") if piece.kind.startswith("text/") else None,
            }
            for number, piece in enumerate(mail.attachments)
        ],
    }


def instant(moment: datetime) -> str:
    """Day and hour in Paris, to the second."""
    return f"{moment.astimezone(PARIS):%d/%m/%Y %H:%M:%S}"


def with_links(text: str) -> Markup:
    """The text escaped, its addresses made links."""
    parts, end = [], 0
    for found in LINK.finditer(text):
        parts += [escape(text[end : found.start()]), Markup('<a href="{0}">{0}</a>').format(found[0])]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


def _file(content: bytes, kind: str, name: str) -> Response:
    plain = name.encode("ascii", "replace").decode()
    headers = {**HEADERS, "content-disposition": f'attachment; filename="{plain}"'}
    return Response(content, media_type=kind or "application/octet-stream", headers=headers)
