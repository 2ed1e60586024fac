"""What integration is told from outside: nothing more than every service."""

from operating.settings import ServiceSettings


class Settings(ServiceSettings):
    """The settings of integration."""
