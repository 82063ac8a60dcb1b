"""The sentences of what does not fit in a footprint, and what follows from each."""

from django.utils.translation import gettext_noop as _

NO_SHARES = _("No share by stage is shown.")
NOT_COMPARED = _("It is not compared with other products.")
NO_SCORE = _("No Green-Score is computed.")
NO_ESTIMATE = _("No estimate of the environmental cost is computed.")
AS_STATED = _("The value is shown as stated.")

WORDS = {
    "eco.stages_do_not_add_up": (
        _("The stages add up to %(sum)s, the total is %(total)s."),
        NO_SHARES,
    ),
    "eco.stage_negative": (
        _("The stage “%(stage)s” is below zero, %(amount)s, without declared uptake."),
        _("The total may be too low."),
    ),
    "eco.stage_out_of_scope": (
        _("From cradle to gate, and yet “%(stage)s” is counted: %(amount)s."),
        _("The scope or the stage is to be corrected."),
    ),
    "eco.scope_unknown": (
        _("“%(scope)s” is no scope that we know."),
        NOT_COMPARED,
    ),
    "eco.unit_of_another_kind": (
        _("The footprint is that of one %(unit)s, the product is sold by %(content)s."),
        _("The footprint of one pack cannot be told from it."),
    ),
    "eco.total_unit_impossible": (
        _("“%(unit)s” is no unit of a carbon footprint, which is in kilograms."),
        NOT_COMPARED,
    ),
    "eco.unit_impossible": (
        _("The footprint cannot be that of “%(value)s %(unit)s”."),
        NOT_COMPARED,
    ),
    "eco.year_impossible": (
        _("The reference year %(year)s is not one between 1990 and %(now)s."),
        AS_STATED,
    ),
    "eco.ratio_impossible": (
        _("The share of primary data, %(ratio)s, is not between 0 and 1."),
        _("How well the footprint is measured is not known."),
    ),
    "eco.rating_impossible": (
        _("The quality of the data, %(rating)s, is not between 1 and 5."),
        _("How well the footprint is measured is not known."),
    ),
    "eco.total_negative": (
        _("The footprint is below zero, %(total)s, without declared uptake."),
        NO_SHARES,
    ),
    "eco.total_absurd": (
        _("%(total)s is more than any product of a shop costs the climate."),
        AS_STATED,
    ),
    "eco.stage_unknown": (
        _("“%(stage)s” is no stage of the life cycle that we know."),
        _("It counts in the sum only."),
    ),
    "eco.stage_twice": (
        _("The stage “%(stage)s” is stated twice."),
        _("Both count in the sum."),
    ),
    "eco.energy_class_unknown": (
        _("“%(energy)s” is no energy class, A to G."),
        AS_STATED,
    ),
    "eco.repairability_impossible": (
        _("A repairability of %(index)s is not out of 10."),
        AS_STATED,
    ),
    "eco.ef_impossible": (
        _("%(ef)s mPt/kg cannot be the EF single score of a food."),
        NO_SCORE,
    ),
    "eco.adjustment_impossible": (
        _("The adjustments cannot be right: %(adjustments)s."),
        NO_SCORE,
    ),
    "eco.green_score_differs": (
        _("Declared %(declared)s, computed %(computed)s (%(version)s, %(on)s)."),
        _("Both are shown; an answer of whoever stated it is awaited."),
    ),
    "eco.environmental_cost_negative": (
        _("The environmental cost is stated below zero: %(points)s points."),
        AS_STATED,
    ),
    "eco.environmental_cost_of_food": (
        _("The method of the environmental cost is one for clothing."),
        _("The points are shown as stated, and nothing is estimated."),
    ),
    "eco.declaration_missing": (
        _("The environmental cost comes without the number of its declaration."),
        _("It is shown as declared; nobody can look it up on the official portal."),
    ),
    "eco.impact_unknown": (
        _("“%(impact)s” is no impact of the method."),
        _("It does not count."),
    ),
    "eco.durability_impossible": (
        _("%(coefficient)s cannot be a durability coefficient."),
        NO_ESTIMATE,
    ),
    "eco.complement_impossible": (
        _("A complement of the environmental cost is unknown or below zero."),
        NO_ESTIMATE,
    ),
    "eco.estimate_incomplete": (
        _(
            "Impacts, complements or the durability coefficient are missing "
            "(%(impacts)s)."
        ),
        NO_ESTIMATE,
    ),
    "eco.environmental_cost_differs": (
        _(
            "Declared %(declared)s points, our estimate is %(estimate)s points "
            "(%(version)s)."
        ),
        _("Both are shown; the declared one stands."),
    ),
}
