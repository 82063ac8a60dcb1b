"""`manage.py erase_content`: destroy what was published, where the law asks for it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.errors import DomainError
from companies.models import Statement
from companies.services.erasing import erase_statement
from products import links
from products.models import Product
from products.models import Statement as FieldStatement
from products.services.erasing import erase_field_statement, erase_revision


class Command(BaseCommand):
    """
    Destroys a content and its salt for ever; its entry in the log stays.

    What readers are shown now is corrected first: the command refuses it.
    """

    help = "Destroy what was published, where the law asks for it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what is to be destroyed, and why."""
        parser.add_argument("--reason", required=True, help="why; kept with the entry")
        kinds = parser.add_subparsers(dest="what", required=True)
        sheet = kinds.add_parser("sheet", help="one revision, in every language")
        sheet.add_argument("gtin")
        sheet.add_argument("revision", type=int)
        for name, said in (
            ("fact", "a company's fact"),
            ("field", "a product's field"),
        ):
            kinds.add_parser(name, help=f"a statement of {said}").add_argument(
                "number", type=int, help="as the back office has it in its address"
            )

    def handle(self, *_args: Any, what: str, reason: str, **options: Any) -> None:
        """Erase, and say what is left to be done by hand."""
        try:
            if what == "sheet":
                self._erase_sheet(options["gtin"], options["revision"], reason)
            elif what == "fact":
                statement = Statement.objects.get(pk=options["number"])
                erase_statement(statement=statement, reason=reason)
            else:
                said = FieldStatement.objects.get(pk=options["number"])
                erase_field_statement(statement=said, reason=reason)
        except (Product.DoesNotExist, Statement.DoesNotExist) as error:
            raise CommandError("There is nothing by that number.") from error
        except FieldStatement.DoesNotExist as error:
            raise CommandError("There is nothing by that number.") from error
        except DomainError as error:
            raise CommandError(f"{error.code}: {error.detail}") from error
        self.stdout.write("Erased. Backups keep it until they are overwritten.")

    def _erase_sheet(self, gtin: str, revision: int, reason: str) -> None:
        product = Product.objects.get(pk=gtin.zfill(14))
        erase_revision(product=product, revision=revision, reason=reason)
        keys = links.surrogate_keys(product.pk, product.company_id)
        self.stdout.write(f"Caches in front of the service forget it by: {keys}")
