"""A webhook reaches who listens, follows nobody elsewhere, and never knocks at an address inside."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from integration.work.outbound import NotReachedError, post

HEADERS = {"content-type": "application/json", "webhook-id": "1"}


class Listener(BaseHTTPRequestHandler):
    heard: tuple[str, bytes, str | None] | None = None

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        type(self).heard = (self.path, body, self.headers["webhook-id"])
        self.send_response(302 if self.path == "/moved" else 204)
        self.send_header("location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def heard() -> tuple[str, bytes, str | None] | None:
    """Path, body and id of the last request."""
    return Listener.heard


@pytest.fixture
def url() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Listener)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


async def test_a_webhook_arrives_whole_and_a_redirection_is_not_followed(url: str) -> None:
    assert await post(f"{url}/seuil?a=1", b"{}", HEADERS, inside=True) == 204
    assert heard() == ("/seuil?a=1", b"{}", "1")
    assert await post(f"{url}/moved", b"{}", HEADERS, inside=True) == 302
    assert heard() == ("/moved", b"{}", "1")


async def test_addresses_inside_are_not_spoken_to_in_production(url: str) -> None:
    Listener.heard = None
    for target in (
        *(url, "http://localhost:1", "http://[::1]:1", "http://10.0.0.1", "https://169.254.169.254"),
        *("http://[::ffff:127.0.0.1]:1", "http://[64:ff9b::7f00:1]:1", "http://[2002:7f00:1::]:1"),
        *("http://224.0.0.1:1", "http://[ff02::1]:1", "http://0.0.0.0:1"),
    ):
        with pytest.raises(NotReachedError, match="address_inside"):
            await post(target, b"{}", HEADERS, inside=False)
    assert heard() is None


async def test_nobody_there_is_told_in_a_word() -> None:
    with pytest.raises(NotReachedError, match="no_answer"):
        await post("http://127.0.0.1:1/", b"{}", HEADERS, inside=True)
    with pytest.raises(NotReachedError, match="no_address"):
        await post("https://nowhere.invalid/", b"{}", HEADERS, inside=True)
