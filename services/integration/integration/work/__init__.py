"""Outward and tidying work: what is past its time goes, webhooks leave, mapped codes are said again."""

from integration.work.forgetting import forgetting
from integration.work.replaying import replaying
from integration.work.webhooks import Post, delivering

__all__ = ["Post", "delivering", "forgetting", "replaying"]
