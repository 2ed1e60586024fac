"""Figures drawn here as SVG: two drawings each, wide and narrow, chosen by the width of their container.

Nothing by colour alone: patterns, a title on every shape, and the table beside, which the page must give.
`ident` is unique in the page. A value of None is not drawn: masked or unknown, the table says which.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, floor, log10

from markupsafe import Markup, escape

from webui.french import nombre, typo

Values = Sequence[float | None]
MANY = 40
LETTER = 7.2
ROW = 20
LINE = 17
SEE_TABLE = "Les valeurs sont dans le tableau qui suit."
FILLS = ("s1", "m2", "m3", "m4")
TILES = (
    "",
    '<path class="hach" d="M-1 7 7-1"/>',
    '<circle class="hach" cx="3" cy="3" r="1"/>',
    '<path class="hach" d="M0 3h6"/>',
)


@dataclass(frozen=True)
class Serie:
    """One series: its name, a value per category, `trait` when a line is an aim rather than a count."""

    nom: str
    valeurs: Values
    trait: bool = False


@dataclass(frozen=True)
class Frame:
    """A drawing: its size, its margins, and the start of the identifiers inside."""

    width: float
    height: float
    narrow: bool
    ident: str
    left: float = 56
    right: float = 16
    top: float = 14
    bottom: float = 28
    legend: tuple[str, ...] = ()

    @property
    def inner(self) -> float:
        return self.width - self.left - self.right

    def y(self, value: float, low: float, high: float) -> float:
        return (
            self.height - self.bottom - (self.height - self.top - self.bottom) * (value - low) / (high - low)
        )


def barres(ident: str, titre: str, categories: Sequence[str], valeurs: Values, unite: str = "") -> Markup:
    """Horizontal bars, one per category, the name above or beside and the number at the end."""
    description = f"Diagramme en barres, {len(categories)} lignes. {SEE_TABLE}"
    return bars_of(ident, titre, description, categories, valeurs, unite)


def entonnoir(ident: str, titre: str, etapes: Sequence[str], valeurs: Values, unite: str = "") -> Markup:
    """Bars of steps that each hold the next; behind each, pale, what the step before held."""
    description = f"Diagramme en entonnoir, {len(etapes)} étapes. {SEE_TABLE}"
    return bars_of(ident, titre, description, etapes, valeurs, unite, before=[None, *valeurs[:-1]])


def barres_doubles(
    ident: str, titre: str, categories: Sequence[str], series: tuple[Serie, Serie], unite: str = ""
) -> Markup:
    """Two horizontal bars a category, one above the other, told apart by pattern."""
    high = max((v for one in series for v in one.valeurs if v is not None), default=0) or 1
    description = f"Diagramme en barres doubles, {len(categories)} lignes. {SEE_TABLE}"
    label = min(230, max((len(name) for name in categories), default=0) * LETTER + 12)
    beside = [lines_of(name, label - 8) for name in categories]
    above = [lines_of(name, 320) for name in categories]

    def draw(frame: Frame) -> str:
        left, names = (0.0, above) if frame.narrow else (label, beside)
        room = frame.width - left - 74
        parts, top = [_patterns(frame.ident, 2), _legend(frame, series)], frame.top - 10
        for rank, lines in enumerate(names):
            start = top + (len(lines) * LINE + 4 if frame.narrow else 2)
            parts.append(words(0, top + (12 if frame.narrow else 20), lines, "axe encre"))
            for n, one in enumerate(series):
                value, y = one.valeurs[rank], start + n * 18
                long = room * (value or 0) / high
                if value is not None:
                    tip = said(f"{categories[rank]}, {one.nom}", value, unite)
                    where = f'x="{left:g}" y="{y:g}" width="{long:.1f}" height="15"'
                    parts.append(f"<rect {_fill(frame.ident, n)} {where}>{tip}</rect>")
                end = "–" if value is None else nombre(value)
                parts.append(words(left + long + 6, y + 13, end, "axe" if value is None else "axe fort"))
            top += _pair_height(lines, frame.narrow)
        return "".join(parts)

    heights = (
        sum(_pair_height(lines, False) for lines in beside) + 8,
        sum(_pair_height(lines, True) for lines in above) + 8,
    )
    return _both(ident, titre, description, draw, heights, [one.nom for one in series])


def _pair_height(lines: Sequence[str], narrow: bool) -> float:
    return len(lines) * LINE + 52 if narrow else max(len(lines) * LINE + 8, 46)


def bars_of(
    ident: str,
    title: str,
    description: str,
    names: Sequence[str],
    values: Values,
    unit: str,
    before: Values = (),
) -> Markup:
    """Rows of one bar each; `before`: what each bar is drawn over, pale."""
    high = max((v for v in values if v is not None), default=0) or 1
    label = min(230, max((len(name) for name in names), default=0) * LETTER + 12)
    wide = [lines_of(name, label - 8) for name in names]
    narrow = [lines_of(name, 320) for name in names]

    def draw(frame: Frame) -> str:
        left = 0 if frame.narrow else label
        room = frame.width - left - 74
        parts, top = [], 0.0
        for rank, (lines, value) in enumerate(zip(narrow if frame.narrow else wide, values, strict=True)):
            bar = top + (len(lines) * LINE + 4 if frame.narrow else 6 + (len(lines) - 1) * LINE / 2)
            parts.append(words(0, top + (12 if frame.narrow else 21), lines, "axe encre"))
            if before and (held := before[rank]) is not None:
                parts.append(_bar("k0", left, bar, room * held / high))
            if value is None:
                parts.append(words(left + 6, bar + 15, "–"))
            else:
                long = room * value / high
                parts.append(_bar("s1", left, bar, long, said(names[rank], value, unit)))
                parts.append(words(left + long + 6, bar + 15, nombre(value), "axe fort"))
            top += _row_height(lines, frame.narrow)
        return "".join(parts)

    heights = (
        max(sum(_row_height(lines, False) for lines in wide) + 4, 36),
        max(sum(_row_height(lines, True) for lines in narrow) + 4, 50),
    )
    return _both(ident, title, description, draw, heights)


def _bar(kind: str, x: float, y: float, long: float, title: str = "") -> str:
    return f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{long:.1f}" height="20">{title}</rect>'


def _row_height(lines: Sequence[str], narrow: bool) -> float:
    return len(lines) * LINE + 30 if narrow else (len(lines) - 1) * LINE + 32


def barres_groupees(
    ident: str,
    titre: str,
    categories: Sequence[str],
    series: Sequence[Serie],
    unite: str = "",
    *,
    courts: Sequence[str] = (),
) -> Markup:
    """Vertical bars by category, up to four series told apart by pattern; `courts` labels the narrow one."""
    assert 0 < len(series) <= len(FILLS), "one to four series"
    _, high, ticks = _scale([v for s in series for v in s.valeurs], zero=True)
    description = (
        f"Diagramme en barres groupées, {len(categories)} périodes, {len(series)} séries. {SEE_TABLE}"
    )

    def draw(frame: Frame) -> str:
        slot = frame.inner / max(len(categories), 1)
        width = slot * 0.8 / len(series)
        parts = [_patterns(frame.ident, len(series)), _grid(frame, ticks, 0, high), _legend(frame, series)]
        for place, category in enumerate(categories):
            left = frame.left + place * slot + slot * 0.1
            for rank, one in enumerate(series):
                value = one.valeurs[place]
                if value is None:
                    continue
                y = frame.y(value, 0, high)
                parts.append(
                    f'<rect {_fill(frame.ident, rank)} x="{left + rank * width:.1f}" y="{y:.1f}" '
                    f'width="{max(width - 1.5, 1):.1f}" height="{frame.height - frame.bottom - y:.1f}">'
                    f"{said(f'{category}, {one.nom}', value, unite)}</rect>"
                )
        middles = [frame.left + (place + 0.5) * slot for place in range(len(categories))]
        return "".join(parts) + _labels(frame, courts if frame.narrow and courts else categories, middles)

    return _both(ident, titre, description, draw, (250, 210), [one.nom for one in series])


def courbe(
    ident: str,
    titre: str,
    categories: Sequence[str],
    series: Sequence[Serie],
    unite: str = "",
    *,
    courts: Sequence[str] = (),
    zero: bool = True,
) -> Markup:
    """Lines over time, one or two series. Without `zero` the axis starts near the lowest value, said."""
    assert 0 < len(series) <= 2, "one or two series"
    low, high, ticks = _scale([v for s in series for v in s.valeurs], zero=zero)
    starts = "" if low == 0 else f" L’axe commence à {nombre(low)}."
    description = f"Courbe, {len(categories)} points.{starts} {SEE_TABLE}"

    def draw(frame: Frame) -> str:
        step = frame.inner / max(len(categories) - 1, 1)
        xs = [frame.left + place * step for place in range(len(categories))]
        parts = [_grid(frame, ticks, low, high), _legend(frame, series, lines=True)]
        for rank, one in enumerate(series):
            stroke = _stroke(one, rank)
            points = [
                None if v is None else (x, frame.y(v, low, high))
                for x, v in zip(xs, one.valeurs, strict=True)
            ]
            parts.append(f'<path class="{stroke}" d="{_path(points)}"/>')
            if len(categories) > MANY or stroke == "c2":
                continue
            for category, value, point in zip(categories, one.valeurs, points, strict=True):
                if point is not None and value is not None:
                    tip = said(category, value, unite)
                    parts.append(
                        f'<circle class="pt" cx="{point[0]:.1f}" cy="{point[1]:.1f}" r="4">{tip}</circle>'
                    )
        return "".join(parts) + _labels(frame, courts if frame.narrow and courts else categories, xs)

    return _both(ident, titre, description, draw, (250, 210), [one.nom for one in series])


def _both(
    ident: str,
    title: str,
    description: str,
    draw: Callable[[Frame], str],
    heights: tuple[float, float],
    names: Sequence[str] = (),
) -> Markup:
    legend = tuple(names) if len(names) > 1 else ()
    frames = (Frame(540, heights[0], False, ident), Frame(330, heights[1], True, f"{ident}-e"))
    images = []
    for plain in frames:
        rows = max((y for _, y, _ in _places(plain, legend)), default=-ROW) // ROW + 1
        more = rows * ROW
        frame = replace(plain, height=plain.height + more, top=14 + more, legend=legend)
        images.append(drawn(frame, title, description, draw(frame)))
    return Markup("").join(images)


def drawn(frame: Frame, title: str, description: str, body: str) -> Markup:
    """An SVG with its title and its description; `body` was escaped by who made it."""
    name, size = frame.ident, "etroit" if frame.narrow else "large"
    return Markup(  # noqa: S704 - every text in `body` went through escape
        f'<svg viewBox="0 0 {frame.width:g} {frame.height:g}" role="img" aria-labelledby="{name}-t {name}-d" '
        f'class="graphe {size}"><title id="{name}-t">{escape(typo(title))}</title>'
        f'<desc id="{name}-d">{escape(typo(description))}</desc>{body}</svg>'
    )


def _scale(values: Values, *, zero: bool) -> tuple[float, float, list[float]]:
    known = [v for v in values if v is not None] or [0]
    top, bottom = max(known), 0 if zero else min(known)
    span = (top - bottom) or 1
    power = 10 ** floor(log10(span / 4)) if span >= 4 else 1
    step = next(m * power for m in (1, 2, 5, 10) if span / (m * power) <= 5)
    low, high = floor(bottom / step) * step, max(ceil(top / step), 1) * step
    high = high if high > low else low + step
    return low, high, [low + n * step for n in range(round((high - low) / step) + 1)]


def _grid(frame: Frame, ticks: Sequence[float], low: float, high: float) -> str:
    end = frame.width - frame.right
    return "".join(
        f'<path class="grille-g" d="M{frame.left:g} {(y := frame.y(tick, low, high)):.1f}H{end:g}"/>'
        + words(frame.left - 8, y + 4, nombre(tick), anchor="end")
        for tick in ticks
    )


def _labels(frame: Frame, names: Sequence[str], xs: Sequence[float]) -> str:
    if not names:
        return ""
    widest = max(len(name) for name in names) * LETTER + 8
    every = max(1, ceil(widest * len(names) / max(frame.inner, 1)))
    y = frame.height - 8
    shown = [(names[i], xs[i]) for i in range(0, len(names), every)]
    edge = frame.width - widest / 2
    return "".join(words(min(x, edge), y, name, anchor="middle") for name, x in shown)


def _places(frame: Frame, names: Sequence[str]) -> list[tuple[float, float, str]]:
    """Where each name of the legend stands: on as many rows as the width asks for."""
    found: list[tuple[float, float, str]] = []
    x, y = 0.0, 4.0
    for name in names:
        shown = _cut(name, frame.width - 24)
        width = 24 + len(shown) * LETTER
        if found and x + width > frame.width:
            x, y = 0.0, y + ROW
        found.append((x, y, shown))
        x += width + 18
    return found


def _legend(frame: Frame, series: Sequence[Serie], *, lines: bool = False) -> str:
    parts = []
    for rank, (x, y, name) in enumerate(_places(frame, frame.legend)):
        if lines:
            parts.append(f'<path class="{_stroke(series[rank], rank)}" d="M{x:.1f} {y + 7:g}h18"/>')
        else:
            fill = _fill(frame.ident, rank)
            parts.append(f'<rect {fill} x="{x:.1f}" y="{y:g}" width="14" height="14"/>')
        parts.append(words(x + 24, y + 12, name))
    return "".join(parts)


def _stroke(series: Serie, rank: int) -> str:
    return "c2" if series.trait or rank else "c1"


def _patterns(ident: str, count: int) -> str:
    tiles = "".join(
        f'<pattern id="{ident}-m{rank}" width="6" height="6" patternUnits="userSpaceOnUse">'
        f'<path class="{FILLS[rank]}" d="M0 0h6v6H0z"/>{TILES[rank]}</pattern>'
        for rank in range(1, count)
    )
    return f"<defs>{tiles}</defs>" if tiles else ""


def _fill(ident: str, rank: int) -> str:
    return f'class="cerne" fill="url(#{ident}-m{rank})"' if rank else 'class="s1"'


def _path(points: Sequence[tuple[float, float] | None]) -> str:
    drawn = []
    for before, point in pairwise([None, *points]):
        if point is not None:
            drawn.append(f"{'M' if before is None else 'L'}{point[0]:.1f} {point[1]:.1f}")
    return "".join(drawn)


def said(name: str, value: float, unit: str) -> str:
    """The title of a shape: what it stands for and its number."""
    return f"<title>{escape(typo(f'{name} : {nombre(value)} {unit}'.rstrip()))}</title>"


def words(x: float, y: float, text: str | Sequence[str], kind: str = "axe", anchor: str = "") -> str:
    """Text at a place, on one line or several."""
    where = f' text-anchor="{anchor}"' if anchor else ""
    lines = [text] if isinstance(text, str) else text
    spans = [escape(lines[0])] + [
        f'<tspan x="{x:.1f}" dy="{LINE}">{escape(line)}</tspan>' for line in lines[1:]
    ]
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}"{where}>{"".join(spans)}</text>'


def lines_of(text: str, width: float) -> list[str]:
    """A name over as many lines as it takes, none wider than asked but a single long word, which is cut."""
    room = max(int(width / LETTER), 4)
    lines: list[str] = []
    for word in text.replace("\u00a0", " ").split(" "):
        if lines and len(lines[-1]) + 1 + len(word) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(_cut(word, width))
    return lines or [""]


def _cut(text: str, width: float) -> str:
    room = int(width / LETTER)
    return text if len(text) <= room else text[: room - 1].rstrip() + "…"
