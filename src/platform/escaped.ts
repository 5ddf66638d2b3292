// Text as HTML shows it: the five characters that mean something to a parser are written out.

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Fit for the text of an element and for an attribute in quotes. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => entities[char] ?? '');
