"""How each event's fate is told: words that do not change, French details, and never what was received."""

from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from integration.commands.intake import Answer
from integration.domain.limits import Verdict
from integration.domain.problems import Problem
from webui.refusals import PROBLEM_TYPE

QUARANTINE = "/integration/api/v1/quarantine/"


def problem_of(problem: Problem, instance: str) -> dict[str, Any]:
    """The RFC 9457 object of an event's problem."""
    return {
        "type": f"urn:seuil:refus:{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
        "instance": instance,
        "errors": [{"pointer": e.pointer, "code": e.code, "detail": e.detail} for e in problem.errors],
    }


def _instance(request: Request, quarantine_id: UUID | None) -> str:
    return f"{QUARANTINE}{quarantine_id}" if quarantine_id else f"urn:uuid:{request.state.request_id}"


def item(request: Request, answer: Answer) -> dict[str, Any]:
    """The object of one event in the answer."""
    said: dict[str, Any] = {"status": answer.status}
    if answer.problem is not None:
        return said | {"problem": problem_of(answer.problem, _instance(request, answer.seuil_id))}
    if answer.dropped:
        return said | {"notes": [{"code": "household_erased", "pointer": "/data/household_ref"}]}
    said["seuil_id"] = str(answer.seuil_id)
    if answer.unmapped:
        said["notes"] = [{"code": "unmapped_code", "pointer": pointer} for pointer in answer.unmapped]
    return said


def respond(request: Request, answers: list[Answer], batch: bool) -> Response:
    """202 when nothing is wrong; a batch with a problem is 200, one event with a problem is its status."""
    if batch:
        status = 200 if any(answer.problem for answer in answers) else 202
        return JSONResponse([item(request, answer) for answer in answers], status)
    [answer] = answers
    if answer.problem is None:
        return JSONResponse(item(request, answer), 202)
    told = problem_of(answer.problem, _instance(request, answer.seuil_id))
    return JSONResponse(told, answer.problem.status, media_type=PROBLEM_TYPE)


def rate_headers(verdict: Verdict) -> dict[str, str]:
    """How much a partner may still send, and when it will be whole again (seconds)."""
    return {
        "RateLimit-Limit": str(verdict.limit),
        "RateLimit-Remaining": str(verdict.left),
        "RateLimit-Reset": str(verdict.reset),
    }
