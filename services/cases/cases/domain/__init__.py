"""The rules of cases: pure functions of state, command and time."""
