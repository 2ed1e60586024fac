"""Who may do what about partners; the pages and the JSON door ask for the same roles."""

from contracts.lists import Role

SEES = (Role.COORDINATOR, Role.OPERATOR, Role.SIAO_AGENT, Role.DATA_OFFICER)
SEES_QUARANTINE = (Role.COORDINATOR, Role.OPERATOR, Role.SIAO_AGENT)
SEES_WAITING = (Role.COORDINATOR, Role.SIAO_AGENT)
"""The form of what waits, without its values; the operator sees type and error alone."""
DECIDES = (Role.COORDINATOR,)
REVOKES = (Role.COORDINATOR, Role.OPERATOR)
LINKS = (Role.COORDINATOR, Role.SIAO_AGENT)
