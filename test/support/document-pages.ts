// Takes the words out of a PDF, so that a test can read what a person would.
import { extractText, getDocumentProxy } from 'unpdf';

/** Without any blank: lines break where the paper ends, and Chinese has none between words. */
export const packed = (text: string): string => text.replaceAll(/\s/g, '');

/** Every page's text, in the order of the drawing. */
export async function pagesOf(pdf: Uint8Array): Promise<string[]> {
  const document = await getDocumentProxy(new Uint8Array(pdf), { verbosity: 0 });
  const { text } = await extractText(document, { mergePages: false });
  return text;
}
