// A repair that waits for its owner and waits too long: the center is alarmed by webhook and the owner told by mail, each once.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expected, step, type Ticket } from '../client/client.ts';
import { onBothQueues } from '../support/queues.ts';
import { customer, freshSerial, scanned } from '../support/samples.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { openPartner, openShop, type Shop } from '../support/shop.ts';
import { anHourOnHold } from '../support/turn-back.ts';

const HOUR_MS = 3_600_000;

onBothQueues('a repair on hold', (queue) => {
  let scene: Scene;
  let shop: Shop;
  let ticket: Ticket;
  let resumeBy: string;
  let alertId: string;
  const contact = customer('zhou');

  beforeAll(async () => {
    scene = await openScene(queue);
    const { baseUrl, adminKey } = scene;
    shop = await openShop({ baseUrl, adminKey });
    const events: ['alert.raised'] = ['alert.raised'];
    await openPartner(shop.center, scene.partner, events);
  });
  afterAll(() => scene?.close());

  it('is held up, and its owner learns what to do', async () => {
    const serial = freshSerial();
    const order = {
      channel: 'walk_in',
      device: { kind: 'phone', serial },
      contact,
      faultReported: 'Dark screen',
      returnMethod: 'pick_up',
      jurisdiction: 'CN',
    } as const;
    const opened = await expected(shop.center.POST('/v1/tickets', { body: order }), 201);
    const received = await step(shop.center, opened, 'device.receive', scanned(serial));
    resumeBy = new Date(Date.now() + HOUR_MS).toISOString();
    ticket = await step(shop.center, received, 'hold.open', { reason: 'device_lock', resumeBy });
    expect(ticket).toMatchObject({ status: 'received', hold: { reason: 'device_lock', blame: 'customer', resumeBy } });
    await scene.mail.arrived(contact.email, 3);
  });

  it('runs out: one webhook to the center, one mail to the owner', async () => {
    await anHourOnHold(scene.databaseUrl, ticket.id);
    resumeBy = new Date(Date.parse(resumeBy) - HOUR_MS).toISOString();
    const [call] = await scene.partner.arrived(1, 30_000);
    expect(call?.payload).toMatchObject({
      type: 'alert.raised',
      data: { kind: 'hold_expired', ticketId: ticket.id, code: ticket.code, status: 'received', data: { holdReason: 'device_lock', resumeBy } },
    });
    alertId = String(call?.payload.data['alertId']);
    // No person and no address goes to a partner.
    expect(JSON.stringify(call?.payload)).not.toMatch(/Wang|@|\+86/);
    const mails = await scene.mail.arrived(contact.email, 4, 30_000);
    expect(mails.at(-1)?.text).toContain(ticket.code);
    expect(mails.at(-1)?.subject).toMatch(/paused|hold/i);
  });

  it('stands in the list of the center until somebody has seen to it', async () => {
    const open = await expected(shop.center.GET('/v1/alerts', { params: { query: { open: 'true', ticketId: ticket.id } } }), 200);
    expect(open.data.map(({ id, kind }) => [id, kind])).toEqual([[alertId, 'hold_expired']]);
    const acknowledge = () => expected(shop.center.POST('/v1/alerts/{alertId}/acknowledge', { params: { path: { alertId } } }), 200);
    const first = await acknowledge();
    expect(first.acknowledgedAt).not.toBeNull();
    expect(await acknowledge()).toEqual(first);
    const left = await expected(shop.center.GET('/v1/alerts', { params: { query: { open: 'true', ticketId: ticket.id } } }), 200);
    expect(left.data).toEqual([]);
  });

  it('stays on hold until the center goes on, and has told nobody twice', async () => {
    const params = { path: { ticketId: ticket.id } };
    const held = await expected(shop.center.GET('/v1/tickets/{ticketId}', { params }), 200);
    expect(held).toMatchObject({ version: ticket.version, hold: { reason: 'device_lock' } });
    const resumed = await step(shop.center, held, 'hold.resume', {});
    expect(resumed.hold).toBeNull();
    await scene.mail.arrived(contact.email, 5);
    expect([scene.partner.calls.length, scene.mail.to(contact.email).length]).toEqual([1, 5]);
  });
});
