"""The records that can be played, as the log writes them: songs of the catalogue, and songs that are not in it.

Put here what can be played, as prepared pieces of JSON (`Record`). Do not put here which one is played when (sessions.py).
"""

from typing import NamedTuple

from sparkify_assets.sample_data.catalogue import Song, artist_name, title
from sparkify_assets.sample_data.json_text import double_encoded, json_text
from sparkify_assets.sample_data.rng import Draw, draws, pick, ranked
from sparkify_assets.sample_data.spec import SampleSpec

OTHER_LENGTH = 0.04  # of the catalogue: the log has another edition (in the real data 13 of 333 matches)
LEAST_ELSEWHERE, MOST_ELSEWHERE = 500, 50_000
FLOOR = 0.02  # the most popular record is played at most 50 times as often as the average one


class Record(NamedTuple):
    artist: str
    length: str
    song: str
    seconds: int
    garbled: tuple[str, str] | None  # artist and song when double-encoded; None: both are ASCII
    known: bool  # the catalogue has exactly this title and artist name


class Playlist:
    """All records that are played; both lists are ordered by popularity."""

    def __init__(self, spec: SampleSpec, catalogue: list[Song]) -> None:
        draw = draws(spec.seed, "playlist")
        self._match = spec.match
        self._known = [_record(s.title, s.artist.name, _played_length(draw, s), known=True) for s in catalogue]
        exact = {(s.title, s.artist.name) for s in catalogue}
        count = min(max(len(catalogue), LEAST_ELSEWHERE), MOST_ELSEWHERE)
        self._elsewhere = [_elsewhere(draw, catalogue, exact) for _ in range(count)]

    def pick(self, draw: Draw) -> Record:
        records = self._known if draw() < self._match else self._elsewhere
        return records[ranked(draw, len(records), FLOOR)]


def _played_length(draw: Draw, song: Song) -> float:
    return round(song.duration + 10 * draw() + 0.1, 5) if draw() < OTHER_LENGTH else song.duration


def _elsewhere(draw: Draw, catalogue: list[Song], exact: set[tuple[str, str]]) -> Record:
    """A record that the catalogue does not have, though often its title or its artist: a join on only one of them is wrong."""
    while True:
        kind = draw()
        song_title = pick(draw, catalogue).title if kind < 0.1 else title(draw)
        name = pick(draw, catalogue).artist.name if 0.1 <= kind < 0.3 else artist_name(draw)
        if (song_title, name) not in exact:
            return _record(song_title, name, round(60 + 180 * (draw() + draw()), 5), known=False)


def _record(song_title: str, name: str, length: float, known: bool) -> Record:
    spoilable = not (song_title.isascii() and name.isascii())
    return Record(
        artist=json_text(name),
        length=repr(length),
        song=json_text(song_title),
        seconds=int(length),
        garbled=(json_text(double_encoded(name)), json_text(double_encoded(song_title))) if spoilable else None,
        known=known,
    )
