"""An engine goes, everything says so or goes on, and all is well again by itself when it is back."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from seuil_dev.engine import wait_until
from tests.infra import scratch
from tests.stack.city import (
    API,
    COORDINATOR,
    City,
    event,
    link_of,
    new_id,
    planned,
    sign_in,
    today,
)
from tests.stack.running import Stack, running

pytestmark = pytest.mark.timeout(240)
SOON = 60


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with scratch("away") as made:
        yield made / "data"


@pytest.fixture(scope="module")
def city(folder: Path) -> Iterator[City]:
    """A stack whose engines may go, with a commission and a partner."""
    with running(folder, 0, "removable") as stack:
        city = City(stack)
        city.people["coordinator"] = sign_in(stack.url, COORDINATOR)
        names = {"given_name": "Philomène", "family_name": "Desrousseaux"}
        city.coordinator.form("/registration/mon-compte/noms", **names)
        city.commissions["open"] = city.publish(workshops=[])
        asked = {"name": "Essai", "source": "urn:seuil:partner:essai-115"}
        partner = city.coordinator.post("/integration/api/v1/partners", asked)
        path = f"/integration/api/v1/partners/{partner['partner_id']}/keys"
        city.key = city.coordinator.post(path)["key"]
        yield city
        city.stack.stop()


@pytest.fixture
def well(city: City) -> City:
    """Every test begins with both engines there and every service ready."""
    for engine in ("postgres", "kafka"):
        city.stack.bring_back(engine)
    city.stack.well(SOON)
    return city


def mailed(city: City, email: str, about: str) -> bool:
    return any(about in mail["subject"].lower() for mail in city.visitor.mails(email))


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/", "text/html"),
        ("/registration/commissions/{open}", "text/html"),
        ("/registration/lien-perdu", "text/html"),
        (f"{API}/commissions", "application/json"),
        ("/notifications/messages", "text/html"),
        ("/notifications/api/v1/messages", "application/json"),
        ("/integration/partenaires", "text/html"),
        ("/integration/api/v1/partners", "application/json"),
        ("/analytics/publics", "text/html"),
        ("/analytics/demande", "text/html"),
        ("/analytics/api/v1/figures/unmet", "application/json"),
    ],
)
def test_without_postgresql_every_service_says_later(away: City, path: str, accept: str) -> None:
    headers = {"accept": accept}
    answer = away.coordinator.ask("GET", path.format(**away.commissions), headers=headers)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    if accept == "text/html":
        assert "momentanément indisponible" in answer.text
    else:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "unavailable"


@pytest.fixture
def away(city: City) -> Iterator[City]:
    """The city while PostgreSQL is away; a test between two of these may have brought it back."""
    city.stack.bring_back("kafka")
    city.stack.well(SOON)
    with city.stack.without("postgres"):
        yield city


def test_without_postgresql_nothing_is_acknowledged_and_all_goes_on(well: City) -> None:
    city, open_path = well, f"commissions/{well.commissions['open']}"
    sign_up = {"registration_id": new_id(), "email": "panne@essai.example"}
    told = [event("call", "pendant-la-panne")]
    with city.stack.without("postgres"):
        answers = [
            city.visitor.form(f"/registration/{open_path}/inscription", email="panne-page@essai.example"),
            city.visitor.form("/registration/session", email=COORDINATOR),
            city.visitor.ask("POST", f"{API}/{open_path}/registrations", json=sign_up),
            city.coordinator.call("POST", f"{API}/commissions", planned(today())),
            city.send(*told),
        ]
        assert [answer.status_code for answer in answers] == [503] * len(answers)
        assert all("retry-after" in answer.headers for answer in answers)
        live = httpx2.get(f"{city.url}/health/live")
        assert live.status_code == 200, "a service that waits for its database is alive"
        assert httpx2.get(f"{city.url}/health/ready").status_code == 503
    city.stack.well(SOON)
    again = city.visitor.ask("POST", f"{API}/{open_path}/registrations", json=sign_up)
    assert again.status_code == 202
    assert city.send(*told).json()[0]["status"] == "accepted"
    link_of(city.visitor.mail("panne@essai.example", "confirmez"))
    assert city.visitor.mails("panne-page@essai.example") == []
    assert len(city.visitor.mails("panne@essai.example")) == 1


def test_without_kafka_commands_succeed_and_mails_leave_when_it_is_back(well: City) -> None:
    city = well
    with city.stack.without("kafka"):
        city.sign_up(city.commissions["open"], "sans-kafka@essai.example")
        title = "Commission préparée sans journal"
        made = city.publish(title=title, workshops=[])
        assert title in city.visitor.page("/").text
        assert city.visitor.page(f"/registration/commissions/{made}").status_code == 200
        assert city.send(event("call", "sans-kafka")).json()[0]["status"] == "accepted"
        for path in ("/analytics/publics", "/integration/", "/registration/session", "/dev/mail"):
            assert city.visitor.page(path).status_code == 200, path
        assert city.coordinator.page("/notifications/messages").status_code == 200
        assert city.visitor.mails("sans-kafka@essai.example") == []
    link_of(city.visitor.mail("sans-kafka@essai.example", "confirmez"))
    assert len(city.visitor.mails("sans-kafka@essai.example")) == 1


def test_a_session_outlives_a_restart_and_kafka_may_be_away_at_the_start(well: City, folder: Path) -> None:
    city, port = well, well.stack.port
    kept = city.coordinator
    assert kept.page("/registration/aujourdhui").status_code == 200
    city.stack.stop()
    (folder / "kafka.away").touch()
    city.stack = Stack(folder, port, "removable").ready()
    city.stack.well(SOON)
    assert kept.page("/registration/aujourdhui").status_code == 200, "signed out by a restart"
    assert kept.get(f"{API}/me")["roles"][0]["role"] == "coordinator"
    city.sign_up(city.commissions["open"], "au-depart@essai.example")
    assert city.visitor.page("/").status_code == 200
    assert not mailed(city, "au-depart@essai.example", "confirmez")
    city.stack.bring_back("kafka")
    assert wait_until(lambda: mailed(city, "au-depart@essai.example", "confirmez"), SOON, every=0.1)
    assert sign_in(city.url, COORDINATOR).page("/registration/aujourdhui").status_code == 200
