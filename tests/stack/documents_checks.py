"""What Schemathesis asks besides its own checks: a well-formed request is refused by rules only.

Its own `positive_data_acceptance` wants every well-formed request taken. Rules that tie fields together (an
end after its beginning, a day that is not to come) cannot be written in a document; they have a code.
"""

from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, GenerationMode, Response

EVENTS = "/integration/api/v1/events"
FORM_ONLY = ("invalid", "unreadable_json", "unreadable_request")


@schemathesis.check
def a_list_tells_each_fault(context: CheckContext, response: Response, case: Case[Any]) -> None:
    """A list with events that cannot be taken is answered event by event: 200, each with its problem."""
    generated = case.meta
    if generated is None or generated.generation.mode is not GenerationMode.NEGATIVE:
        return
    if case.operation.path == EVENTS and response.status_code in (200, 202):
        told = response.json()
        assert isinstance(told, list), "a malformed event was taken"
        assert any("problem" in one for one in told), "a malformed event of a list was taken"


@schemathesis.check
def refused_by_a_rule_only(context: CheckContext, response: Response, case: Case[Any]) -> None:
    """A request that the document allows is never said to be malformed."""
    generated = case.meta
    if generated is None or generated.generation.mode is not GenerationMode.POSITIVE:
        return
    if response.status_code in (400, 422):
        code = response.json().get("code")
        assert code not in FORM_ONLY, f"well-formed by the document, refused as {code}"
