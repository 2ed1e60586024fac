"""Flows as SVG: from column to column, as thick as their number; bars on a narrow screen."""

from collections.abc import Collection, Sequence

from markupsafe import Markup

from webui.charts import LINE, SEE_TABLE, Frame, bars_of, drawn, lines_of, said, words
from webui.french import nombre

WIDTH, NODE, LABEL, GAP = 900, 12, 150, 54
Links = Sequence[tuple[str, str, float]]


def sankey(
    ident: str,
    titre: str,
    colonnes: Sequence[Sequence[str]],
    liens: Links,
    unite: str = "",
    *,
    clairs: Collection[str] = (),
) -> Markup:
    """Flows from column to column, as thick as their number; those into `clairs` are lit. Narrow: bars.

    Every name of `liens` (from, to, number) stands once in `colonnes`, the goal further than the start.
    """
    description = f"Diagramme de flux, {len(liens)} flux. {SEE_TABLE}"
    held = {name: _through(name, liens) for column in colonnes for name in column}
    columns = [[name for name in column if held[name] > 0] for column in colonnes]
    height = max((len(column) for column in columns), default=1) * GAP + 220
    names = [f"{start} vers {end}" for start, end, _ in liens]
    bars = bars_of(ident, titre, description, names, [value for *_, value in liens], unite)
    frame = Frame(WIDTH, height, False, ident)
    wide = drawn(frame, titre, description, _flows(frame, columns, held, liens, unite, clairs))
    narrow = bars[bars.index("</svg>") + len("</svg>") :]
    return wide + narrow


def _through(name: str, links: Links) -> float:
    out = sum(value for start, _, value in links if start == name)
    return max(out, sum(value for _, end, value in links if end == name))


def _flows(
    frame: Frame,
    columns: Sequence[Sequence[str]],
    held: dict[str, float],
    links: Links,
    unit: str,
    lit: Collection[str],
) -> str:
    """The flows, then the places they join with their names: text is over what it names."""
    scale = min(
        ((frame.height - len(c) * GAP) / sum(held[name] for name in c) for c in columns if c), default=1
    )
    step = (frame.width - LABEL) / max(len(columns) - 1, 1)
    tops: dict[str, tuple[float, float]] = {}
    for rank, column in enumerate(columns):
        y = GAP / 2
        for name in column:
            tops[name] = (rank * step, y)
            y += held[name] * scale + GAP
    left, right = dict.fromkeys(tops, 0.0), dict.fromkeys(tops, 0.0)
    parts = []
    for start, end, value in links:
        if value <= 0:
            continue
        thick = value * scale
        (x1, y1), (x2, y2) = tops[start], tops[end]
        y1, y2 = y1 + right[start], y2 + left[end]
        right[start] += thick
        left[end] += thick
        x1, middle = x1 + NODE, (x1 + NODE + x2) / 2
        kind = "flux b" if end in lit else "flux"
        there = f"C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
        back = f"C{middle:.1f} {y2 + thick:.1f} {middle:.1f} {y1 + thick:.1f} {x1:.1f} {y1 + thick:.1f}"
        title = said(f"{start} vers {end}", value, unit)
        outline = f"M{x1:.1f} {y1:.1f}{there}v{thick:.1f}{back}Z"
        parts.append(f'<path class="{kind}" d="{outline}">{title}</path>')
    for name, (x, y) in tops.items():
        tall = max(held[name] * scale, 1)
        lines = lines_of(name, LABEL - NODE - 10)
        parts.append(
            f'<rect class="s1" x="{x:.1f}" y="{y:.1f}" width="{NODE}" height="{tall:.1f}">'
            f"{said(name, held[name], unit)}</rect>"
        )
        first = y + tall / 2 - len(lines) * LINE / 2 + 4
        parts.append(words(x + NODE + 6, first, nombre(held[name]), "axe fort"))
        parts.append(words(x + NODE + 6, first + LINE, lines, "axe encre"))
    return "".join(parts)
