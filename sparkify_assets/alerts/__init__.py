"""Problems told to people: what a problem is, what is said of it, to whom, and what has been said already.  Knows nothing of Dagster."""

from sparkify_assets.alerts.board import Board, cut
from sparkify_assets.alerts.delivery import deliver, take_up
from sparkify_assets.alerts.problem import ERROR, WARNING, Problem
from sparkify_assets.alerts.receivers import Receiver, ToLog, kinds_of, receivers_of, refuse_unknown
from sparkify_assets.alerts.state import State

__all__ = [
    "ERROR",
    "WARNING",
    "Board",
    "Problem",
    "Receiver",
    "State",
    "ToLog",
    "cut",
    "deliver",
    "kinds_of",
    "receivers_of",
    "refuse_unknown",
    "take_up",
]
