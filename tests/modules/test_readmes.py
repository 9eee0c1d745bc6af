"""The READMEs of the modules say what the modules take."""

import pytest
from tools import module_tables

MODULES = sorted(path.parent for path in module_tables.MODULES.glob("*/variables.tf"))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_tables_are_what_the_module_declares(module):
    assert (module / "README.md").read_text() == module_tables.readme_with_tables(module), (
        "behind its variables and outputs: run `python -m tools.module_tables`"
    )


def test_every_module_is_there():
    assert [module.name for module in MODULES] == [
        "alerts",
        "event-data-store",
        "guardrails",
        "log-bucket",
        "log-key",
        "organization-trail",
        "query",
        "replica",
        "service-access",
        "trusted-access",
    ]


def test_a_table_shows_requirement_default_and_type(tmp_path):
    (tmp_path / "variables.tf").write_text(
        'variable "a" {\n  description = "either | or"\n  type = string\n  default = "x"\n}\n'
        'variable "b" {\n  description = <<-EOT\n    first\n    second\n  EOT\n  type = list(string)\n}\n'
    )
    (tmp_path / "outputs.tf").write_text('output "c" {\n  description = "see \\"c\\""\n  value = 1\n}\n')
    lines = module_tables.tables(tmp_path).splitlines()
    assert lines[4] == "| `b` | `list(string)` | **required** | first second |"
    assert lines[5] == '| `a` | `string` | `"x"` | either \\| or |'
    assert lines[-1] == '| `c` | see "c" |'
