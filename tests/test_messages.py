"""The French texts: all there, and compiled as they are written."""

from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils.translation import gettext, override

CATALOGUE = (
    Path(__file__).resolve().parent.parent / "locale" / "fr" / "LC_MESSAGES" / "django"
)


@pytest.fixture(scope="module")
def written() -> polib.POFile:
    return polib.pofile(str(CATALOGUE.with_suffix(".po")))


def test_every_text_is_translated(written: polib.POFile) -> None:
    assert [entry.msgid for entry in written.untranslated_entries()] == []
    assert [entry.msgid for entry in written.fuzzy_entries()] == []


def test_the_compiled_catalogue_is_the_written_one(written: polib.POFile) -> None:
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))

    assert {(one.msgid, one.msgstr) for one in compiled} == {
        (one.msgid, one.msgstr) for one in written if not one.obsolete
    }


def test_placeholders_survive_translation(written: polib.POFile) -> None:
    import re

    for entry in written:
        texts = [entry.msgstr, *entry.msgstr_plural.values()]
        wanted = set(re.findall(r"%\(\w+\)s", entry.msgid))
        for text in filter(None, texts):
            assert set(re.findall(r"%\(\w+\)s", text)) == wanted, entry.msgid


def test_people_read_french_unless_they_ask_otherwise() -> None:
    with override(settings.LANGUAGE_CODE):
        assert gettext("not disclosed") == "non communiqué"
    with override("en"):
        assert gettext("not disclosed") == "not disclosed"
