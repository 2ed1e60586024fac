"""How a service runs: composition, supervision, health, metrics, migrations, settings."""
