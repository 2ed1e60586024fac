"""The rules of commissions, sign-ups and accounts: pure, `(state, command, now)` gives facts or a refusal."""
