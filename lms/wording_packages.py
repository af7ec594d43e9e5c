"""The sentences for what a package check finds: for each stable code what is the matter, and what to do."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from lms.wording_foreign import FOREIGN

_AGAIN = _l("Export the package again from the tool that made it, and send that file.")
_REPACK = _l("Pack the files again as an ordinary zip file, without options.")
_SMALLER = _l("Make videos and pictures smaller, or split the course.")
_RENAME = _l("Rename the file in the tool that made the package, and export it again.")
_AUTHOR = _l("Ask the author to mend it in the tool that made the package.")
_NOTHING = _l("Nothing needs to be done.")
_IN_TOOL = _l("Mend it in the tool that made the package if learners miss something.")
_PUT_IN = _l("Put these parts into the package, or offer them as a link that opens a window of its own.")
_LIGHTER = _l("Ask the author for smaller pictures and videos where learners have slow lines.")
_TRY = _l("Try the course where it does this; if learners miss something, ask the author to mend it.")
_RESULTS = _l("Try the course: if no result arrives, ask the author to mend it.")

_ZIP = {
    "not_a_zip": (
        _l("The file is not a zip archive."),
        _l("Choose the zip file that the authoring tool exported, not a file in another format renamed to .zip."),
    ),
    "zip_damaged": (_l("The archive is damaged: it is cut short or contradicts itself."), _AGAIN),
    "zip_damaged.checksum": (_l("A file of the archive is damaged: it is not what its checksum promises."), _AGAIN),
    "zip_damaged.size": (_l("A file of the archive is damaged: it has not the size that it claims."), _AGAIN),
    "zip_damaged.deflate": (_l("A file of the archive is damaged: it cannot be unpacked."), _AGAIN),
    "zip_encrypted": (_l("The archive is protected by a password."), _l("Pack it again without a password.")),
    "zip_unsupported_method": (_l("A file is compressed in a way that browsers cannot read."), _REPACK),
    "zip_unsafe_name": (
        _l("The name of a file would lead out of the package."),
        _l("Do not use this file: it may have been made to do harm. Ask its author for a clean export."),
    ),
    "zip_special_entry": (
        _l("The archive holds a link or a device where there should be a file."),
        _l("Pack the files themselves instead of links to them."),
    ),
    "zip_duplicate_name": (_l("Two files of the archive have the same name."), _REPACK),
    "zip_case_collision": (
        _l("The names of two files differ only in capitals or in how accents are written; the other is %(other)s."),
        _RENAME,
    ),
    "zip_over_limits": (_l("The archive is too large or has too many files."), _SMALLER),
    "zip_over_limits.entries": (_l("The archive has %(found)s files; at most %(limit)s are accepted."), _SMALLER),
    "zip_over_limits.size": (_l("A file of the archive is too large: %(found)s, at most %(limit)s."), _SMALLER),
    "zip_over_limits.total": (_l("The package is too large: %(found)s unpacked, at most %(limit)s."), _SMALLER),
    "zip_over_limits.ratio": (
        _l("The archive is compressed more than %(limit)s times, which no honest course is."),
        _l("Do not use this file: it may have been made to do harm. Ask its author for a clean export."),
    ),
    "zip_over_limits.time": (_l("Reading the archive took too long and was stopped."), _SMALLER),
    "zip_nested": (
        _l("The package lies in another zip file inside this one."),
        _l("Unpack the outer file and send the zip file that lies inside."),
    ),
    "zip_wrapped_in_folder": (_l("Everything lies in one folder; we looked inside it."), _NOTHING),
    "zip_os_noise": (
        lambda count, words: ngettext(
            "A file that only an operating system uses is left out.",
            "%(count)s files that only an operating system uses are left out.", count, **words,
        ),
        _NOTHING,
    ),
    "zip_name_encoding": (
        _l("The letters of file names had to be guessed."),
        _l("If a picture or page is missing, use names without accents."),
    ),
    "zip_name_mended": (_l("The name of a file was written in an unusual way and was mended."), _NOTHING),
}  # fmt: skip

_MANIFEST = {
    "other_standard": (
        _l("This is a package in the standard %(standard)s, not SCORM."),
        _l("Export the course again and choose SCORM 1.2 or SCORM 2004."),
    ),
    "manifest_missing": (
        _l("There is no imsmanifest.xml at the top of the archive."),
        _l("Send the zip file as the tool exported it; do not pack a folder around it."),
    ),
    "manifest_name_case": (_l("The manifest's name is written with other capitals than the standard's."), _NOTHING),
    "manifest_empty": (_l("The manifest contains nothing."), _AGAIN),
    "manifest_not_well_formed": (_l("The manifest is not correct XML: %(detail)s."), _AGAIN),
    "manifest_doctype": (
        _l("The manifest declares a document type, which we refuse for safety."),
        _l("Remove the line that begins with <!DOCTYPE, or export the package again."),
    ),
    "manifest_encoding": (
        _l("The manifest is not in the encoding that it claims."),
        _l("Look at the titles: if letters are wrong, save the manifest as UTF-8 and pack it again."),
    ),
    "manifest_over_limits": (
        _l("The manifest is too large, or its elements are too many or nested too deeply."), _AUTHOR,
    ),
    "manifest_over_limits.size": (_l("The manifest is too large; at most %(limit)s are accepted."), _AUTHOR),
    "manifest_over_limits.items": (_l("The manifest has more than %(limit)s items."), _AUTHOR),
    "manifest_over_limits.identifier": (
        _l("The identifier of an item has more than %(limit)s characters."),
        _AUTHOR,
    ),
    "manifest_root": (_l("The outermost element of imsmanifest.xml is not a manifest."), _AGAIN),
    "namespace_undeclared": (_l("The manifest uses a prefix without declaring it."), _AUTHOR),
    "namespace_unknown": (_l("The manifest uses a vocabulary that is not SCORM's."), _NOTHING),
    "edition_missing": (_l("The package does not say its edition; we inferred it."), _NOTHING),
    "edition_unknown": (_l("The package names an edition that does not exist: %(stated)s."), _RESULTS),
    "edition_contradiction": (_l("The edition that is named (%(stated)s) and the vocabulary disagree."), _RESULTS),
    "schema_files_missing": (
        lambda count, words: ngettext(
            "A schema file that the manifest names is not included.",
            "%(count)s schema files that the manifest names are not included.", count, **words,
        ),
        _NOTHING,
    ),
    "element_order": (_l("An element stands in an unusual place: %(element)s."), _NOTHING),
    "element_misplaced": (_l("An element stands where it has no effect: %(element)s in %(parent)s."), _AUTHOR),
    "identifier_missing": (_l("An element has no identifier (%(element)s); we gave it one."), _AUTHOR),
    "identifier_duplicate": (
        _l("Two elements share an identifier (%(element)s); what refers to it reaches the first."), _AUTHOR,
    ),
    "identifier_syntax": (_l("An identifier has blanks or characters that the standard forbids."), _NOTHING),
}  # fmt: skip

_STRUCTURE = {
    "organization_missing": (
        _l("The package lists files but no course structure."),
        _l("Export it as a course with at least one page to open."),
    ),
    "organization_default_dangling": (
        _l("The structure to be used does not exist; we took the first, %(taken)s."), _AUTHOR,
    ),
    "organization_several": (_l("The package offers %(count)s structures; learners see the default one."), _NOTHING),
    "organization_empty": (_l("The course structure has no items."), _AUTHOR),
    "title_missing": (_l("A title is empty (%(element)s); its identifier is shown instead."), _IN_TOOL),
    "nothing_to_launch": (_l("No item leads to a page that can be opened."), _AUTHOR),
    "item_reference_dangling": (_l("An item refers to something that does not exist: %(reference)s."), _AUTHOR),
    "item_leaf_without_resource": (_l("An item at the end of a branch opens nothing."), _IN_TOOL),
    "item_folder_with_resource": (_l("An item is both a folder and a page."), _NOTHING),
    "submanifest_referenced": (_l("An item points into a nested manifest, which no platform plays."), _AUTHOR),
    "submanifest_ignored": (_l("A nested manifest is ignored."), _NOTHING),
    "resource_without_href": (_l("An item names no page to open."), _AUTHOR),
    "launch_file_missing": (_l("The page to open is not in the package."), _AGAIN),
    "launch_external": (
        _l("The page to open lies on another website, from where no result can reach us."),
        _l("Export the course with its content inside the package."),
    ),
    "href_escapes": (_l("A path in the manifest leads outside the package."), _AUTHOR),
    "href_mended": (_l("A path had wrong slashes, capitals or letters and was mended."), _NOTHING),
    "xml_base_mended": (_l("A base path lacked its slash and was mended."), _NOTHING),
    "file_missing": (_l("A file that the manifest lists is not in the package."), _IN_TOOL),
    "file_undeclared": (
        lambda count, words: ngettext(
            "A file is not listed in the manifest; it is served all the same.",
            "%(count)s files are not listed in the manifest; they are served all the same.", count, **words,
        ),
        _NOTHING,
    ),
    "scorm_type_missing": (_l("It is not said whether a page reports results; we let it."), _RESULTS),
    "dependency_dangling": (_l("Something that is needed is not there: %(dependency)s."), _IN_TOOL),
    "metadata_missing_file": (_l("A file with a description of the course is not in the package."), _NOTHING),
}  # fmt: skip

_RULES = {
    "assets_only": (
        _l("No part of this package can report results: opening it counts as completing it."),
        _l("If a result is expected, export the course as SCORM with tracking."),
    ),
    "parameters_malformed": (_l("Launch parameters do not follow the standard: %(parameters)s."), _RESULTS),
    "mastery_score_invalid": (
        _l("The mastery score is not a number from 0 to 100: %(value)s. The course's own pass mark counts."), _AUTHOR,
    ),
    "time_limit_invalid": (_l("A time limit or its action is not valid and is left out: %(value)s."), _AUTHOR),
    "launch_data_long": (
        _l("The data for the start are longer than the standard allows (%(length)s characters); they are kept whole."),
        _NOTHING,
    ),
    "prerequisites_unreadable": (
        _l("A condition for opening an item cannot be understood and is ignored: %(script)s."), _AUTHOR,
    ),
    "prerequisites_unknown_item": (
        _l("A condition names an item that does not exist and is ignored: %(detail)s."), _AUTHOR,
    ),
    "prerequisites_ambiguous": (_l("A condition can be read in two ways: %(script)s."), _IN_TOOL),
    "threshold_invalid": (_l("A threshold or weight is not between 0 and 1."), _AUTHOR),
    "threshold_old_style": (_l("A threshold is written as in an older edition."), _NOTHING),
    "sequencing_reference_dangling": (_l("Shared rules that an item uses do not exist."), _AUTHOR),
    "sequencing_value_invalid": (_l("A rule uses an unknown word or a number out of range; it is left out."), _AUTHOR),
    "objective_reference_unknown": (_l("A rule names an objective that its item does not have."), _AUTHOR),
    "objective_map_conflict": (_l("Two mappings read or write the same thing."), _AUTHOR),
    "no_way_in": (_l("Learners cannot reach a part of the course."), _AUTHOR),
    "no_way_on": (_l("The buttons are hidden and nothing else leads on."), _AUTHOR),
    "shared_data_unwritten": (_l("Shared data are read that nothing writes."), _NOTHING),
    "api_not_used": (
        _l("No page of the package shows a trace of reporting results."),
        _l("Try the course. If it never completes, export it as SCORM with tracking."),
    ),
    "api_other_edition": (
        _l("The pages look only for the other generation of SCORM and will not find their connection."),
        _l("Export the course again, pages and package in the same edition of SCORM."),
    ),
    "obsolete_technology": (
        _l("The content needs Flash or Java applets, which browsers no longer run."),
        _l("Rebuild the course, or export it again as HTML5."),
    ),
}  # fmt: skip

_CONTENT = {
    "insecure_reference": (
        _l("A page loads parts from another website over an insecure line (%(url)s); browsers will block them."),
        _l("Put these parts into the package."),
    ),
    "hosts_called": (
        lambda count, words: ngettext(
            "The content loads from another website or sends to it (%(hosts)s), which browsers refuse until you "
            "approve it.",
            "The content loads from %(count)s other websites or sends to them (%(hosts)s), which browsers refuse until "
            "you approve them.", count, **words,
        ),
        _l("Put these parts into the package, or approve the hosts on the page of the version when you trust them."),
    ),
    "hosts_called.possible": (
        lambda count, words: ngettext(
            "A large script can call another website (%(hosts)s), which browsers refuse until you approve it.",
            "Large scripts can call %(count)s other websites (%(hosts)s), which browsers refuse until you approve "
            "them.", count, **words,
        ),
        _l("Try the course. Approve a host on the page of the version only when learners miss something."),
    ),
    "foreign_frames": (
        lambda count, words: ngettext(
            "A page shows another website inside itself (%(hosts)s), which stays closed in the player.",
            "Pages show %(count)s other websites inside themselves (%(hosts)s), which stay closed in the player.",
            count, **words,
        ),
        _PUT_IN,
    ),
    "embedded_file": (
        _l("A page shows a file inside itself in a way that the player does not allow (%(address)s)."),
        _l("Ask the author for a picture or a page instead, or for a link to the file."),
    ),
    "first_screen_heavy": (
        lambda count, words: ngettext(
            "The first page weighs at least %(size)s; %(budget)s are advised.",
            "The first page and what it loads weigh at least %(size)s; %(budget)s are advised.", count, **words,
        ),
        _LIGHTER,
    ),
    "course_heavy": (_l("The whole course weighs %(size)s; %(budget)s are advised."), _LIGHTER),
    "unload_only": (
        _l("The content saves its last results only at an event (unload) that browsers are giving up."),
        _l("Try the course on a telephone: leave it in the middle and come back. Ask the author for a newer export."),
    ),
    "top_access": (
        _l("The content reaches for the whole browser window, which the player does not let it have."),
        _l("Try its buttons and links. Where one does nothing, learners leave with the player's own button."),
    ),
    "pop_ups": (
        _l("The content can open windows of its own, which browsers may hold back."),
        _l("Try the course. Tell learners to allow windows of this site if it asks for them."),
    ),
    "service_worker": (
        _l("The content wants to keep itself for use without a connection (service worker), which the player refuses."),
        _NOTHING,
    ),
    "device_closed": (
        _l("The content can ask for the camera, the microphone or the place of learners; the player never gives them."),
        _TRY,
    ),
    "domain_set": (
        _l("The content changes its own domain (document.domain), which browsers refuse inside the player."), _TRY,
    ),
}  # fmt: skip

Words = tuple[object, object]
SENTENCES: Mapping[str, Words] = {**_ZIP, **_MANIFEST, **_STRUCTURE, **_RULES, **_CONTENT, **FOREIGN}
"""By code, or by code and kind, what is the matter and what to do; the former also as a function of how many."""
