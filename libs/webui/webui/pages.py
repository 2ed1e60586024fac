"""Pages from templates: one environment a service, strict about missing names, with the shared frame."""

from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.runtime import Context
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from webui import french, navigation
from webui.identity import current_user
from webui.statics import STATICS

if TYPE_CHECKING:
    from webui.site import Site

FILTERS = {
    "typo": french.typo,
    "territoire": french.territoire,
    "date_fr": french.date_fr,
    "date_courte": french.date_courte,
    "heure_fr": french.heure_fr,
    "instant_fr": french.instant_fr,
    "nombre": french.nombre,
    "pourcent": french.pourcent,
    "euros": french.euros,
    "quantite": french.quantite,
    "iso": french.iso,
}


class FrenchText(Extension):
    """Sets every template in French typography when it is compiled; tags and values are untouched."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Passes each token on, its text corrected."""
        inside = False
        for token in stream:
            if token.type == "data":
                text, inside = french.typo_html(token.value, inside)
                yield Token(token.lineno, token.type, text)
            else:
                yield token


class Pages:
    """Renders the templates of one service inside the shared frame.

    `templates` is the service's package name (its `templates/` folder is read), or None for the shared ones
    alone. `done` maps the codes of finished actions to the sentence shown after the redirection.
    """

    def __init__(
        self, site: "Site", templates: str | None = None, *, done: Mapping[str, str] | None = None
    ) -> None:
        self.site = site
        self._done = dict(done or {})
        loaders = [FileSystemLoader(str(files("webui") / "templates"))]
        if templates:
            loaders.insert(0, FileSystemLoader(str(files(templates) / "templates")))
        self.environment = Environment(
            loader=ChoiceLoader(loaders),
            autoescape=True,
            extensions=[FrenchText],
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.filters.update(FILTERS)
        self.environment.globals.update(
            site=site,
            statique=STATICS.url,
            plage=french.plage,
            pied_de_page=navigation.footer(site.accessibility),
            compte=navigation.ACCOUNT,
            connexion=navigation.SIGN_IN,
            deconnexion=navigation.SIGN_OUT_URL,
            nouvelle_cle=_new_key,
            adresse=with_query,
        )

    def render(self, request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        """A whole page. The template extends `base.html` and gives `titre`; see that file for its blocks."""
        text = self.environment.get_template(template).render(self._context(request, context))
        return HTMLResponse(text, status)

    def fragment(
        self, request: Request, template: str, block: str, status: int = 200, **context: Any
    ) -> HTMLResponse:
        """One block of a template alone, for partial updates; KeyError when it has no such block."""
        found = self.environment.get_template(template)
        inside = found.new_context(self._context(request, context))
        return HTMLResponse(self.environment.concat(found.blocks[block](inside)), status)

    def _context(self, request: Request, context: dict[str, Any]) -> dict[str, Any]:
        user = current_user(request)
        links = navigation.menu(user)
        path = request.scope["path"]
        return {
            "request": request,
            "utilisateur": user,
            "maintenant": getattr(request.state, "now", None),
            "menu": links,
            "rubrique": navigation.current(links, path),
            "chemin": path,
            "fait": self._done.get(request.query_params.get("fait", "")),
            "suite": quote(path, safe="/"),
            **context,
        }


def see_other(path: str, done: str = "") -> RedirectResponse:
    """After a POST: 303 to a page of this site, which says `done` (a code known to `Pages`) once there."""
    return RedirectResponse(with_query(local(path), fait=done) if done else local(path), 303)


def local(path: str, fallback: str = "/") -> str:
    """`path` when it stays on this site, else `fallback`: what a `next` parameter must go through."""
    try:
        parts = urlsplit(path)
    except ValueError:
        return fallback
    odd = parts.scheme or parts.netloc or "\\" in path or any(ord(c) < 33 for c in path)
    return path if path.startswith("/") and not path.startswith("//") and not odd else fallback


def with_query(path: str, **parameters: object) -> str:
    """The address with these parameters set; None removes one."""
    parts = urlsplit(path)
    query = dict(parse_qsl(parts.query)) | {k: str(v) for k, v in parameters.items() if v is not None}
    for name in [k for k, v in parameters.items() if v is None]:
        query.pop(name, None)
    return (
        parts.path
        + (f"?{urlencode(query)}" if query else "")
        + (f"#{parts.fragment}" if parts.fragment else "")
    )


@pass_context
def _new_key(context: Context) -> str:
    return str(context["request"].state.runtime.new_id())
