"""
The home of the back office: what each company has to do, and how it stands.

Rooms left of this one put a card of their own on it (`register_card`); nothing here
knows them.
"""

from companies.dashboard.cards import Card, register_card
from companies.dashboard.facts import FactRow, fact_rows
from companies.dashboard.home import home

__all__ = ["Card", "FactRow", "fact_rows", "home", "register_card"]
