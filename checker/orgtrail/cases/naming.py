"""Where names stand in JSON: by the member that holds them. In HCL the syntax tells (`naming_sources.py`)."""

import re
from collections.abc import Iterator
from typing import Any

from orgtrail.cases import words
from orgtrail.cases.bundle import Bundle
from orgtrail.cases.naming_sources import SourceNames, declared_in
from orgtrail.cases.renaming import Renaming, patterns_in
from orgtrail.cases.trees import Inside

#: Members whose members are names of the user's.
_NAMED = frozenset(
    {"variables", "outputs", "module_calls", "tags", "tags_all", "output_changes", "locals", "provider_config"}
)
#: Members that hold an address, or a reference.
_ADDRESSES = frozenset(
    {"address", "previous_address", "module_address", "references", "depends_on", "provider_config_key"}
)


class Renamed:
    """A bundle with other names."""

    def __init__(self, bundle: Bundle) -> None:
        texts = {one for content in bundle.files.values() for one in _texts(content)}
        keys = {one for content in bundle.files.values() for one in _instance_keys(content)}
        self.names = Renaming(patterns_in(texts), "\n".join(sorted(texts)).lower(), keys)
        declared = {
            one for content in bundle.files.values() if isinstance(content, str) for one in declared_in(content)
        }
        self.sources = SourceNames(self.names, self.path, declared)
        self.bundle = bundle

    def made(self) -> Bundle:
        """The bundle, its files, paths and settings with new names."""
        import msgspec

        files = {self.path(name): self._content(name, content) for name, content in self.bundle.files.items()}
        old = self.bundle
        value = self.names.value
        settings = msgspec.structs.replace(
            old.settings,
            organization_id=old.settings.organization_id and value(old.settings.organization_id),
            management_account=old.settings.management_account and value(old.settings.management_account),
            archive_account=old.settings.archive_account and value(old.settings.archive_account),
            trusted_accounts=tuple(value(one) for one in old.settings.trusted_accounts),
            bucket=old.settings.bucket and value(old.settings.bucket, is_name=True),
            assume_trusted_access=old.settings.assume_trusted_access and "said in the case",
            assume_no_other_trail=old.settings.assume_no_other_trail and "said in the case",
            variables=tuple(self._variable(one) for one in old.settings.variables),
            config=None,
        )
        return Bundle(
            files,
            self.path(old.named),
            settings,
            self.path(old.source) if old.source is not None else None,
            self.path(old.evidence) if old.evidence else None,
            tuple(self.path(one) for one in old.var_files),
        )

    def _variable(self, told: str) -> str:
        name, _, value = told.partition("=")
        return f"{self.names.name(name)}={self.names.value(value)}"

    def path(self, path: str) -> str:
        """A path, folder by folder; what everybody calls so stays."""
        return "/".join(one if one in _PATHS else self._called(one) for one in re.split("/", path))

    def _called(self, name: str) -> str:
        """A file's or folder's name. How it ends may say how Terraform takes it."""
        end = next((end for end in _ENDS if name.endswith(end)), "")
        return self.names.name(name.removesuffix(end)) + end

    def _content(self, name: str, content: Any) -> Any:
        if name.endswith(".tf.json"):
            return self.configuration(content)
        if not isinstance(content, str):
            return self.tree(content)
        if name.endswith((".tf", ".tofu", ".tfvars")):
            return self.sources.source(content)
        return self.names.value(content, is_name=True)

    # JSON

    def tree(self, tree: Any, at: str = "", above: str = "") -> Any:
        """A tree with other names; `at` is the member that holds it, `above` the one around that."""
        match tree:
            case Inside():
                return Inside(self.tree(tree.value, "policy", at))
            case dict():
                own = at in _NAMED or (at == "expressions" and above == "module_calls.")
                is_resource = "address" in tree and "type" in tree
                return {
                    self._member(name, own=own): self._labelled(name, one)
                    if is_resource and name in ("name", "index")
                    else self.tree(one, f"{at}." if own else at if name == "constant_value" else name, at)
                    for name, one in tree.items()
                }
            case list():
                return [self.tree(one, at, above) for one in tree]
            case str():
                return self._string(tree, at)
            case int() if not isinstance(tree, bool) and len(str(tree)) == _ACCOUNT:
                return int(self.names.value(str(tree), is_name=True))
        return tree

    def _member(self, name: str, *, own: bool) -> str:
        if own and "." in name:
            return self.names.reference(name)
        return self.names.name(name) if own and name != "aws" else self.names.key(name)

    def _labelled(self, member: str, value: Any) -> Any:
        return self.names.name(value) if isinstance(value, str) else value

    def _string(self, text: str, at: str) -> str:
        if at in _ADDRESSES or at == "resource":
            return self.names.reference(text)
        if at in words.ACTIONS:
            return self.names.action(text)
        if at in words.KEYS:
            return self.names.condition_key(text)
        if at == "Dir" or (at in ("source", "Source") and text.startswith(".")):
            return self.path(text)
        if at == "name" and text in words.BEFORE_LABELS:
            return text
        return self.names.value(text, is_name=at in words.MADE_UP or at in ("tags.", "tags_all."))

    def configuration(self, tree: Any) -> Any:
        """A configuration in JSON syntax: names are where HCL has labels."""
        made = {}
        for kind, inner in tree.items() if isinstance(tree, dict) else ():
            many = inner if isinstance(inner, list) else [inner]
            named = [self._labels(one, _LABELS.get(kind, 0), own=kind in ("module", "locals")) for one in many]
            made[kind] = named if isinstance(inner, list) else named[0]
        return made

    def _labels(self, body: Any, depth: int, *, own: bool) -> Any:
        if not depth or not isinstance(body, dict):
            return self._body(body, "", own=own)
        labelled = {}
        for name, inner in body.items():
            is_type = words.RESOURCE_TYPE.fullmatch(name) or name in words.BEFORE_LABELS
            labelled[name if is_type else self.names.name(name)] = (
                [self._labels(one, depth - 1, own=own) for one in inner]
                if isinstance(inner, list)
                else self._labels(inner, depth - 1, own=own)
            )
        return labelled

    def _body(self, body: Any, at: str, *, own: bool = False) -> Any:
        match body:
            case dict():
                return {
                    name if name in words.META else self._member(name, own=own): self._body(one, name)
                    for name, one in body.items()
                }
            case list():
                return [self._body(one, at) for one in body]
            case str():
                if at in ("depends_on", "provider", "ignore_changes"):
                    return self.names.reference(body)
                if body.startswith("${") and body.endswith("}") and "(" in body:
                    # An expression of HCL, with strings and objects of its own.
                    return "${" + self.sources.source(f"_ = {body[2:-1]}").removeprefix("_ = ") + "}"
                return self.names.template(body) if "${" in body else self._string(body, at)
        return self.tree(body, at)


#: How many labels stand before a body.
_LABELS = {"resource": 2, "data": 2, "variable": 1, "output": 1, "module": 1, "provider": 1}
_ACCOUNT = 12
_PATHS = {
    *(".", "..", "source", ".terraform", "modules", "modules.json"),
    *("main.tf", "variables.tf", "outputs.tf", "versions.tf", "providers.tf", "locals.tf", "data.tf"),
    *("override.tf", "terraform.tfvars"),
    *("plan.json", "state.json", "policy.json", "evidence.json"),
    *(f"{number}.tfvars{end}" for number in range(9) for end in ("", ".json")),
}
_ENDS = ("_override.tf", "_override.tf.json", ".auto.tfvars", ".auto.tfvars.json")


def _instance_keys(content: Any) -> Iterator[str]:
    """The keys of for_each that a plan or state names."""
    match content:
        case dict():
            if "address" in content and isinstance(content["address"], str):
                yield from re.findall(r'\["([^"\\]*)"\]', content["address"])
            for one in content.values():
                yield from _instance_keys(one)
        case list():
            for one in content:
                yield from _instance_keys(one)


def _texts(content: Any) -> Iterator[str]:
    """Every string of a file."""
    match content:
        case str():
            yield content
        case Inside():
            yield from _texts(content.value)
        case dict():
            for name, one in content.items():
                yield name
                yield from _texts(one)
        case list():
            for one in content:
                yield from _texts(one)
