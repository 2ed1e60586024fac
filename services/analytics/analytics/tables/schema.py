"""The metadata that every table of figures belongs to, with those of eventing and of accounts."""

from sqlalchemy import MetaData

from eventing.tables import add_eventing_tables
from webui.accounts import add_accounts_tables

metadata = MetaData()
add_eventing_tables(metadata)
add_accounts_tables(metadata)
