// What keeps a process from starting becomes one sentence that names the setting; everything else stays a bug with its stack.
import { expect, it } from 'vitest';
import { databaseTrouble, listenTrouble, Trouble } from '#platform/trouble.ts';

const URL_OF = 'postgres://lin@db.example:5433/repairs';

it.each([
  [{ code: 'ECONNREFUSED' }, 'The database at db.example:5433 does not answer (ECONNREFUSED): start it, or correct DATABASE_URL.'],
  [{ errors: [{ code: 'ECONNREFUSED' }] }, 'The database at db.example:5433 does not answer (ECONNREFUSED): start it, or correct DATABASE_URL.'],
  [{ message: 'timeout expired' }, 'The database at db.example:5433 does not answer (timeout): start it, or correct DATABASE_URL.'],
  [{ code: '57P01' }, 'The database at db.example:5433 is starting up or shutting down: try again in a moment.'],
  [{ code: '28P01' }, 'The database at db.example:5433 refuses the login lin: correct DATABASE_URL.'],
  [{ code: '3D000' }, 'The server at db.example:5433 has no database repairs: create it, or correct DATABASE_URL.'],
  [{ code: '42P01' }, 'The database at db.example:5433 has not been brought to this release: run npm run migrate first.'],
  [
    { code: '22023', message: 'invalid value for parameter "role": "glassbench_app"' },
    'The database at db.example:5433 has not been brought to this release: run npm run migrate first.',
  ],
])('puts %j into a sentence', (error, sentence) => {
  const trouble = databaseTrouble(error, URL_OF, 'DATABASE_URL');
  expect(trouble).toBeInstanceOf(Trouble);
  expect((trouble as Trouble).message).toBe(sentence);
});

it('names the setting of a port in use', () => {
  const trouble = listenTrouble({ code: 'EADDRINUSE' }, 'OPS_PORT', '127.0.0.1', 9090);
  expect(trouble).toMatchObject({ message: 'Port 9090 is in use: stop what listens there, or set OPS_PORT to another port.' });
});

it('leaves a bug as it is', () => {
  const bug = new TypeError('undefined is not a function');
  expect(databaseTrouble(bug, URL_OF, 'DATABASE_URL')).toBe(bug);
  expect(listenTrouble(bug, 'PORT', '127.0.0.1', 1)).toBe(bug);
});
