// The allow-list of the log: canaries of personal data in every place must not come out.
import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createLog } from '#platform/log.ts';

function lines(write: (log: ReturnType<typeof createLog>) => void): string {
  let out = '';
  write(createLog('test', 'trace', { write: (line) => (out += line) }));
  return out;
}

it('leaves out every field that is not named, and says that it did', () => {
  const out = lines((log) => log.info({ ticketId: 'tkt_1', phone: '13812345678', contact: { name: 'Canary Wang' } }, 'opened'));
  expect(out).not.toContain('Canary');
  expect(out).not.toContain('13812345678');
  expect(JSON.parse(out)).toMatchObject({ level: 'info', name: 'test', ticketId: 'tkt_1', dropped: ['phone', 'contact'], msg: 'opened' });
});

it('keeps what every line of the product says: ids, codes and counts', () => {
  // The first argument of each call, as far as it names fields itself; an error's own are the serializer's business.
  const calls = globSync('src/**/*.ts').flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/\blog\.(?:info|warn|error|fatal)\(\{([^}]*)\}/g)]);
  const fields = new Set(calls.flatMap(([, inside = '']) => inside.split(',').map((field) => field.trim().split(':')[0] ?? '')));
  fields.delete('');
  expect(fields.size).toBeGreaterThan(15);
  const out = lines((log) => log.info(Object.fromEntries([...fields].map((name) => [name, 1])), 'said'));
  const { dropped = [] } = JSON.parse(out) as { dropped?: string[] };
  expect(dropped).toEqual([]);
});

it('logs the route of a request, never its address, headers or body', () => {
  const req = {
    id: 'r1',
    method: 'GET',
    url: '/v1/lookup/CANARY123',
    headers: { authorization: 'Bearer CANARY' },
    routeOptions: { url: '/v1/lookup/:serial' },
  };
  const out = lines((log) => log.info({ req, res: { statusCode: 200, payload: 'CANARY' } }, 'done'));
  expect(out).not.toContain('CANARY');
  expect(JSON.parse(out)).toMatchObject({ req: { id: 'r1', method: 'GET', route: '/v1/lookup/:serial' }, res: { statusCode: 200 } });
});

it('keeps the kind and the frames of an error, and none of the values that PostgreSQL or a mail server repeats', () => {
  const refused = Object.assign(new Error('invalid input syntax for type integer: "CANARY"'), { code: '22P02', detail: 'Key (name)=(CANARY)' });
  const mail = new Error('550 no such user canary@example.com, call +86 138 1234 5678', { cause: refused });
  const out = lines((log) => log.error({ err: mail }, 'failed'));
  expect(out).not.toMatch(/canary/i);
  const line = JSON.parse(out) as { err: { type: string; stack: string; cause: { code: string } } };
  // Time and process id beside it may hold any digits.
  expect(JSON.stringify(line.err)).not.toContain('1234');
  expect(line.err.type).toBe('Error');
  expect(line.err.cause.code).toBe('22P02');
  expect(line.err.stack).toContain('log.test.ts');
});
