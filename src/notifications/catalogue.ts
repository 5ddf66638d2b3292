// Every trigger of the design's catalogue (N1 to N39, of its rules 5.3 and of couriers 7) and what carries it, as data: the table in docs/notifications.md is made of it.
import type { AlertKind } from '#alerts/alert.ts';
import type { MessageName } from './event.ts';
import type { WebhookEvent } from './webhook-endpoint.ts';

/** One trigger. */
export interface Trigger {
  what: string;
  /** Messages to the customer, alerts to the center and its brand, events to partners' webhooks. */
  messages?: readonly MessageName[];
  alerts?: readonly AlertKind[];
  webhooks?: readonly WebhookEvent[];
  when: string;
  /** What of it is not there, and why. */
  lacks?: string;
}

/** By the design's number. A message that no trigger has, and one that there is not, fail a test. */
export const triggers: Readonly<Record<string, Trigger>> = {
  N1: { what: 'Ticket created', messages: ['created'], when: 'once' },
  N2: { what: 'Mail-in label issued', messages: ['label', 'send_reminder'], when: 'once; reminders by the policy (days 3 and 7), then N30' },
  N3: { what: 'Carrier collected', messages: ['collected'], webhooks: ['shipment.updated', 'ticket.advanced'], when: 'first scan' },
  N4: {
    what: 'Inbound delivered but not yet opened',
    messages: ['parcel_arrived'],
    alerts: ['parcel_unopened'],
    webhooks: ['shipment.updated'],
    when: 'where it is not received in time',
  },
  N5: { what: 'Device received', messages: ['received', 'diagnosing'], when: 'once each' },
  N6: {
    what: 'Received with discrepancy',
    messages: ['received_differently'],
    when: 'in place of N5, where the serial differs or device.receive names discrepancies',
  },
  N7: {
    what: 'Diagnosis late',
    messages: ['diagnosis_late', 'diagnosing_again'],
    alerts: ['clock_breached'],
    when: 'four to eight hours before the target passes, at most once in 24 hours, with another day; when a diagnosis begins anew',
  },
  N8: { what: 'Covered: no charge', messages: ['covered'], when: 'once' },
  N9: { what: 'Quote ready', messages: ['quoted'], when: 'once per version' },
  N10: { what: 'Quote reminders', messages: ['quote_reminder'], when: 'by the policy (days 2, 5 and 9 of 10), scaled to the validity' },
  N11: { what: 'Quote revised', messages: ['quote_changed'], when: 'per version' },
  N12: { what: 'Approval received', messages: ['approved'], alerts: ['quote_decided'], when: 'once; the alert where the customer decided by link' },
  N13: { what: 'Declined', messages: ['declined', 'quote_expired'], alerts: ['quote_decided'], when: 'once: by a no, or when time has run out' },
  N14: { what: 'Part ordered', messages: ['awaiting_part'], when: 'once per order', lacks: 'no loaner is offered: there are no loaners yet' },
  N15: { what: 'Part day moved', messages: ['part_delayed'], alerts: ['clock_breached'], when: 'per change' },
  N16: { what: 'Still with us', messages: ['still_with_us'], when: 'whenever the promised day of the next word has come and nothing has moved' },
  N17: { what: 'Hold opened', messages: ['hold_opened', 'resumed'], when: 'per hold, and when it goes on' },
  N18: {
    what: 'Hold reminder, hold expired',
    messages: ['hold_reminder', 'hold_expired'],
    alerts: ['hold_expired'],
    when: 'a day before its end, where it is the customer’s turn and was given two days or more; at its end',
  },
  N19: { what: 'Repair started', messages: ['repair_started'], when: 'unless the repair was agreed within the hour before' },
  N20: {
    what: 'Quality check failed',
    alerts: ['quality_failed_twice'],
    webhooks: ['ticket.advanced'],
    when: 'each by webhook (action qc.fail), an alert from the second on',
  },
  N21: { what: 'Not repairable', messages: ['unrepairable'], when: 'once' },
  N22: { what: 'Unit replaced', messages: ['replaced'], when: 'when the other unit has passed its test' },
  N23: { what: 'Ready', messages: ['ready'], when: 'once', lacks: 'the balance: payments are not kept here, the agreed price is named' },
  N24: {
    what: 'Storage ladder',
    messages: ['storage_notice', 'disposed'],
    alerts: ['disposal_due'],
    when: 'by the policy; disposal is signed off by people',
  },
  N25: { what: 'Return shipped', messages: ['shipped'], when: 'once' },
  N26: {
    what: 'Parcel exception, attempt failed',
    messages: [
      ...(['delivery_failed', 'at_pickup_point', 'parcel_held_up', 'parcel_moves_again', 'parcel_refused', 'parcel_returning'] as const),
      ...(['eta_moved', 'came_back', 'parcel_lost', 'parcel_damaged', 'claim_news'] as const),
    ],
    alerts: ['parcel_problem', 'claim_due', 'delivery_disputed'],
    webhooks: ['shipment.updated'],
    when: 'per class of event',
  },
  N27: {
    what: 'Delivered or collected',
    messages: ['delivered', 'closed', 'disputed', 'reopened'],
    alerts: ['delivery_unproven'],
    when: 'once each; the alert a day after a valuable parcel was delivered without proof',
  },
  N28: { what: 'Loaner', when: 'never so far', lacks: 'there are no loaners yet' },
  N29: {
    what: 'Survey',
    messages: ['survey'],
    when: 'by mail alone, days after delivery by the policy (3; 0: never), once; not after a dispute or a disposal',
  },
  N30: { what: 'Cancelled or expired', messages: ['cancelled', 'request_expired'], alerts: ['cancelled_by_customer'], when: 'once' },
  N31: { what: 'Promised day changed', messages: ['promise_moved'], when: 'per change' },
  N32: {
    what: 'Promise will be missed',
    messages: ['promise_slipping'],
    alerts: ['promise_at_risk', 'promise_missed'],
    webhooks: ['alert.raised'],
    when: 'the center a day before, the customer four to eight hours before',
  },
  N33: { what: 'Stuck ticket', alerts: ['stuck'], webhooks: ['alert.raised'], when: 'daily while it lasts' },
  N34: { what: 'Repeat repair within 90 days', alerts: ['repeat_repair'], webhooks: ['alert.raised'], when: 'when the device is booked in again' },
  N35: {
    what: 'Silent dissatisfaction',
    when: 'never so far',
    lacks: 'lookups are counted for limits and logged as hashes, not kept per ticket and day; slips and repeats are on the scorecard',
  },
  N36: {
    what: 'Legal clock reached',
    messages: ['entitlement'],
    alerts: ['legal_clock'],
    webhooks: ['alert.raised'],
    when: 'the center always; the customer where the brand has approved words (PUT /v1/texts/entitlement.…)',
    lacks: 'two repairs that did not hold are a flag of the ticket’s clocks, not a message',
  },
  N37: {
    what: 'Security',
    messages: ['link_renewed', 'contact_changed', 'lookups_blocked'],
    when: 'at once: a link made anew, a contact changed, five wrong proofs within a day',
  },
  N38: {
    what: 'Partners’ webhooks',
    webhooks: ['ticket.opened', 'ticket.advanced', 'shipment.updated', 'note.added', 'alert.raised'],
    when: 'each event, with codes and no person',
  },
  N39: { what: 'Recall of a mistaken message', messages: ['recalled'], when: 'after a correction, where the wrong message was delivered' },
  '5.3': {
    what: 'Dispatch rules: a customer whom no way reaches, a budget of texts that runs out',
    alerts: ['unreachable', 'sms_budget'],
    webhooks: ['alert.raised'],
    when: 'when a provider says so for good, and at 80 % of the budget',
  },
  '7.2': {
    what: 'Between centers and couriers: a transfer, a parcel that turns out to be known, a job to collect',
    messages: ['moved_center'],
    alerts: ['transfer_coming', 'orphan_matched'],
    webhooks: ['job.ready_to_collect'],
    when: 'once each',
  },
};
