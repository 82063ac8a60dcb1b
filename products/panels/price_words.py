"""The sentences of what does not fit in a price, and what follows from each."""

from django.utils.translation import gettext_noop as _

NO_PERCENTAGE = _("The breakdown is shown as partial, without any percentage.")
STANDS = _("The amount is shown as stated.")

WORDS = {
    "price.component_unknown": (
        _("“%(code)s”, %(amount)s, is no component that we know."),
        _("It counts in the sum, and neither as labour nor as margin."),
    ),
    "price.amount_negative": (
        _("“%(code)s” is stated below zero: %(amount)s."),
        NO_PERCENTAGE,
    ),
    "price.price_not_positive": (
        _("%(amount)s is no price and no cost."),
        _("Nothing is computed from it."),
    ),
    "price.component_above_price": (
        _("“%(code)s”, %(amount)s, is above the price itself, %(price)s."),
        _("One of the two is wrong; no share is computed from it."),
    ),
    "price.currencies_mixed": (
        _("The amounts are in several currencies: %(currencies)s."),
        _("They are not compared, and no percentage is shown."),
    ),
    "price.currency_unknown": (
        _("“%(currency)s” is not a currency code."),
        STANDS,
    ),
    "price.does_not_add_up": (
        _("The components add up to %(sum)s, the price is %(price)s."),
        NO_PERCENTAGE,
    ),
    "price.stated_cost_mismatch": (
        _("The components add up to %(sum)s, the stated cost is %(cost)s."),
        NO_PERCENTAGE,
    ),
    "price.vat_rate_unusual": (
        _("A VAT rate of %(rate)s is unusual."),
        _("The price before VAT may be wrong, and the shares with it."),
    ),
    "price.vat_line_mismatch": (
        _("VAT is stated as %(stated)s; price and rate give %(computed)s."),
        _("The price, the rate or the VAT line is to be corrected."),
    ),
    "price.labour_below_minimum": (
        _(
            "One hour of work would cost %(hourly)s; the legal minimum in %(country)s "
            "is %(minimum)s (%(source)s, since %(since)s)."
        ),
        _("The labour cost or the work time is to be explained."),
    ),
    "price.pay_below_minimum": (
        _(
            "An hour is paid %(hourly)s; the legal minimum in %(country)s is "
            "%(minimum)s (%(source)s, since %(since)s)."
        ),
        _("The pay is shown as stated; the producer is invited to explain it."),
    ),
    "price.group_too_small": (
        _("The group of %(country)s has fewer than %(least)s workers, or no number."),
        _("Its pay is not published: it would be that of persons."),
    ),
    "price.living_wage_unsourced": (
        _("The living wage of %(country)s comes without source, region or past year."),
        _("No gap to a living wage is shown."),
    ),
    "price.minutes_above_work_time": (
        _("The places add up to %(minutes)s min, the work time is %(work)s min."),
        _("One of the two is to be corrected."),
    ),
}
