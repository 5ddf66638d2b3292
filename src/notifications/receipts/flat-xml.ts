// The little XML that WeChat sends: elements in elements, text or CDATA, and nothing else. What is more than that is refused, not interpreted.
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const TOKEN = /<([A-Za-z_][\w.-]{0,63})>|<\/([A-Za-z_][\w.-]{0,63})>|<!\[CDATA\[([^]*?)\]\]>|([^<]+)/y;
const DEPTH = 6;
const ELEMENTS = 200;

const plain = (text: string): string | null =>
  /&(?!(amp|lt|gt|quot|apos);)/.test(text) ? null : text.replaceAll(/&(\w+);/g, (_, name: string) => ENTITIES[name] ?? '');

/**
 * The texts of the elements directly in the root, the last of a name. Null where it is no such document: a declaration, a document type, an attribute,
 * a comment, an entity of its own, tags that do not match, or more than 200 elements.
 */
export function flatXml(text: string): Map<string, string> | null {
  const found = new Map<string, string>();
  const open: string[] = [];
  let elements = 0;
  let value = '';
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(text);
    if (token === null) return null;
    const [, opened, closed, verbatim, words] = token;
    const outside = open.length === 0;
    if (opened !== undefined) {
      elements += 1;
      if ((outside && at > 0 && text.slice(0, at).trim() !== '') || open.length >= DEPTH || elements > ELEMENTS) return null;
      open.push(opened);
      value = '';
    } else if (closed !== undefined) {
      if (open.pop() !== closed) return null;
      if (open.length === 1) found.set(closed, value.trim());
    } else {
      const said = verbatim ?? plain(words ?? '');
      if (said === null || (outside && said.trim() !== '')) return null;
      if (open.length === 2) value += said;
    }
  }
  return open.length === 0 && elements > 0 ? found : null;
}
