"""Inputs that are named by URLs."""

import functools
import http.server
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest
from workbench.terraform import REPOSITORY

from orgtrail.config import Settings
from orgtrail.engine import many
from orgtrail.engine import run as engine
from orgtrail.errors import InputError

FOLDER = Path("examples/no-bucket-policy").resolve()
PLAN = FOLDER / "plan.json"


@pytest.fixture
def memory() -> Iterator[str]:
    """Two plans, and something else, in fsspec's own file system."""
    system = fsspec.filesystem("memory")
    for name in ("plans/b.json", "plans/a.json", "plans/notes.txt"):
        system.pipe(f"/{name}", PLAN.read_bytes())
    yield "memory://plans"
    system.rm("/plans", recursive=True)


@pytest.fixture
def web() -> Iterator[str]:
    class Silent(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Silent, directory=FOLDER)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_pattern_is_expanded_in_order(memory: str) -> None:
    assert many.expanded([f"{memory}/*.json"]) == ["memory:///plans/a.json", "memory:///plans/b.json"]


def test_what_is_behind_a_url_is_checked_as_a_file_is(memory: str) -> None:
    url = f"{memory}/a.json"
    (here,), (there,) = (engine.check([one], Settings()).results[:1] for one in (str(PLAN), url))
    assert (there.input, there.rule, there.verdict, there.message) == (url, here.rule, here.verdict, here.message)


def test_file_url(memory: str) -> None:
    assert engine.check([PLAN.as_uri()], Settings()).inputs[0].kind == "plan"


def test_web_address_and_its_question_mark(web: str) -> None:
    (named,) = many.expanded([f"{web}/plan.json?signature=abc"])
    assert engine.check([named], Settings()).inputs[0].kind == "plan"


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("memory://nowhere/plan.json", "memory://nowhere/plan.json: is not there"),
        ("memory://nowhere/*.json", r"nowhere/\*.json: matches nothing; expected a pattern such as s3://"),
        ("carrier-pigeon://plan.json", "protocol not known: carrier-pigeon"),
        ("gs://bucket/plan.json", r"no driver for gs:// is installed \(.*gcsfs"),
        ("http://127.0.0.1:1/plan.json", r"can't be read \(ClientConnectorError"),
    ],
)
def test_what_can_not_be_read_is_one_line(named: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        engine.check(many.expanded([named]), Settings())


def test_a_saved_plan_is_read_where_it_is() -> None:
    saved = (REPOSITORY / "tests" / "recorded" / "saved" / "examples.recommended-policy.tfplan").read_bytes()
    fsspec.filesystem("memory").pipe("/tfplan", saved)
    assert engine.check(["memory://tfplan"], Settings()).inputs[0].kind == "plan"


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(InputError, match=r"fsspec isn't installed \(pip install 'orgtrail\[dask,s3\]'\)"):
        many.expanded(["s3://bucket/*.json"])
