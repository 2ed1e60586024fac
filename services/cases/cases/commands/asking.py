"""A household asks about its file; the data officer answers within the month."""

from datetime import date
from uuid import UUID

from cases.commands.erasing import ask_erasure
from cases.commands.moments import hold
from cases.domain.asking import Answer, Asking, due_on
from cases.domain.rules import civil_day
from cases.store import files, requests
from cases.store.desk import Desk
from cases.store.requests import Request
from contracts.lists import EraseGround, Role
from contracts.refusal import FieldError, Refused
from eventing.db import Tx
from webui.identity import User

GROUNDS = {Asking.ERASURE: EraseGround.REQUEST, Asking.OBJECTION: EraseGround.OBJECTION}


async def ask_for_household(
    tx: Tx,
    desk: Desk,
    user: User,
    case_id: UUID,
    request_id: UUID,
    kind: Asking,
    text: str = "",
    received_on: date | None = None,
) -> Request:
    """Write down what the household asked, on the day it did. The same id again answers the same request."""
    taken = await hold(tx, desk, user, case_id, "record_agreement")
    known = await requests.find(tx, desk.vault, request_id)
    if known is not None and known.case_id != case_id:
        raise Refused("id_taken", "Cet identifiant est celui d’une autre demande. Rien n’a été noté.")
    if known is not None:
        return known
    received = received_on or taken.at.today
    if received > taken.at.today:
        wrong = "Cette date n’est pas encore passée."
        raise Refused("date_to_come", wrong, 409, [FieldError("/received_on", "date_to_come", wrong)])
    made = Request(
        request_id, taken.case.household_id, case_id, kind.value, received, due_on(received), text, None, None
    )
    await requests.add(tx, desk.vault, made)
    await files.touch(tx, taken.case.household_id, received)
    return made


async def answer_request(tx: Tx, desk: Desk, user: User, request_id: UUID, answer: Answer) -> Request:
    """The data officer answers; a granted erasure or objection is proposed to the coordination."""
    if not user.has(Role.DATA_OFFICER, territory=desk.territory):
        raise Refused("forbidden", "Cette action revient à la protection des données.", 403)
    found = await requests.find(tx, desk.vault, request_id)
    if found is None:
        raise Refused("unknown_request", "Cette demande n’existe pas.", 404)
    if not await requests.answer(tx, request_id, answer.value, civil_day(tx.now)):
        raise Refused("answered", "Cette demande a déjà reçu sa réponse.")
    ground = GROUNDS.get(Asking(found.kind))
    if ground is not None and answer is Answer.GRANTED:
        await ask_erasure(tx, found.household_id, ground, tx.actor)
    after = await requests.find(tx, desk.vault, request_id)
    assert after is not None
    return after
