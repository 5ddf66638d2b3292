// Reads the flat XML that carriers still send: elements with attributes, no documents with definitions of their own.
import { UnreadablePush } from './carrier.ts';

const named: { readonly [name: string]: string } = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Only what XML itself defines; a character that is none stays as it was written. */
const decoded = (value: string): string =>
  value.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{2,4}));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return named[name] ?? whole;
    const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    return point <= 0x10_ff_ff ? String.fromCodePoint(point) : whole;
  });

/**
 * The attributes of each element of one name, in their order. Throws UnreadablePush for what is cut off, has another root,
 * or has parts that could hide an element from us or show one that is none (comments, CDATA, document types).
 */
export function elementsOf(xml: string, root: string, name: string): Record<string, string>[] {
  const start = xml.replace(/^<\?xml[^>]*\?>\s*/, '');
  if (!start.startsWith(`<${root}`) || !xml.endsWith(`</${root}>`) || xml.includes('<!')) {
    throw new UnreadablePush(`The body is not a ${root} in plain XML.`);
  }
  const element = new RegExp(`<${name}((?:\\s+[\\w:]+\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*/?>`, 'g');
  const found = [...xml.matchAll(element)];
  // One that does not fit the pattern would be lost in silence.
  if (found.length !== xml.split(`<${name}`).length - 1) throw new UnreadablePush(`A ${name} cannot be read.`);
  return found.map(([, attributes = '']) =>
    Object.fromEntries(
      [...attributes.matchAll(/([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(([, key = '', double, single]) => [
        key,
        decoded(double ?? single ?? ''),
      ]),
    ),
  );
}
