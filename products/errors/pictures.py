"""Why a picture is not taken, or not handed out."""

from common.errors import DomainError


class PictureRefused(DomainError):
    """The file is no picture that is taken. `reason` says why."""

    code = "picture_refused"
    status = 400


class PictureTooLarge(PictureRefused):
    """It has more bytes than a picture may have."""

    code = "picture_too_large"
    status = 413


class TooManyPictures(DomainError):
    """The product has as many pictures as a sheet shows."""

    code = "too_many_pictures"


class PictureNotStored(DomainError):
    """The disk is full or away. Nothing half-written was kept."""

    code = "picture_not_stored"
    status = 507


class PictureUnknown(DomainError):
    """There is no such picture for whoever asks, or its bytes are damaged."""

    code = "unknown_picture"
    status = 404
