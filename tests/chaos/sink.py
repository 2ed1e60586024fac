"""Where mails and webhooks of a trial end: a process of its own that writes down everything that comes.

Mails are files of `mails/`; webhooks are lines of `webhooks.jsonl`, written before they are answered. The
path says how it answers: `/hook/ok`, `/hook/refuse-N` (500 for one in N, after writing it down),
`/hook/slow`. Once the file `healed` is there, it takes everything at once.
"""

import argparse
import asyncio
import base64
import json
import os
import secrets
import time
from pathlib import Path

from seuil_dev.smtp import MailStore, serve_smtp

SLOW_SECONDS = 3.0
HEAD_LIMIT = 65_536
HEALED = "healed"


class EveryMail(MailStore):
    """Keeps all of them, without looking at those that are there."""

    def put(self, sender: str, recipients: list[str], content: bytes) -> str:
        mail_id = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
        envelope = f"X-Envelope-From: {sender}\r\nX-Envelope-To: {', '.join(recipients)}\r\n".encode()
        draft = self.folder / f".{mail_id}"
        draft.write_bytes(envelope + content)
        draft.replace(self.folder / f"{mail_id}.eml")
        return mail_id


class Hooks:
    """The door of webhooks: the smallest HTTP server that such a sender needs."""

    def __init__(self, file: Path) -> None:
        self._healed = file.with_name(HEALED)
        self._out = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._count = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in head[1:] if line)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            path = head[0].split(" ")[1]
            status = self._taken(path, headers, body)
            if path.endswith("/slow") and not self._healed.exists():
                await asyncio.sleep(SLOW_SECONDS)
            writer.write(f"HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError, ValueError):
            return
        finally:
            writer.close()

    def _taken(self, path: str, headers: dict[str, str], body: bytes) -> int:
        self._count += 1
        mode, _, every = path.rpartition("/")[2].partition("-")
        refused = mode == "refuse" and self._count % int(every or 2) == 0 and not self._healed.exists()
        status = 500 if refused else 204
        line = {
            "at": time.time(),
            "path": path,
            "status": status,
            "headers": headers,
            "body": base64.b64encode(body).decode(),
        }
        os.write(self._out, json.dumps(line).encode() + b"\n")
        return status


async def serve(folder: Path, smtp: int, http: int) -> None:
    """Listens until killed."""
    server, _ = await serve_smtp(EveryMail(folder / "mails"), smtp)
    hooks = Hooks(folder / "webhooks.jsonl")
    async with server, await asyncio.start_server(hooks.answer, "127.0.0.1", http, limit=HEAD_LIMIT) as door:
        await door.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--smtp", type=int, required=True)
    parser.add_argument("--http", type=int, required=True)
    chosen = parser.parse_args()
    asyncio.run(serve(chosen.folder, chosen.smtp, chosen.http))
