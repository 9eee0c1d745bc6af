"""The dependency graph: what leads where, both ends of a module, and what a plan hides."""

import pytest

from orgtrail.address import split_reference, unwind
from orgtrail.graph.configuration import (
    LocalConfig,
    ModuleCall,
    ModuleConfig,
    OutputConfig,
    ProviderConfig,
    Reference,
    ResourceConfig,
)
from orgtrail.graph.paths import Graph, GraphNode
from orgtrail.values import Cause


def _resource(address: str, *references: str, depends_on: tuple[str, ...] = (), **more: object) -> ResourceConfig:
    *mode, kind, name = address.split(".")
    return ResourceConfig(
        address=address,
        mode="data" if mode else "managed",
        type=kind,
        name=name,
        references=tuple(map(Reference, references)),
        depends_on=tuple(map(Reference, depends_on)),
        **more,  # type: ignore[arg-type]
    )


def _module(*resources: ResourceConfig, **more: object) -> ModuleConfig:
    return ModuleConfig(resources={one.address: one for one in resources}, **more)  # type: ignore[arg-type]


def _reaches(root: ModuleConfig, start: str, goal: str) -> bool:
    graph = Graph(root)
    one, other = graph.resource(start), graph.resource(goal)
    assert one is not None
    assert other is not None
    return graph.path(one[0], [other[0]]) is not None


@pytest.mark.parametrize(
    ("subject", "steps"),
    [
        ("aws_s3_bucket.logs.arn", ["aws_s3_bucket", "logs", "arn"]),
        ('module.a["x.y"].id', ["module", "a", '["x.y"', "id"]),
        ("aws_t.n[0].b[1]", ["aws_t", "n", "[0", "b", "[1"]),
        ('module.a["q\\"]."].id', ["module", "a", '["q\\"]."', "id"]),
        ("local", ["local"]),
    ],
)
def test_split_reference(subject: str, steps: list[str]) -> None:
    assert [step.rstrip("]") for step in split_reference(subject)] == steps


@pytest.mark.parametrize(
    ("listed", "subjects"),
    [
        (["aws_t.n.arn", "aws_t.n"], ["aws_t.n.arn"]),
        (["module.a.id", "module.a"], ["module.a.id"]),
        (["module.a.id", "module.a", "module.a"], ["module.a.id", "module.a"]),
        (['module.a["x"].id', 'module.a["x"]', "module.a"], ['module.a["x"].id']),
        (["aws_t.n[0].arn", "aws_t.n[0]", "aws_t.n", "var.x"], ["aws_t.n[0].arn", "var.x"]),
        (["var.a", "var.ab"], ["var.a", "var.ab"]),
        (["local.x.y.z", "local.x.y", "local.x"], ["local.x.y.z"]),
    ],
)
def test_unwind(listed: list[str], subjects: list[str]) -> None:
    assert list(unwind(listed)) == subjects


def test_references_depends_on_and_providers() -> None:
    root = _module(
        _resource("aws_a.a", "aws_b.b.id"),
        _resource("aws_b.b", depends_on=("aws_c.c",)),
        _resource("aws_c.c", provider="aws.other"),
        _resource("aws_d.d"),
        providers={"aws.other": ProviderConfig("aws.other", (), (Reference("aws_d.d.id"),))},
    )
    assert _reaches(root, "aws_a.a", "aws_d.d")
    assert not _reaches(root, "aws_d.d", "aws_a.a")


def test_data_source_beside_a_resource_orders_nothing() -> None:
    root = _module(_resource("aws_t.t", "data.aws_o.o.id"), _resource("data.aws_o.o"), _resource("aws_o.o"))
    assert not _reaches(root, "aws_t.t", "aws_o.o")


def _two_modules(**call: object) -> ModuleConfig:
    org = ModuleConfig(
        path=("org",),
        resources={"aws_o.o": _resource("aws_o.o"), "aws_x.x": _resource("aws_x.x")},
        outputs={"id": OutputConfig((Reference("aws_o.o.id"),)), "other": OutputConfig((Reference("aws_x.x.id"),))},
    )
    trail = ModuleConfig(path=("trail",), resources={"aws_t.t": _resource("aws_t.t", "var.id")})
    return _module(
        calls={
            "org": ModuleCall(name="org", module=org),
            "trail": ModuleCall(name="trail", module=trail, **call),  # type: ignore[arg-type]
        }
    )


@pytest.mark.parametrize(
    ("call", "reaches"),
    [
        ({"inputs": {"id": (Reference("module.org.id"),)}}, True),
        ({"inputs": {"id": (Reference("module.org.other"),)}}, False),
        ({"inputs": {"unused": (Reference("module.org.id"),)}}, False),
        ({"inputs": {"id": (Reference("module.org"),)}}, True),
        ({"depends_on": (Reference("module.org"),)}, True),
        ({"repetition": (Reference("module.org.id"),)}, True),
        ({}, False),
    ],
)
def test_between_modules(call: dict[str, object], reaches: bool) -> None:
    assert _reaches(_two_modules(**call), "module.trail.aws_t.t", "module.org.aws_o.o") is reaches


def test_the_two_ends_of_a_module_stay_apart() -> None:
    """Something that a module's inside waits for doesn't wait for the module."""
    inner = ModuleConfig(path=("m",), resources={"aws_t.t": _resource("aws_t.t")})
    root = _module(
        _resource("aws_first.f"),
        _resource("aws_last.l", depends_on=("module.m",)),
        calls={"m": ModuleCall(name="m", module=inner, depends_on=(Reference("aws_first.f"),))},
    )
    assert _reaches(root, "aws_last.l", "module.m.aws_t.t")
    assert _reaches(root, "module.m.aws_t.t", "aws_first.f")
    assert _reaches(root, "aws_last.l", "aws_first.f")
    assert not _reaches(root, "module.m.aws_t.t", "aws_last.l")


def test_output_depends_on_orders() -> None:
    org = ModuleConfig(
        path=("org",),
        resources={"aws_o.o": _resource("aws_o.o")},
        outputs={"ready": OutputConfig((), (Reference("aws_o.o"),))},
    )
    root = _module(_resource("aws_t.t", "module.org.ready"), calls={"org": ModuleCall(name="org", module=org)})
    assert _reaches(root, "aws_t.t", "module.org.aws_o.o")


def test_a_local_of_a_plan_is_a_doubt_and_one_of_the_source_is_not() -> None:
    resources = (_resource("aws_t.t", "local.x"), _resource("aws_o.o"))
    hidden, shown = _module(*resources), _module(*resources, locals={"x": LocalConfig(())})
    for root, doubtful in ((hidden, True), (shown, False)):
        graph = Graph(root)
        start, goal = GraphNode("resource", (), "aws_t.t"), GraphNode("resource", (), "aws_o.o")
        assert graph.path(start, [goal]) is None
        assert bool(graph.doubts(start, [goal])) is doubtful


def test_a_local_can_only_lead_to_its_own_module() -> None:
    """A local inside the trail's module can't name a resource of another module that nobody hands in."""
    trail = ModuleConfig(path=("trail",), resources={"aws_t.t": _resource("aws_t.t", "local.x")})
    org = ModuleConfig(path=("org",), resources={"aws_o.o": _resource("aws_o.o")})
    calls = {"trail": ModuleCall(name="trail", module=trail), "org": ModuleCall(name="org", module=org)}
    graph = Graph(_module(calls=calls))
    goal = GraphNode("resource", ("org",), "aws_o.o")
    assert graph.doubts(GraphNode("resource", ("trail",), "aws_t.t"), [goal]) == ()


def test_hidden_references_are_doubts() -> None:
    cause = Cause("it has preconditions")
    graph = Graph(_module(_resource("aws_t.t", hidden=cause), _resource("aws_o.o")))
    assert graph.doubts(GraphNode("resource", (), "aws_t.t"), [GraphNode("resource", (), "aws_o.o")]) == (cause,)


def test_a_hidden_reference_that_would_close_a_circle_is_no_doubt() -> None:
    bucket = _resource("aws_s3_bucket.logs", hidden=Cause("dynamic blocks"))
    policy = _resource("aws_s3_bucket_policy.logs", "aws_s3_bucket.logs")
    other = _resource("aws_s3_bucket_policy.other")
    trail = _resource("aws_cloudtrail.org", "aws_s3_bucket.logs")
    graph = Graph(_module(bucket, policy, other, trail))

    def node(address: str) -> GraphNode:
        found = graph.resource(address)
        assert found is not None
        return found[0]

    start = node("aws_cloudtrail.org")
    assert graph.doubts(start, [node("aws_s3_bucket_policy.logs")]) == ()
    assert graph.doubts(start, [node("aws_s3_bucket_policy.other")]) != ()


def test_a_module_that_isnt_there_is_a_doubt() -> None:
    missing = Cause("`module.m` isn't installed", "run terraform init")
    call = ModuleCall(name="m", inputs={"x": (Reference("aws_o.o.id"),)}, missing=missing)
    graph = Graph(_module(_resource("aws_t.t", "module.m.y"), _resource("aws_o.o"), calls={"m": call}))
    start, goal = GraphNode("resource", (), "aws_t.t"), GraphNode("resource", (), "aws_o.o")
    assert graph.path(start, [goal]) is None
    assert graph.doubts(start, [goal]) == (missing,)


def test_cycles_end() -> None:
    root = _module(_resource("aws_a.a", "aws_b.b.id"), _resource("aws_b.b", "aws_a.a.id"), _resource("aws_o.o"))
    assert not _reaches(root, "aws_a.a", "aws_o.o")
