package typescript

import "testing"

func TestASchemaBecomesAnInterfaceAndARequestALine(t *testing.T) {
	const description = `{
  "components": {"schemas": {
    "Place": {"type": "object", "description": "Somebody who waits.", "required": ["id", "state", "call", "tags", "by"], "properties": {
      "$schema": {"type": "string"},
      "id": {"type": "string", "description": "Ends a comment: */"},
      "state": {"type": "string", "enum": ["waiting", "offered"]},
      "call": {"oneOf": [{"$ref": "#/components/schemas/List-callsBody"}, {"type": "null"}]},
      "tags": {"type": "array", "items": {"type": "string"}},
      "by": {"type": ["integer", "null"]},
      "x-theme": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": ["string", "null"]}}},
      "on": {"type": "boolean"}, "any": {}, "inner": {"type": "object", "properties": {"n": {"type": "number"}}}}},
    "List-callsBody": {"type": "object", "additionalProperties": true},
    "Words": {"type": "object", "additionalProperties": {"type": "string"}}
  }},
  "paths": {"/api/v1/places/{id}": {
    "put": {"summary": "Put it", "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Place"}}}},
      "responses": {"204": {}, "default": {"content": {"application/problem+json": {"schema": {"type": "string"}}}}}},
    "get": {"summary": "Get it", "responses": {"200": {"content": {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Place"}}}}}}}
  }}}`
	const want = `/** The types of /api/openapi.json. Made by a test; do not edit. */

export interface ListcallsBody {}

/** Somebody who waits. */
export interface Place {
  any?: unknown;
  by: number | null;
  call: ListcallsBody | null;
  /** Ends a comment: * / */
  id: string;
  inner?: {
    n?: number;
  };
  on?: boolean;
  state: "waiting" | "offered";
  tags: string[];
  "x-theme"?: { [name: string]: (string | null)[] };
}

export type Words = { [name: string]: string };

/** What each request takes and answers, by its method and its path under /api/v1. */
export interface Requests {
  /** Get it */
  "GET /places/{id}": { body: undefined; answer: Place[] };
  /** Put it */
  "PUT /places/{id}": { body: Place; answer: undefined };
}
`
	got, err := Write([]byte(description), "a test")
	if err != nil || string(got) != want {
		t.Errorf("%v, got\n%s", err, got)
	}
	if _, err := Write([]byte("no JSON"), ""); err == nil {
		t.Error("what is no description was written")
	}
}
