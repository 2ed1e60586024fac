"""What was published elsewhere, as it was: totals with their source, their edition, their perimeter."""

from collections.abc import Iterator

from seuil_dev.demo.sending import Row

Cells = tuple[tuple[dict[str, int], int], ...]
TABLES: tuple[tuple[str, str, str, str, str, Cells], ...] = (
    ("allocations_homeless", "2023-05-01", "not_stated", "allocations", "urh_2023_05",
     (({"year": 2022}, 2_951),)),
    ("lda_rehoused", "2020-02-01", "region", "allocations", "urh_2020_02", (({"year": 2019}, 1_931),)),
    ("lda_rehoused", "2021-06-01", "region", "allocations", "urh_2021_06",
     (({"year": 2021, "until_month": 5}, 837),)),
    ("lda_target", "2021-06-01", "region", "allocations", "urh_2021_06",
     (({"year": 2021}, 2_060), ({"year": 2021, "until_month": 5}, 858))),
    ("allocations_all", "2021-06-01", "region", "allocations", "urh_2021_06",
     (({"year": 2021, "until_month": 5}, 19_198),)),
    ("lda_rehoused", "2021-11-02", "region", "allocations", "urh_2021_11",
     (({"year": 2021, "until_month": 9}, 1_541),)),
    ("allocations_all", "2021-11-02", "region", "allocations", "urh_2021_11",
     (({"year": 2021, "until_month": 9}, 35_700),)),
    ("homeless_census", "2020-11-28", "not_stated", "households", "urh_2020_11",
     (({"year": 2020, "month": 3}, 1_800),)),
    ("homeless_census", "2020-11-28", "not_stated", "persons", "urh_2020_11",
     (({"year": 2020, "month": 3}, 3_000),)),
)  # fmt: skip
"""Table, edition, perimeter, unit, source, cells. Never summed with events, nor with one another."""


def figures() -> Iterator[Row]:
    """Each published table as the partner's door takes it."""
    for table, vintage, perimeter, unit, source, cells in TABLES:
        fields = {
            "table": table,
            "vintage": vintage,
            "perimeter": perimeter,
            "unit": unit,
            "cells": [{"dims": dims, "value": value} for dims, value in cells],
            "source_code": source,
        }
        yield Row("figures", f"{table}-{unit}-{source}", vintage, fields)
