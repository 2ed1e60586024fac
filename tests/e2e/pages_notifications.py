"""Pages of notifications: messages, and the mails of the machine."""

from tests.e2e.page import Page
from tests.stack.city import City

PAGES = [
    Page("messages, nothing there", "/notifications/rien", status=404),
    Page("mails of this machine", "/dev/mail"),
    Page("a mail", "/dev/mail/{mail}"),
    Page("messages", "/notifications/messages", "coordinator"),
    Page("messages, none", "/notifications/messages?etat=failed", "coordinator"),
    Page("a message", "/notifications/messages/{message}", "coordinator"),
    Page(
        "no such message",
        "/notifications/messages/00000000-0000-4000-8000-000000000000",
        "coordinator",
        404,
    ),
    Page("suspended addresses", "/notifications/adresses", "coordinator"),
    Page("messages, referrer", "/notifications/messages", "referrer", 403),
    Page("messages, operator", "/notifications/messages", "operator"),
]


def places(city: City) -> dict[str, str]:
    return {
        "message": city.coordinator.get("/notifications/api/v1/messages")["messages"][0]["message_id"],
        "mail": city.visitor.mails(city.addresses["confirmed"])[-1]["id"],
    }
