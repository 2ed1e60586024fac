"""What every event passes: stream, outbox, relay, journal, inbox, parking, due."""
