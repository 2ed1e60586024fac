"""One good example of each record, to be changed by the tests."""

from typing import Any

SITUATION = {"list": "si-siao/situationDemandes", "version": "2022-08", "code": "35"}
EXAMPLES: dict[str, dict[str, Any]] = {
    "call_count": {"day": "2022-12-13", "line": "115", "offered": 1015, "answered": 402, "abandoned": 613},
    "call": {"household_ref": "menage-1", "night_of": "2022-12-13", "caller": "person", "outcome": "request"},
    "encounter": {
        "night_of": "2022-12-13",
        "team_ref": "equipe-2",
        "persons": 2,
        "territory_cell": "59350",
        "outcome": "met",
    },
    "request": {
        "household_ref": "menage-1",
        "door": "call_115",
        "branch": "emergency",
        "kind": "new",
        "night_of": "2022-12-13",
        "registered_on": "2022-12-13",
        "composition": "single_parent",
        "adults": 1,
        "minors": 2,
        "minors_under_3": 1,
        "situation_group": "street",
        "need_group": "no_housing",
        "schemes": ["hotel", "chrs"],
    },
    "answer": {
        "household_ref": "menage-1",
        "request_ref": "request-1",
        "answer": "unmet",
        "unmet_origin": "no_place",
        "answered_at": "2022-12-13T22:40:00+01:00",
    },
    "request_change": {
        "household_ref": "menage-1",
        "request_ref": "request-1",
        "change": "refreshed",
        "changed_on": "2022-12-20",
    },
    "orientation": {
        "household_ref": "menage-1",
        "scheme": "chrs",
        "organisation_ref": "552100554",
        "oriented_on": "2023-01-09",
        "answer": "pending",
    },
    "stay": {
        "household_ref": "menage-1",
        "scheme": "emergency_shelter",
        "persons": 3,
        "from_on": "2022-12-14",
        "to_on": "2022-12-18",
        "exit_group": "street",
    },
    "supply": {
        "organisation_ref": "552100554",
        "scheme": "pension_famille",
        "territory_cell": "59350",
        "day": "2022-12-31",
        "places": 24,
        "occupied": 23,
    },
    "allocation": {
        "household_ref": "menage-1",
        "register": "sne",
        "scheme": "social_housing",
        "organisation_ref": "552100554",
        "quota": "prefect",
        "territory_cell": "59350",
        "situation_at_request": SITUATION,
        "composition": "man_alone",
        "persons": 1,
        "lease_signed_on": "2022-05-14",
    },
    "vacancy": {
        "organisation_ref": "552100554",
        "scheme": "social_housing",
        "territory_cell": "59350",
        "dwelling_size": "T3",
        "accessible": False,
        "pets": "unknown",
        "quota": "prefect",
        "free_from": "2023-03-20",
    },
    "priority": {
        "household_ref": "menage-1",
        "priority": "syplo",
        "status": "granted",
        "since_on": "2023-02-01",
    },
    "household_link": {"household_ref": "menage-1", "into_refs": ["menage-2"], "how": "merged"},
    "case": {
        "household_ref": "menage-1",
        "case_type": "complex_situation",
        "persons": [
            {
                "given_name": "Awa",
                "family_name": "Exemple",
                "birth_date": "1988-04-02",
                "phone": "0611223344",
                "is_adult": True,
            },
            {"given_name": "Lina", "family_name": "Exemple", "birth_date": "2021-01-05", "is_adult": False},
        ],
        "composition": {"list": "si-siao/compositions", "code": "40"},
        "situation": SITUATION,
        "need": "no_housing",
        "numbers": [{"kind": "nur", "value": "059021200012359350", "deadline_on": "2027-01-31"}],
        "first_transmitted_on": "2019-11-04",
        "question": "which_scheme",
        "question_text": "Quel logement pour Awa ?",
        "informed_on": "2026-10-20",
        "information_how": "in_person",
        "agreement": {"panel": True, "landlord": True, "health": False},
        "referrer_email": "referente@asso.example",
    },
    "figures": {
        "table": "allocations_homeless",
        "vintage": "2023-05-01",
        "perimeter": "not_stated",
        "unit": "allocations",
        "cells": [{"dims": {"year": 2022}, "value": 2951}],
        "source_code": "urh_2023_05",
    },
    "erasure": {"household_ref": "menage-1", "ground": "request", "asked_on": "2026-10-30"},
}


def example(record: str, ref: str = "", version: int = 1, **fields: Any) -> dict[str, Any]:
    """A record, with some fields replaced; a field given as None is left out."""
    data = {"record_ref": ref or f"{record}-1", "record_version": version} | EXAMPLES[record] | fields
    return {name: value for name, value in data.items() if value is not None}
