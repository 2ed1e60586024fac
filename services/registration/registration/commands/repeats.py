"""A command that makes nothing new is told apart from its repeat by an Idempotency-Key."""

from eventing.requests import once

__all__ = ["once"]
