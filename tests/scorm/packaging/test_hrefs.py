"""From an href to a file, and to the address of a launch."""

import unicodedata

import pytest

from scorm.packaging.hrefs import FileTable, HrefFault, are_parameters_well_formed, launch_url, locate, with_parameters

TABLE = FileTable.of(
    [
        "index.html",
        "sco 02.htm",
        "literal%20name.htm",
        "content/data.js",
        "Pages/Été.html",
        "course/one/page.html",
        "Intro:_Welcome.html",
        "a#b.html",
    ]
)
FOUND = [
    ("index.html", "index.html", "", False),
    ("index.html?content=playing#top", "index.html", "?content=playing#top", False),
    ("index.html#top?x", "index.html", "#top?x", False),
    ("./index.html", "index.html", "", False),
    ("content/../index.html", "index.html", "", False),
    ("content//data.js", "content/data.js", "", False),
    ("sco 02.htm", "sco 02.htm", "", False),
    ("sco%2002.htm", "sco 02.htm", "", False),
    ("literal%20name.htm", "literal%20name.htm", "", False),
    ("content%2Fdata.js", "content/data.js", "", True),
    ("content\\data.js", "content/data.js", "", True),
    ("CONTENT/Data.JS?x=1", "content/data.js", "?x=1", True),
    ("Pages/Été.html", "Pages/Été.html", "", False),
    ("Pages/%C3%89t%C3%A9.html", "Pages/Été.html", "", False),
    (unicodedata.normalize("NFD", "Pages/Été.html"), "Pages/Été.html", "", True),
    (unicodedata.normalize("NFD", "pages/été.html"), "Pages/Été.html", "", True),
    ("pages/%c3%a9T%C3%89.HTML", "Pages/Été.html", "", True),
    ("Intro:_Welcome.html", "Intro:_Welcome.html", "", False),
    ("a%23b.html", "a#b.html", "", False),
]
LOST = [
    ("", HrefFault.EMPTY),
    ("gone.html", HrefFault.MISSING),
    ("a#b.html", HrefFault.MISSING),
    ("sco%252002.htm", HrefFault.MISSING),
    ("http://example.org/index.html", HrefFault.EXTERNAL),
    ("HTTPS://example.org/", HrefFault.EXTERNAL),
    ("//example.org/index.html", HrefFault.EXTERNAL),
    ("\\\\server\\index.html", HrefFault.EXTERNAL),
    ("javascript:alert(1)", HrefFault.EXTERNAL),
    ("data:text/html,x", HrefFault.EXTERNAL),
    ("/index.html", HrefFault.ESCAPES),
    ("\\index.html", HrefFault.ESCAPES),
    ("../index.html", HrefFault.ESCAPES),
    ("content/../../index.html", HrefFault.ESCAPES),
    ("..%2Findex.html", HrefFault.ESCAPES),
    ("%2e%2e/index.html", HrefFault.ESCAPES),
    ("C:\\index.html", HrefFault.ESCAPES),
]


@pytest.mark.parametrize(("href", "name", "suffix", "is_mended"), FOUND)
def test_an_href_means_a_file(href: str, name: str, suffix: str, is_mended: bool) -> None:
    located = locate(TABLE, (), href)
    assert (located.name, located.suffix, located.fault, located.is_mended) == (name, suffix, None, is_mended)


@pytest.mark.parametrize(("href", "fault"), LOST)
def test_an_href_that_means_no_file_says_why(href: str, fault: HrefFault) -> None:
    located = locate(TABLE, (), href)
    assert (located.name, located.fault) == ("", fault)


@pytest.mark.parametrize(
    ("bases", "href", "name", "is_base_mended"),
    [
        (("course/",), "one/page.html", "course/one/page.html", False),
        (("course/", "one/"), "page.html", "course/one/page.html", False),
        (("course/", "", "one/"), "page.html", "course/one/page.html", False),
        (("course",), "one/page.html", "course/one/page.html", True),
        (("course", "one"), "page.html", "course/one/page.html", True),
        (("Course/",), "one/page.html", "course/one/page.html", False),
        (("old/",), "../course/one/page.html", "course/one/page.html", False),
        (("manifest.xml",), "index.html", "index.html", True),  # RFC 3986 drops the last segment
        (("course/o",), "ne/page.html", "course/one/page.html", True),  # plain concatenation
    ],
)
def test_bases_stand_before_the_href(bases: tuple[str, ...], href: str, name: str, is_base_mended: bool) -> None:
    located = locate(TABLE, bases, href)
    assert (located.name, located.is_base_mended) == (name, is_base_mended)


@pytest.mark.parametrize(
    ("bases", "href", "fault"),
    [
        (("https://example.org/",), "index.html", HrefFault.EXTERNAL),
        (("course/",), "https://example.org/", HrefFault.EXTERNAL),
        (("course/",), "/index.html", HrefFault.ESCAPES),
        (("course/",), "../../index.html", HrefFault.ESCAPES),
        (("/course/",), "one/page.html", HrefFault.ESCAPES),
        (("course",), "two/page.html", HrefFault.MISSING),
    ],
)
def test_bases_do_not_lead_out(bases: tuple[str, ...], href: str, fault: HrefFault) -> None:
    assert locate(TABLE, bases, href).fault == fault


@pytest.mark.parametrize(
    ("href", "parameters", "expected"),
    [
        ("p.html", "", "p.html"),
        ("p.html", "a=1", "p.html?a=1"),
        ("p.html", "?a=1", "p.html?a=1"),
        ("p.html", "&a=1&b=2", "p.html?a=1&b=2"),
        ("p.html", "?&?a=1", "p.html?a=1"),
        ("p.html", "?", "p.html"),
        ("p.html", "#x", "p.html#x"),
        ("p.html", "a=1#x", "p.html?a=1#x"),
        ("p.html", "a=%20b", "p.html?a=%20b"),
        ("p.html?q=1", "a=1", "p.html?q=1&a=1"),
        ("p.html?q=1", "?a=1#x", "p.html?q=1&a=1#x"),
        ("p.html?q=1", "#x", "p.html?q=1"),
        ("p.html#f", "a=1", "p.html?a=1#f"),
        ("p.html#f", "a=1#x", "p.html?a=1#f"),
        ("p.html#f", "#x", "p.html#f"),
        ("p.html?q=1#f", "a=1", "p.html?q=1&a=1#f"),
    ],
)
def test_parameters_follow_the_rule_of_the_books(href: str, parameters: str, expected: str) -> None:
    assert with_parameters(href, parameters) == expected


@pytest.mark.parametrize("text", ["?tc=CM-01&act=1", "a=b", "a=b&c=d#f", "#f", "?a=", "q=a=b"])
def test_parameters_of_the_right_form_pass(text: str) -> None:
    assert are_parameters_well_formed(text)


@pytest.mark.parametrize("text", ["", "words", "a b=c", "?a=b&c", "&", "a=b c"])
def test_parameters_of_another_form_are_reported(text: str) -> None:
    assert not are_parameters_well_formed(text)


@pytest.mark.parametrize(
    ("name", "suffix", "url"),
    [
        ("a b/Été #1?.html", "?x=1#y", "a%20b/%C3%89t%C3%A9%20%231%3F.html?x=1#y"),
        ("100%.html", "", "100%25.html"),
        ("a;b,c=d@e:f.html", "", "a%3Bb,c=d@e:f.html"),
    ],
)
def test_a_launch_address_encodes_each_segment_again(name: str, suffix: str, url: str) -> None:
    assert launch_url(name, suffix, "") == url
