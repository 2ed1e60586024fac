"""The statements: sets of rows in the order in which locks are taken."""
