"""The rules of each kind of commission, set by the coordination; and the reasons that people choose from."""

from dataclasses import asdict, dataclass, fields, replace
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from cases.domain.reasons import Family, family
from cases.domain.rules import Rules
from cases.store import rules
from cases.store.desk import Desk
from cases.web.acting import Counter
from contracts.lists import CommissionType, Role
from contracts.refusal import Refused
from webui.acting import Keyed, add, take
from webui.forms import Form, empty_form, read_form
from webui.identity import User, require
from webui.pages import Pages, see_other

HERE = "/cases/regles"
Days = Annotated[int, Field(ge=0, le=730)]
LABELS: dict[str, tuple[str, str]] = {
    "case_deadline_days": ("Dépôt des dossiers, jours avant la séance", ""),
    "agenda_days": ("Envoi de l’ordre du jour, jours avant la séance", ""),
    "minutes_days": ("Relevé à approuver, jours après la séance", ""),
    "feedback_days": ("Retour au référent, jours après la séance", ""),
    "quorum": ("Quorum, votants présents", ""),
    "minutes_per_case": ("Minutes par situation", ""),
    "completion_days": ("Délai pour compléter un dossier, jours", ""),
    "appeal_days": ("Délai de recours, jours", "Deux mois au moins devant un tribunal administratif."),
    "answer_hours": ("Réponse d’une structure, heures ouvrées", ""),
    "escalation_hours": ("Alerte après une réponse en retard, heures", ""),
    "offer_days": ("Réponse du ménage à une offre, jours", "Dix jours au moins."),
    "seniority_kept_days": ("Ancienneté gardée après une annulation, jours", ""),
    "reopen_days": ("Réouverture possible après la clôture, jours", ""),
    "provider_sight_days": ("Une structure voit encore le dossier après sa réponse, jours", ""),
    "readmit_after_refusals": (
        "Refus de structures avant un nouvel examen proposé",
        "Vide\u00a0: la règle est arrêtée.",
    ),
    "contact_months": (
        "Mois sans contact avant une annulation proposée",
        "Vide\u00a0: la règle est arrêtée.",
    ),
}


class Set(Keyed):
    """The numbers of a kind of commission. None: the rule is off."""

    case_deadline_days: Days
    agenda_days: Days
    minutes_days: Days
    feedback_days: Days
    quorum: Annotated[int, Field(ge=1, le=50)]
    minutes_per_case: Annotated[int, Field(ge=1, le=240)]
    completion_days: Annotated[int, Field(ge=1, le=365)]
    appeal_days: Annotated[int, Field(ge=60, le=730)]
    answer_hours: Annotated[int, Field(ge=1, le=2000)]
    escalation_hours: Annotated[int, Field(ge=1, le=2000)]
    offer_days: Annotated[int, Field(ge=10, le=365)]
    seniority_kept_days: Days
    reopen_days: Days
    provider_sight_days: Annotated[int, Field(ge=0, le=365)]
    readmit_after_refusals: Annotated[int, Field(ge=1, le=20)] | None = None
    contact_months: Annotated[int, Field(ge=1, le=60)] | None = None


@dataclass(frozen=True)
class RulePages(Counter):
    """The pages."""

    def routes(self) -> APIRouter:
        """Their addresses."""
        router = APIRouter()
        add(router, HERE, self.page)
        take(router, HERE + "/{kind}", self.save)
        return router

    def _coordinator(self, request: Request) -> User:
        return require(request, Role.COORDINATOR, territory=self.desk.territory)

    async def page(self, request: Request) -> Response:
        """The rules of one kind, chosen by the address."""
        self._coordinator(request)
        kind = _kind(request.query_params.get("type", CommissionType.LDA_PANEL.value))
        async with self.desk.database.read() as tx:
            held = await rules.load(tx, self.desk.territory, kind)
        return self._shown(request, kind, empty_form(asdict(held)))

    def _shown(self, request: Request, kind: CommissionType, form: Form[Any], status: int = 200) -> Response:
        return self.pages.render(
            request,
            "regles.html",
            status,
            titre="Règles des commissions",
            erreur=bool(form.errors),
            form=form,
            genre=kind,
            genres=[k for k in CommissionType if k.value not in ("unknown", "unmapped")],
            champs=[(name, *LABELS[name]) for name in LABELS],
            facultatifs=("readmit_after_refusals", "contact_months"),
            familles=[(each, family(each)) for each in Family],
            noms_familles={
                Family.INADMISSIBLE: "Dossier non recevable",
                Family.PROVIDER: "Refus d’une structure",
                Family.HOUSEHOLD: "Refus du ménage",
                Family.CANCELLATION: "Annulation",
            },
        )

    async def save(self, request: Request, kind: str) -> Response:
        """A new version; what was decided under the former ones stays as it was."""
        user = self._coordinator(request)
        found = _kind(kind)
        form = await read_form(request, Set)
        if not form.valid:
            return self._shown(request, found, form, 422)
        known = {each.name for each in fields(Rules)}
        given = {n: v for n, v in form.data.model_dump().items() if n in known}

        async def write(tx: Any) -> None:
            held = await rules.load(tx, self.desk.territory, found)
            await rules.save(tx, self.desk.territory, found.value, replace(held, **given))

        await self.act(request, user, form, write)
        return see_other(f"{HERE}?type={found.value}", "regles")


def _kind(text: str) -> CommissionType:
    try:
        return CommissionType(text)
    except ValueError:
        raise Refused("unknown_type", "Ce type de commission n’existe pas.", 404) from None


def router(desk: Desk, pages: Pages) -> APIRouter:
    """The routes."""
    return RulePages(desk, pages).routes()
