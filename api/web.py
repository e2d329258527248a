"""The files of the web part: the app, its assets, and the elements that templates load."""

from importlib.resources import files
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import FileResponse, PlainTextResponse

from api.context import Context, context
from api.data_groups import BUNDLE_PATH
from api.errors import problem
from api.frame_documents import SCRIPT_PATH
from runtime.settings import Settings

# Include it last: it answers whatever no other route does.
router = APIRouter(include_in_schema=False)

_IMMUTABLE = "public, max-age=31536000, immutable"
_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; frame-src 'self'"
)
# Below these a path that does not exist is an error of the program that asked, never a screen of the app.
_PROGRAM_PATHS = ("v1", "human-loops", "frame", "media", "assets", "static", "problems")

ContextOf = Annotated[Context, Depends(context)]


def web_root(settings: Settings) -> Path | None:
    """Folder of the built web part: the one that is set, the packaged one, or a checkout's; None where none is."""
    package = Path(str(files("api")))
    packaged = [package / "web", package.parent / "web" / "dist"]
    candidates = [Path(settings.web_dist)] if settings.web_dist else packaged
    return next((folder.resolve() for folder in candidates if (folder / "index.html").is_file()), None)


@router.api_route(SCRIPT_PATH, methods=["GET", "HEAD"])
async def crowd_elements(ctx: ContextOf) -> Response:
    """The elements' script; frames have an opaque origin, so it has to be open to all."""
    file = _file(web_root(ctx.settings), SCRIPT_PATH)
    if file is None:
        return _not_built()
    headers = {"Cache-Control": "no-cache", "Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff"}
    return FileResponse(file, media_type="text/javascript", headers=headers)


@router.api_route(BUNDLE_PATH + "{path:path}", methods=["GET", "HEAD"])
async def group_editor(path: str, ctx: ContextOf) -> Response:
    """A file of the editor of data groups, which runs in frames too."""
    root = web_root(ctx.settings)
    file = _file(root, f"{BUNDLE_PATH}{path}")
    if file is None:
        return _not_built() if root is None else problem(404, "not-found", "there is no such file in the web part")
    headers = {"Cache-Control": "no-cache", "Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff"}
    kind = "text/javascript" if file.suffix in (".js", ".mjs") else None
    return FileResponse(file, media_type=kind, headers=headers)


@router.api_route("/assets/{path:path}", methods=["GET", "HEAD"])
async def asset(path: str, ctx: ContextOf) -> Response:
    """A file whose name has its content's hash."""
    file = _file(web_root(ctx.settings), f"assets/{path}")
    if file is None:
        return problem(404, "not-found", "there is no such file in the web part")
    return FileResponse(file, headers={"Cache-Control": _IMMUTABLE, "X-Content-Type-Options": "nosniff"})


@router.api_route("/docs", methods=["GET", "HEAD"])
async def api_docs(ctx: ContextOf) -> Response:
    """The page that shows /openapi.json."""
    root = web_root(ctx.settings)
    return _not_built() if root is None else _page(root / "docs.html")


@router.api_route("/{path:path}", methods=["GET", "HEAD"])
async def app(path: str, request: Request, ctx: ContextOf) -> Response:
    """A file at the top of the web part, else the app itself where a browser asks for a page."""
    if path.split("/")[0] in _PROGRAM_PATHS:
        return problem(404, "not-found", "there is no such path")
    root = web_root(ctx.settings)
    file = _file(root, path) if path not in ("", "index.html") else None
    if file is not None:
        return FileResponse(file, headers={"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"})
    if path and "text/html" not in request.headers.get("Accept", ""):
        return problem(404, "not-found", "there is no such path")
    if root is None:
        return _not_built()
    return _page(root / "index.html")


def _page(file: Path) -> Response:
    headers = {
        "Content-Security-Policy": _POLICY,
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
    }
    return FileResponse(file, media_type="text/html", headers=headers)


def _file(root: Path | None, path: str) -> Path | None:
    """A file inside the web part; None for anything else, also where a path leads out of it."""
    if root is None or "\0" in path:
        return None
    try:
        file = (root / path.lstrip("/")).resolve()
        return file if file.is_relative_to(root) and file.is_file() else None
    except OSError:  # a name that no file can have
        return None


def _not_built() -> Response:
    return PlainTextResponse("The web part is not built yet: run 'make setup', then start Loupe again.\n", 503)
