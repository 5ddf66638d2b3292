// Ids that are well formed and name nothing.
import { newId } from '#platform/id.ts';
import { freshSerial } from '../samples.ts';

/** Well formed, and nobody's. */
export const nobodys = (): Record<string, string> => ({
  brandId: newId('brand'),
  centerId: newId('center'),
  ticketId: newId('ticket'),
  shipmentId: newId('shipment'),
  keyId: '000000000000',
  endpointId: newId('endpoint'),
  deliveryId: newId('message'),
  quoteId: newId('quote'),
  alertId: newId('alert'),
  fileId: newId('file'),
  accountId: newId('carrierAccount'),
  stopId: newId('stop'),
  claimId: newId('claim'),
  orphanId: newId('orphan'),
  scenario: 'lost',
  carrier: 'easypost',
  provider: 'pigeon',
  serial: freshSerial(),
  textName: 'label.nothing',
  locale: 'zh-CN',
  message: 'received',
});
