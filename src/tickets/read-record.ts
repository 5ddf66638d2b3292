// Reads the repair record out of the history: it is written once, as part of the step, and never changed.
import type { Deed } from '#access/deed.ts';
import { ticketRow } from './find-tickets.ts';
import { type EventRow, eventsOf } from './history-store.ts';
import { ENTRIES, type RepairRecord } from './record.ts';

const kept = ['device.receive', 'diagnosis.record', 'repair.finish', 'qc.fail', 'qc.pass'];

type Data = Record<string, unknown>;
const made = ({ seq, occurredAt }: EventRow): { seq: number; at: string } => ({ seq, at: occurredAt.toISOString() });
const orNull = (data: Data, names: readonly string[]): Data => Object.fromEntries(names.map((name) => [name, data[name] ?? null]));

/** The record of a ticket. Problem: not_found. */
export async function readRecord(deed: Deed, ticketId: string): Promise<RepairRecord> {
  await ticketRow(deed, ticketId);
  const events = await eventsOf(deed, ticketId, kept, ENTRIES);
  const of = (...actions: string[]): EventRow[] => events.filter(({ action }) => actions.includes(action));
  const received = of('device.receive').at(-1);
  return {
    intake: received === undefined ? null : (intakeOf(received) as RepairRecord['intake']),
    diagnoses: of('diagnosis.record').map((event) => ({ ...made(event), ...event.data }) as RepairRecord['diagnoses'][number]),
    work: of('repair.finish').map((event) => ({ ...made(event), technician: null, ...event.data }) as RepairRecord['work'][number]),
    tests: of('qc.fail', 'qc.pass').slice(-ENTRIES).map(testOf),
  };
}

const intakeOf = (event: EventRow): Data => ({
  ...made(event),
  ...orNull(event.data, ['receivedBy', 'serialMatches', 'serialLast4', 'accessories', 'condition', 'powersOn', 'simRemoved', 'memoryCardRemoved']),
  ...orNull(event.data, ['screenLock', 'packaging', 'diagnosisFee', 'acknowledgement']),
  serialUnreadable: event.data['serialUnreadable'] === true,
});

function testOf(event: EventRow): RepairRecord['tests'][number] {
  const { inspector, checks, passed, failed } = event.data as { inspector: string; checks?: object[]; passed?: string[]; failed?: object[] };
  // Before there were lists a test named what it had passed.
  const done = checks ?? (passed ?? []).map((check) => ({ check, result: 'pass' }));
  return { ...made(event), passed: event.action === 'qc.pass', inspector, checks: done, failed: failed ?? [] } as RepairRecord['tests'][number];
}
