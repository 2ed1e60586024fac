"""The growth of cost as a picture that stands alone: a line per thing that grows, its end said in words."""

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 360, 64, 190, 40, 48
DASHES = ("", "8 4", "2 4", "10 3 2 3")
TIMES = ("1", "10", "100")


def drawn(rows: Sequence[dict[str, Any]]) -> str:
    """SVG of µs each, by how many times the load."""
    series: dict[str, list[float]] = {}
    for row in rows:
        series.setdefault(row["name"].split("_")[1], []).append(float(row["value"]))
    top = max([value for values in series.values() for value in values], default=1.0) * 1.15
    inside = WIDTH - LEFT - RIGHT

    def x(number: int) -> float:
        return LEFT + inside * number / (len(TIMES) - 1)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="sans-serif" font-size="13">',
        "<title>Cost of one event or command as the load grows</title>",
        "<desc>Microseconds of CPU each, at one, ten, a hundred times the load. The table beside says them."
        "</desc>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="22" font-weight="bold">µs each, by load</text>',
    ]
    for step in range(5):
        value = top * step / 4
        parts.append(f'<path d="M{LEFT} {y(value):.0f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y(value) + 4:.0f}" text-anchor="end">{value:.0f}</text>')
    for number, times in enumerate(TIMES):
        parts.append(
            f'<text x="{x(number):.0f}" y="{HEIGHT - BOTTOM + 22}" text-anchor="middle">×{times}</text>'
        )
    for rank, (name, values) in enumerate(series.items()):
        points = " ".join(f"{x(number):.0f},{y(value):.0f}" for number, value in enumerate(values))
        dash = f' stroke-dasharray="{DASHES[rank % len(DASHES)]}"' if DASHES[rank % len(DASHES)] else ""
        parts.append(f'<polyline points="{points}" fill="none" stroke="#1a1a1a" stroke-width="2"{dash}/>')
        said = escape(f"{name.replace('-', ' ')}: {values[-1]:.0f}")
        parts.append(f'<text x="{WIDTH - RIGHT + 10}" y="{y(values[-1]) + 4:.0f}">{said}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"
