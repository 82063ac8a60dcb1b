"""
Comparing products with those of their category, off the path of publishing.

The rule, which is the same for everybody; no brand can pay for a place:

- Alternatives to a product are of its finest category. Where fewer than two are found
  there, the category above it is looked through too, and each of those says so.
- Figures are compared on the same basis only: see `products.criteria`, which says what
  counts as better, what as worse, and what is too bad for an alternative.
- Disputed and expired values compare nothing. Recalled, replaced and discontinued
  products are no alternatives, nor are siblings of the same family. What is fictitious
  is never mixed with what is real.
- At most five are shown, those that no shop has at the end; a product of the same
  company may stand there, and says so.
- Quartiles of a category take each product once. There are none below five products of
  three makers: the range of one company is not its category. One that changes reaches a
  sheet with its next revision; a sheet is due by itself only when its own product now
  stands in another quarter.

What a publication noted is due: the product itself at once, the others of its category
together, some minutes later, and every category once a day, because values expire.
"""

from products.comparing.working import compare_due

__all__ = ["compare_due"]
