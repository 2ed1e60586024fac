"""Pages of integration: partners, their keys and their contract."""

from tests.e2e.page import Page, opened, press
from tests.stack.city import City, event

PAGES = [
    Page("contract for partners", "/integration/"),
    Page("partners, nothing there", "/integration/rien", status=404),
    Page("partners", "/integration/partenaires", "coordinator"),
    Page("new partner", "/integration/partenaires/nouveau", "coordinator"),
    Page(
        "new partner, without a name",
        "/integration/partenaires/nouveau",
        "coordinator",
        act=press("Ouvrir", nom="", source="x"),
    ),
    Page("a partner", "/integration/partenaires/{partner}", "coordinator", act=opened),
    Page("a partner's settings", "/integration/partenaires/{partner}/modifier", "coordinator"),
    Page("revoke a key", "/integration/partenaires/{partner}/cles/{key}/revoquer", "coordinator"),
    Page("codes to map", "/integration/partenaires/{partner}/codes", "siao_agent"),
    Page("an event that waits", "/integration/partenaires/{partner}/quarantaine/{waiting}", "siao_agent"),
    Page("partner, operator", "/integration/partenaires/{partner}", "operator", act=opened),
    Page("partner, data officer", "/integration/partenaires/{partner}", "data_officer", act=opened),
]


def places(city: City) -> dict[str, str]:
    keys = city.coordinator.get(f"/integration/api/v1/partners/{city.partner_id}/keys")
    wrong = event("call", "attend", night_of="hier")
    unknown = event("call", "code", outcome="AUTRE-CODE")
    answers = city.send(wrong, unknown).json()
    waiting = answers[0]["problem"]["instance"].rpartition("/")[2]
    return {"partner": city.partner_id, "key": keys[0]["key_id"], "waiting": waiting}
