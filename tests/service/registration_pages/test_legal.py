"""What the law asks a public site to say: what the operator filled in, or plainly that it did not."""

import pytest
from pydantic import ValidationError

from registration.settings import Settings
from tests.service.registration.office import Office
from tests.service.registration_pages.hall import Visitor

UNSAID = "Pas encore renseigné par l’organisme qui exploite ce site."
SAID = {
    "SEUIL_PUBLISHER": "Association Exemple, 1 rue du Seuil, 59000 Lille",
    "SEUIL_PUBLICATION_DIRECTOR": "Camille Exemple",
    "SEUIL_HOST": "Hébergeur Exemple, 2 rue du Nord, 59000 Lille",
    "SEUIL_CONTACT": "contact@exemple.example",
    "SEUIL_DATA_CONTROLLER": "Association Exemple et SIAO Exemple, conjointement",
    "SEUIL_DATA_OFFICER_CONTACT": "dpo@exemple.example",
    "SEUIL_ACCESSIBILITY": "partly",
    "SEUIL_ACCESSIBILITY_DATE": "2026-11-20",
    "SEUIL_ACCESSIBILITY_AUDIT": "Audit de Relecteurs Exemple : 61 % des critères sont respectés.",
}
NEEDED = {
    "DATABASE_URL": "postgresql://x",
    "KAFKA_BOOTSTRAP_SERVERS": "x:1",
    "SEUIL_TOKEN_PRIVATE_KEY": "x",
    "SEUIL_LINK_KEY": "x",
}


def told(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> Settings:
    for name, value in {**NEEDED, **values}.items():
        monkeypatch.setenv(name, value)
    return Settings()


async def test_what_is_not_filled_in_is_said_so_and_nothing_internal_is_named(visitor: Visitor) -> None:
    for path, blanks in (("/mentions-legales", 4), ("/donnees-personnelles", 2), ("/accessibilite", 2)):
        page = await visitor.get(path)
        assert page.text.count(UNSAID) == blanks, path
        assert "SEUIL_" not in page.text
        assert "None" not in page.text
    (await visitor.get("/mentions-legales")).says("n’a pas encore rempli toutes ses mentions légales")


async def test_what_is_filled_in_is_shown_where_the_law_wants_it(
    office: Office, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    imprint = told(monkeypatch, SAID).imprint
    object.__setattr__(office.desk, "imprint", imprint)
    notice = await visitor.get("/mentions-legales")
    for name in ("SEUIL_PUBLISHER", "SEUIL_PUBLICATION_DIRECTOR", "SEUIL_HOST", "SEUIL_CONTACT"):
        notice.says(SAID[name])
    data = await visitor.get("/donnees-personnelles")
    data.says(SAID["SEUIL_DATA_CONTROLLER"])
    data.says(SAID["SEUIL_DATA_OFFICER_CONTACT"])
    statement = await visitor.get("/accessibilite")
    statement.says("20 novembre 2026")
    statement.says("Association Exemple s’engage")
    for page in (notice, data, statement):
        assert UNSAID not in page.text


async def test_without_an_audit_the_site_says_that_it_does_not_conform(visitor: Visitor) -> None:
    page = await visitor.get("/accessibilite")
    page.says("non conforme")
    page.says("Aucun audit n’a encore été fait")
    assert "partiellement" not in page.text


@pytest.mark.parametrize("without", ["SEUIL_ACCESSIBILITY_AUDIT", "SEUIL_ACCESSIBILITY_DATE"])
def test_nobody_claims_conformity_without_an_audit(monkeypatch: pytest.MonkeyPatch, without: str) -> None:
    assert told(monkeypatch, SAID).seuil_accessibility == "partly"
    with pytest.raises(ValidationError, match="needs SEUIL_ACCESSIBILITY_AUDIT"):
        told(monkeypatch, {**SAID, without: ""})
