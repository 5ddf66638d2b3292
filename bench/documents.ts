// What printing costs the API process: its memory before, during and after fifty PDFs, their times, and what lookups beside them feel.
// node bench/documents.ts [how many of each].
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { createBrand } from '#access/manage-brands.ts';
import { createKey } from '#access/manage-keys.ts';
import { asSystem } from '#access/perform.ts';
import { readConfig } from '#config.ts';
import { freePort } from '#platform/db/embedded.ts';
import { openCenter } from '#service-centers/manage-centers.ts';
import { createServices, type Services } from '#services.ts';
import { advanceTicket } from '#tickets/advance-ticket.ts';
import { openTicket } from '#tickets/open-ticket.ts';
import { median, record, SECRET, startProcess, throwAwayDatabase } from './support.ts';

const DOCUMENTS = Number(process.argv[2] ?? 50);
const IDLE_MS = 40_000;

/** A received ticket with a quote of a hundred lines, and the key of its center. */
async function prepare(services: Services): Promise<{ key: string; ticketId: string; quoteId: string; serial: string }> {
  const brand = await asSystem(services, '*', (deed) =>
    createBrand(deed, {
      slug: 'bench',
      name: '棱镜数码',
      lookupMode: 'open',
      locale: 'zh-CN',
      timeZone: 'Asia/Shanghai',
      contactLine: '400-820-0000',
    }),
  );
  const where = { phone: '021-6000-0000', address: '上海市黄浦区南京东路 1 号', locale: 'zh-CN', timeZone: 'Asia/Shanghai' } as const;
  const center = await asSystem(services, brand.id, (deed) => openCenter(deed, { code: 'B1', name: '棱镜上海', kind: 'own', ...where }));
  const { key } = await asSystem(services, brand.id, (deed) => createKey(deed, { kind: 'center', name: 'bench', centerId: center.id }));
  const serial = 'C8QH7T2KPL0M';
  const ticket = await asSystem(services, brand.id, async (deed) => {
    const acting = { ...deed, actor: { ...deed.actor, kind: 'center' as const, centerId: center.id } };
    const opened = await openTicket(acting, {
      channel: 'walk_in',
      device: { kind: 'phone', maker: 'Aurora', model: 'A5', serial },
      contact: { name: '王芳', locale: 'zh-CN' },
      faultReported: '摔落后屏幕碎裂，触摸偶尔失灵。',
      returnMethod: 'pick_up',
      jurisdiction: 'CN',
    });
    const step = { ticketId: opened.id, expectedVersion: null };
    const condition = [{ area: '屏幕', grade: 'cracked' as const }];
    const input = { serialScanned: serial, accessories: [{ type: '充电器', quantity: 1 }], condition, powersOn: true, receivedBy: '陈立' };
    await advanceTicket(acting, { ...step, command: { action: 'device.receive', input } });
    await advanceTicket(acting, { ...step, command: { action: 'diagnosis.start', input: { technician: '赵' } } });
    const lines = Array.from({ length: 100 }, (_, n) => ({
      kind: 'part' as const,
      text: `第 ${n + 1} 项：更换电容与接口`,
      quantity: 1,
      unitPrice: 1_000,
    }));
    const offer = { currency: 'CNY', lines, diagnosisFee: 0, validDays: 30, promisedDays: 3 };
    return advanceTicket(acting, { ...step, command: { action: 'quote.send', input: { offer } } });
  });
  return { key, ticketId: ticket.id, quoteId: ticket.quote?.id ?? '', serial };
}

const database = await throwAwayDatabase(false);
const settings = { DATABASE_URL: database.url, SECRETS: SECRET, LOG_LEVEL: 'silent', RATE_LIMITS: 'false' };
const services = createServices(readConfig(settings));
const { key, ticketId, quoteId, serial } = await prepare(services);
await services.close();
const [port, ops] = [await freePort(), await freePort()];
const base = `http://127.0.0.1:${port}`;
const api = await startProcess('src/api.ts', { ...settings, PORT: String(port), OPS_PORT: String(ops) }, `http://127.0.0.1:${ops}/readyz`);
const agent = new Agent({ connections: 4 });

async function timed(path: string): Promise<{ ms: number; bytes: number }> {
  const started = performance.now();
  const { statusCode, body } = await request(base + path, { dispatcher: agent, headers: { authorization: `Bearer ${key}` } });
  const bytes = (await body.arrayBuffer()).byteLength;
  if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}`);
  return { ms: performance.now() - started, bytes };
}

const receipt = `/v1/tickets/${ticketId}/documents/intake-receipt`;
const quote = `/v1/tickets/${ticketId}/documents/quotes/${quoteId}`;
const rows: string[] = [];
/** Asks for it again and again, and watches the memory meanwhile. */
async function measure(name: string, path: string): Promise<void> {
  const before = api.rss();
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, api.rss())), 20);
  const first = await timed(path);
  const others: { ms: number }[] = [];
  for (let n = 1; n < DOCUMENTS; n += 1) others.push(await timed(path));
  clearInterval(watch);
  const times = others.map(({ ms }) => ms);
  rows.push(
    `| ${name} | ${(first.bytes / 1000).toFixed(0)} kB | ${first.ms.toFixed(0)} | ${median(times).toFixed(0)} | ${Math.max(...times).toFixed(0)} | ${before.toFixed(0)} | ${peak.toFixed(0)} | ${api.rss().toFixed(0)} |`,
  );
  console.log(rows.at(-1));
}

for (let n = 0; n < 500; n += 1) await timed(`/v1/tickets/${ticketId}`);
const warm = api.rss();
await measure('receipt, HTML', receipt);
await measure('quote of 100 lines, HTML', quote);
await measure('receipt, PDF', `${receipt}?format=pdf`);
await measure('quote of 100 lines, PDF', `${quote}?format=pdf`);

const waits: number[] = [];
const printing = (async () => {
  for (let n = 0; n < DOCUMENTS; n += 1) await timed(`${quote}?format=pdf`);
})();
let printed = false;
void printing.then(() => (printed = true));
while (!printed) waits.push((await timed(`/v1/lookup/${serial}`)).ms);
const after = waits.toSorted((a, b) => a - b);
console.log(`${after.length} lookups beside ${DOCUMENTS} quotes; now ${IDLE_MS / 1000} s without any`);
await sleep(IDLE_MS);
const body = `${DOCUMENTS} of each, one after another; milliseconds and resident MiB of the API process (warm after 500 reads: ${warm.toFixed(0)} MiB).

| Document | Size | first ms | median ms | most ms | before | peak | after |
|---|---|---|---|---|---|---|---|
${rows.join('\n')}

While ${DOCUMENTS} long quotes were printed, ${after.length} lookups beside them took ${(after[Math.floor(after.length / 2)] ?? 0).toFixed(1)} ms in the middle, ${(after[Math.floor(after.length * 0.99)] ?? 0).toFixed(1)} ms at p99. ${IDLE_MS / 1000} s after the last document: ${api.rss().toFixed(0)} MiB.`;
record('Printing documents', `node bench/documents.ts ${DOCUMENTS}`, body);
await agent.close();
await api.stop();
await database.stop();
