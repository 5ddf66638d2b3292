// ShipEngine's status_code, and the status_detail_code of its OpenAPI description grouped by what they mean.
import type { ParcelStatus } from '../tracking.ts';
import type { Codes } from './reading.ts';

const statuses: Codes = {
  UN: 'unknown',
  AC: 'picked_up',
  IT: 'in_transit',
  DE: 'delivered',
  EX: 'exception',
  AT: 'attempt_failed',
  NY: 'label_created',
  SP: 'available_for_pickup',
  // UPS: on the van.
  'IT/OT': 'out_for_delivery',
  'DE/DELIVERED_TO_PICKUP_POINT': 'available_for_pickup',
};

const details: readonly (readonly [ParcelStatus, string])[] = [
  ['label_created', 'SHIPMENT_CREATED AWAITING_PICKUP_DROP_OFF ELEC_ADVICE_RECD_BY_CARRIER NOT_YET_RECEIVED_BY_CARRIER'],
  ['picked_up', 'PICKED_UP DROPPED_OFF RECEIVED_BY_CARRIER RECD_BY_CARRIER_NO_ELEC_ADVICE'],
  ['in_transit', 'HUB_SCAN_IN HUB_SCAN_OUT HUB_PROCESSING IN_TRANSIT RECEIVED_LOCAL_DELIVERY_DEPOT SUB_CONTRACTOR_RECEIVED MISROUTED'],
  ['customs', 'CUSTOMS_CLEARED CUSTOMS_PROCESSING HELD_BY_CUSTOMS HELD_BY_CARRIER_FOR_CLEARANCE_PRE_PROCESSING DUTY_NOT_PAID INCORRECT_DECLARATION'],
  ['out_for_delivery', 'OUT_FOR_DELIVERY'],
  ['available_for_pickup', 'AWAITING_COLLECTION_FROM_PICKUP_POINT COLLECT_AT_LOCAL_PO CUSTOMER_TO_COLLECT_FROM_CARRIER DELIVERED_TO_PICKUP_POINT'],
  [
    'attempt_failed',
    'ATTEMPTED_DELIVERY ATTEMPTED_DELIVERY_FINAL CUSTOMER_CARDED NO_ACCESS_TO_RECIPIENTS_ADDRESS CUSTOMER_IDENTIFICATION_FAILED COD_AMOUNT_NOT_PAID',
  ],
  ['exception', 'PICKUP_FAILED PARCEL_DAMAGED PARCEL_DISPOSED ADDRESS_QUERY CUSTOMER_MOVED NOT_DELIVERED UNSPECIFIED_EXCEPTION'],
  ['lost', 'PARCEL_LOST'],
  ['refused', 'REFUSED_BY_CUSTOMER'],
  ['returning', 'RETURN_TO_SENDER'],
  ['returned', 'UNDELIVERABLE_RETURNED_TO_SENDER'],
  ['cancelled', 'CANCELLED'],
  ['expired', 'TRACKING_EXPIRED'],
];

/** By status, by `status/detail`, and by the detail alone as `*` and the detail; of other details the status counts. */
export const codes: Codes = {
  ...statuses,
  ...Object.fromEntries(details.flatMap(([status, words]) => words.split(' ').map((word) => [`*/${word}`, status]))),
};
