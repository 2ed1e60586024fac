"""`python -m notifications serve` and `python -m notifications migrate`."""

import sys

import notifications
from notifications.app import create_app
from notifications.settings import Settings
from operating.process import commands, run


def main() -> int:
    """Runs the command given; its exit code."""
    parser, _ = commands(notifications)
    settings = Settings()
    code = run(parser.parse_args(), notifications, settings, lambda: create_app(settings))
    assert code is not None, "the parser knows no other command"
    return code


if __name__ == "__main__":
    sys.exit(main())
