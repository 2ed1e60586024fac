"""A question about figures as an address says it, in French words; empty means not narrowed."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from analytics.domain.filters import Basis, Filters
from contracts.lists import Composition, Door, Scheme


def _nothing(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


Empty = BeforeValidator(_nothing)
CELL = r"^(?:\d{5}|2[AB]\d{3}|sector:\d{9}-\d{1,3}|withheld|unknown)$"


class Asked(BaseModel):
    """The filters of every page, sheet and program; those a page does not have are left aside."""

    model_config = ConfigDict(frozen=True)

    annee: Annotated[int | None, Field(ge=2000, le=2100), Empty] = None
    mois: Annotated[int | None, Field(ge=1, le=12), Empty] = None
    porte: Annotated[Door | None, Empty] = None
    dispositif: Annotated[Scheme | None, Empty] = None
    commune: Annotated[Annotated[str, StringConstraints(pattern=CELL)] | None, Empty] = None
    organisme: Annotated[UUID | None, Empty] = None
    composition: Annotated[Composition | None, Empty] = None
    base: Annotated[Basis | None, Empty] = None
    au: Annotated[date | None, Empty] = None

    def only(self, fields: tuple[str, ...]) -> "Asked":
        """The same question without the filters that a page does not have."""
        return Asked(**{name: getattr(self, name) for name in fields})

    @property
    def given(self) -> dict[str, str]:
        """The filters in force, as an address says them."""
        said = self.model_dump(mode="json", exclude_none=True)
        return {name: str(value) for name, value in said.items()}

    def filters(self, year: int) -> Filters:
        """What the queries take; `year` when none was asked."""
        return Filters(
            year=self.annee or year,
            month=self.mois,
            door=self.porte,
            scheme=self.dispositif,
            cell=self.commune,
            organisation=self.organisme,
            composition=self.composition,
            basis=self.base or Basis.LEASED,
            on=self.au,
        )
