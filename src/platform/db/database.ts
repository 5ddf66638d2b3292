// The tables and columns as PostgreSQL holds them, written by hand; a test compares them with the migrated database.
import type { ApiKeys, Brands, IdempotencyKeys, Installation, KeyRing, ServiceCenters } from './tables/access.ts';
import type { Alerts, Clocks, Files, Holds, Policies, Promises, StorageLedgers } from './tables/bench.ts';
import type { FaceHosts, Faces, Logos, Looks, PageHosts } from './tables/looks.ts';
import type { LinkRing, LookupFailures, PublicProgress } from './tables/lookup.ts';
import type {
  CarrierAccountRing,
  CarrierAccounts,
  Claims,
  FurtherWaybills,
  OrphanParcels,
  Shipments,
  ShipmentTickets,
  TrackingEvents,
} from './tables/mail-in.ts';
import type {
  DeliveryAttempts,
  FormerAddresses,
  Lanes,
  Outbox,
  ReceiptRing,
  Replays,
  StoppedAddresses,
  WebhookEndpoints,
} from './tables/notifications.ts';
import type { BrandTexts, Surveys } from './tables/texts.ts';
import type { Contacts, DeviceIdentifiers, Devices, Notes, PartLines, Quotes, TicketEvents, Tickets } from './tables/tickets.ts';

/** Every table and view of the application, by name. */
export interface Database {
  installation: Installation;
  brands: Brands;
  service_centers: ServiceCenters;
  api_keys: ApiKeys;
  idempotency_keys: IdempotencyKeys;
  contacts: Contacts;
  devices: Devices;
  device_identifiers: DeviceIdentifiers;
  tickets: Tickets;
  ticket_events: TicketEvents;
  notes: Notes;
  quotes: Quotes;
  part_lines: PartLines;
  promises: Promises;
  holds: Holds;
  clocks: Clocks;
  storage_ledgers: StorageLedgers;
  policies: Policies;
  alerts: Alerts;
  files: Files;
  brand_texts: BrandTexts;
  surveys: Surveys;
  carrier_accounts: CarrierAccounts;
  shipments: Shipments;
  shipment_tickets: ShipmentTickets;
  further_waybills: FurtherWaybills;
  claims: Claims;
  orphan_parcels: OrphanParcels;
  tracking_events: TrackingEvents;
  webhook_endpoints: WebhookEndpoints;
  lanes: Lanes;
  outbox: Outbox;
  delivery_attempts: DeliveryAttempts;
  replays: Replays;
  stopped_addresses: StoppedAddresses;
  former_addresses: FormerAddresses;
  lookup_failures: LookupFailures;
  public_progress: PublicProgress;
  key_ring: KeyRing;
  carrier_account_ring: CarrierAccountRing;
  link_ring: LinkRing;
  receipt_ring: ReceiptRing;
  looks: Looks;
  page_hosts: PageHosts;
  faces: Faces;
  face_hosts: FaceHosts;
  logos: Logos;
}
