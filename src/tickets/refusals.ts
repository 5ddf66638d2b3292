// Every condition by which a transition is refused, and what the caller can do about it.

/** Why a transition that exists from this status is refused all the same; the text says what to do. */
export const refusals = {
  serial_differs: 'The scanned serial is not the one of the request. Scan again; if it is the right device, send acceptMismatch: true.',
  validity_too_short: 'The quote must stay valid longer: 30 days in the EU, 10 days elsewhere. Raise validDays.',
  total_negative: 'The lines add up to less than zero. Lower the discount.',
  total_too_large: 'The lines add up to more than an amount can hold. Split the quote.',
  quote_unknown: 'quoteId is not the current quote of this ticket. Read the ticket and send the quoteId it shows.',
  quote_decided: 'The quote has been decided already. Read the ticket for the decision.',
  quote_expired: 'The quote is no longer valid. Send a new one.',
  amount_differs: 'amountShown is not the stored total. Show the customer the stored amount and ask again.',
  consent_in_future: 'consent.givenAt lies in the future. Send the time at which consent was given.',
  parts_outstanding: 'Ordered parts have not arrived. Record them with parts.receive first.',
  part_unknown: 'partIds names a part that is not outstanding on this ticket. Read the ticket for the open parts.',
  pick_up_only: 'The customer picks this device up. Use device.hand_over.',
  shipping_only: 'This device is shipped back. Use shipment.dispatched.',
  no_outbound_shipment: 'There is no outbound shipment yet. Create it with its waybill first.',
  expected_in_past: 'expectedOn lies in the past. Send the day the part is expected now.',
  status_unchanged: 'The ticket is in that status already.',
} as const;
export type Refusal = keyof typeof refusals;
