"""Links from a message's embeds and components to its files: `attachment://NAME` becomes a path."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.local_discord.errors import invalid_form
from bot.local_discord.forms.components import Kind, every
from bot.local_discord.forms.form import Form, Path
from bot.local_discord.reply import Json
from bot.local_discord.state.messages import Attachment

__all__ = ["linked_components", "linked_embed"]

_SCHEME = "attachment://"


def linked_embed(embed: Json, attachments: Iterable[Attachment]) -> Json:
    """A copy whose pictures and icons have links that can be opened; a file that is not there is left out."""
    links = {_SCHEME + one.filename: one.path for one in attachments}
    copy = dict(embed)
    for part, key in (("image", "url"), ("thumbnail", "url"), ("footer", "icon_url"), ("author", "icon_url")):
        url = copy.get(part, {}).get(key, "")
        if url.startswith(_SCHEME):
            rest = {name: said for name, said in copy[part].items() if name != key}
            copy[part] = {**rest, key: links[url]} if url in links else rest
            if not copy[part]:
                del copy[part]
    return copy


def linked_components(
    components: list[Json], attachments: list[Attachment], make_id: Callable[[], str], path: Path
) -> list[Json]:
    """The components, each piece of media made a whole object. Raises RestError 50035 (no such file)."""
    media = [holder for component in every(components) for holder in _holders(component)]
    if not media:
        return components
    files = {_SCHEME + one.filename: one for one in attachments}
    urls = [holder[key]["url"] for holder, key in media]
    if any(url.startswith(_SCHEME) and url not in files for url in urls):
        form = Form()
        form.fail(
            path,
            "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
            "The referenced attachment could not be found",
        )
        raise invalid_form(form.tree())
    for holder, key in media:
        file = files.get(holder[key]["url"])
        holder[key] = _media(holder[key]["url"], file, make_id)
        if holder.get("type") == Kind.FILE and file is not None:
            holder["name"], holder["size"] = file.filename, len(file.content)
    return components


def _holders(component: Json) -> list[tuple[Json, str]]:
    kind = component["type"]
    if kind == Kind.THUMBNAIL:
        return [(component, "media")]
    if kind == Kind.FILE:
        return [(component, "file")]
    return [(item, "media") for item in component["items"]] if kind == Kind.MEDIA_GALLERY else []


def _media(url: str, file: Attachment | None, make_id: Callable[[], str]) -> Json:
    where = url if file is None else file.path
    media: Json = {"id": make_id(), "url": where, "proxy_url": where, "width": None, "height": None}
    if file is not None:
        media |= {"width": file.width, "height": file.height}
        media |= {"content_type": file.content_type, "attachment_id": file.id}
    return media
