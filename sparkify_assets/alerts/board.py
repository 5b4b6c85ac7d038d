"""The board of open problems: what is found or mended is put down here, and becomes a message where people do not know it yet."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

from sparkify_assets.alerts.problem import ERROR, RANK, Problem, Severity, identity
from sparkify_assets.alerts.state import Delivery, Message, State

LONGEST_TITLE, LONGEST_TEXT = 200, 1500
"""most services take 2,000 characters at least"""


class Board:
    """Puts into the state's outbox a message for each problem, one more when it gets worse, one more when it is mended."""

    def __init__(self, state: State, places: Sequence[str]) -> None:
        self.state, self._places = state, places

    def found(self, problem: Problem) -> None:
        """It is wrong (still, or again)."""
        known = self.state.problems.get(problem.identity)
        if known is None:
            known = self.state.problems[problem.identity] = problem.model_copy(update={"text": cut(problem.text, LONGEST_TEXT)})
        elif RANK[problem.severity] > RANK[known.severity] or known.told is None:
            worst = max(problem.severity, known.severity, key=RANK.__getitem__)
            update = {"severity": worst, "text": cut(problem.text, LONGEST_TEXT), "link": problem.link, "subject": problem.subject}
            known = self.state.problems[problem.identity] = known.model_copy(update=update)
        known.left = problem.left
        if self.state.caught_up:
            self._tell(known)

    def mended(self, kind: str, of: str, partition: str | None, at: float) -> None:
        """It is right now, if it was wrong."""
        problem = self.state.problems.pop(identity(kind, of, partition), None)
        if problem and problem.told:
            body = f"Found {moment(problem.since)} and told as {_a(problem.told)}; mended {moment(at)}."
            self._say(problem, "success", f"MENDED {problem.subject}", body)

    def open(self, kind: str, of: str | None = None) -> list[Problem]:
        """Open problems of a kind."""
        return [p for p in self.state.problems.values() if p.kind == kind and (of is None or p.of == of)]

    def forget(self, problem: Problem) -> None:
        """Nobody expects anything any more: neither wrong nor mended."""
        del self.state.problems[problem.identity]

    def catch_up(self) -> None:
        """The history has been read: what is still a problem is told."""
        if not self.state.caught_up:
            self.state.caught_up = True
            for problem in self.state.problems.values():
                self._tell(problem)

    def _tell(self, problem: Problem) -> None:
        if RANK[problem.severity] <= RANK[problem.told]:
            return
        before = f"It was told as {_a(problem.told)} before.\n" if problem.told else ""
        mood = "failure" if problem.severity == ERROR else "warning"
        self._say(problem, mood, f"{problem.severity.upper()} {problem.subject}", before + problem.text)
        problem.told, problem.text = problem.severity, ""

    def _say(self, problem: Problem, mood: Literal["warning", "failure", "success"], title: str, body: str) -> None:
        self.state.numbered += 1
        number = self.state.numbered
        told = "\n\n".join(part for part in (body, problem.link, f"Message {number:,} of the Sparkify platform.") if part)
        to = {place: Delivery() for place in self._places}
        self.state.outbox.append(
            Message(number=number, about=problem.identity, mood=mood, title=cut(title, LONGEST_TITLE), body=told, to=to)
        )


def cut(text: str, longest: int) -> str:
    """The text, or as much of it as goes."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _a(severity: Severity) -> str:
    return "an error" if severity == ERROR else "a warning"
