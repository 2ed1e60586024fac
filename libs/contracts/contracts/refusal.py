"""A refusal is an answer, not a failure: one exception that any layer raises and only the edge translates."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing to correct: `pointer` is a JSON pointer (`/email`), `code` stable, `detail` French."""

    pointer: str
    code: str
    detail: str


class Refused(Exception):  # noqa: N818 - the domain word; it is no error of the program
    """What was asked cannot be done, and why.

    `code` is stable snake_case English, for programs and tests; `text` is French, for people. `status` is the
    HTTP status the edge answers with: 403, 404, 409 (the state forbids it), 410, 422 (malformed), 429 or 503.
    """

    def __init__(self, code: str, text: str, status: int = 409, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.text = text
        self.status = status
        self.errors = list(errors)
