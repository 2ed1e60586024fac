"""Outward and tidying work: what is past its time goes, webhooks leave, mapped codes are said again."""

from integration.work.forgetting import forgetting
from integration.work.replaying import replaying
from integration.work.webhooks import LANES, Post, delivering

__all__ = ["LANES", "Post", "delivering", "forgetting", "replaying"]
