"""From an uploaded file to WebP: upright, bare, in sRGB, never larger, or refused."""

import io

import pytest
from PIL import Image, ImageCms

from products.pictures import problems, rendering
from products.pictures.limits import Limits
from products.pictures.problems import Unusable
from products.pictures.rendering import Rendering
from tests.products import pictures_made as made

rendering.prepare()


def opened(result: Rendering, at: int = -1) -> Image.Image:
    """Return one size as a reader's browser sees it."""
    return Image.open(io.BytesIO(result.sizes[at].data))


def is_near(colour: object, wanted: tuple[int, ...], by: int = 12) -> bool:
    """Say whether two colours look alike; WebP loses a little."""
    assert isinstance(colour, tuple)
    return all(abs(one - two) <= by for one, two in zip(colour, wanted, strict=True))


def problem(data: bytes, **limits: int) -> str:
    """Return why a file is refused."""
    with pytest.raises(Unusable) as refused:
        rendering.render(data, Limits(**limits))
    return refused.value.problem


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_each_format_becomes_webp_in_three_sizes(kind: str) -> None:
    data = made.encoded(made.image(), kind)

    result = rendering.render(data, Limits())

    assert (result.width, result.height) == (1600, 1200)
    assert [(one.width, one.height) for one in result.sizes] == [
        (160, 120),
        (480, 360),
        (1080, 810),
    ]
    for at in range(3):
        with opened(result, at) as shown:
            assert shown.format == "WEBP"
            assert shown.size == result.sizes[at][:2]
            assert is_near(shown.convert("RGB").getpixel((2, 2)), (20, 40, 220), 25)


@pytest.mark.parametrize(
    ("size", "widths"), [((100, 50), [100]), ((300, 200), [160, 300]), ((1, 1), [1])]
)
def test_nothing_is_made_larger(size: tuple[int, int], widths: list[int]) -> None:
    result = rendering.render(made.encoded(made.image(size), "PNG"), Limits())

    assert [one.width for one in result.sizes] == widths


def test_a_strip_stays_within_what_a_webp_can_hold() -> None:
    result = rendering.render(made.jpeg((1200, 20_000)), Limits())

    assert all(one.height <= 4 * 1080 for one in result.sizes)
    assert all(one.width <= 1080 for one in result.sizes)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_nothing_tells_where_and_with_what_it_was_taken(kind: str) -> None:
    data = made.encoded(made.image(), kind, exif=made.told())
    assert b"TelltaleCam" in data

    result = rendering.render(data, Limits())

    for at, one in enumerate(result.sizes):
        assert b"TelltaleCam" not in one.data
        for chunk in (b"EXIF", b"ICCP", b"XMP "):
            assert chunk not in one.data
        with opened(result, at) as shown:
            assert not shown.getexif()


def test_a_png_tells_nothing_in_its_texts_either() -> None:
    from PIL.PngImagePlugin import PngInfo

    texts = PngInfo()
    texts.add_text("Author", "TelltaleCam")
    data = made.encoded(made.image(), "PNG", pnginfo=texts)

    result = rendering.render(data, Limits())

    assert all(b"TelltaleCam" not in one.data for one in result.sizes)


@pytest.mark.parametrize(
    ("orientation", "size", "corner"),
    [
        (3, (1600, 1200), (-2, -2)),
        (6, (1200, 1600), (-2, 2)),
        (8, (1200, 1600), (2, -2)),
    ],
)
def test_it_is_turned_as_the_camera_was_held(
    orientation: int, size: tuple[int, int], corner: tuple[int, int]
) -> None:
    data = made.jpeg(exif=made.told(orientation))

    result = rendering.render(data, Limits())

    assert (result.width, result.height) == size
    with opened(result) as shown:
        at = (corner[0] % shown.width, corner[1] % shown.height)
        assert is_near(shown.convert("RGB").getpixel(at), (20, 40, 220), 25)


def test_colours_of_a_profile_become_those_of_screens() -> None:
    # The profile swaps red and blue, so that nobody can take the one for the other.
    swapped = ImageCms.createProfile("sRGB")
    plain = made.encoded(made.image((64, 64)), "PNG")
    profiled = made.encoded(
        made.image((64, 64)),
        "PNG",
        icc_profile=_bgr(ImageCms.ImageCmsProfile(swapped).tobytes()),
    )

    before = opened(rendering.render(plain, Limits())).getpixel((60, 60))
    after = opened(rendering.render(profiled, Limits())).getpixel((60, 60))

    assert is_near(before, (200, 30, 40), 25)
    assert is_near(after, (40, 30, 200), 40)


def _bgr(profile: bytes) -> bytes:
    """Return a profile whose red primary is the blue one, and the other way round."""
    swap = {b"rXYZ": b"bXYZ", b"bXYZ": b"rXYZ"}
    count = int.from_bytes(profile[128:132], "big")
    changed = bytearray(profile)
    for at in range(132, 132 + 12 * count, 12):
        name = profile[at : at + 4]
        changed[at : at + 4] = swap.get(name, name)
    return bytes(changed)


@pytest.mark.parametrize(
    "profile", [b"not a profile", made.profile()], ids=["broken", "of another kind"]
)
def test_a_profile_that_does_not_fit_says_nothing(profile: bytes) -> None:
    data = made.jpeg((64, 64), icc_profile=profile)

    with opened(rendering.render(data, Limits())) as shown:
        assert is_near(shown.convert("RGB").getpixel((60, 60)), (200, 30, 40), 25)


@pytest.mark.parametrize(
    ("mode", "colour", "kind"),
    [
        ("CMYK", (0, 255, 255, 0), "JPEG"),
        ("L", 128, "JPEG"),
        ("1", 1, "PNG"),
        ("P", 3, "PNG"),
        ("LA", (128, 255), "PNG"),
        ("I;16", 40_000, "PNG"),
    ],
)
def test_other_colours_than_rgb_are_read(mode: str, colour: object, kind: str) -> None:
    data = made.encoded(made.image((300, 200), colour, mode), kind)

    with opened(rendering.render(data, Limits())) as shown:
        assert shown.mode == "RGB"
        if mode == "CMYK":
            assert is_near(shown.getpixel((5, 5)), (255, 0, 0), 30)
        if mode == "I;16":
            assert is_near(shown.getpixel((5, 5)), (156, 156, 156))


def test_what_is_clear_stays_clear() -> None:
    data = made.encoded(made.image((300, 200), (255, 0, 0, 0), "RGBA"), "PNG")

    with opened(rendering.render(data, Limits())) as shown:
        assert shown.mode == "RGBA"
        alpha = shown.getpixel((5, 5))
        assert isinstance(alpha, tuple)
        assert alpha[3] == 0


def test_what_hangs_on_behind_a_picture_is_gone() -> None:
    data = made.jpeg() + b"PK\x03\x04 <script>alert(1)</script>"

    result = rendering.render(data, Limits())

    assert all(b"script" not in one.data for one in result.sizes)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        pytest.param(b"", problems.KIND_UNKNOWN, id="nothing"),
        pytest.param(b"<svg/>", problems.KIND_UNKNOWN, id="svg"),
        pytest.param(b"GIF89a" + bytes(99), problems.KIND_UNKNOWN, id="gif"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF", problems.KIND_UNKNOWN, id="eps"),
        pytest.param(
            made.png_header(60_000, 60_000), problems.TOO_MANY_PIXELS, id="bomb"
        ),
        pytest.param(
            made.png_header(10_000, 5_001), problems.TOO_MANY_PIXELS, id="51 Mpx"
        ),
        pytest.param(made.png_header(1, 20_000), problems.TOO_LONG, id="thread"),
        pytest.param(made.png_header(0, 5), problems.TRUNCATED, id="no width"),
        pytest.param(made.png_header(500, 500), problems.TRUNCATED, id="short png"),
        pytest.param(made.jpeg()[:-2000], problems.TRUNCATED, id="short jpeg"),
        pytest.param(made.jpeg()[:30], problems.TRUNCATED, id="jpeg head"),
        pytest.param(made.film("WEBP"), problems.ANIMATED, id="webp film"),
        pytest.param(made.film("PNG"), problems.ANIMATED, id="png film"),
        pytest.param(made.film("AVIF"), problems.ANIMATED, id="avif film"),
    ],
)
def test_what_is_no_still_picture_is_refused(data: bytes, why: str) -> None:
    assert problem(data) == why


@pytest.mark.parametrize("kind", ["WEBP", "AVIF", "HEIF", "PNG"])
def test_a_file_that_was_cut_off_is_refused(kind: str) -> None:
    data = made.encoded(made.image(), kind)

    assert problem(data[: len(data) // 2]) == problems.TRUNCATED


def test_a_jpeg_of_a_thousand_scans_is_refused() -> None:
    data = made.jpeg((64, 64), progressive=True)

    assert problem(data, jpeg_scans=3) == problems.TOO_HARD
    assert rendering.render(data, Limits()).sizes
