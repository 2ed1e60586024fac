"""The metadata of cases, and a column that every table has."""

from sqlalchemy import Column, DateTime, MetaData

from eventing.tables import add_eventing_tables
from webui.accounts import add_accounts_tables

metadata = MetaData()
add_eventing_tables(metadata)
add_accounts_tables(metadata)


def instant(name: str, nullable: bool = True) -> Column[object]:
    """A column for an instant, UTC."""
    return Column(name, DateTime(timezone=True), nullable=nullable)
