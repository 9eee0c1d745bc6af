"""Draws docs/images/proof-light.svg and proof-dark.svg, the picture of docs/proof.md: `python -m tools.proof_picture`.

GitHub and the site show the one that fits, by `#gh-light-mode-only` and `#gh-dark-mode-only` at the end of its address.
"""

from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "images"

#: What is drawn in which colour, on a light and on a dark page.
_LIGHT = {"ink": "#1f2328", "faint": "#59636e", "line": "#b7bfc8", "fill": "#f6f8fa", "page": "#ffffff"}
_DARK = {"ink": "#e6edf3", "faint": "#9aa4af", "line": "#474e57", "fill": "#161b22", "page": "#0d1117"}
PALETTES = {
    "light": _LIGHT | {"allow": "#0969da", "deny": "#8250df", "bad": "#cf222e", "good": "#1a7f37", "open": "#9a6700"},
    "dark": _DARK | {"allow": "#58a6ff", "deny": "#bc8cff", "bad": "#ff7b72", "good": "#56d364", "open": "#e3b341"},
}


def _text(x: float, y: float, words: str, colour: str = "ink", size: int = 13, **more: str) -> str:
    rest = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in more.items())
    return f'<text x="{x}" y="{y}" fill="@{colour}@" font-size="{size}"{rest}>{words}</text>'


def _box(x: float, y: float, width: float, height: float, colour: str = "line", fill: str = "@fill@") -> str:
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="6" '
        f'fill="{fill}" stroke="@{colour}@" stroke-width="1.5"/>'
    )


def _arrow(path: str) -> str:
    return f'<path d="{path}" fill="none" stroke="@faint@" stroke-width="1.5" marker-end="url(#tip)"/>'


def _requests() -> list[str]:
    """All requests as an area: what is allowed, what is denied, and the request in between."""
    return [
        _text(285, 40, "All requests at once", size=15, font_weight="600"),
        _text(285, 60, "caller, action, object, every condition key", "faint", 12),
        _box(285, 75, 300, 215),
        _text(297, 281, "every request there can be", "faint", 12),
        '<rect x="318" y="100" width="180" height="140" rx="4" fill="@allow@" fill-opacity=".16" stroke="@allow@"/>',
        _text(326, 119, "Allow OrganizationRead", "allow", 12),
        '<rect x="300" y="130" width="160" height="128" rx="4" fill="url(#hatch)" stroke="@deny@"/>',
        '<rect x="307" y="233" width="120" height="19" rx="3" fill="@fill@"/>',
        _text(311, 247, "Deny NobodyElse", "deny", 12),
        '<circle cx="480" cy="172" r="6" fill="@bad@"/>',
        _text(505, 169, "one request", "bad", 12),
        _text(505, 184, "gets through", "bad", 12),
    ]


def _answers() -> list[str]:
    """What is said of what is left."""
    shown = [_text(640, 40, "What is left", size=15, font_weight="600")]
    rows = (
        ("good", "nothing", "proved", "for every request, every value"),
        ("bad", "a request", "violated", "and this is the request"),
        ("open", "it hangs on an unknown", "not known", "and this would settle it"),
    )
    for at, (colour, left, verdict, why) in enumerate(rows):
        y = 75 + at * 75
        shown += [
            _box(640, y, 210, 65, colour),
            _text(652, y + 19, left, "faint", 12),
            _text(652, y + 38, verdict, colour, 15, font_weight="600"),
            _text(652, y + 55, why, "faint", 11),
        ]
    return shown


def _statements() -> list[str]:
    shown = [
        _text(20, 40, "One policy, as it will be", size=15, font_weight="600"),
        _text(20, 60, "with holes where nothing is known yet", "faint", 12),
    ]
    rows = (
        ("line", "Allow", "CloudTrail writes"),
        ("allow", "Allow", "anybody reads, if"),
        ("deny", "Deny", "anybody else, but"),
    )
    below = ("s3:PutObject", "aws:PrincipalOrgID = o-…", "aws:PrincipalAccount = …")
    for at, ((colour, effect, words), key) in enumerate(zip(rows, below, strict=True)):
        y = 75 + at * 75
        shown += [
            _box(20, y, 210, 65, colour),
            _text(32, y + 24, effect, colour if colour != "line" else "faint", 13, font_weight="600"),
            _text(75, y + 24, words),
            _text(32, y + 48, key, "faint", 12, font_family="ui-monospace, monospace"),
        ]
    return shown


def _judge() -> list[str]:
    return [
        _box(285, 325, 565, 52),
        _text(300, 347, "No request is shown that a second reader hasn't let through", size=13, font_weight="600"),
        _text(
            300, 366, "It evaluates that one request by AWS's rules, and shares no code with the search.", "faint", 12
        ),
        _arrow("M480 182 C480 240 520 270 520 319"),
    ]


def svg(palette: dict[str, str]) -> str:
    """The picture in one palette's colours."""
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 870 395" role="img" '
        'font-family="system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif">',
        "<title>A policy's statements cut the space of all requests; what an Allow leaves outside every Deny is "
        "a request that gets through</title>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 L8 4 L0 8 z" fill="@faint@"/></marker>'
        '<pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="7" height="7" fill="@fill@" fill-opacity=".75"/>'
        '<path d="M0 0 V7" stroke="@deny@" stroke-width="2" stroke-opacity=".55"/></pattern></defs>',
        '<rect width="870" height="395" rx="10" fill="@page@"/>',
        *_statements(),
        _arrow("M236 182 H278"),
        *_requests(),
        _arrow("M591 182 H633"),
        *_answers(),
        *_judge(),
        "</svg>\n",
    ]
    text = "\n".join(parts)
    for name, colour in palette.items():
        text = text.replace(f"@{name}@", colour)
    return text


def pictures() -> dict[str, str]:
    """File name to picture."""
    return {f"proof-{name}.svg": svg(palette) for name, palette in PALETTES.items()}


def main() -> int:
    for name, text in pictures().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
