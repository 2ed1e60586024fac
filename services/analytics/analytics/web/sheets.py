"""A figure as CSV or XLSX: the rows of the screen, the same marks, nothing more."""

from typing import Literal

from starlette.responses import Response

from analytics.domain.figures import Figure
from webui.sheets import csv_response, xlsx_response


def sheet(figure: Figure, kind: Literal["csv", "xlsx"], name: str) -> Response:
    """Rows and total as on screen; rates are percents."""
    if kind == "csv":
        return csv_response(figure.lines, figure.labels, name)
    return xlsx_response(figure.lines, figure.labels, name, figure.measure.title)
