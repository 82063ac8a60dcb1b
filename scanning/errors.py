"""Refusals of this room: what was wrong with the code or the photo."""

from typing import Any

from django.utils.translation import gettext as _

from common.errors import DomainError


class EmptyScan(DomainError):
    """Neither a code nor a photo was sent."""

    code = "empty_scan"
    status = 400


class NotAnImage(DomainError):
    """The file is no picture of a kind that we read."""

    code = "not_an_image"
    status = 415


class TruncatedImage(DomainError):
    """The picture's data end too early or are broken."""

    code = "image_truncated"
    status = 422


class ImageTooLarge(DomainError):
    """The file has more bytes than the limit."""

    code = "image_too_large"
    status = 413


class TooManyPixels(DomainError):
    """The picture has more pixels than the limit."""

    code = "image_too_many_pixels"
    status = 413


class ImageTooHard(DomainError):
    """Reading the photo would take more than a photo may: scans, text, memory."""

    code = "image_too_hard"
    status = 422


class ReadingTimedOut(DomainError):
    """The photo was not read in the time that one photo may take."""

    code = "reading_timed_out"
    status = 422


class ReadersBusy(DomainError):
    """So many photos are being read that this one would wait too long."""

    code = "readers_busy"
    status = 503


class NoCodeFound(DomainError):
    """No code can be seen in the photo."""

    code = "no_code_found"
    status = 422


class UnreadableCode(DomainError):
    """What was read is no product code."""

    code = "unreadable_code"
    status = 422


class WrongCheckDigit(DomainError):
    """The check digit does not fit: a misread or mistyped code."""

    code = "wrong_check_digit"
    status = 422


class StoreUnknown(DomainError):
    """No shop has the short name that a phone sent."""

    code = "unknown_store"
    status = 404


class LogisticUnit(DomainError):
    """The code numbers a pallet or a parcel, which has no sheet."""

    code = "logistic_unit"
    status = 422


class InStoreNumber(DomainError):
    """The number means something inside one shop only."""

    code = "in_store_number"
    status = 422


def in_store_number(shown: str, /, **extra: Any) -> InStoreNumber:
    """Return the refusal for an in-store number, `shown` as it was read."""
    return InStoreNumber(
        _("%(read)s is a number that one shop gave; elsewhere it means nothing.")
        % {"read": shown},
        **extra,
    )


class NotAProduct(DomainError):
    """A valid code of something else: a coupon, a refund receipt."""

    code = "not_a_product_code"
    status = 422


def not_a_product(shown: str, /, **extra: Any) -> NotAProduct:
    """Return the refusal for a coupon or a receipt, `shown` as it was read."""
    return NotAProduct(
        _("%(read)s is a coupon or a receipt, not a product.") % {"read": shown},
        **extra,
    )


class UncertainRead(DomainError):
    """The two reading engines disagree, and none is known."""

    code = "uncertain_read"
    status = 422


class InvalidKey(DomainError):
    """The address breaks GS1's rules for a Digital Link."""

    code = "invalid_key"
    status = 400


class KeyUnknown(DomainError):
    """Nobody registered anything for this key."""

    code = "unknown_key"
    status = 404


class LinkTypeUnavailable(DomainError):
    """The entity is known, but it has no link of the type asked for."""

    code = "link_type_unavailable"
    status = 404


class LinkUnknown(DomainError):
    """No link of the person's companies has this number."""

    code = "unknown_link"
    status = 404


class LinkAlreadyRetired(DomainError):
    """Somebody replaced or retired this link in the meantime."""

    code = "link_already_retired"


class LinkRefused(DomainError):
    """The link, as it was given, breaks a rule; `errors` say which, and where."""

    code = "link_refused"
    status = 400


class KeyNotHeld(DomainError):
    """The key belongs to no company here, or to none that the person may act for."""

    code = "key_not_held"
    status = 403


class EntryUnknown(DomainError):
    """The shopper's history has no such entry."""

    code = "unknown_history_entry"
    status = 404


class CodeDeclared(DomainError):
    """Somebody reports a code whose product has a sheet."""

    code = "already_declared"


class NothingToPrint(DomainError):
    """The order of labels names no product, or an empty list."""

    code = "nothing_to_print"
    status = 400


class TooManyLabels(DomainError):
    """The order has more labels than one run may make."""

    code = "too_many_labels"
    status = 400


class LabelProductRefused(DomainError):
    """No label may be printed for this product, or not in one order with the others."""

    code = "label_product_refused"
    status = 400


class LabelListRefused(DomainError):
    """Lines of the list cannot be printed; `extra` names them."""

    code = "label_list_refused"
    status = 400


class InvalidLotOrSerial(DomainError):
    """GS1 allows 1 to 20 characters, letters without accents, digits and some signs."""

    code = "invalid_lot_or_serial"
    status = 400


class SymbolRefused(DomainError):
    """The kind of symbol that was chosen cannot hold what the label has to say."""

    code = "symbol_cannot_hold"
    status = 400


class CopiesInArchive(DomainError):
    """An archive of pictures would hold the same picture several times."""

    code = "copies_in_archive"
    status = 400


class SymbolTooSmall(DomainError):
    """On this label the symbol would be too small to be read."""

    code = "symbol_too_small"
    status = 400


class LabelRunIsFinal(DomainError):
    """The run has ended, so it cannot be cancelled; or has not, so not made again."""

    code = "label_run_state"


class LabelFileGone(DomainError):
    """The file of the run was removed, or was never made."""

    code = "label_file_gone"
    status = 410


class TellingUnknown(DomainError):
    """The shopper was told of no such notice."""

    code = "unknown_notice"
    status = 404
