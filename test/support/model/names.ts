// The names of quotes and parts between model and product: `q#1` is the first quote of the ticket, whatever its id.

/** The product's ids by the model's names. */
export type Names = Map<string, string>;

/** The input with ids in place of names; what the map does not know is another ticket's. */
export const named = <T>(input: T, names: Names): T =>
  JSON.parse(JSON.stringify(input).replaceAll(/"([qp]#\d+)"/g, (_, name: string) => JSON.stringify(names.get(name)))) as T;

/** The model's name of an id. */
export const nameOf = (id: string | null, names: Names): string | null => {
  if (id === null) return null;
  for (const [name, one] of names) if (one === id) return name;
  return id;
};

/** Learns the id of a quote that is new: at most one is with each step. */
export function learnQuotes(ids: readonly string[], names: Names): void {
  const known = new Set(names.values());
  const fresh = ids.filter((id) => !known.has(id));
  if (fresh.length > 1) throw new Error(`one step made ${fresh.length} quotes`);
  const count = [...names.keys()].filter((name) => name.startsWith('q#')).length;
  // q#0 is there from the beginning.
  for (const id of fresh) names.set(`q#${count}`, id);
}

/** Learns the ids of parts by their numbers: `P-3` is the third. */
export function learnParts(parts: readonly { id: string; partNo: string }[], names: Names): void {
  for (const { id, partNo } of parts) names.set(partNo.replace('P-', 'p#'), id);
}

/** Names nobody has on this ticket. */
export const strangers = (quoteId: string, partId: string): Names =>
  new Map([
    ['q#0', quoteId],
    ['p#0', partId],
  ]);
