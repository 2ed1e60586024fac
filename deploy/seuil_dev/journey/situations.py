"""The panel: twelve households through two sittings, by eleven people; what is told, mailed and counted."""

from collections import Counter

from seuil_dev.client import Browser, Refusal, sign_in
from seuil_dev.demo import following, situations
from seuil_dev.demo.households import HOUSEHOLDS
from seuil_dev.demo.panel import COMING, SEATS
from seuil_dev.demo.people import READY, load_people
from seuil_dev.demo.stage import Stage
from seuil_dev.demo.territory import organisations
from seuil_dev.journey.story import ORGANISATIONS, Story, expect

TOLD = {
    "case_submitted": 12,
    "completion_requested": 1,
    "case_rejected": 1,
    "appeal_decided": 1,
    "case_admitted": 10,
    "case_examined": 10,
    "case_decided": 9,
    "case_adjourned": 1,
    "case_postponed": 1,
    "member_recused": 1,
    "sitting_closed": 2,
    "minutes_approved": 2,
    "agenda_published": 3,
    "orientation_proposed": 7,
    "orientation_accepted": 4,
    "orientation_refused": 3,
    "refusal_ruled": 1,
    "allocation_recorded": 3,
    "lease_signed": 1,
    "household_housed": 1,
    "referrer_informed": 2,
    "household_informed": 1,
}
"""How many facts of each kind the panel tells."""
SITTINGS = {(6, 5, 4, 1, 1), (5, 5, 5, 0, 0), (2, 0, 0, 0, 0)}
"""On the agenda, examined, decided, adjourned, postponed."""
FUNNEL = [12, 10, 9, 5, 3, 1]
"""Transmitted, examined, decided, proposed, allocated, with keys."""
DECISION, UNREAD = "Un avis de la commission vous attend", 9
WORDS = ("accord", "attribu", "refus", "favorable", "social_housing", "iml_sublet")
"""What an outcome would be told with."""


async def cast(story: Story) -> str:
    """Organisations and people of the demonstration join; who was named to a panel has an account."""
    needed = {each.organisation for each in READY}
    for organisation in organisations():
        if organisation.ref in needed:
            asked = {
                "organisation_id": str(organisation.organisation_id),
                "name": organisation.name,
                "kind": organisation.kind,
                "commune": organisation.commune,
            }
            await story.coordinator.post(ORGANISATIONS, asked)
    await load_people(story.coordinator)
    return f"{len(needed)} organismes, {len(READY)} personnes"


async def panel(story: Story) -> str:
    """Everything from the files to the keys, over HTTP, by those whose part it is."""
    acted: set[str] = set()
    stage = Stage(
        url=story.url,
        today=situations.civil_today(),
        coordinator=story.coordinator,
        done=lambda count: None,
        acted=acted,
        remember=lambda name: None,
    )
    await situations.play(stage)
    for fact, count in TOLD.items():
        await story.topics.wait(f"cases.{fact}", count)
    return f"{len(acted)} actes ; {sum(TOLD.values())} faits relus, aucun de trop"


async def mails(story: Story) -> str:
    """Mails about cases hold a link to a page that asks to sign in, and nothing of the case."""
    for seat in SEATS:
        if seat[0] != "agent@siao.example":
            await story.visitor.mail(seat[0], "ordre du jour")
    wanted = {household.followed_by for household in HOUSEHOLDS}
    sent = [mail for mail in await story.visitor.mails() if any("/cases/" in link for link in mail.links)]
    told = Counter(mail.subject for mail in sent)
    expect("mails about decisions", told[DECISION], UNREAD)
    references = [fact.data["case_ref"] for fact in story.topics.of("cases.case_submitted")]
    hidden = [each.name for each in HOUSEHOLDS] + references
    for mail in sent:
        text = f"{mail.subject} {mail.text}"
        expect("a household in a mail", [word for word in hidden if word in text], [])
        if mail.subject == DECISION:
            expect("an outcome in a mail", [word for word in WORDS if word in mail.text.lower()], [])
    link = next(link for mail in sent if mail.subject == DECISION for link in mail.links if "/cases/" in link)
    expect("the page of a mail, signed out", await _signed_out(story, link), "/registration/session")
    expect("organisations that follow", len(wanted), 3)
    return f"{len(sent)} messages, un lien chacun ; la page demande de se connecter"


async def strangers(story: Story) -> str:
    """Who signed up for a commission sees no case, nor who may not sit: the page is not there."""
    case = f"/cases/dossiers/{HOUSEHOLDS[0].case_id}"
    agenda = f"/cases/commissions/{COMING.commission_id}/ordre-du-jour"
    operator = story.players[-1]
    session = await _signed_in(story, operator.email)
    try:
        for path in (case, agenda):
            expect(f"{path} for an operator", await _status(session, path), 404)
    finally:
        await session.close()
    return "ni dossier ni ordre du jour pour qui n’y a pas droit"


async def counted(story: Story) -> str:
    """Figures say what happened: each sitting, how far cases went, homes given."""
    await story.figures_say("sittings", lambda: _sittings(story), SITTINGS)
    await story.figures_say("how far cases went", lambda: _funnel(story), FUNNEL)
    rows = (await story.figure("reconciliation"))["rows"]
    expect("gaps between services and figures", [row for row in rows if row[4] not in (0, "–")], [])
    expect("homes given", len(following.PLACED), 3)
    return "séances, entonnoir et attributions égaux à ce qui s’est passé ; aucun écart"


async def _sittings(story: Story) -> set[tuple[int, ...]]:
    return {tuple(row[1:6]) for row in (await story.figure("sittings"))["rows"]}


async def _funnel(story: Story) -> list[int]:
    return [row[1] for row in (await story.figure("funnel"))["rows"]]


async def _signed_out(story: Story, link: str) -> str:
    visitor = Browser(story.url)
    try:
        answer = await visitor.ask("GET", link, headers={"accept": "text/html"})
        return str(answer.headers.get("location", answer.status_code)).partition("?")[0]
    finally:
        await visitor.close()


async def _signed_in(story: Story, email: str) -> Browser:
    browser = Browser(story.url)
    await sign_in(browser, email)
    return browser


async def _status(browser: Browser, path: str) -> int:
    try:
        return (await browser.ask("GET", path)).status_code
    except Refusal as refusal:
        return refusal.status
