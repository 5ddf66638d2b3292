// The table of triggers and the messages, alerts and events that there are say the same.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { AlertKind } from '#alerts/alert.ts';
import { triggers } from '#notifications/catalogue.ts';
import { messages } from '#notifications/messages.ts';
import { WebhookEvent } from '#notifications/webhook-endpoint.ts';

const rows = Object.values(triggers);

it('has the 39 triggers of the design, each with what carries it or why nothing does', () => {
  expect(Object.keys(triggers).toSorted()).toEqual([...Array.from({ length: 39 }, (_, index) => `N${index + 1}`), '5.3', '7.2'].toSorted());
  const silent = Object.entries(triggers).filter(
    ([, { messages: said = [], alerts = [], webhooks = [], lacks }]) => said.length + alerts.length + webhooks.length === 0 && lacks === undefined,
  );
  expect(silent).toEqual([]);
});

it('names every message, every alert and every event, and nothing that is none', () => {
  const named = <T>(of: (row: (typeof rows)[number]) => readonly T[] | undefined): T[] =>
    [...new Set(rows.flatMap((row) => of(row) ?? []))].toSorted();
  expect(named((row) => row.messages)).toEqual(Object.keys(messages).toSorted());
  expect(named((row) => row.alerts)).toEqual([...AlertKind.options].toSorted());
  expect(named((row) => row.webhooks)).toEqual([...WebhookEvent.options].toSorted());
});

it('is the table in the documents', () => {
  const document = readFileSync(path.resolve(import.meta.dirname, '../../../docs/notifications.md'), 'utf8');
  for (const [number, { what }] of Object.entries(triggers)) expect(document).toContain(`| ${number} | ${what} |`);
});
