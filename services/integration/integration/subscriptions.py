"""What integration hears: who may sign in, and which organisations there are."""

from webui.accounts import ACCOUNTS_PROJECTION

PROJECTIONS = [ACCOUNTS_PROJECTION]
