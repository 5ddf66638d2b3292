// Every route of the contract that takes an id answers another tenant's id as if there were no such thing.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp, type TestBrand } from '../../support/app.ts';

interface Operation {
  operationId: string;
  security: unknown[];
  parameters?: { name?: string; in?: string }[];
  requestBody?: { content: { 'application/json': { schema: { $ref: string } } } };
}
interface Contract {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { example?: unknown }> };
}

let t: TestApp;
let other: TestBrand;
let contract: Contract;
let foreign: Record<string, string>;

const exampleOf = (operation: Operation): object | undefined => {
  const name = operation.requestBody?.content['application/json'].schema.$ref.split('/').at(-1);
  return name === undefined ? undefined : (contract.components.schemas[name]?.example as object);
};

const bodyOf = (operationId: string): object => {
  const all = Object.values(contract.paths).flatMap((item) => Object.values(item));
  const operation = all.find((candidate) => candidate.operationId === operationId);
  return (operation && exampleOf(operation)) ?? {};
};

beforeAll(async () => {
  t = await startApp({ WEBHOOKS_TO_PRIVATE: 'true' });
  other = await t.addBrand();
  contract = t.app.swagger() as unknown as Contract;

  const make = async (key: string, url: string, payload: object): Promise<Record<string, unknown>> => {
    const response = await t.call(key, { method: 'POST', url, payload });
    expect(response.statusCode, `${url} ${response.body}`).toBe(201);
    return response.json() as Record<string, unknown>;
  };
  const { centerId: _, ...ticketBody } = bodyOf('openTicket') as Record<string, unknown>;
  const ticket = await make(other.keys.center, '/v1/tickets', { ...ticketBody, returnMethod: 'ship' });
  const shipment = await make(other.keys.center, `/v1/tickets/${String(ticket['id'])}/shipments`, bodyOf('createShipment'));
  const endpoint = await make(other.keys.brand, '/v1/webhook-endpoints', bodyOf('openWebhookEndpoint'));
  const key = await make(other.keys.brand, '/v1/keys', { kind: 'courier', name: 'Theirs' });
  const deliveries = (await t.call(other.keys.brand, { url: '/v1/deliveries' })).json() as { data: { id: string }[] };
  foreign = {
    brandId: other.brandId,
    centerId: other.centerId,
    ticketId: String(ticket['id']),
    shipmentId: String(shipment['id']),
    endpointId: String((endpoint['endpoint'] as { id?: string } | undefined)?.id ?? endpoint['id']),
    keyId: String(key['id']),
    deliveryId: String(deliveries.data[0]?.id),
  };
});
afterAll(() => t.close());

it('answers 404, or 403 where the key may not call at all, to every other tenant’s id', async () => {
  const hidden: string[] = [];
  for (const [path, item] of Object.entries(contract.paths)) {
    if (!path.includes('{') || Object.values(item)[0]?.security.length === 0) continue;
    const url = path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => {
      expect(foreign, `a foreign id for ${path}`).toHaveProperty(name);
      return foreign[name] ?? '';
    });
    for (const [method, operation] of Object.entries(item)) {
      const payload = exampleOf(operation);
      for (const [kind, key] of Object.entries(t.keys)) {
        const headers = { 'if-match': '"v1"' };
        const options = { method: method.toUpperCase() as 'GET', url, headers, ...(payload === undefined ? {} : { payload }) };
        const response = await t.call(key, options);
        expect([403, 404], `${kind}: ${method} ${url} ${response.body}`).toContain(response.statusCode);
        if (response.statusCode === 404) hidden.push(operation.operationId);
        for (const id of Object.values(foreign)) expect(response.body).not.toContain(id);
      }
    }
  }
  const taking = Object.entries(contract.paths).filter(([path, item]) => path.includes('{') && Object.values(item)[0]?.security.length !== 0);
  const operations = taking.flatMap(([, item]) => Object.values(item).map((operation) => operation.operationId));
  // Each of them was reached by at least one kind of key: a 403 alone would prove nothing.
  expect([...new Set(hidden)].toSorted()).toEqual(operations.toSorted());
});

it('lists nothing of another tenant', async () => {
  for (const [path, { get }] of Object.entries(contract.paths)) {
    if (get === undefined || path.includes('{')) continue;
    for (const [kind, key] of Object.entries(t.keys)) {
      const response = await t.call(key, { url: path });
      expect([200, 400, 403], `${kind}: ${path} ${response.body}`).toContain(response.statusCode);
      for (const id of Object.values(foreign)) expect(response.body, path).not.toContain(id);
    }
  }
});
