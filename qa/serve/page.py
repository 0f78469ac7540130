"""The description of the interface: `/openapi.json`, and `/docs`, a page that loads nothing."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid #8888; border-radius: .3rem; font-size: .85rem; }
summary { cursor: pointer; }
h2 code { font-size: 1.1rem; }
"""
_EXAMPLE = """curl {base}v1/answers -H 'Content-Type: application/json' \\
  -d '{{"question": "Qui a signé l’accord ?", "stream": false}}'"""


def add_page(app: FastAPI) -> None:
    """Serve both."""

    async def openapi(_: Request) -> JSONResponse:
        return JSONResponse(app.openapi())

    async def docs(request: Request) -> HTMLResponse:
        return HTMLResponse(_page(app.openapi(), str(request.base_url)))

    app.add_route("/openapi.json", openapi, include_in_schema=False)
    app.add_route("/docs", docs, include_in_schema=False)


def _page(description: dict[str, Any], base: str) -> str:
    schemas: dict[str, Any] = description.get("components", {}).get("schemas", {})
    routes = "".join(
        _route(method, path, route, schemas)
        for path, methods in description["paths"].items()
        for method, route in methods.items()
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sourcier: HTTP</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
        f"<h1>Sourcier</h1><p>{escape(description['info'].get('description', ''))}</p>"
        f'<p>As a file: <a href="openapi.json">openapi.json</a></p>'
        f"<pre>{escape(_EXAMPLE.format(base=base))}</pre>{routes}</body></html>"
    )


def _route(method: str, path: str, route: dict[str, Any], schemas: dict[str, Any]) -> str:
    told = escape(route.get("description", ""))
    body = _schema_of(route.get("requestBody"))
    replied = _schema_of(route.get("responses", {}).get("200"))
    return (
        f"<h2><code>{method.upper()} {escape(path)}</code></h2>"
        f"<p><strong>{escape(route.get('summary', ''))}.</strong> {told}</p>"
        + _folded("Request", body, schemas)
        + _folded("Reply", replied, schemas)
    )


def _schema_of(holder: dict[str, Any] | None) -> dict[str, Any]:
    content = (holder or {}).get("content", {}).get("application/json", {})
    schema: dict[str, Any] = content.get("schema", {})
    return schema


def _folded(title: str, schema: dict[str, Any], schemas: dict[str, Any]) -> str:
    if not schema:
        return ""
    written = json.dumps(_resolved(schema, schemas), indent=2, ensure_ascii=False)
    return f"<details><summary>{title}</summary><pre>{escape(written)}</pre></details>"


def _resolved(schema: Any, schemas: dict[str, Any]) -> Any:
    """The schema with what it refers to in its place; ours refer to nothing above themselves."""
    if isinstance(schema, list):
        return [_resolved(item, schemas) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _resolved(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    return {key: _resolved(value, schemas) for key, value in schema.items() if key != "title"}
