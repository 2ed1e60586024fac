"""The commands of cases: serve it, migrate it."""

import sys

import cases
from cases.app import create_app
from cases.settings import Settings
from operating.process import commands, run


def main() -> int:
    """Runs one command; its exit code."""
    parser, _ = commands(cases)
    chosen = parser.parse_args()
    settings = Settings()
    return run(chosen, cases, settings, lambda: create_app(settings)) or 0


if __name__ == "__main__":
    sys.exit(main())
