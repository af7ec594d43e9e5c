"""Manifests that are huge, deep or circular, that declare a document type, or that ask to fetch something."""

from tests.scorm.packaging.hostile.cases import ACCEPTED, case
from tests.scorm.packaging.packages import MANIFEST, in_item_one, manifest_with, package_bytes

ROOT = "<manifest identifier="
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def with_words(words: str) -> bytes:
    """Return a package in whose first item these words stand."""
    return package_bytes(manifest_with(in_item_one(words)))


def before_root(words: str) -> bytes:
    """Return a package in whose manifest these words stand before the root."""
    return package_bytes(manifest_with((ROOT, words + ROOT)))


@case("manifest_doctype")
def document_type() -> bytes:
    return before_root("<!DOCTYPE manifest>")


@case("manifest_doctype")
def document_type_elsewhere() -> bytes:
    return before_root('<!DOCTYPE manifest SYSTEM "http://169.254.169.254/latest/meta-data/">')


@case("manifest_doctype")
def document_type_with_a_public_name() -> bytes:
    return before_root('<!DOCTYPE manifest PUBLIC "-//IMS//DTD//EN" "imscp.dtd">')


@case("manifest_doctype")
def document_type_behind_a_comment() -> bytes:
    return before_root("<!-- <manifest> -->" * 1000 + "\n<!DOCTYPE manifest>")


@case("manifest_doctype")
def document_type_behind_an_instruction() -> bytes:
    return before_root("<?x <!DOCTYPE no> ?><!DOCTYPE\n\tmanifest []>")


@case("manifest_doctype")
def entities_that_laugh_a_billion_times() -> bytes:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return before_root(f'<!DOCTYPE m [<!ENTITY l0 "ha">{laughs}]>')


@case("manifest_doctype")
def entity_of_a_megabyte_used_often() -> bytes:
    return before_root(f'<!DOCTYPE m [<!ENTITY a "{"a" * 1_000_000}">]>')


@case("manifest_doctype")
def entity_of_a_file() -> bytes:
    return before_root('<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]>')


@case("manifest_doctype")
def entity_of_a_server() -> bytes:
    return before_root('<!DOCTYPE m [<!ENTITY x SYSTEM "http://localhost:1/">]>')


@case("manifest_doctype")
def parameter_entity() -> bytes:
    return before_root('<!DOCTYPE m [<!ENTITY % x SYSTEM "http://localhost:1/x.dtd"> %x;]>')


@case("manifest_doctype")
def attributes_by_default() -> bytes:
    return before_root('<!DOCTYPE m [<!ATTLIST item identifierref CDATA "evil">]>')


@case("manifest_not_well_formed")
def entity_that_nobody_declared() -> bytes:
    return with_words("&nbsp;")


@case("manifest_not_well_formed")
def document_type_within() -> bytes:
    return with_words("<!DOCTYPE x>")


@case("manifest_not_well_formed")
def zero_byte() -> bytes:
    return with_words("<x>\0</x>")


@case("manifest_not_well_formed")
def reference_to_a_zero_byte() -> bytes:
    return with_words("<x>&#0;</x>")


@case("manifest_not_well_formed")
def reference_to_half_a_character() -> bytes:
    return with_words("<x>&#xD800;</x>")


@case("manifest_not_well_formed")
def one_attribute_twice() -> bytes:
    return with_words('<x a="1" a="2"/>')


@case("manifest_not_well_formed")
def two_roots() -> bytes:
    return package_bytes(MANIFEST + "<manifest/>")


@case("manifest_not_well_formed")
def comment_without_end() -> bytes:
    return package_bytes(MANIFEST + "<!-- " + "-" * 1_000_000)


@case("manifest_not_well_formed")
def tag_without_end() -> bytes:
    return with_words("<" + "x" * 2_000_000)


@case("manifest_not_well_formed")
def no_markup_at_all() -> bytes:
    return package_bytes(b"x" * 1_000_000)


@case("manifest_empty")
def manifest_of_nothing() -> bytes:
    return package_bytes(b"")


@case("manifest_empty")
def manifest_of_zeros() -> bytes:
    return package_bytes(bytes(100_000))


@case("manifest_empty")
def manifest_of_a_declaration() -> bytes:
    return package_bytes(DECLARATION.encode())


@case("manifest_root")
def page_instead_of_a_manifest() -> bytes:
    return package_bytes(b"<html><body>404</body></html>")


@case("manifest_over_limits", "depth")
def hundred_thousand_levels() -> bytes:
    return with_words("<x>" * 100_000 + "</x>" * 100_000)


@case("manifest_over_limits", "depth")
def one_level_too_many() -> bytes:
    return with_words("<x>" * 97 + "</x>" * 97)


@case("manifest_over_limits", "elements")
def hundred_thousand_elements() -> bytes:
    return with_words("<x/>" * 100_000)


@case("manifest_over_limits", "attributes")
def six_hundred_thousand_attributes() -> bytes:
    return with_words("<x " + " ".join(f'a{n}=""' for n in range(400_000)) + "/>")


@case("manifest_over_limits", "attributes")
def hundred_and_one_attributes() -> bytes:
    return with_words("<x " + " ".join(f'a{n}=""' for n in range(101)) + "/>")


@case("manifest_over_limits", "attribute")
def attribute_of_four_megabytes() -> bytes:
    return with_words(f'<x a="{"a" * 4_000_000}"/>')


@case("manifest_over_limits", "attribute")
def name_of_four_megabytes() -> bytes:
    return with_words(f"<{'x' * 4_000_000}/>")


@case("manifest_over_limits", "attribute")
def name_of_an_attribute_too_long() -> bytes:
    return with_words(f'<x {"a" * 66_000}=""/>')


@case("manifest_over_limits", "text")
def text_of_four_megabytes() -> bytes:
    return with_words(f"<x>{'a' * 4_000_000}</x>")


@case("manifest_over_limits", "text")
def text_in_a_million_pieces() -> bytes:
    return with_words(f"<x>{'<![CDATA[a]]>' * 50_000}{'&#97;' * 700_000}{'a' * 310_000}</x>")


@case("manifest_over_limits", "size")
def manifest_of_more_than_five_megabytes() -> bytes:
    return before_root(f"<!--{' ' * 5_300_000}-->")


@case("manifest_over_limits", "namespaces")
def prefixes_that_are_copied_everywhere() -> bytes:
    words = " ".join(f'xmlns:p_{k}="u"' for k in range(90))
    opened = "".join(f"<x{n} {words.replace('p_', f'p{n}_')}>" for n in range(50))
    return with_words(opened + '<x xmlns:y="u"/>' * 20_000 + "".join(f"</x{n}>" for n in reversed(range(50))))


@case("manifest_over_limits", "namespaces")
def prefixes_that_nobody_declared() -> bytes:
    return with_words("".join(f"<p{n}:x/>" for n in range(30_000)))


@case(ACCEPTED)
def declarations_of_prefixes_everywhere() -> bytes:
    return with_words('<x xmlns:y="http://www.imsglobal.org/xsd/imsss"/>' * 30_000)


@case("manifest_over_limits", "items")
def two_thousand_and_one_items() -> bytes:
    items = "".join(f'<item identifier="i{n}" identifierref="res_one"><title>x</title></item>' for n in range(2_001))
    return with_words(items)


@case("manifest_over_limits", "identifier")
def identifier_of_sixty_thousand_letters() -> bytes:
    return with_words(f'<item identifier="{"i" * 60_000}" identifierref="res_one"><title>x</title></item>')


@case(ACCEPTED)
def resources_that_depend_on_themselves() -> bytes:
    one, two = '<dependency identifierref="res_one"/>', '<dependency identifierref="res_two"/>'
    script, page = '<file href="shared/api.js"/>', '<file href="two/index.html"/>'
    return package_bytes(manifest_with((script, script + two + one), (page, page + one + two)))


@case(ACCEPTED)
def shared_rules_that_refer_to_themselves() -> bytes:
    text = manifest_with(("http://www.imsproject.org/xsd/imscp_rootv1p1p2", "http://www.imsglobal.org/xsd/imscp_v1p1"))
    text = text.replace("adlcp_rootv1p2", "adlcp_v1p3").replace(">1.2<", ">2004 4th Edition<")
    shared = (
        '<sequencingCollection xmlns="http://www.imsglobal.org/xsd/imsss"><sequencing ID="a" IDRef="b"/>'
        '<sequencing ID="b" IDRef="a"/></sequencingCollection></manifest>'
    )
    rules = '<sequencing xmlns="http://www.imsglobal.org/xsd/imsss" IDRef="a"/></item>'
    return package_bytes(text.replace("</manifest>", shared).replace("</item>", rules), API_2004)


API_2004 = {
    "one/index.html": b"<script src='../shared/api.js'></script>",
    "two/index.html": b"<title>Two</title>",
    "shared/api.js": b"window.API_1484_11.Initialize('')",
}


@case(ACCEPTED, "file_missing")
def hundred_thousand_dots_in_an_address() -> bytes:
    return package_bytes(manifest_with(('<file href="shared/api.js"/>', f'<file href="{"x/../" * 12_000}y"/>')))


@case(ACCEPTED, "file_missing")
def very_many_encoded_letters_in_addresses() -> bytes:
    many = "".join(f'<file href="{n}{"%41" * 400}"/>' for n in range(3_000))
    return package_bytes(manifest_with(('<file href="shared/api.js"/>', many)))


@case("href_escapes")
def launch_outside_the_package() -> bytes:
    return package_bytes(manifest_with(('sco" href="one/index.html"', 'sco" href="../../../etc/passwd"')))


@case("href_escapes")
def launch_outside_the_package_in_disguise() -> bytes:
    return package_bytes(manifest_with(('sco" href="one/index.html"', 'sco" href="%2e%2e%5c..%2fetc/passwd"')))


@case("launch_external")
def launch_of_a_script() -> bytes:
    return package_bytes(manifest_with(('sco" href="one/index.html"', 'sco" href="javascript:alert(1)"')))


@case("launch_external")
def launch_of_data() -> bytes:
    return package_bytes(manifest_with(('sco" href="one/index.html"', 'sco" href="data:text/html,evil"')))


@case("launch_external")
def launch_of_a_file_of_the_server() -> bytes:
    return package_bytes(manifest_with(('sco" href="one/index.html"', 'sco" href="file:///etc/passwd"')))


@case("launch_external")
def launch_of_another_host() -> bytes:
    return package_bytes(manifest_with(('sco" href="one/index.html"', 'sco" href="//evil.example/x.html"')))


@case(ACCEPTED)
def style_sheet_of_another_host() -> bytes:
    return before_root('<?xml-stylesheet href="http://localhost:1/x.xsl" type="text/xsl"?>')


@case(ACCEPTED, "namespace_unknown")
def inclusion_of_a_file() -> bytes:
    return with_words('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>')


@case(ACCEPTED)
def schema_of_another_host() -> bytes:
    schema = "http://www.w3.org/2001/XMLSchema-instance"
    words = f'xmlns:xsi="{schema}" xsi:schemaLocation="http://a.example http://localhost:1/x.xsd" '
    return package_bytes(manifest_with(('identifier="course" ', f'identifier="course" {words}')))


@case("manifest_over_limits", "organizations")
def organizations_by_the_thousand() -> bytes:
    many = "<organization><item/></organization>" * 40_000
    return package_bytes(manifest_with(("</organizations>", f"{many}</organizations>")))


@case("manifest_over_limits", "attributes")
def attributes_by_the_million_in_many_elements() -> bytes:
    words = " ".join(f'a{n}=""' for n in range(95))
    return with_words(f"<x {words}/>" * 7_000)


@case(ACCEPTED, "file_missing")
def files_by_the_ten_thousand_that_are_not_there() -> bytes:
    many = "".join(f'<file href="{number}"/>' for number in range(50_000))
    return package_bytes(manifest_with(('<file href="shared/api.js"/>', many)))


@case(ACCEPTED, "identifier_duplicate")
def identifiers_that_are_taken_already() -> bytes:
    """Whoever looks for a free one from the beginning each time looks for minutes."""
    taken = "".join(f'<resource identifier="a--{number}"/>' for number in range(25_000, 50_100))
    return package_bytes(
        manifest_with(("</resources>", taken + '<resource identifier="a"/>' * 25_000 + "</resources>"))
    )


@case("launch_external")
def base_of_another_host() -> bytes:
    return package_bytes(manifest_with(('version="1" ', 'version="1" xml:base="http://localhost:1/" ')))


@case(ACCEPTED, "file_missing")
def long_base_in_front_of_very_many_files() -> bytes:
    many = "".join(f'<file href="../{number}"/>' for number in range(50_000))
    base = f'<resource identifier="long" xml:base="{"x/" * 30_000}">{many}</resource>'
    return package_bytes(manifest_with(("</resources>", base + "</resources>")))
