"""CSV and XLSX: what a spreadsheet opens, and what it must never run."""

import asyncio
import csv
import io
from collections.abc import AsyncIterable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, cast

import pytest
from python_calamine import CalamineWorkbook
from starlette.responses import Response, StreamingResponse

from webui.sheets import csv_response, xlsx_response

ROW = [
    "01000",
    3,
    1.5,
    Decimal("2.50"),
    date(2026, 12, 8),
    datetime(2026, 12, 8, 8, tzinfo=UTC),
    time(9, 5),
    None,
    True,
]
HEADERS = ["code", "n", "x", "d", "jour", "instant", "heure", "vide", "oui"]


def body(response: Response) -> bytes:
    if not isinstance(response, StreamingResponse):
        return bytes(response.body)

    async def read() -> bytes:
        parts = cast("AsyncIterable[Any]", response.body_iterator)
        return b"".join([p.encode() if isinstance(p, str) else bytes(p) async for p in parts])

    return asyncio.run(read())


def lines(response: Response) -> list[list[str]]:
    text = body(response).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def test_csv_as_a_french_spreadsheet_opens_it() -> None:
    response = csv_response([ROW], HEADERS, "Inscrits du 8 décembre")
    raw = body(response)
    assert raw.startswith(b"\xef\xbb\xbfcode;n;")
    assert raw.count(b"\r\n") == 2
    cells = raw.decode().splitlines()[1]
    assert cells == "01000;3;1,5;2,50;08/12/2026;08/12/2026 09:00;09:05;;oui"
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="Inscrits-du-8-d-cembre.csv"' in response.headers["content-disposition"]
    assert "filename*=UTF-8''Inscrits%20du%208%20d%C3%A9cembre.csv" in response.headers["content-disposition"]


@pytest.mark.parametrize("text", ["=1+1", "+33", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\uff1d1"])
def test_csv_runs_no_formula(text: str) -> None:
    cell = lines(csv_response([[text]], ["a"], "x"))[1][0]
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d"))
    assert cell.lstrip("'").strip().startswith(text.strip()[0])


def test_csv_keeps_quotes_lines_and_separators() -> None:
    assert lines(csv_response([['a;"b"\nc']], ["a"], "x"))[1] == ['a;"b"\nc']


def test_csv_streams_whole() -> None:
    found = lines(csv_response(([n, "é" * 50] for n in range(3000)), ["n", "t"], "x"))
    assert len(found) == 3001
    assert found[-1][0] == "2999"


def test_xlsx_keeps_types_and_texts() -> None:
    response = xlsx_response([ROW, ["=1+1", "https://x.example"]], HEADERS, "Inscrits", "Inscrits")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(body(response))).get_sheet_by_index(0)
    head, first, second = sheet.to_python()
    assert head == HEADERS
    assert first[0] == "01000"
    assert first[1:4] == [3, 1.5, 2.5]
    assert first[4] == date(2026, 12, 8)
    assert first[5] == datetime(2026, 12, 8, 9)  # noqa: DTZ001 - a cell has no zone: the civil hour of Paris
    assert second[:2] == ["=1+1", "https://x.example"]


def test_xlsx_without_rows_opens() -> None:
    response = xlsx_response([], ["a"], "Vide", "Un nom de feuille: beaucoup [trop] long / interdit")
    assert CalamineWorkbook.from_filelike(io.BytesIO(body(response))).get_sheet_by_index(0).to_python() == [
        ["a"]
    ]
