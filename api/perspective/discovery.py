"""The discovery document, from which Google's clients of every language build themselves."""

from typing import Any

from flask import Blueprint, request

blueprint = Blueprint("perspective_discovery", __name__)

STRING = {"type": "string"}
BOOLEAN = {"type": "boolean"}
INTEGER = {"type": "integer", "format": "int32"}
FLOAT = {"type": "number", "format": "float"}


def _array(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _map(schema: str) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": {"$ref": schema}}


def _of(schema: str) -> dict[str, Any]:
    return {"$ref": schema}


CALLS = {
    "comment": _of("TextEntry"),
    "context": _of("Context"),
    "languages": _array(STRING),
    "clientToken": STRING,
    "communityId": STRING,
    "sessionId": STRING,
}
SCHEMAS: dict[str, dict[str, Any]] = {
    "TextEntry": {"text": STRING, "type": STRING},
    "Context": {
        "entries": _array(_of("TextEntry")),
        "articleAndParentComment": _of("ArticleAndParentComment"),
    },
    "ArticleAndParentComment": {"article": _of("TextEntry"), "parentComment": _of("TextEntry")},
    "AttributeParameters": {"scoreType": STRING, "scoreThreshold": FLOAT},
    "Score": {"value": FLOAT, "type": STRING},
    "SpanScore": {"begin": INTEGER, "end": INTEGER, "score": _of("Score")},
    "AttributeScores": {"summaryScore": _of("Score"), "spanScores": _array(_of("SpanScore"))},
    "AnalyzeCommentRequest": {
        **CALLS,
        "requestedAttributes": _map("AttributeParameters"),
        "spanAnnotations": BOOLEAN,
        "doNotStore": BOOLEAN,
    },
    "AnalyzeCommentResponse": {
        "attributeScores": _map("AttributeScores"),
        "languages": _array(STRING),
        "detectedLanguages": _array(STRING),
        "clientToken": STRING,
    },
    "SuggestCommentScoreRequest": {**CALLS, "attributeScores": _map("AttributeScores")},
    "SuggestCommentScoreResponse": {"clientToken": STRING},
}
PARAMETERS = {
    name: {"type": kind, "location": "query"}
    for name, kind in {
        "key": "string",
        "alt": "string",
        "fields": "string",
        "prettyPrint": "boolean",
        "quotaUser": "string",
        "$.xgafv": "string",
        "uploadType": "string",
        "upload_protocol": "string",
    }.items()
}


@blueprint.get("/$discovery/rest")
@blueprint.get("/<path:prefix>/$discovery/rest")
def discover(prefix: str = "") -> dict[str, Any]:
    """Describe the service, at the address by which it was asked."""
    root = request.host_url + (f"{prefix}/" if prefix else "")
    return {
        "kind": "discovery#restDescription",
        "discoveryVersion": "v1",
        "id": "commentanalyzer:v1alpha1",
        "name": "commentanalyzer",
        "canonicalName": "Comment Analyzer",
        "title": "Perspective Comment Analyzer API",
        "version": "v1alpha1",
        "protocol": "rest",
        "rootUrl": root,
        "baseUrl": root,
        "basePath": "",
        "servicePath": "",
        "batchPath": "batch",
        "parameters": PARAMETERS,
        "schemas": {name: _schema(name, fields) for name, fields in SCHEMAS.items()},
        "resources": {
            "comments": {
                "methods": {
                    "analyze": _method("analyze", "AnalyzeComment"),
                    "suggestscore": _method("suggestscore", "SuggestCommentScore"),
                }
            }
        },
    }


def _schema(name: str, fields: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "type": "object", "properties": fields}


def _method(name: str, schema: str) -> dict[str, Any]:
    path = f"v1alpha1/comments:{name}"
    return {
        "id": f"commentanalyzer.comments.{name}",
        "path": path,
        "flatPath": path,
        "httpMethod": "POST",
        "parameters": {},
        "parameterOrder": [],
        "request": _of(f"{schema}Request"),
        "response": _of(f"{schema}Response"),
    }
