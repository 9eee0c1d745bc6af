"""The measured figures in docs/: parts, each with its date, in one JSON and one Markdown file."""

import datetime
import json
from pathlib import Path
from typing import Any

JSON = Path("docs/benchmarks.json")
MARKDOWN = Path("docs/benchmarks.md")


def read() -> dict[str, Any]:
    """The parts by their names: `about` (a sentence), `date`, `columns` and `rows`."""
    found: dict[str, Any] = json.loads(JSON.read_text()) if JSON.exists() else {}
    return found


def write(name: str, about: str, columns: list[str], rows: list[list[Any]]) -> None:
    """Replace one part, and make the Markdown anew."""
    parts = read() | {
        name: {
            "about": about,
            "date": str(datetime.datetime.now(datetime.UTC).date()),
            "columns": columns,
            "rows": rows,
        }
    }
    JSON.write_text(json.dumps(parts, indent=2, ensure_ascii=False) + "\n")
    MARKDOWN.write_text(markdown(parts))


def markdown(parts: dict[str, Any]) -> str:
    """All parts as tables."""
    lines = [
        "# Benchmarks",
        "",
        "Ratios within one run, of medians of at least 5, in processor time: other work on the same machine moves",
        "seconds, and ratios less. `make bench` measures again; `python -m tools.bench_plot` draws the curves.",
        "",
        "![Processor time and memory over the size of the plan](images/growth.svg)",
    ]
    for name, part in parts.items():
        lines += ["", f"## {name}", "", f"{part['about']} Measured on {part['date']}.", ""]
        lines += ["| " + " | ".join(part["columns"]) + " |", "| " + " | ".join("---" for _ in part["columns"]) + " |"]
        lines += ["| " + " | ".join("" if cell is None else str(cell) for cell in row) + " |" for row in part["rows"]]
    return "\n".join(lines) + "\n"
