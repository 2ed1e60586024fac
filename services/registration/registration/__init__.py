"""People, accounts, commissions, sign-ups, waiting lists, attendance."""
