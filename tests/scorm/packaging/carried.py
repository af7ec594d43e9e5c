"""Which parameters a finding always carries, for the sentences that repeat them: by code, or by code and kind."""

from collections.abc import Mapping

from scorm.packaging.findings import Finding

CARRIED: Mapping[str, tuple[str, ...]] = {
    "course_heavy": ("budget", "size"),
    "dependency_dangling": ("dependency",),
    "edition_contradiction": ("stated",),
    "edition_unknown": ("stated",),
    "element_misplaced": ("element", "parent"),
    "element_order": ("element",),
    "embedded_file": ("address",),
    "file_undeclared": ("count",),
    "first_screen_heavy": ("budget", "size"),
    "foreign_frames": ("count", "hosts"),
    "hosts_called": ("count", "hosts"),
    "hosts_called.possible": ("count", "hosts"),
    "identifier_duplicate": ("element",),
    "identifier_missing": ("element",),
    "insecure_reference": ("url",),
    "item_reference_dangling": ("reference",),
    "launch_data_long": ("length",),
    "manifest_missing.deeper": ("names",),
    "manifest_missing.several": ("names",),
    "manifest_not_well_formed": ("detail",),
    "manifest_over_limits.identifier": ("limit",),
    "manifest_over_limits.items": ("limit",),
    "manifest_over_limits.size": ("limit",),
    "mastery_score_invalid": ("value",),
    "organization_default_dangling": ("taken",),
    "organization_several": ("count",),
    "other_standard": ("standard",),
    "parameters_malformed": ("parameters",),
    "prerequisites_ambiguous": ("script",),
    "prerequisites_unknown_item": ("detail",),
    "prerequisites_unreadable": ("script",),
    "schema_files_missing": ("count",),
    "time_limit_invalid": ("value",),
    "title_missing": ("element",),
    "zip_case_collision": ("other",),
    "zip_nested.several": ("names",),
    "zip_os_noise": ("count",),
    "zip_over_limits.entries": ("found", "limit"),
    "zip_over_limits.ratio": ("limit",),
    "zip_over_limits.size": ("found", "limit"),
    "zip_over_limits.total": ("found", "limit"),
}


def lacking(one: Finding) -> set[str]:
    """Return the parameters that a finding should carry and does not."""
    kinds = (one.code, *(f"{one.code}.{one.parameters.get(name, '')}" for name in ("what", "reason")))
    return {name for kind in kinds for name in CARRIED.get(kind, ())} - set(one.parameters)
