"""How much a package may ask of us before we refuse it."""

from dataclasses import dataclass

_MB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of an archive and its manifest; sizes in bytes.

    The defaults leave room above the largest honest packages met: 5,690 files, 152 MB, ratio 41:1 in one file,
    names of 149 characters, a manifest of 462 KB, an item tree four levels deep.
    """

    entries: int = 20_000
    directory_size: int = 16 * _MB  # of the zip's central directory
    member_size: int = 2048 * _MB
    total_size: int = 4096 * _MB
    ratio: int = 100  # unpacked to packed, looked at only above `ratio_from`
    ratio_from: int = 32 * _MB
    whole_ratio: int = 25  # of all files together, looked at only above `whole_ratio_from`
    whole_ratio_from: int = 1024 * _MB
    name_length: int = 500  # characters
    manifest_size: int = 5 * _MB
    manifest_depth: int = 100
    manifest_elements: int = 100_000
    manifest_attributes: int = 100  # of one element
    manifest_attribute: int = 64 * 1024  # characters of a name or of a value
    manifest_text: int = 1 * _MB  # of one element
    organizations: int = 100
    items: int = 2_000  # of one organization
    sequencing_elements: int = 200_000  # of all items, shared rules counted wherever they are used


DEFAULT_LIMITS = Limits()
