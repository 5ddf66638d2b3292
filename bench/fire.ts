// Process: fires requests at a server and prints what it measured; apart, so that it does not share a thread with anyone.
import autocannon from 'autocannon';

/** What to fire: sent as one JSON argument. */
export interface Volley {
  url: string;
  connections: number;
  seconds: number;
  paths: string[];
}

/** What came of it: requests per second, milliseconds. */
export interface Measured {
  perSecond: number;
  p50: number;
  p99: number;
  failed: number;
}

if (import.meta.main) {
  const { url, connections, seconds, paths } = JSON.parse(process.argv[2] ?? '{}') as Volley;
  const result = await autocannon({ url, connections, duration: seconds, requests: paths.map((path) => ({ method: 'GET', path })) });
  const measured: Measured = {
    perSecond: Math.round(result.requests.average),
    p50: result.latency.p50,
    p99: result.latency.p99,
    failed: result.errors + result.timeouts + result.non2xx,
  };
  console.log(JSON.stringify(measured));
}
