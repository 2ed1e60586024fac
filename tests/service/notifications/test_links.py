"""Sign-in, proof and personal links: mailed at once, to one person, never kept."""

from datetime import timedelta

from contracts.lists import LinkPurpose
from contracts.registration import PersonErased
from tests.service.notifications.post import LINK_KEY, NOW, Post, person, registration, text_of
from webui import links


async def test_a_sign_in_mail_leaves_with_a_link_that_registration_can_read(post: Post) -> None:
    await post.tell(post.recorded(1), post.link(1, LinkPurpose.SIGN_IN, until=NOW + timedelta(minutes=20)))
    [mail] = post.mails
    assert mail["To"] == "Prénom1 Nom1 <p1@bailleur.example>"
    assert mail["Subject"] == "Votre lien de connexion à Seuil"
    assert "jusqu’à 10\u00a0h\u00a020" in text_of(mail).replace("\n", " ")
    address = next(line.strip() for line in text_of(mail).splitlines() if "/registration/lien/" in line)
    link = links.read(LINK_KEY.encode(), address.rsplit("/", 1)[1])
    assert link == links.Link(LinkPurpose.SIGN_IN, post.link(1, LinkPurpose.SIGN_IN).link_id, 1)
    assert address in text_of(mail, "html")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert post.said_types() == ["MessageQueued", "MessageSent"]
