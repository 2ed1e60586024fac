"""Moving a commission, calling it off, saying it was held: each on its own page, with whom it touches."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from contracts.lists import CancelReason, RescheduleReason
from contracts.refusal import Refused
from registration.commands import cancel_commission, hold_commission, reschedule_commission
from registration.domain.commission import CommissionState
from registration.web import planning
from registration.web.acting import Counter, Versioned, add, replaced, take
from registration.web.commissions import ONE, console
from registration.web.wording import Shown
from webui.fields import CivilDate, CivilTime
from webui.forms import Form, empty_form, read_form
from webui.pages import see_other

MOVE_REASONS = [(r.value, r.label) for r in RescheduleReason if r is not RescheduleReason.UNKNOWN]
CANCEL_REASONS = [(r.value, r.label) for r in CancelReason if r is not CancelReason.UNKNOWN]
REASON = {"reason": "Choisissez un motif dans la liste"}


class MoveForm(Versioned):
    """The whole new dates, and why."""

    day: CivilDate
    starts: CivilTime
    ends: CivilTime
    registration_opens_on: CivilDate
    registration_opens: CivilTime
    registration_closes_on: CivilDate
    registration_closes: CivilTime
    case_deadline_on: CivilDate | None = None
    reason: RescheduleReason


class CancelForm(Versioned):
    """Why it does not take place."""

    reason: CancelReason


class Moving(Counter):
    """Pages of what everybody is told."""

    def routes(self) -> APIRouter:
        """Their addresses."""
        router = APIRouter()
        add(router, ONE + "/deplacer", self.ask_move)
        take(router, ONE + "/deplacer", self.move)
        add(router, ONE + "/annuler", self.ask_cancel)
        take(router, ONE + "/annuler", self.cancel)
        add(router, ONE + "/tenir", self.ask_hold)
        take(router, ONE + "/tenir", self.hold)
        return router

    async def ask_move(self, request: Request, commission_id: UUID) -> Response:
        """The dates as they are, to be changed."""
        vue = await self._mine(request, commission_id)
        known = {"version": vue.commission.version, **planning.typed_dates(vue.commission)}
        return self._move_page(request, vue, empty_form(known))

    async def move(self, request: Request, commission_id: UUID) -> Response:
        """Moves it and tells everybody, old and new."""
        user = self.coordinator(request)
        form = await read_form(request, MoveForm, planning.SENTENCES)
        vue = await self._mine(request, commission_id)
        status, conflict = 422, None
        if form.valid:
            asked = planning.to_move(form.data)
            try:
                await self.act(
                    request,
                    user,
                    form,
                    lambda tx: reschedule_commission(tx, self.desk.rules, user, commission_id, asked),
                )
                return see_other(console(commission_id), done="deplacee")
            except Refused as refusal:
                status, form, vue = await self._after(request, commission_id, form, refusal)
                if refusal.code == "stale_version":
                    conflict = planning.differences(form, vue.commission)
        return self._move_page(request, vue, form, status, conflict)

    async def ask_cancel(self, request: Request, commission_id: UUID) -> Response:
        """Asks, with how many people are told."""
        vue = await self._mine(request, commission_id)
        return self._cancel_page(request, vue, empty_form({"version": vue.commission.version}))

    async def cancel(self, request: Request, commission_id: UUID) -> Response:
        """Calls it off."""
        user = self.coordinator(request)
        form = await read_form(request, CancelForm, REASON)
        vue = await self._mine(request, commission_id)
        status, stale = 422, False
        if form.valid:
            version, reason = form.data.version, form.data.reason
            try:
                await self.act(
                    request,
                    user,
                    form,
                    lambda tx: cancel_commission(tx, user, commission_id, version, reason),
                )
                return see_other(console(commission_id), done="commission_annulee")
            except Refused as refusal:
                status, form, vue = await self._after(request, commission_id, form, refusal)
                stale = refusal.code == "stale_version"
        return self._cancel_page(request, vue, form, status, stale)

    async def ask_hold(self, request: Request, commission_id: UUID) -> Response:
        """Asks, with what the attendance says."""
        vue = await self._mine(request, commission_id)
        return self._hold_page(request, vue, empty_form({"version": vue.commission.version}))

    async def hold(self, request: Request, commission_id: UUID) -> Response:
        """Says that it took place."""
        user = self.coordinator(request)
        form = await read_form(request, Versioned)
        if not form.valid:
            raise Refused("invalid", "La demande reçue est incomplète. Rien n’a été changé.", 422)
        version = form.data.version
        try:
            await self.act(request, user, form, lambda tx: hold_commission(tx, user, commission_id, version))
        except Refused as refusal:
            status, form, vue = await self._after(request, commission_id, form, refusal)
            stale = refusal.code == "stale_version"
            return self._hold_page(request, vue, form, status, stale)
        return see_other(console(commission_id), done="tenue")

    async def _mine(self, request: Request, commission_id: UUID) -> Shown:
        self.coordinator(request)
        async with self.desk.database.read() as tx:
            return await self.shown(tx, request, commission_id)

    async def _after(
        self, request: Request, commission_id: UUID, form: Form[Any], refusal: Refused
    ) -> tuple[int, Form[Any], Shown]:
        if refusal.status in (403, 404):
            raise refusal
        vue = await self._mine(request, commission_id)
        if refusal.code == "stale_version":
            return refusal.status, replaced(form, version=vue.commission.version), vue
        return refusal.status, form.refused(refusal), vue

    def _move_page(
        self,
        request: Request,
        vue: Shown,
        form: Form[Any],
        status: int = 200,
        conflict: list[tuple[str, str, str]] | None = None,
    ) -> Response:
        return self.pages.render(
            request,
            "commission_deplacer.html",
            status,
            titre="Déplacer la commission",
            erreur=bool(form.errors),
            vue=vue,
            form=form,
            motifs=MOVE_REASONS,
            ancienne=planning.moved_words(vue.commission),
            conflit=conflict,
            possible=vue.commission.state is CommissionState.PUBLISHED,
        )

    def _cancel_page(
        self, request: Request, vue: Shown, form: Form[Any], status: int = 200, stale: bool = False
    ) -> Response:
        return self.pages.render(
            request,
            "commission_annuler.html",
            status,
            titre="Annuler la commission ?",
            erreur=bool(form.errors),
            vue=vue,
            form=form,
            motifs=CANCEL_REASONS,
            perime=stale,
            possible=vue.commission.state in (CommissionState.PLANNED, CommissionState.PUBLISHED),
        )

    def _hold_page(
        self, request: Request, vue: Shown, form: Form[Any], status: int = 200, stale: bool = False
    ) -> Response:
        return self.pages.render(
            request,
            "commission_tenir.html",
            status,
            titre="Noter la commission comme tenue ?",
            erreur=bool(form.errors),
            vue=vue,
            form=form,
            perime=stale,
            possible=vue.commission.state is CommissionState.PUBLISHED and vue.now >= vue.commission.ends_at,
        )
