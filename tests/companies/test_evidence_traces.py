"""Pictures given with a dispute: what is seen stays, who took it and where goes."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image, ImageOps, PngImagePlugin

from companies.filing import bytes_of
from companies.filing.traces import without_traces
from companies.models import Evidence
from tests import make
from tests.companies.hostile_files import jpeg, pdf, png

SECRET = "48.8566 Martin"


def photo(kind: str, **options: Any) -> bytes:
    """Return a photo that says where, by whom and which way up it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x013B] = SECRET
    exif.get_ifd(0x8825)[29] = SECRET
    picture = Image.linear_gradient("L").resize((40, 30))
    file = io.BytesIO()
    picture.save(file, kind, exif=exif, **options)
    return file.getvalue()


def png_photo() -> bytes:
    said = PngImagePlugin.PngInfo()
    said.add_text("Author", SECRET)
    said.add_itxt("XML:com.adobe.xmp", SECRET)
    return photo("PNG", pnginfo=said)


def seen(data: bytes) -> bytes:
    """Return the pixels as a person sees them, the right way up."""
    return ImageOps.exif_transpose(Image.open(io.BytesIO(data))).tobytes()


@pytest.mark.parametrize(
    "data",
    [
        photo("JPEG", comment=SECRET.encode()),
        photo("JPEG", progressive=True, xmp=SECRET.encode()),
        # A phone's film, or a second picture with all its traces, behind the first.
        photo("JPEG") + photo("JPEG"),
        photo("JPEG") + b"ftypmp42" + SECRET.encode(),
        png_photo(),
    ],
    ids=["comment", "progressive", "two", "film", "png"],
)
def test_a_photo_looks_the_same_and_tells_nothing(data: bytes) -> None:
    assert SECRET.encode() in data

    bare = without_traces(data)

    assert SECRET.encode() not in bare
    assert seen(bare) == seen(data)


@pytest.mark.parametrize(
    "data", [pdf(), jpeg(), png(), b"text"], ids=["pdf", "jpeg", "png", "text"]
)
def test_what_tells_nothing_stays_as_it_is(data: bytes) -> None:
    assert without_traces(data) == data


@pytest.mark.parametrize("end", range(0, 700, 7))
def test_a_photo_cut_anywhere_is_read_to_its_end(end: int) -> None:
    without_traces(photo("JPEG")[:end])
    without_traces(png_photo()[:end])


@pytest.mark.django_db
def test_the_company_reads_the_photo_of_a_dispute_bare(
    settings: LazySettings, tmp_path: Path
) -> None:
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    statement = make.fact(make.company(), "employees", "4711")
    browser = Client()
    browser.force_login(User.objects.create_user("someone", is_staff=True))

    browser.post(
        reverse("admin:companies_dispute_add"),
        {
            "company": str(statement.company_id),
            "fact": "employees",
            "kind": "wrong",
            "text": "Le registre dit autre chose.",
            "evidence": SimpleUploadedFile("IMG_1.jpg", photo("JPEG")),
        },
    )

    kept = bytes_of(Evidence.objects.get())
    assert SECRET.encode() not in kept
    assert seen(kept) == seen(photo("JPEG"))
