// Post-processing of the generated OpenAPI document.

type Json = Record<string, unknown>;

/** Tidies the document. */
export function tidy(document: object): Json {
  return structuredClone(document) as Json;
}
