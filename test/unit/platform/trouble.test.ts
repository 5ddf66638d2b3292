// What keeps a process from starting becomes one sentence that names the setting; everything else stays a bug with its stack.
import { expect, it } from 'vitest';
import { databaseTrouble, listenTrouble, Trouble } from '#platform/trouble.ts';

const URL_OF = 'postgres://lin@db.example:5433/repairs';

it.each([
  [{ code: 'ECONNREFUSED' }, 'The database at db.example:5433 does not answer (ECONNREFUSED): start it, or correct DATABASE_URL.'],
  [{ errors: [{ code: 'ECONNREFUSED' }] }, 'The database at db.example:5433 does not answer (ECONNREFUSED): start it, or correct DATABASE_URL.'],
  [{ message: 'timeout expired' }, 'The database at db.example:5433 does not answer (timeout): start it, or correct DATABASE_URL.'],
  [
    { code: '55P03', message: 'canceling statement due to lock timeout' },
    'Somebody else has held what this needs in the database at db.example:5433 for too long: try again when they are done.',
  ],
  [
    { code: '57014', message: 'canceling statement due to statement timeout' },
    'The database at db.example:5433 broke off a statement that took too long: try again when it has less to do.',
  ],
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

it.each([
  ['EADDRINUSE', 'Port 9090 is in use: stop what listens there, or set OPS_PORT to another port.'],
  ['EACCES', 'Port 9090 may not be used by this user: set OPS_PORT to 1024 or above.'],
  ['EADDRNOTAVAIL', 'This machine has no address 10.0.0.9: correct OPS_HOST.'],
])('names the setting where nothing can listen (%s)', (code, sentence) => {
  const trouble = listenTrouble({ code }, { host: '10.0.0.9', port: 9090, settings: { host: 'OPS_HOST', port: 'OPS_PORT' } });
  expect(trouble).toBeInstanceOf(Trouble);
  expect(trouble).toMatchObject({ message: sentence });
});

it('leaves a bug as it is', () => {
  const bug = new TypeError('undefined is not a function');
  expect(databaseTrouble(bug, URL_OF, 'DATABASE_URL')).toBe(bug);
  expect(listenTrouble(bug, { host: '127.0.0.1', port: 1, settings: { host: 'HOST', port: 'PORT' } })).toBe(bug);
});
