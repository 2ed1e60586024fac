"""Tables to take away: CSV that a French spreadsheet opens, and XLSX. Neither carries a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse
from xlsxwriter import Workbook

from webui.french import PARIS

BOM = "\ufeff"
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CELL_LIMIT = 32_767
SHEET_NAME_LIMIT = 31
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""The last four are the wide signs of the first four: some spreadsheets take them for these."""

Row = Sequence[object]


def csv_response(rows: Iterable[Row], headers: Sequence[str], filename: str) -> Response:
    """UTF-8 with BOM, `;`, CRLF, decimal comma; what would start a formula is quoted by an apostrophe."""
    return StreamingResponse(_csv(rows, headers), media_type=CSV_TYPE, headers=_attached(filename, "csv"))


def xlsx_response(rows: Iterable[Row], headers: Sequence[str], filename: str, sheet: str = "") -> Response:
    """One sheet with a frozen, filtered header row; texts are written as texts, whatever they look like."""
    buffer = io.BytesIO()
    with Workbook(
        buffer, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        page = book.add_worksheet(_sheet_name(sheet or filename))
        bold = book.add_format({"bold": True, "bottom": 1})
        formats = {
            datetime: book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
            date: book.add_format({"num_format": "dd/mm/yyyy"}),
            time: book.add_format({"num_format": "hh:mm"}),
        }
        page.freeze_panes(1, 0)
        for column, name in enumerate(headers):
            page.set_column(column, column, max(12, min(len(name) + 4, 40)))
            page.write_string(0, column, name, bold)
        count = 0
        for count, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                _write(page, count, column, value, formats)
        page.autofilter(0, 0, count, max(len(headers) - 1, 0))
    return Response(buffer.getvalue(), media_type=XLSX_TYPE, headers=_attached(filename, "xlsx"))


def _csv(rows: Iterable[Row], headers: Sequence[str]) -> Iterator[str]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    buffer.write(BOM)
    writer.writerow([_safe(name) for name in headers])
    for row in rows:
        writer.writerow([_csv_cell(value) for value in row])
        if buffer.tell() > 16_384:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _csv_cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "oui" if value else "non"
        case int():
            return str(value)
        case float() | Decimal():
            return str(value).replace(".", ",")
        case datetime():
            return value.astimezone(PARIS).strftime("%d/%m/%Y %H:%M")
        case date():
            return value.strftime("%d/%m/%Y")
        case time():
            return value.strftime("%H:%M")
    return _safe(_words(value))


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _words(value: object) -> str:
    text = str(value.value) if isinstance(value, Enum) else str(value)
    return "".join(c for c in text if c >= " " or c in "\n\t")


def _write(page: Any, row: int, column: int, value: object, formats: dict[type, Any]) -> None:
    match value:
        case None:
            return
        case bool():
            page.write_string(row, column, "oui" if value else "non")
        case int() | float() | Decimal():
            page.write_number(row, column, value)
        case datetime():
            page.write_datetime(row, column, value.astimezone(PARIS).replace(tzinfo=None), formats[datetime])
        case date():
            page.write_datetime(row, column, value, formats[date])
        case time():
            page.write_datetime(row, column, value, formats[time])
        case _:
            page.write_string(row, column, _words(value)[:CELL_LIMIT])


def _sheet_name(text: str) -> str:
    return "".join(" " if c in "[]:*?/\\" else c for c in text)[:SHEET_NAME_LIMIT].strip(" '") or "Feuille"


def _attached(filename: str, extension: str) -> dict[str, str]:
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in filename)
    return {
        "content-disposition": (
            f"attachment; filename=\"{plain}.{extension}\"; filename*=UTF-8''{quote(filename)}.{extension}"
        )
    }
