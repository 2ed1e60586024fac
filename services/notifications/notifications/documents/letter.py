"""The words of a message, in plain text and HTML, from templates that refuse a missing name.

A letter is written once and kept. Its personal link is not in it: a private character holds its place until
the message leaves, so that nobody who reads what is stored can use it.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension

from contracts.lists import CancelReason, label
from notifications.documents.calendar import Appointment, calendar_file
from notifications.domain import PARIS, TEMPLATES, Template
from webui import french

LINK_HERE = "\ue000"
HIDDEN = "•••"
COMMISSION_PAGE = "/registration/commissions/"
_SOURCE = re.compile(r"({[{%#].*?[}%#]}|<[^>]*>)", re.DOTALL)
_SPACES = re.compile(r"\n{3,}")


def one_line(text: str) -> str:
    """Text of others as one harmless line: no break, no control, no private character."""
    spaced = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    kept = "".join(c for c in spaced if unicodedata.category(c) not in ("Cf", "Co", "Cs"))
    return " ".join(word for word in kept.split(" ") if word)


def shown(text: str) -> str:
    """Kept words as people may see them: the link is hidden."""
    return text.replace(LINK_HERE, HIDDEN)


class _Typography(Extension):
    """French spaces in the words of templates, and there alone: what people wrote stays as it is."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        parts = _SOURCE.split(source)
        return "".join(
            part if n % 2 else french.typo(part) if part.strip() else part for n, part in enumerate(parts)
        )


@dataclass(frozen=True)
class Letter:
    """What one person is sent. `calendar` is a whole file, or None."""

    name: str
    email: str
    reply_to: str | None
    subject: str
    text: str
    html: str
    calendar: bytes | None


class Writer:
    """Writes letters. `public_url` is where pages are; `demo` says on each letter that all is invented."""

    def __init__(self, public_url: str, *, demo: bool = False) -> None:
        self.public_url = public_url
        self.host = urlsplit(public_url).hostname or "localhost"
        self.demo = demo
        folder = files("notifications") / "templates"
        self._html = self._environment(str(folder), escape=True)
        self._text = self._environment(str(folder), escape=False)
        style = (folder / "courriel" / "courriel.css").read_text(encoding="utf-8")
        rules = "".join(line for line in style.splitlines(keepends=True) if line.startswith("@media"))
        self._inliner = css_inline.CSSInliner(
            extra_css=style, load_remote_stylesheets=False, inline_style_tags=True, keep_at_rules=False
        )
        self._rules = f"<style>{rules}</style>"

    @staticmethod
    def _environment(folder: str, *, escape: bool) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=escape,  # noqa: S701 - plain text has nothing to escape
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=[_Typography],
        )
        environment.filters.update(date_fr=french.date_fr, heure_fr=french.heure_fr)
        environment.globals.update(plage=french.plage)
        return environment

    def write(self, row: Mapping[str, Any], now: datetime) -> Letter:
        """The letter of a claimed message. Raises jinja2.TemplateError if a name is missing."""
        template = TEMPLATES[row["template"]]
        context = self._context(template, row, now)
        calendar = self._calendar(template, row, context, now)
        context["calendrier"] = calendar is not None
        text = self._text.get_template(f"courriel/{template.code}.txt").render(context)
        subject, _, body = text.lstrip().partition("\n")
        context["objet"] = one_line(subject)
        html = self._html.get_template(f"courriel/{template.code}.html").render(context)
        return Letter(
            name=context["nom"],
            email=row["address"],
            reply_to=row["contact_email"],
            subject=context["objet"],
            text=_SPACES.sub("\n\n", body).strip() + "\n",
            html=self._inliner.inline(html).replace("</head>", f"{self._rules}</head>"),
            calendar=calendar,
        )

    def _context(self, template: Template, row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        details = row["details"]
        worded = {w["workshop_id"]: _workshop(w) for w in row["workshops"] or []}
        waits = {w: said for w, said in (row["waits"] or {}).items() if said["at"] == details.get("at")}
        context: dict[str, Any] = {
            "nom": one_line(" ".join(part for part in (row["given_name"], row["family_name"]) if part)),
            "demo": self.demo,
            "lien": LINK_HERE if template.link or template.page else None,
            "accueil": f"{self.public_url}/",
            "fin": row["expires_at"]
            if template.code in ("sign_in", "prove_address", "place_offered")
            else None,
            "d": details,
            "c": self._commission(row),
            "place": row["registration_state"] == "confirmed",
            "ateliers": [worded[w] for w in row["chosen"] or [] if w in worded],
            "attentes": [{**worded[w], "rang": waits[w]["rank"]} for w in waits if w in worded],
            "programme": list(worded.values()),
            "atelier": worded[details["place"]]["titre"] if details.get("place") in worded else None,
            "raison": None,
            "avant": None,
            "jour": date.fromisoformat(details["on"]) if "on" in details else None,
            "echeance": datetime.fromisoformat(details["by"]) if "by" in details else None,
        }
        if template.code in ("commission_rescheduled", "panel_rescheduled"):
            old = {name: datetime.fromisoformat(details[name]) for name in ("old_starts_at", "old_ends_at")}
            context["avant"] = {"debut": old["old_starts_at"], "fin": old["old_ends_at"]}
        if template.code == "details_changed":
            context |= _change(details["changed"])
        if template.code in ("commission_cancelled", "panel_cancelled"):
            context["raison"] = _reason(details["reason"])
        if template.code.startswith("reminder"):
            context["dans"] = _in_days(now, row["starts_at"])
        return context

    def _commission(self, row: Mapping[str, Any]) -> dict[str, Any] | None:
        if row["title"] is None or row["starts_at"] is None:
            return None
        return {
            "debut": row["starts_at"],
            "fin": row["ends_at"],
            "titre": one_line(row["title"]),
            "lieu": one_line(row["place"] or ""),
            "adresse": one_line(row["street"] or ""),
            "video": row["video_url"],
            "contact": row["contact_email"],
            "page": f"{self.public_url}{COMMISSION_PAGE}{row['about_commission']}",
        }

    def _calendar(
        self, template: Template, row: Mapping[str, Any], context: Mapping[str, Any], now: datetime
    ) -> bytes | None:
        commission = context["c"]
        if template.calendar is None or commission is None or row["sequence"] is None:
            return None
        if template.calendar == "REQUEST" and not context["place"]:
            return None
        if template.calendar == "CANCEL" and not row["details"].get("invited"):
            return None
        seat = Appointment(
            registration_id=row["registration_id"],
            sequence=row["sequence"],
            host=self.host,
            starts_at=commission["debut"],
            ends_at=commission["fin"],
            title=commission["titre"],
            place=", ".join(part for part in (commission["lieu"], commission["adresse"]) if part),
            page=commission["page"],
            organiser=commission["contact"],
            attendee=row["address"],
            workshops=tuple(f"Atelier : {a['titre']}" for a in context["ateliers"]),
            video=commission["video"] if template.calendar == "REQUEST" else None,
            written_at=now,
        )
        return calendar_file(template.calendar, seat)


def _workshop(worded: Mapping[str, Any]) -> dict[str, Any]:
    start = worded.get("starts_at")
    return {
        "titre": one_line(worded["title"]),
        "salle": one_line(worded.get("room") or ""),
        "debut": datetime.fromisoformat(start) if start else None,
    }


def _change(changed: list[str]) -> dict[str, str]:
    words = [
        word for field, word in (("place", "lieu"), ("video", "lien"), ("title", "titre")) if field in changed
    ]
    match words:
        case ["lieu"]:
            title, sentence = "Le lieu change", "La commission change de lieu."
        case ["lien"]:
            title, sentence = "Le lien de visioconférence change", "Le lien de visioconférence a changé."
        case ["titre"]:
            title, sentence = "L’intitulé change", "La commission change d’intitulé."
        case _:
            title, sentence = "Le lieu ou le lien change", "La commission change de lieu ou de lien."
    if "workshops" in changed:
        sentence += " Les ateliers ont été revus aussi."
    return {"titre_changement": title, "phrase_changement": sentence}


def _reason(code: str) -> str | None:
    if code in (CancelReason.OTHER.value, CancelReason.UNKNOWN.value):
        return None
    words = label(CancelReason(code))
    return words[0].lower() + words[1:]


def _in_days(now: datetime, starts_at: datetime) -> str:
    days = (starts_at.astimezone(PARIS).date() - now.astimezone(PARIS).date()).days
    return {0: "aujourd’hui", 1: "demain"}.get(days, f"dans {days}\u00a0jours")
