"""The song catalogue: artists, songs, and the file of each song.

Put here the content of song files. Do not put here listeners and plays (users.py, sessions.py).
"""

import json
from collections.abc import Callable
from math import isqrt
from typing import NamedTuple

from sparkify_assets.sample_data import vocabulary
from sparkify_assets.sample_data.rng import Draw, below, draws, pick, ranked
from sparkify_assets.sample_data.spec import SampleSpec

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ALPHANUMERIC = LETTERS + "0123456789"
NEW_ARTIST = 0.64  # the real catalogue: 9,553 artists for 14,896 songs
OTHER_SPELLING = 0.1  # of the songs after an artist's first
RE_RELEASE = 0.02  # of the songs after an artist's first: same title and name, another length
SONGS_PER_FOLDER = 20


class Artist(NamedTuple):
    artist_id: str
    name: str
    location: str
    latitude: float | None
    longitude: float | None


class Song(NamedTuple):
    track_id: str
    song_id: str
    title: str
    duration: float
    year: int
    artist: Artist  # as this record spells it: two songs of an artist may differ

    @property
    def path(self) -> str:
        a, b, c = self.track_id[2:5]
        return f"song_data/{a}/{b}/{c}/{self.track_id}.json"

    def as_json(self) -> str:
        """The song file, byte for byte in the style of the real ones: no newline at the end, "/" not escaped."""
        record = {
            "num_songs": 1,
            "artist_id": self.artist.artist_id,
            "artist_latitude": self.artist.latitude,
            "artist_longitude": self.artist.longitude,
            "artist_location": self.artist.location,
            "artist_name": self.artist.name,
            "song_id": self.song_id,
            "title": self.title,
            "duration": self.duration,
            "year": self.year,
        }
        return json.dumps(record)


def build_catalogue(spec: SampleSpec) -> list[Song]:
    """Generate all songs, most popular first."""
    draw = draws(spec.seed, "catalogue")
    names, song_ids, artist_ids, track_ids = (set[str]() for _ in range(4))
    artists: list[Artist] = []
    latest: dict[str, Song] = {}  # by artist_id, for re-releases
    songs: list[Song] = []
    for number in range(spec.songs):
        first_of_artist = not artists or draw() < NEW_ARTIST
        if first_of_artist:
            artist = _new_artist(draw, names, artist_ids)
            artists.append(artist)
        else:
            artist = artists[ranked(draw, len(artists), floor=0.2)]
        song_title = title(draw)
        if not first_of_artist and draw() < RE_RELEASE:
            song_title, artist = latest[artist.artist_id].title, latest[artist.artist_id].artist
        elif not first_of_artist and draw() < OTHER_SPELLING:
            artist = _other_spelling(draw, artist, pick(draw, artists))
        song = Song(
            track_id=_unused(track_ids, lambda number=number: _track_id(draw, number, spec.songs)),
            song_id=_unused(song_ids, lambda: f"SO{_some(draw, LETTERS, 5)}12A8C1{below(draw, 1 << 20):05X}"),
            title=song_title,
            duration=round(30 + 240 * (draw() + draw()), 5),
            year=0 if draw() < 0.55 else 2010 - int(50 * draw() * draw()),
            artist=artist,
        )
        latest[artist.artist_id] = song
        songs.append(song)
    return songs


def artist_name(draw: Draw) -> str:
    kind = draw()
    if kind < 0.05:
        return pick(draw, vocabulary.FOREIGN_ARTISTS)
    if kind < 0.45:
        return f"{pick(draw, vocabulary.FIRST_NAMES)} {pick(draw, vocabulary.LAST_NAMES)}"
    if kind < 0.65:
        return f"The {pick(draw, vocabulary.ADJECTIVES)} {pick(draw, vocabulary.NOUNS)}"
    if kind < 0.75:
        return f"{pick(draw, vocabulary.FIRST_NAMES)} & The {pick(draw, vocabulary.NOUNS)}"
    if kind < 0.8:
        return f"{pick(draw, vocabulary.LAST_NAMES)}/{pick(draw, vocabulary.LAST_NAMES)} {pick(draw, vocabulary.ENSEMBLES)}"
    return f"{pick(draw, vocabulary.ADJECTIVES)} {pick(draw, vocabulary.NOUNS)}"


def title(draw: Draw) -> str:
    kind = draw()
    if kind < 0.04:
        text = pick(draw, vocabulary.FOREIGN_TITLES)
    elif kind < 0.12:
        number, key, tempo = 1 + below(draw, 9), pick(draw, vocabulary.KEYS), pick(draw, vocabulary.TEMPI)
        text = f"Piano Concerto No. {number} in {key} Op. {1 + below(draw, 90)}: II. {tempo}"
    elif kind < 0.3:
        text = f"{pick(draw, vocabulary.NOUNS)} Of The {pick(draw, vocabulary.ADJECTIVES)} {pick(draw, vocabulary.NOUNS)}"
    elif kind < 0.4:
        text = f"Don't {pick(draw, vocabulary.VERBS)} Me, {pick(draw, vocabulary.FIRST_NAMES)}"
    elif kind < 0.8:
        text = f"{pick(draw, vocabulary.ADJECTIVES)} {pick(draw, vocabulary.NOUNS)}"
    else:
        text = pick(draw, vocabulary.NOUNS)
    return f"{text} {pick(draw, vocabulary.EDITIONS)}" if draw() < 0.12 else text


def _new_artist(draw: Draw, names: set[str], artist_ids: set[str]) -> Artist:
    name = artist_name(draw)
    while name in names:  # append a kind of band or a number: few words must yield many artists
        name = f"{name} {pick(draw, vocabulary.ENSEMBLES) if draw() < 0.8 else 2 + below(draw, 1000)}"
    names.add(name)
    known = draw() < 0.44
    return Artist(
        artist_id=_unused(artist_ids, lambda: f"AR{_some(draw, ALPHANUMERIC, 5)}1187FB{below(draw, 1 << 20):05X}"),
        name=name,
        location=pick(draw, vocabulary.ARTIST_PLACES) if known or draw() < 0.3 else "",
        latitude=round(130 * draw() - 60, 5) if known else None,
        longitude=round(360 * draw() - 180, 5) if known else None,
    )


def _other_spelling(draw: Draw, artist: Artist, guest: Artist) -> Artist:
    """The same artist_id with the name as other records spell it, often without the location."""
    spellings = (f"{artist.name} feat. {guest.name}", f"{artist.name} / {guest.name}", artist.name.upper())
    renamed = artist._replace(name=pick(draw, spellings))
    return renamed._replace(location="", latitude=None, longitude=None) if draw() < 0.5 else renamed


def _track_id(draw: Draw, number: int, songs: int) -> str:
    """The id's first letters are the folders. The very first rotates through the alphabet, so that the songs fall into all partitions."""
    others = min(26, max(2, isqrt(songs // (SONGS_PER_FOLDER * len(LETTERS)))))
    folders = LETTERS[number % len(LETTERS)] + _some(draw, LETTERS[:others], 2)
    return f"TR{folders}{_some(draw, LETTERS, 2)}128F{below(draw, 1 << 28):07X}"


def _some(draw: Draw, letters: str, count: int) -> str:
    return "".join(letters[int(draw() * len(letters))] for _ in range(count))


def _unused(used: set[str], make: Callable[[], str]) -> str:
    made = make()
    while made in used:
        made = make()
    used.add(made)
    return made
