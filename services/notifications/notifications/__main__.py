"""`python -m notifications serve` and `python -m notifications migrate`."""

import argparse

import uvicorn

import notifications
from notifications.app import create_app
from notifications.settings import Settings
from operating.migrate import upgrade


def main() -> None:
    """Runs the command given."""
    parser = argparse.ArgumentParser(prog="notifications")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="answers on a port until stopped")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8003)
    commands.add_parser("migrate", help="brings the database to the newest revision")
    asked = parser.parse_args()
    settings = Settings()
    if asked.command == "serve":
        uvicorn.run(create_app(settings), host=asked.host, port=asked.port, access_log=False)
        return
    url = settings.migration_database_url
    if url is None:
        parser.error("MIGRATION_DATABASE_URL is needed to migrate")
    upgrade(notifications, url.get_secret_value())


if __name__ == "__main__":
    main()
