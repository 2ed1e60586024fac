"""`python -m operating topics`: makes the topics that are missing, before any service starts."""

import argparse
import asyncio
import sys

from pydantic_settings import BaseSettings

from contracts.topics import FACTS_KEPT_MONTHS, TOPICS
from eventing.kafka import create_topics


class TopicSettings(BaseSettings):
    """What the job is told by the environment."""

    kafka_bootstrap_servers: str
    facts_kept_months: int = FACTS_KEPT_MONTHS
    """Months that facts stay on the topics."""


def main() -> int:
    """Runs the command; its exit code."""
    parser = argparse.ArgumentParser(prog="python -m operating")
    parser.add_argument("command", choices=["topics"])
    parser.parse_args()
    told = TopicSettings()
    wanted = {t.name: (t.partitions, t.settings(told.facts_kept_months)) for t in TOPICS.values()}
    asyncio.run(create_topics(told.kafka_bootstrap_servers, wanted))
    sys.stdout.write(f"{len(wanted)} topics\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
