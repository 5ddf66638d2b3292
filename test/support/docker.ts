// Whether a Docker engine answers on this machine: then the suites take their servers from containers.
import { existsSync } from 'node:fs';
import { request } from 'node:http';

const SOCKET = '/var/run/docker.sock';

function address(): { socketPath: string } | { host: string; port: string } | null {
  const named = process.env.DOCKER_HOST;
  if (named === undefined || named === '') return existsSync(SOCKET) ? { socketPath: SOCKET } : null;
  const url = new URL(named);
  return url.protocol === 'unix:' ? { socketPath: url.pathname } : { host: url.hostname, port: url.port || '2375' };
}

/** True where an engine answers its ping within two seconds. */
export function dockerAnswers(): Promise<boolean> {
  const target = address();
  if (target === null) return Promise.resolve(false);
  return new Promise((resolve) => {
    const call = request({ ...target, path: '/_ping', timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.once('error', () => resolve(false));
    call.once('timeout', () => call.destroy());
    call.end();
  });
}
