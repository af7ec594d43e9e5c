"""A good package of SCORM 2004 4th Edition that uses every construct of its manifest, to be spoilt in one place."""

from collections.abc import Mapping

from scorm.packaging.items import Item, Manifest
from scorm.packaging.manifest import read_manifest
from tests.scorm.packaging.packages import findings_of, package_bytes

NAMESPACES = (
    'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3"'
    ' xmlns:adlseq="http://www.adlnet.org/xsd/adlseq_v1p3" xmlns:adlnav="http://www.adlnet.org/xsd/adlnav_v1p3"'
    ' xmlns:imsss="http://www.imsglobal.org/xsd/imsss"'
)
HIDDEN = (
    "<adlnav:presentation><adlnav:navigationInterface><adlnav:hideLMSUI>continue</adlnav:hideLMSUI>"
    "</adlnav:navigationInterface></adlnav:presentation>"
)
MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="course" version="1" {NAMESPACES}>
  <metadata><schema>ADL SCORM</schema><schemaversion>2004 4th Edition</schemaversion></metadata>
  <organizations default="org">
    <organization identifier="org">
      <title>Negotiation</title>
      <item identifier="unit"><title>Unit</title>
        <item identifier="one" identifierref="res_one"><title>First</title>
          <adlcp:completionThreshold completedByMeasure="true" minProgressMeasure="0.5" progressWeight="0.25"/>
          <imsss:sequencing IDRef="shared">
            <imsss:sequencingRules>
              <imsss:preConditionRule>
                <imsss:ruleConditions conditionCombination="any">
                  <imsss:ruleCondition condition="satisfied" operator="not" referencedObjective="entry"/>
                  <imsss:ruleCondition condition="objectiveMeasureLessThan" measureThreshold="-0.5"/>
                </imsss:ruleConditions>
                <imsss:ruleAction action="skip"/>
              </imsss:preConditionRule>
            </imsss:sequencingRules>
            <imsss:objectives>
              <imsss:primaryObjective objectiveID="main" satisfiedByMeasure="true">
                <imsss:minNormalizedMeasure>0.8</imsss:minNormalizedMeasure>
                <imsss:mapInfo targetObjectiveID="global" writeSatisfiedStatus="true"/>
              </imsss:primaryObjective>
              <imsss:objective objectiveID="entry"/>
            </imsss:objectives>
            <adlseq:objectives>
              <adlseq:objective objectiveID="main">
                <adlseq:mapInfo targetObjectiveID="global" writeRawScore="true"/>
              </adlseq:objective>
            </adlseq:objectives>
          </imsss:sequencing>
          {HIDDEN}
          <adlcp:data><adlcp:map targetID="store"/></adlcp:data>
        </item>
        <item identifier="two" identifierref="res_two"><title>Second</title></item>
        <imsss:sequencing>
          <imsss:controlMode choice="true" flow="true"/>
          <imsss:rollupRules>
            <imsss:rollupRule childActivitySet="atLeastCount" minimumCount="1">
              <imsss:rollupConditions><imsss:rollupCondition condition="completed"/></imsss:rollupConditions>
              <imsss:rollupAction action="completed"/>
            </imsss:rollupRule>
          </imsss:rollupRules>
        </imsss:sequencing>
      </item>
      <imsss:sequencing><imsss:controlMode flow="true"/></imsss:sequencing>
    </organization>
  </organizations>
  <resources>
    <resource identifier="res_one" type="webcontent" adlcp:scormType="sco" href="one/index.html">
      <file href="one/index.html"/>
      <file href="shared/api.js"/>
    </resource>
    <resource identifier="res_two" type="webcontent" adlcp:scormType="sco" href="two/index.html">
      <file href="two/index.html"/>
    </resource>
  </resources>
  <imsss:sequencingCollection>
    <imsss:sequencing ID="shared">
      <imsss:limitConditions attemptLimit="2" attemptAbsoluteDurationLimit="PT1H"/>
      <imsss:deliveryControls tracked="true" objectiveSetByContent="true"/>
    </imsss:sequencing>
  </imsss:sequencingCollection>
</manifest>
"""
FILES: Mapping[str, bytes] = {
    "one/index.html": b"<!DOCTYPE html><title>One</title><script src='../shared/api.js'></script>",
    "two/index.html": b"<!DOCTYPE html><title>Two</title>",
    "shared/api.js": b"window.API_1484_11.Initialize('');",
}


def manifest2004_with(*changes: tuple[str, str]) -> str:
    """Return the good manifest with some words replaced; each must occur."""
    text = MANIFEST
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def told(text: str, files: Mapping[str, bytes] = FILES) -> list[tuple[str, str]]:
    """Return code and place of what reading a package with this manifest finds."""
    return [(one.code, one.place) for one in findings_of(package_bytes(text, files))]


def leaf(sequencing: str, more: str = "", edition: str = "2004 4th Edition", end: str = "") -> Item:
    """Return the item of a course that has only one, with these words inside; `end` stands after the resources."""
    return course(f'<item identifier="one" identifierref="r"><title>One</title>{sequencing}{more}</item>', edition, end)


def course(items: str, edition: str = "2004 4th Edition", end: str = "", root: str = "") -> Item:
    """Return the first item of a course with these items."""
    return course_manifest(items, edition, end, root).organization.items[0]


def course_manifest(items: str, edition: str = "2004 4th Edition", end: str = "", root: str = "") -> Manifest:
    """Return the manifest of a course with these items; `root` stands in the organization."""
    return read_manifest(manifest_text(items, edition, end, root))[0]


def manifest_text(items: str, edition: str = "2004 4th Edition", end: str = "", root: str = "") -> bytes:
    """Return what `course_manifest` reads."""
    return (
        f'<manifest identifier="m" {NAMESPACES}><metadata><schema>ADL SCORM</schema>'
        f'<schemaversion>{edition}</schemaversion></metadata><organizations default="o">'
        f'<organization identifier="o"><title>Course</title>{items}{root}</organization></organizations><resources>'
        f'<resource identifier="r" type="webcontent" adlcp:scormType="sco" href="i.html"/></resources>{end}</manifest>'
    ).encode()
