"""Who answers for an installation, as its legal pages say it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Imprint:
    """Words of whoever runs this site; empty where they have not said."""

    publisher: str = ""
    director: str = ""
    host: str = ""
    contact: str = ""
    controller: str = ""
    data_officer: str = ""
    accessibility_on: date | None = None
    accessibility_audit: str = ""

    @property
    def name(self) -> str:
        """The publisher without its address: what stands before the first comma."""
        return self.publisher.partition(",")[0].strip()

    @property
    def complete(self) -> bool:
        """Whether the law's questions to a public site are all answered."""
        asked = (self.publisher, self.director, self.host, self.contact, self.controller, self.data_officer)
        return all(asked)
