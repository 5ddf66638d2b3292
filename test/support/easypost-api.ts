// EasyPost's list of trackers as its documentation has it (docs.easypost.com/docs/trackers), on a port of this machine.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The server: what it is asked, and what it answers. */
export interface EasypostApi {
  url: string;
  /** Waybills in the order in which they were asked for, with the time of day in ms. */
  asked: { waybill: string; at: number }[];
  /** A tracker by waybill, newest first where a code was used again. */
  trackers: Map<string, object[]>;
  /** Takes the place of the answer while it is set. */
  instead: { status: number; headers?: Record<string, string>; body?: string } | 'hang up' | null;
  close(): Promise<void>;
}

const problem = (code: string, message: string): string => JSON.stringify({ error: { code, message, errors: [] } });

/** Starts it; it takes this API key only. */
export async function openEasypostApi(apiKey: string): Promise<EasypostApi> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://here');
    const answer = (status: number, body: string, headers: Record<string, string> = {}) =>
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers }).end(body);
    if (request.headers.authorization !== `Basic ${Buffer.from(`${apiKey}:`).toString('base64')}`) {
      return answer(401, problem('APIKEY.INACTIVE', 'This api key is no longer active.'));
    }
    if (request.method !== 'GET' || pathname !== '/v2/trackers')
      return answer(404, problem('NOT_FOUND', 'The requested resource could not be found.'));
    const waybill = searchParams.get('tracking_code') ?? '';
    api.asked.push({ waybill, at: performance.now() });
    if (api.instead === 'hang up') return request.destroy();
    if (api.instead !== null) return answer(api.instead.status, api.instead.body ?? '{}', api.instead.headers);
    const found = (api.trackers.get(waybill) ?? []).slice(0, Number(searchParams.get('page_size') ?? 20));
    return answer(200, JSON.stringify({ trackers: found, has_more: false }));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const api: EasypostApi = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    trackers: new Map(),
    instead: null,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
  return api;
}
