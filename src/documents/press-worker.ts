// The thread in which PDFs are drawn: fonts and drawing stay out of the heap and the event loop of the API.
import { parentPort } from 'node:worker_threads';
import { pdfOf } from './pdf.ts';
import type { Printable } from './printable.ts';

parentPort?.on('message', (printable: Printable) => {
  void pdfOf(printable).then((pdf) => {
    const bytes = new Uint8Array(pdf);
    parentPort?.postMessage(bytes, [bytes.buffer]);
  });
});
