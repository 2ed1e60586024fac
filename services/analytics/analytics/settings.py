"""What the analytics service is told from outside, beyond what every service is told."""

from operating.settings import ServiceSettings


class Settings(ServiceSettings):
    """Read from the environment."""

    seuil_live_seconds: float = 2.0
    """Seconds between two looks for newer figures, for pages left open."""
