"""Who acts: the settings of every provider configuration, the account and region behind it, the organization."""

from collections.abc import Callable
from functools import cached_property

from orgtrail.address import block_address, read_provider_key
from orgtrail.estate import Values
from orgtrail.provider import identity
from orgtrail.terraform.language.expressions import Scope
from orgtrail.terraform.language.operations import plain
from orgtrail.terraform.source.evaluation.bodies import body
from orgtrail.terraform.source.evaluation.bounds import guarded
from orgtrail.terraform.source.evaluation.facts import Given
from orgtrail.terraform.source.modules import Module
from orgtrail.terraform.source.root_module import RootModule, provider_of
from orgtrail.values import Cause, Symbol, Unknown, Value


class Actors:
    """The provider configurations of a source, and what their settings and the facts say of who they are."""

    def __init__(self, source: RootModule, facts: Given, scope_of: Callable[[Module], Scope]) -> None:
        """`scope_of` gives the scope in which a module's provider blocks are evaluated."""
        self._source = source
        self._facts = facts
        self._scope_of = scope_of
        self._settings: dict[str, Value] = {}
        #: By type: the blocks, and those that the facts show, with their provider keys. There may be thousands of both.
        self._blocks: dict[str, dict[str, str]] = {}
        self._shown: dict[str, dict[str, str]] = {}

    def all(self) -> dict[str, Values]:
        """The settings of every provider configuration, by its key."""
        return {
            key: settings
            for module in self._source.root.walk()
            for name in module.folder.providers
            if isinstance(settings := self.settings(key := module.own_key(name)), dict)
        }

    def settings(self, key: str) -> Value:
        """The settings of a provider configuration; null where it has no block."""
        if key not in self._settings:
            self._settings[key] = Unknown(Cause(f"the provider `{key}` refers to itself"))
            self._settings[key] = self._evaluated(key)
        return self._settings[key]

    def _evaluated(self, key: str) -> Value:
        where = read_provider_key(key)
        module = self._source.modules.get(where.path)
        block = module.folder.providers.get(where.reference) if module is not None else None
        if module is None or block is None:
            return None
        scope = self._scope_of(module)
        return guarded(lambda: plain(body(block, scope, {}, f"provider.{where.reference}")), f"provider {key}")

    def region(self, provider: str) -> Value:
        """The region that a provider configuration acts in."""
        settings = self.settings(provider)
        written = settings.get("region") if isinstance(settings, dict) else None
        if isinstance(written, str) and written:
            return written
        seen = self._seen("data.aws_region", "name", provider)
        return seen or Symbol(f"the region of provider {provider or 'aws'}", "region")

    def account(self, provider: str) -> Value:
        """The account that a provider configuration acts in."""
        found = self._known_account(provider)
        if found:
            return found
        if provider in self._organization_providers:
            return self.management_account()
        return Symbol(f"the account of provider {provider or 'aws'}", "account-id")

    def _known_account(self, provider: str) -> str | None:
        """The account of a provider configuration, where facts or its settings show it."""
        settings = self.settings(provider)
        return (
            self._seen("data.aws_caller_identity", "account_id", provider)
            or self._seen("aws_organizations_organization", "master_account_id", provider)
            or (identity.configured_account(settings) if isinstance(settings, dict) else None)
        )

    @cached_property
    def _organization_providers(self) -> frozenset[str]:
        """The provider configurations that hold the organization itself: only the management account can."""
        return frozenset(self._blocks_of("aws_organizations_organization").values())

    def _blocks_of(self, kind: str) -> dict[str, str]:
        """The provider key of every block of a type (`data.` in front for data sources), by the block's address."""
        if kind not in self._blocks:
            self._blocks[kind] = {
                f"{module.prefix}{local}": module.provider_key(provider_of(block))
                for module in self._source.root.walk()
                for local, block in module.folder.resources.items()
                if local.startswith(f"{kind}.")
            }
        return self._blocks[kind]

    def _seen(self, kind: str, attribute: str, provider: str) -> str | None:
        """What a plan or state shows of the blocks of a type that one provider configuration makes or reads."""
        if kind not in self._shown:
            blocks = self._blocks_of(kind)
            named = ((address, blocks.get(block_address(address))) for address in self._facts.addresses)
            self._shown[kind] = {address: key for address, key in named if key is not None}
        for address, key in self._shown[kind].items():
            if key == provider:
                found = (self._facts.read(address) or {}).get(attribute)
                if isinstance(found, str):
                    return found
        return None

    def organization_id(self) -> Value:
        """The organization's id, or the symbol for it."""
        return self._facts.organization_id or self._organization_fact("id") or identity.ORGANIZATION_ID

    def management_account(self) -> Value:
        """The management account's id, or the symbol for it."""
        told = self._facts.management_account or self._organization_fact("master_account_id")
        if told:
            return told
        # Only the management account can hold the organization as a managed resource.
        known = (self._known_account(provider) for provider in self._organization_providers)
        return next((account for account in known if account), identity.MANAGEMENT_ACCOUNT)

    def _organization_fact(self, name: str) -> str:
        for address in self._facts.addresses:
            if "aws_organizations_organization." in address:
                found = (self._facts.read(address) or {}).get(name)
                if isinstance(found, str) and found:
                    return found
        return ""
