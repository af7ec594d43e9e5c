"""The stable codes of what a package check can find, each with its grade.

Codes are never renamed, only added: they stand in databases, translations and reports.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import NoReturn

from scorm.errors import PackageError
from scorm.findings import Finding, Grade

__all__ = ["GRADES", "Finding", "Grade", "condensed", "finding", "has_blocker", "placed_in", "refuse"]

_BLOCKERS = """
    not_a_zip zip_damaged zip_encrypted zip_unsupported_method zip_unsafe_name zip_special_entry zip_duplicate_name
    zip_case_collision zip_over_limits zip_nested other_standard manifest_missing manifest_empty
    manifest_not_well_formed manifest_doctype manifest_over_limits manifest_root organization_missing
    organization_empty nothing_to_launch submanifest_referenced resource_without_href launch_file_missing
    launch_external href_escapes
"""
_WILL_MISBEHAVE = """
    manifest_encoding namespace_undeclared edition_unknown edition_contradiction element_misplaced identifier_missing
    identifier_duplicate organization_default_dangling item_reference_dangling item_leaf_without_resource
    item_folder_with_resource file_missing scorm_type_missing dependency_dangling parameters_malformed
    mastery_score_invalid time_limit_invalid threshold_invalid prerequisites_unreadable prerequisites_unknown_item
    sequencing_reference_dangling sequencing_value_invalid objective_reference_unknown objective_map_conflict
    no_way_in no_way_on api_not_used api_other_edition obsolete_technology insecure_reference
    hosts_called foreign_frames embedded_file
"""
_COSMETIC = """
    zip_wrapped_in_folder zip_os_noise zip_name_encoding zip_name_mended manifest_name_case namespace_unknown
    edition_missing schema_files_missing element_order identifier_syntax organization_several title_missing
    submanifest_ignored href_mended xml_base_mended file_undeclared assets_only threshold_old_style launch_data_long
    prerequisites_ambiguous shared_data_unwritten metadata_missing_file
    first_screen_heavy course_heavy unload_only top_access pop_ups service_worker device_closed domain_set
"""

GRADES: Mapping[str, Grade] = MappingProxyType(
    {
        code: grade
        for grade, codes in (
            (Grade.BLOCKER, _BLOCKERS),
            (Grade.WILL_MISBEHAVE, _WILL_MISBEHAVE),
            (Grade.COSMETIC, _COSMETIC),
        )
        for code in codes.split()
    }
)

_KEPT_PER_CODE = 10
_SHOWN = 300  # characters of a place, a file or a value that a finding repeats


def finding(code: str, *, file: str = "", place: str = "", **parameters: object) -> Finding:
    """Return a finding with the grade that its code has; of long words it repeats the beginning."""
    words = {name: str(value)[:_SHOWN] for name, value in sorted(parameters.items())}
    return Finding(code=code, grade=GRADES[code], file=file[:_SHOWN], place=place[:_SHOWN], parameters=words)


def refuse(code: str, *, file: str = "", place: str = "", **parameters: object) -> NoReturn:
    """Raise PackageError with this one finding."""
    raise PackageError([finding(code, file=file, place=place, **parameters)])


def placed_in(file: str, findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings, those that name no file with this one."""
    return [one if one.file else replace(one, file=file) for one in findings]


def has_blocker(findings: Iterable[Finding]) -> bool:
    """Say whether one of the findings forbids the package."""
    return any(one.grade is Grade.BLOCKER for one in findings)


def condensed(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Keep the first of each code; the last one kept says how many `more` there were."""
    counts: Counter[str] = Counter()
    kept: list[Finding] = []
    last: dict[str, int] = {}
    for one in findings:
        counts[one.code] += 1
        if counts[one.code] <= _KEPT_PER_CODE:
            last[one.code] = len(kept)
            kept.append(one)
    for code, count in counts.items():
        if count > _KEPT_PER_CODE:
            one = kept[last[code]]
            kept[last[code]] = replace(one, parameters={**one.parameters, "more": str(count - _KEPT_PER_CODE)})
    return tuple(kept)
