"""2,000 .tf files around one organization trail: the whole check against what tree-sitter alone takes to parse them."""

import shutil
import tempfile
import time
from pathlib import Path

from workbench.terraform import REPOSITORY

from orgtrail.config import Settings
from orgtrail.engine.judging import run, select
from orgtrail.inputs import recognise as inputs
from orgtrail.terraform.language.block import Block
from orgtrail.terraform.source.described import Described
from orgtrail.terraform.source.root_module import RootModule

FILES = 2_000
BOUND = 3.0
#: What no value hangs on.
UNREAD = {"description", "depends_on"}
TRAIL = REPOSITORY / "tests" / "configurations" / "local-jsonencode"

#: What stands around a trail in a landing zone: nothing of it matters to a rule.
_NEIGHBOUR = """
variable "team_{n}" {{
  description = "The team that owns stack {n}."
  type        = object({{ name = string, members = optional(list(string), []) }})
  default     = {{ name = "team-{n}" }}
}}

locals {{
  name_{n} = format("%s-%s", var.team_{n}.name, "stack")
  tags_{n} = merge({{ Team = var.team_{n}.name }}, {{ Stack = "{n}" }})
}}

resource "aws_iam_role" "stack_{n}" {{
  name                 = local.name_{n}
  max_session_duration = 3600
  assume_role_policy = jsonencode({{
    Version = "2012-10-17"
    Statement = [
      for member in var.team_{n}.members : {{
        Effect    = "Allow"
        Principal = {{ AWS = "arn:aws:iam::${{member}}:root" }}
        Action    = "sts:AssumeRole"
      }}
    ]
  }})
  tags = local.tags_{n}
}}

resource "aws_security_group" "stack_{n}" {{
  name = "${{local.name_{n}}}-sg"

  dynamic "ingress" {{
    for_each = toset(["80", "443"])
    content {{
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = [cidrsubnet("10.0.0.0/8", 8, {m})]
    }}
  }}
}}

# Where the stack keeps what it makes.
data "aws_iam_policy_document" "stack_{n}" {{
  statement {{
    actions   = ["sqs:SendMessage", "sqs:ReceiveMessage"]
    resources = ["arn:aws:sqs:*:*:${{local.name_{n}}}-*"]
    condition {{
      test     = "StringEquals"
      variable = "aws:PrincipalTag/Team"
      values   = [var.team_{n}.name]
    }}
  }}
}}

output "role_{n}" {{
  description = "The role of stack {n}."
  value       = aws_iam_role.stack_{n}.arn
}}
"""


def write_tree(folder: Path) -> None:
    """Write a root module of 2,000 files, of which one holds the trail."""
    folder.mkdir(exist_ok=True)
    shutil.copy(TRAIL / "main.tf", folder)
    for number in range(FILES - 1):
        (folder / f"stack_{number}.tf").write_text(_NEIGHBOUR.format(n=number, m=number % 256))


def sources() -> None:
    """A root module of 2,000 files, of which one holds the trail."""
    import tree_sitter
    import tree_sitter_hcl

    print(f"{FILES} .tf files around one trail (processor time)")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_tree(folder)
        settings = Settings(management_account="123456789012", archive_account="123456789012")
        # Imports and the grammar's cache are paid for once, by whoever comes first.
        list(run(inputs.read(str(TRAIL), settings), select(settings), settings))

        parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))
        start = time.process_time()
        for path in sorted(folder.iterdir()):
            parser.parse(path.read_bytes())
        alone = time.process_time() - start

        start = time.process_time()
        estate = inputs.read(str(folder), settings)
        results = list(run(estate, select(settings), settings))
        whole = time.process_time() - start

        described = estate._source
    ratio = whole / alone
    print(f"  tree-sitter alone {alone * 1000:.0f} ms, the whole check {whole * 1000:.0f} ms, {len(results)} results")
    print(f"  {ratio:.2f} times   bound {BOUND:.0f} times   {'ok' if ratio <= BOUND else 'OVER'}")
    if isinstance(described, Described):
        full, opened, total = _shares(described.source)
        print(f"  of {total} blocks {opened} were opened, {full} of them read in full ({full / total:.1%} of all)")


def _shares(source: RootModule) -> tuple[int, int, int]:
    """How many blocks were read in full (every expression that stands in them), were opened at all, and are there."""
    blocks = [
        block
        for module in source.root.walk()
        for group in (module.folder.resources, module.folder.variables, module.folder.outputs, module.folder.calls)
        for block in group.values()
    ]
    opened = [block for block in blocks if "_body" in vars(block)]
    return sum(map(_is_read, opened)), len(opened), len(blocks)


def _is_read(block: Block) -> bool:
    if "_body" not in vars(block):
        return False
    read = [attribute for attribute in block.attributes.values() if attribute.name not in UNREAD]
    return all("node" in vars(one) for one in read) and all(map(_is_read, block.blocks))
