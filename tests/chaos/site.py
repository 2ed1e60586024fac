"""One running trial: where its parts are. Written by who starts them, read by the load and the checker."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

FILE = "site.json"


@dataclass(frozen=True)
class Site:
    """Addresses and folders of one trial."""

    folder: Path
    urls: dict[str, list[str]]
    """Service → base URL of the HTTP door of each replica."""
    admin_databases: dict[str, str]
    """Service → superuser's URL of its database, not through a proxy."""
    bootstrap: str
    """Kafka, not through a proxy."""
    mails: Path
    """Folder of caught mails, one `.eml` each."""
    sink: str
    """URL where webhooks may be sent; what came is in `webhooks.jsonl` of the folder."""
    environment: dict[str, str] = field(default_factory=dict)
    seed: int = 1

    def save(self) -> Path:
        """Writes `site.json` in the folder."""
        file = self.folder / FILE
        known = asdict(self).items()
        told = {name: str(value) if isinstance(value, Path) else value for name, value in known}
        file.write_text(json.dumps(told, indent=1))
        return file

    @classmethod
    def load(cls, file: Path) -> "Site":
        """Reads it again."""
        told = json.loads((file / FILE if file.is_dir() else file).read_text())
        return cls(**{**told, "folder": Path(told["folder"]), "mails": Path(told["mails"])})
