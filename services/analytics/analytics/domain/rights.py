"""Who sees which figures: people of the house see all, everyone sees what is published."""

from contracts.lists import Role

INSIDERS = (Role.REFERRER, Role.SIAO_AGENT, Role.COORDINATOR, Role.ORG_ADMIN)
"""Roles that see internal figures; all others see what is published."""
