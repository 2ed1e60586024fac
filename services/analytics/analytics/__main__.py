"""The commands of analytics: those of every service."""

import sys

import analytics
from analytics.app import create_app
from analytics.settings import Settings
from operating.process import commands, run


def main() -> int:
    """Runs one command; its exit code."""
    parser, _ = commands(analytics)
    chosen = parser.parse_args()
    settings = Settings()
    return run(chosen, analytics, settings, lambda: create_app(settings)) or 0


if __name__ == "__main__":
    sys.exit(main())
