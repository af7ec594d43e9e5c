"""Manifests that conform: none of them is told that something will misbehave."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from scorm.packaging.activities import course_definition
from scorm.packaging.items import Edition, Manifest
from scorm.packaging.manifest import read_manifest
from tests.scorm.packaging.packages import shared_packages

PACKAGES = shared_packages()
CONFORMANCE = PACKAGES.parent / "conformance" if PACKAGES else None


def manifests() -> list[Path]:
    return sorted((CONFORMANCE / "scorm2004").glob("*.xml")) if CONFORMANCE else []


def generator() -> ModuleType | None:
    """Return the generator of random manifests, where it is at hand."""
    path = CONFORMANCE / "random_manifest.py" if CONFORMANCE else None
    spec = importlib.util.spec_from_file_location("random_manifest", path) if path and path.is_file() else None
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_manifest_of_the_suite_is_read_without_a_finding() -> None:
    found = {}
    for path in manifests():
        manifest, findings = read_manifest(path.read_bytes())
        found[path.stem] = [one.code for one in findings]
        assert manifest.edition is Edition.SCORM_2004_4TH
        assert Manifest.from_dict(manifest.as_dict()) == manifest.without_inventory()
        assert len(course_definition(manifest).activities) == sum(1 for _ in manifest.organization.walk()) + 1
    assert {name: codes for name, codes in found.items() if codes} == {}
    assert bool(found) is (CONFORMANCE is not None)


@pytest.mark.parametrize("profile", ["flow", "rules", "rollup", "objectives", "limits", "adl4", "all"])
def test_random_manifests_are_read_without_a_finding(profile: str) -> None:
    module = generator()
    for seed in range(40) if module else ():
        assert module
        made = module.generate(seed, profile)
        manifest, findings = read_manifest(made.xml.encode())
        definition = course_definition(manifest)
        assert findings == ()
        assert [definition.activities[place].identifier for place in sorted(definition.leaves)] == made.leaves
