"""What a manifest says reaches the definition."""

from scorm.packaging.items import Manifest, ScormType
from tests.scorm.packaging.packages import in_item_one, manifest_with, package_bytes, read


def test_everything_an_item_can_say() -> None:
    words = (
        '<adlcp:prerequisites type="aicc_script">two &amp; two</adlcp:prerequisites>'
        "<adlcp:maxtimeallowed>02:30:00.5</adlcp:maxtimeallowed>"
        "<adlcp:timelimitaction>Exit, Message</adlcp:timelimitaction>"
        "<adlcp:dataFromLMS><![CDATA[ a\n b ]]></adlcp:dataFromLMS>"
        "<adlcp:masteryscore> 62.5 </adlcp:masteryscore>"
    )
    text = manifest_with(
        in_item_one(words),
        ('identifier="one" identifierref="res_one"', 'identifier=" one " isvisible="0" identifierref="res_one "'),
        ("<title>First</title>", "<title><![CDATA[  A & B\n  C ]]></title>"),
    )
    package = read(package_bytes(text))
    item = package.launches[0]
    assert package.findings == ()
    assert (item.identifier, item.title, item.visible) == ("one", "A & B C", False)
    assert (item.prerequisites, item.max_time_allowed) == ("two & two", "02:30:00.5")
    assert (item.time_limit_action, item.launch_data, item.mastery_score) == ("exit,message", " a\n b ", 62.5)
    assert (item.href, item.member, item.scorm_type) == ("one/index.html", "one/index.html", ScormType.SCO)


def test_attributes_and_elements_left_out_equal_their_defaults_spelt_out() -> None:
    spelt = manifest_with(
        ('identifier="one" ', 'identifier="one" isvisible="true" parameters="" '),
        in_item_one("<adlcp:prerequisites/><adlcp:masteryscore/><adlcp:maxtimeallowed/><adlcp:datafromlms/>"),
    )
    assert read(package_bytes(spelt)).manifest == read(package_bytes()).manifest


def test_prerequisites_in_another_language_are_ignored() -> None:
    text = manifest_with(in_item_one('<adlcp:prerequisites type="javascript">eval(1)</adlcp:prerequisites>'))
    package = read(package_bytes(text))
    assert (package.launches[0].prerequisites, package.findings) == ("", ())


def test_metadata_give_title_description_and_language() -> None:
    lom = (
        '<lom xmlns="http://www.imsglobal.org/xsd/imsmd_rootv1p2p1"><general><title><langstring xml:lang="fr">'
        "Négocier</langstring></title><language>fr</language><language>none</language><description>"
        "<langstring>Deux jours</langstring></description></general></lom>"
    )
    text = manifest_with(("</metadata>", lom + "</metadata>"), ("<title>Negotiation</title>", "<title/>"))
    package = read(package_bytes(text))
    assert (package.title, package.manifest.languages) == ("Négocier", ("fr",))
    assert package.manifest.description == "Deux jours"


def test_a_name_that_an_item_lacks_is_made_up_and_unique() -> None:
    text = manifest_with(('identifier="one" ', ""), ('identifier="two"', 'identifier="item-1"'))
    identifiers = [item.identifier for item in read(package_bytes(text)).launches]
    assert len(set(identifiers)) == 2


def test_a_folder_may_be_launched_too() -> None:
    inner = '<item identifier="in" identifierref="res_two" parameters="p=1"><title>In</title></item>'
    package = read(package_bytes(manifest_with(in_item_one(inner))))
    assert [item.href for item in package.launches] == ["one/index.html", "two/index.html?p=1", "two/index.html"]
    assert (package.scos, package.assets) == (3, 0)


def test_the_definition_survives_json() -> None:
    text = manifest_with(
        in_item_one("<adlcp:masteryscore>80</adlcp:masteryscore>"),
        ('identifier="two"', 'identifier="two" isvisible="false"'),
    )
    manifest = read(package_bytes(text)).manifest
    assert Manifest.from_dict(manifest.as_dict()) == manifest.without_inventory()
