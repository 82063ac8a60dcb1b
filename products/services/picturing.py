"""Pictures of products: uploaded, described, put in order, taken off the next sheet."""

import uuid
from collections.abc import Iterable
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from companies.acts import note_act
from products import tasks
from products.errors import TooManyPictures
from products.models import Picture, PictureRole, PictureState, Product
from products.pictures import store

# What a sheet shows; phones pay for each address in it.
MOST_PICTURES = 12


class Said(NamedTuple):
    """What is said of a picture; a position of none puts it behind the others."""

    role: str = PictureRole.FRONT
    alt_fr: str = ""
    alt_en: str = ""
    position: int | None = None


def add_picture(
    *,
    product: Product,
    blocks: Iterable[bytes],
    said: Said = Said(),  # noqa: B008 - a tuple never changes
    author: User | None = None,
) -> Picture:
    """
    Keep an uploaded picture, whose sizes are made in the background, and return it.

    The same file again is the same picture: one that was removed or refused comes back.
    Readers see it with the next publication. The message to the workers is a hint.
    """
    key = uuid.uuid4()
    uploaded = store.keep_upload(key, blocks)
    try:
        return _recorded(key, product, uploaded.sha256, said, author)
    except IntegrityError:
        # The same file, at the same moment: the other one is there by now.
        return _recorded(key, product, uploaded.sha256, said, author)
    except BaseException:
        store.discard_upload(key)
        raise


@transaction.atomic
def _recorded(
    key: uuid.UUID, product: Product, sha256: str, said: Said, author: User | None
) -> Picture:
    Product.objects.select_for_update().get(pk=product.pk)
    known = Picture.objects.filter(product=product, source_sha256=sha256).first()
    if known is not None and known.state != PictureState.REFUSED:
        store.discard_upload(key)
        if known.removed_at is not None:
            _require_place(product)
            known = _changed(known, removed_at=None)
        return known
    _require_place(product)
    if known is not None:
        known.delete()
    picture = Picture.objects.create(
        id=key,
        product=product,
        source_sha256=sha256,
        role=said.role,
        alt_fr=said.alt_fr.strip(),
        alt_en=said.alt_en.strip(),
        position=_last(product) if said.position is None else said.position,
        uploaded_by=author,
    )
    _note(picture, author, "picture.added")
    transaction.on_commit(tasks.hint_pictures, robust=True)
    return picture


def _require_place(product: Product) -> None:
    shown = Picture.objects.filter(product=product, removed_at=None)
    if shown.exclude(state=PictureState.REFUSED).count() >= MOST_PICTURES:
        raise TooManyPictures(
            _("A product has at most %(n)s pictures. Remove one first.")
            % {"n": MOST_PICTURES},
            limit=MOST_PICTURES,
        )


def _last(product: Product) -> int:
    found = Picture.objects.filter(product=product).aggregate(last=Max("position"))
    return 0 if found["last"] is None else int(found["last"]) + 1


@transaction.atomic
def describe_picture(
    *, picture: Picture, said: Said, author: User | None = None
) -> Picture:
    """Say what a picture shows, in words and by its role, and where it stands."""
    seen = Picture.objects.select_for_update().get(pk=picture.pk)
    new = {
        "role": said.role,
        "alt_fr": said.alt_fr.strip(),
        "alt_en": said.alt_en.strip(),
        "position": seen.position if said.position is None else said.position,
    }
    if all(getattr(seen, name) == value for name, value in new.items()):
        return seen
    _note(seen, author, "picture.described")
    return _changed(seen, **new)


@transaction.atomic
def remove_picture(*, picture: Picture, author: User | None = None) -> None:
    """
    Leave a picture out of the next sheet; what is published keeps it.

    One that no sheet ever showed is gone for good, with its files.
    """
    seen = Picture.objects.select_for_update().filter(pk=picture.pk).first()
    if seen is None or seen.removed_at is not None:
        return
    _note(seen, author, "picture.removed")
    if seen.shown_at is not None:
        _changed(seen, removed_at=timezone.now())
        return
    key = seen.pk
    seen.delete()
    # Its sizes are left to the sweep: another picture may have the same.
    transaction.on_commit(lambda: store.discard_upload(key), robust=True)


def _changed(picture: Picture, **columns: object) -> Picture:
    columns["changed_at"] = timezone.now()
    for name, value in columns.items():
        setattr(picture, name, value)
    picture.save(update_fields=list(columns))
    return picture


def _note(picture: Picture, author: User | None, kind: str) -> None:
    note_act(
        company=picture.product.company,
        actor=author,
        kind=kind,
        subject=picture.product.name,
        subject_id=picture.product_id,
    )
