"""Pages of analytics: figures."""

from tests.e2e.page import Page, opened

GONE = "/analytics/listes/path/closed?cle=nothing&annee=2022"
PAGES = [
    Page("figures for everybody", "/analytics/publics?annee=2022", act=opened),
    Page("figures for everybody, a year without any", "/analytics/publics?annee=2001"),
    Page("definitions", "/analytics/definitions"),
    Page("figures, nothing there", "/analytics/rien", status=404),
    Page("figures", "/analytics/?annee=2022", "coordinator", act=opened),
    *[
        Page(f"figures, {theme}", f"/analytics/{theme}?annee=2022", "coordinator", act=opened)
        for theme in (
            "demande",
            "reponses",
            "attente",
            "offre",
            "parcours",
            "attributions",
            "commissions",
            "rapprochement",
        )
    ],
    Page("figures, a year without any", "/analytics/demande?annee=2001", "coordinator", act=opened),
    Page("figures, bad year", "/analytics/demande?annee=douze", "coordinator", 422),
    Page("figures, list behind a number, gone", GONE, "coordinator", 404),
    Page("figures refused to a referrer", "/analytics/demande?annee=2022", "referrer", 403),
]
