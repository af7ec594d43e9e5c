"""A package from its bytes: checked, read and graded, in that order."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from scorm.errors import PackageError
from scorm.packaging.archive import MANIFEST_NAME, ArchiveIndex, Member, ReadAt, read_index
from scorm.packaging.facts import DEFAULT_BUDGETS, Budgets, ContentFacts, languages_of
from scorm.packaging.findings import Finding, condensed, finding, has_blocker, refuse
from scorm.packaging.firstscreen import weigh
from scorm.packaging.foreign import refuse_without_manifest
from scorm.packaging.inflating import read_member, verify
from scorm.packaging.items import Edition, Item, Manifest, ScormType
from scorm.packaging.limits import DEFAULT_LIMITS, Limits
from scorm.packaging.lines import with_lines
from scorm.packaging.manifest import read_manifest_leniently
from scorm.packaging.tools import detect_tool
from scorm.packaging.traces import Traces
from scorm.packaging.validation import resolve

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """An accepted package: its definition, its files, and what its author should know.

    `scos` and `assets` count what the default organization launches; `tool` is empty when unknown.
    """

    edition: Edition
    title: str
    manifest: Manifest
    index: ArchiveIndex
    findings: tuple[Finding, ...]
    scos: int
    assets: int
    facts: ContentFacts
    tool: str = ""

    @property
    def launches(self) -> tuple[Item, ...]:
        """Return the items that learners can open, in document order."""
        return tuple(item for item in self.manifest.organization.walk() if item.is_launchable)


def read_package(
    read_at: ReadAt,
    size: int,
    *,
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress | None = None,
    budgets: Budgets = DEFAULT_BUDGETS,
) -> Package:
    """Read a package of `size` bytes through the port; raise PackageError when any finding blocks it.

    `progress` hears how many bytes of how many were verified.
    """
    index, archive_findings = read_index(read_at, size, limits)
    member = _manifest_member(read_at, index)
    if member.size > limits.manifest_size:
        refuse("manifest_over_limits", file=member.name, what="size", limit=limits.manifest_size)
    findings = list(archive_findings)
    if member.name != MANIFEST_NAME:
        findings.append(finding("manifest_name_case", file=member.name))
    document = read_member(read_at, member)
    manifest, manifest_findings = _read_manifest(document, limits, findings)
    manifest, reference_findings = resolve(manifest, index)
    findings += with_lines([*manifest_findings, *reference_findings], document)
    if has_blocker(findings):
        raise PackageError(condensed(findings))
    traces = Traces(manifest, index.members)
    total = index.total_size
    verify(read_at, index, (lambda done: progress(done, total)) if progress else None, traces)
    findings += traces.findings()
    facts = _facts(read_at, manifest, index, traces, budgets)
    findings += facts.findings()
    types = [item.scorm_type for item in manifest.organization.walk() if item.is_launchable]
    return Package(
        edition=manifest.edition,
        title=manifest.title,
        manifest=manifest,
        index=index,
        findings=condensed(findings),
        scos=sum(one is not ScormType.ASSET for one in types),
        assets=types.count(ScormType.ASSET),
        facts=facts,
        tool=detect_tool(index.members, traces.generators, document),
    )


def _facts(read_at: ReadAt, manifest: Manifest, index: ArchiveIndex, traces: Traces, budgets: Budgets) -> ContentFacts:
    """Return what the package is, once all of it has passed by."""
    first = next(item for item in manifest.organization.walk() if item.is_launchable)
    return ContentFacts(
        manifest=manifest,
        index=index,
        languages=languages_of(manifest, traces.languages),
        hosts=traces.hosts,
        first_screen=weigh(lambda member: read_member(read_at, member), index, first.member),
        budgets=budgets,
    )


def _read_manifest(data: bytes, limits: Limits, earlier: Collection[Finding]) -> tuple[Manifest, list[Finding]]:
    """Read the manifest; what was found earlier travels with a refusal."""
    try:
        return read_manifest_leniently(data, limits)
    except PackageError as error:
        raise PackageError([*earlier, *with_lines(error.findings, data)]) from error


def _manifest_member(read_at: ReadAt, index: ArchiveIndex) -> Member:
    """Return the manifest at the root, whatever the case of its name; refuse the package when there is none."""
    exact = index.members.get(MANIFEST_NAME)
    if exact:
        return exact
    alike = (member for name, member in index.members.items() if name.casefold() == MANIFEST_NAME)
    return next(alike, None) or refuse_without_manifest(read_at, index)
