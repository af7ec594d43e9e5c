"""Which edition or which other standard a package is."""

import pytest

from scorm.packaging.items import Edition
from scorm.packaging.manifest import read_manifest
from tests.scorm.packaging.packages import codes_of, findings_of, manifest_with, package_bytes, read


class TestEditions:
    """All combinations of what is said and what the namespaces say (PACKAGING 1.3)."""

    SAID = (
        ("1.2", Edition.SCORM_12),
        ("  1.2 ", Edition.SCORM_12),
        ("CAM 1.3", Edition.SCORM_2004_2ND),
        ("cam 1.3", Edition.SCORM_2004_2ND),
        ("1.3", Edition.SCORM_2004_2ND),
        ("2004 3rd Edition", Edition.SCORM_2004_3RD),
        ("2004 4th Edition", Edition.SCORM_2004_4TH),
        ("SCORM 1.2", Edition.SCORM_12),
        ("2004 2nd Edition", Edition.SCORM_2004_2ND),
        ("CAM 1.3.1", Edition.SCORM_2004_2ND),
        ("SCORM 2004 4th Edition", Edition.SCORM_2004_4TH),
        ("", None),
        ("whatever", None),
    )
    SPACES = (
        (("http://www.imsproject.org/xsd/imscp_rootv1p1p2", "http://www.adlnet.org/xsd/adlcp_rootv1p2"), False),
        (("http://www.imsglobal.org/xsd/imscp_v1p1", "http://www.adlnet.org/xsd/adlcp_v1p3"), True),
        (("", "http://www.adlnet.org/xsd/adlcp_v1p3"), True),
        (("", "http://www.adlnet.org/xsd/adlcp_rootv1p2"), False),
        (("", ""), None),
    )

    @pytest.mark.parametrize(("words", "stated"), SAID)
    @pytest.mark.parametrize(("spaces", "is_2004"), SPACES)
    def test_namespaces_give_the_generation_and_words_the_edition(
        self, words: str, stated: Edition | None, spaces: tuple[str, str], is_2004: bool | None
    ) -> None:
        manifest, found = read_manifest(self.manifest(words, *spaces).encode())
        codes = {one.code for one in found if one.code.startswith("edition")}
        if stated and is_2004 in (None, stated.is_2004):
            assert (manifest.edition, codes) == (stated, set())
        else:
            inferred = Edition.SCORM_2004_3RD if is_2004 else Edition.SCORM_12
            reason = "edition_contradiction" if stated else "edition_unknown" if words else "edition_missing"
            assert (manifest.edition, codes) == (inferred, {reason})

    @pytest.mark.parametrize("default", ["http://www.imsglobal.org/xsd/imscp_v1p1", ""])
    @pytest.mark.parametrize("words", ["2004", "SCORM 2004"])
    def test_who_says_2004_alone_is_taken_at_their_word(self, words: str, default: str) -> None:
        manifest, found = read_manifest(self.manifest(words, default, "").encode())
        assert manifest.edition is Edition.SCORM_2004_3RD
        assert [one.code for one in found if one.code.startswith("edition")] == ["edition_missing"]

    @pytest.mark.parametrize(
        "feature",
        [
            '<adlcp:data xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3"/>',
            '<q:objectives xmlns:q="http://www.adlnet.org/xsd/adlseq_v1p3"/>',
            '<completionThreshold minProgressMeasure="0.5"/>',
        ],
    )
    def test_features_of_the_fourth_edition_betray_it(self, feature: str) -> None:
        text = self.manifest("", "http://www.imsglobal.org/xsd/imscp_v1p1", "").replace("</item>", feature + "</item>")
        assert read_manifest(text.encode())[0].edition is Edition.SCORM_2004_4TH

    @pytest.mark.parametrize(
        ("words", "edition"),
        [
            ("CAM 1.3", Edition.SCORM_2004_2ND),
            ("2004 3rd Edition", Edition.SCORM_2004_3RD),
            ("2004 4th Edition", Edition.SCORM_2004_4TH),
        ],
    )
    def test_packages_of_2004_are_accepted(self, words: str, edition: Edition) -> None:
        text = self.manifest(words, "http://www.imsglobal.org/xsd/imscp_v1p1", "")
        assert read(package_bytes(text)).edition is edition

    def test_words_under_an_organization_count_and_are_reported(self) -> None:
        text = manifest_with(
            ("<schemaversion>1.2</schemaversion>", ""),
            ("<title>Neg", "<metadata><schemaversion>1.2</schemaversion></metadata><title>Neg"),
        )
        assert codes_of(package_bytes(text)) == ["element_misplaced", "element_order"]

    def manifest(self, words: str, default: str, adlcp: str) -> str:
        text = manifest_with((">1.2<", f">{words}<"))
        text = text.replace('xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"', f'xmlns="{default}"')
        if adlcp:
            return text.replace("http://www.adlnet.org/xsd/adlcp_rootv1p2", adlcp)
        return text.replace('xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"', "").replace("adlcp:", "")


class TestOtherStandards:
    """What is not SCORM is named."""

    @pytest.mark.parametrize(
        ("names", "standard"),
        [
            (["cmi5.xml", "index.html"], "cmi5"),
            (["tincan.xml", "index.html"], "xAPI"),
            (["course.au", "course.crs", "course.des", "course.cst"], "AICC"),
        ],
    )
    def test_by_files(self, names: list[str], standard: str) -> None:
        [found] = findings_of(package_bytes("", dict.fromkeys(names, b"x"), name="readme.txt"))
        assert (found.code, found.parameters["standard"]) == ("other_standard", standard)

    @pytest.mark.parametrize(
        ("namespace", "standard"),
        [
            ("http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1", "Common Cartridge"),
            ("http://www.imsglobal.org/xsd/imsqti_v2p1", "IMS QTI"),
        ],
    )
    def test_by_namespace(self, namespace: str, standard: str) -> None:
        [found] = findings_of(package_bytes(f'<manifest xmlns="{namespace}"/>'))
        assert (found.code, found.parameters["standard"]) == ("other_standard", standard)
