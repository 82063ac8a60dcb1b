"""The words of the nutrition panels, for each code of the rules."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from companies import wording
from companies.wording import NO_BREAK
from products import stored, vocabulary

HUNDREDTH = Decimal("0.01")
# Marked here, translated when shown.
CLASSES = {
    "general": gettext_noop("food in general"),
    "cheese": gettext_noop("cheese"),
    "red_meat": gettext_noop("red meat"),
    "fat": gettext_noop("fat, oil, nuts or seeds"),
    "beverage": gettext_noop("beverage"),
    "water": gettext_noop("water"),
}
COMPONENTS = {
    "energy": gettext_noop("energy"),
    "energy_from_saturated_fat": gettext_noop("energy of the saturates"),
    "sugars": gettext_noop("sugars"),
    "saturated_fat": gettext_noop("saturates"),
    "saturated_fat_ratio": gettext_noop("share of saturates in the fat"),
    "salt": gettext_noop("salt"),
    "non_nutritive_sweeteners": gettext_noop("sweeteners"),
    "proteins": gettext_noop("protein"),
    "fiber": gettext_noop("fibre"),
    "fruits_vegetables_legumes": gettext_noop("fruit, vegetables and legumes"),
}
# After an amount: “0.6 g of sugars”.
OF = {
    "energy": gettext_noop("of energy"),
    "sugars": gettext_noop("of sugars"),
    "saturated_fat": gettext_noop("of saturates"),
    "salt": gettext_noop("of salt"),
    "proteins": gettext_noop("of protein"),
    "fiber": gettext_noop("of fibre"),
    "fruits_vegetables_legumes": gettext_noop("of fruit, vegetables and legumes"),
}
UNITS = {"energy": "kJ", "fruits_vegetables_legumes": "%"}
ASSUMPTIONS = {
    "basis_assumed": gettext_noop(
        "Nobody says of which amount the values are: they were read as those of 100 g, "
        "or of 100 ml of a beverage."
    ),
    "drink_per_100g": gettext_noop(
        "The values are of 100 g; they were read as those of 100 ml."
    ),
    "converted_from_serving": gettext_noop(
        "The values are of a serving; they were converted to 100 g or 100 ml."
    ),
    "prepared_values": gettext_noop("The values are of the prepared product."),
    "energy_from_kcal": gettext_noop("The energy in kJ was computed from the kcal."),
    "no_fat_no_saturates": gettext_noop("Without fat there are no saturates."),
    "no_carbohydrates_no_sugars": gettext_noop(
        "Without carbohydrates there are no sugars."
    ),
    "salt_from_sodium": gettext_noop("The salt was computed from the sodium, × 2.5."),
    "fvl_from_category": gettext_noop(
        "By its category it counts as nothing but fruit, vegetables and legumes."
    ),
    "fvl_missing": gettext_noop(
        "The share of fruit, vegetables and legumes is not disclosed: it brings no "
        "point."
    ),
    "fiber_missing": gettext_noop("The fibre is not disclosed: it brings no point."),
    "sweeteners_unknown": gettext_noop(
        "The ingredients are not disclosed: sweeteners, which cost 4 points, were not "
        "looked for."
    ),
    "meat_not_red": gettext_noop(
        "The category does not say which meat it is: it was not taken for red meat."
    ),
}
REASONS = {
    "exempt": gettext_noop(
        "The Nutri-Score does not apply to this category: %(category)s."
    ),
    "alcoholic": gettext_noop("The Nutri-Score does not apply to alcoholic drinks."),
    "category_missing": gettext_noop(
        "Nobody disclosed the category, on which the method depends."
    ),
    "inputs_missing": gettext_noop("Not disclosed: %(fields)s."),
    "impossible_values": gettext_noop(
        "Some values are impossible, so nothing is computed from them: %(fields)s."
    ),
    "basis_serving": gettext_noop(
        "The values are those of a serving whose weight or volume nobody disclosed."
    ),
    "basis_100ml": gettext_noop(
        "The values are of 100 ml, and this food is scored by 100 g: without its "
        "density they cannot be converted."
    ),
    "not_as_prepared": gettext_noop(
        "This product is scored as it is prepared, and the values are not stated to be "
        "those of the prepared product."
    ),
}


def label(path: str) -> str:
    """Return the label of a field in the active language."""
    field = vocabulary.fields().get(path)
    return field.label(wording.language()) if field else path


def amount(component: str, value: Decimal | str) -> str:
    """Return how much of a component, with its unit."""
    unit = UNITS.get(component, "g")
    return f"{number(value)}{NO_BREAK}{unit}"


def percent(value: Decimal | str) -> str:
    """Return a share in percent."""
    return f"{number(value)}{NO_BREAK}%"


def number(value: Decimal | str) -> str:
    """Return a number as the active language writes it, to two decimals at most."""
    found = stored.number(value)
    if found is None:
        return _("not disclosed")
    rounded = stored.rounded(found, HUNDREDTH)
    # An amount too small for two decimals is no zero.
    shown = found if rounded is None or (found and not rounded) else rounded
    return wording.number(stored.plain(shown))
