"""What can be asked of cases. Each command works inside the transaction that its caller opened.

`async with desk.database.transaction(user.actor) as tx: await command(tx, desk, user, …)`. A refusal raises
`Refused` and nothing is written. Who may ask is checked here, whoever calls.
"""
