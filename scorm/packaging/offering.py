"""A manifest without a course structure: what it offers all the same (CAM 3.4.1.5).

LMS choice: a resource package has nothing to run by the books; with one page to open there is nothing to choose.
"""

from collections.abc import Iterable

from scorm.packaging.hrefs import is_external
from scorm.packaging.items import Resource, ScormType
from scorm.xml import Element


def only_launch(resources: Iterable[Resource]) -> Resource | None:
    """Return the only SCO, or the only page where nothing is called a SCO; None when there is a choice, or nothing."""
    pages = [one for one in resources if one.href and not is_external(one.href)]
    scos = [one for one in pages if one.scorm_type is ScormType.SCO]
    candidates = scos or pages
    return candidates[0] if len(candidates) == 1 else None


def offered_organization(root: Element, resource: Resource, title: str) -> Element:
    """Return the organization of one item that the author left out; `title` is that of the course, if it has one."""
    name = Element(name="title", namespace=root.namespace, text=title or root.get("identifier") or resource.identifier)
    item = Element(
        name="item",
        namespace=root.namespace,
        attributes={"identifier": "item-1", "identifierref": resource.identifier},
        children=(name,),
    )
    return Element(
        name="organization",
        namespace=root.namespace,
        attributes={"identifier": "organization-1"},
        children=(name, item),
    )
