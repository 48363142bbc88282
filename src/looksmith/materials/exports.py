"""The archives that Instagram and TikTok hand their users: which files are the creator's posts, and their captions.

Only what the creator posted is taken.  Messages, likes, comments, searches, and pictures that other people sent lie in
the same archives and are never opened.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from looksmith.errors import LooksmithError
from looksmith.materials.captions import Caption, clean, decoded
from looksmith.materials.sources import Entry

_INSTAGRAM = re.compile(
    r"^(?P<root>.*/)(?:your_instagram_activity/(?:content|media)|content)/"
    r"(?:posts_\d+|posts|reels|stories|igtv_videos|archived_posts|profile_photos|other_content)\.json$"
)
"""What lists the posts; in archives of before 2023 without the outer folder."""
_POSTED = re.compile(r"/(?:your_instagram_activity/)?media/(?:posts|reels|stories|igtv|profile|archived_posts|other)/")
_TIKTOK = re.compile(
    r"^(?P<root>.*/)(?:user_data(?:_tiktok)?\.json|(?:TikTok/)?(?:Post|Posts|Video)/(?:Posts|Videos)\.txt)$"
)
_TIKTOK_OTHERS = re.compile(r"/(?:Direct Messages?|Chat|Comments?|Likes and Favorites|AI-Moji)(?:/|$)", re.IGNORECASE)


@dataclass
class Export:
    """What the archives of platforms among the sources say.

    Attributes:
        platforms: which they are of: ``Instagram``, ``TikTok``.
        left: keys of entries that are none of the creator's posts, and of the files that list them.
        captions: of posts, their ``file`` the key of an entry here or empty.
        posts: key of an entry → the post that it was in; those of one post belong together.
    """

    platforms: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)
    captions: list[Caption] = field(default_factory=list)
    posts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Post:
    uris: tuple[str, ...]
    text: str
    time: str


def read_exports(entries: Sequence[Entry], read: Callable[[Entry], bytes]) -> Export:
    """Find the archives of platforms among the entries, and read what they say.

    An archive that came in several zips is put together by the paths that its lists name.

    Args:
        entries: of all sources.
        read: gives the bytes of an entry.
    """
    export = Export()
    _instagram(entries, read, export)
    _tiktok(entries, read, export)
    return export


def _instagram(entries: Sequence[Entry], read: Callable[[Entry], bytes], export: Export) -> None:
    roots: set[str] = set()
    posts: list[_Post] = []
    for entry in entries:
        match = _INSTAGRAM.match(entry.key)
        if not match:
            continue
        found = list(_posts(_json(entry, read)))
        if found:
            roots.add(match["root"])
            posts += found
            export.left.add(entry.key)
    if not roots:
        return
    export.platforms.add("Instagram")
    media = [entry for entry in entries if entry.kind != "captions"]
    by_uri: dict[str, str] = {}
    for entry in media:
        place = entry.key.find("/media/")
        if place >= 0:
            by_uri.setdefault(entry.key[place + 1 :], entry.key)
        own = next((root for root in roots if entry.key.startswith(root)), None)
        if own is not None:
            by_uri[entry.key[len(own) :]] = entry.key
    for number, post in enumerate(posts):
        keys = [by_uri[uri] for uri in post.uris if uri in by_uri]
        if post.text:
            export.captions.append(Caption(post.text, keys[0] if keys else "", post.time))
        export.posts.update(dict.fromkeys(keys, f"instagram-{number}"))
    for entry in entries:
        inside = any(entry.key.startswith(root) for root in roots)
        if inside and entry.key not in export.posts and not (entry.kind != "captions" and _POSTED.search(entry.key)):
            export.left.add(entry.key)


def _posts(value: Any) -> Iterator[_Post]:
    """The posts of one list: bare, or under a key such as ``ig_reels_media``; a post has media, or is one."""
    items = value if isinstance(value, list) else []
    if isinstance(value, Mapping):
        items = [item for part in value.values() if isinstance(part, list) for item in part]
    for item in items:
        if not isinstance(item, Mapping):
            continue
        media = item.get("media")
        media = [m for m in media if isinstance(m, Mapping)] if isinstance(media, list) else [item]
        uris = tuple(str(m["uri"]).lstrip("/") for m in media if isinstance(m.get("uri"), str))
        texts = [item.get("title"), *(m.get("title") for m in media)]
        text = next((mended(t) for t in texts if isinstance(t, str) and t.strip()), "")
        if uris:
            times = [item.get("creation_timestamp"), *(m.get("creation_timestamp") for m in media)]
            yield _Post(uris, clean(text), next((str(t) for t in times if isinstance(t, int)), ""))


def mended(text: str) -> str:
    """Instagram writes each byte of UTF-8 as a letter of its own; this puts them together again."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _tiktok(entries: Sequence[Entry], read: Callable[[Entry], bytes], export: Export) -> None:
    roots: list[str] = []
    videos: list[Mapping[str, Any]] = []
    for entry in entries:
        match = _TIKTOK.match(entry.key)
        if not match:
            continue
        if entry.key.endswith(".txt"):
            found = _from_text(decoded(read(entry), entry.key))
        else:
            listed = _videos(_json(entry, read))
            if listed is None:
                continue
            found = listed
        roots.append(match["root"])
        videos += found
    if not roots:
        return
    export.platforms.add("TikTok")
    inside = [entry for entry in entries if entry.key.startswith(tuple(roots))]
    media = [e for e in inside if e.kind in ("clip", "picture") and not _TIKTOK_OTHERS.search(e.key)]
    by_time: dict[str, str] = {}
    for entry in media:
        digits = re.sub(r"\D", "", entry.name)
        if len(digits) >= 14:
            by_time.setdefault(digits[:14], entry.key)
    for number, video in enumerate(videos):
        time = str(video.get("Date") or "")
        key = by_time.get(re.sub(r"\D", "", time)[:14], "") if time else ""
        text = next(
            (clean(str(video[name])) for name in ("Title", "Description", "AddYoursText") if video.get(name)), ""
        )
        if key:
            export.posts[key] = f"tiktok-{number}"
        if text and text not in ("N/A", "None"):
            export.captions.append(Caption(text, key, time))
    kept = {entry.key for entry in media}
    export.left |= {entry.key for entry in inside if entry.key not in kept}


def _videos(value: Any) -> list[Mapping[str, Any]] | None:
    """``Post.Posts.VideoList``, before 2025 ``Video.Videos.VideoList``; None when it is no archive of TikTok's."""
    if not isinstance(value, Mapping):
        return None
    for room, shelf in (("Post", "Posts"), ("Video", "Videos")):
        found = value.get(room)
        inner = found.get(shelf) if isinstance(found, Mapping) else None
        listed = inner.get("VideoList") if isinstance(inner, Mapping) else None
        if isinstance(listed, list):
            return [item for item in listed if isinstance(item, Mapping)]
    known = {"Activity", "Your Activity", "App Settings", "Direct Message", "Direct Messages"}
    return [] if known & set(value) else None


def _from_text(text: str) -> list[Mapping[str, Any]]:
    """The archive as text: blocks of ``Name: value`` lines, an empty line between."""
    found: list[Mapping[str, Any]] = []
    for block in re.split(r"\r?\n\s*\r?\n", text):
        pairs = (line.partition(":") for line in block.splitlines() if ":" in line)
        fields = {name.strip(): value.strip() for name, _, value in pairs}
        if "Date" in fields:
            found.append(fields)
    return found


def _json(entry: Entry, read: Callable[[Entry], bytes]) -> Any:
    try:
        return json.loads(decoded(read(entry), entry.key))
    except (LooksmithError, ValueError, RecursionError):
        return None
