"""The sentences for files that are no SCORM packages: what they are instead, and what to do."""

from flask_babel import lazy_gettext as _l

_EXPORT = _l("Export the course as SCORM from the tool that made it, and send the zip file that it writes.")
_UNPACK = _l("Unpack it and send the package inside, or pack its files again as an ordinary zip file.")
_RENAME = _l("Rename the file in the tool that made the package, and export it again.")
_AGAIN = _l("Download or copy the package again: it did not arrive whole.")

FOREIGN = {
    "not_a_zip.rar": (_l("This is a RAR archive; packages are zip archives."), _UNPACK),
    "not_a_zip.7z": (_l("This is a 7-Zip archive; packages are zip archives."), _UNPACK),
    "not_a_zip.gzip": (_l("This is a gzip archive; packages are zip archives."), _UNPACK),
    "not_a_zip.tar": (_l("This is a tar archive; packages are zip archives."), _UNPACK),
    "not_a_zip.bzip2": (_l("This is a bzip2 archive; packages are zip archives."), _UNPACK),
    "not_a_zip.xz": (_l("This is an xz archive; packages are zip archives."), _UNPACK),
    "not_a_zip.pdf": (_l("This is a PDF document, not a course."), _EXPORT),
    "not_a_zip.html": (
        _l("This is a web page, not a package: perhaps a sign-in page was saved instead of the file."),
        _l("Download the package again while you are signed in where it comes from."),
    ),
    "not_a_zip.manifest": (
        _l("This is a manifest alone, without the files that it lists."),
        _l("Send the whole zip file that the tool exported."),
    ),
    "not_a_zip.executable": (_l("This is a program, not a package."), _EXPORT),
    "not_a_zip.office": (_l("This is an office document, not a course."), _EXPORT),
    "not_a_zip.media": (_l("This is a picture, a sound or a video, not a course."), _EXPORT),
    "not_a_zip.flash": (_l("This is a Flash film, which browsers no longer run."), _EXPORT),
    "not_a_zip.moodle_backup": (
        _l("This is a backup of a Moodle course, not a SCORM package."),
        _l("In Moodle, open the SCORM activity and download its package, and send that file."),
    ),
    "not_a_zip.empty": (_l("The file is empty."), _AGAIN),
    "not_a_zip.blank": (_l("The file holds nothing but zeros."), _AGAIN),
    "zip_damaged.front": (
        _l("Something stands in front of the archive, as in a program that unpacks itself."),
        _l("Unpack it and pack its files again as an ordinary zip file."),
    ),
    "zip_unsafe_name.device": (_l("Windows takes the name of a file for that of a device."), _RENAME),
    "zip_unsafe_name.too_long": (_l("The name of a file is too long."), _RENAME),
    "zip_unsafe_name.control": (_l("The name of a file holds characters that nobody sees."), _RENAME),
    "zip_nested.several": (
        _l("There are several packages in this zip file: %(names)s."),
        _l("Unpack the file and send these zip files one by one."),
    ),
    "manifest_missing.deeper": (
        _l("The package lies in a folder, beside other things: %(names)s."),
        _l("Pack the contents of that folder alone as a zip file, and send it."),
    ),
    "manifest_missing.several": (
        _l("There are several packages in this archive: %(names)s."),
        _l("Pack each of their folders as a zip file of its own, and send them one by one."),
    ),
    "manifest_missing.empty": (_l("The archive holds no files."), _EXPORT),
    "manifest_missing.website": (
        _l("These are web pages without a manifest: they were exported for a website, not for a learning platform."),
        _EXPORT,
    ),
    "manifest_missing.epub": (_l("This is an electronic book (EPUB), not a course."), _EXPORT),
    "manifest_missing.office": (_l("This is an office document, not a course."), _EXPORT),
    "manifest_missing.java": (_l("This is a program in Java, not a course."), _EXPORT),
    "manifest_missing.storyline_project": (
        _l("This is the source of a course in Articulate Storyline, not what learners open."),
        _l("Open it in Storyline, publish it for an LMS as SCORM, and send the zip file."),
    ),
    "manifest_missing.exelearning_project": (
        _l("This is the source of a course in eXeLearning, not what learners open."),
        _l("Open it in eXeLearning, export it as SCORM, and send the zip file."),
    ),
    "manifest_missing.moodle_backup": (
        _l("This is a backup of a Moodle course, not a SCORM package."),
        _l("In Moodle, open the SCORM activity and download its package, and send that file."),
    ),
    "organization_missing.offered": (
        _l("The package lists files but no course structure; we offer its only page as one item."),
        _l("Try the course. If pages are missing, ask the author for a package with a structure."),
    ),
    "manifest_over_limits.attribute": (
        _l("A name or a value in the manifest is too long."),
        _l("Ask the author to mend it in the tool that made the package."),
    ),
}
