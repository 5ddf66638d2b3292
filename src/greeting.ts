// What a person reads once `npm start` is up: where it is, with which keys, and what to try.
import type { Config } from '#config.ts';
import type { Demo } from './seed.ts';

interface Facts {
  config: Config;
  port: number;
  opsPort: number;
  /** Folder of the embedded server, or host of the other. */
  where: string;
  demo: Demo | null;
  seconds: number;
}

const line = (name: string, value: string): string => `  ${name.padEnd(17)}${value}`;

/** The text, ready to print. */
export function greeting({ config, port, opsPort, where, demo, seconds }: Facts): string {
  const at = `http://${config.HOST === '127.0.0.1' || config.HOST === '0.0.0.0' ? 'localhost' : config.HOST}:${port}`;
  const lines = [
    '',
    `Glassbench is up, ${seconds.toFixed(1)} s after its start.`,
    '',
    line('API', at),
    line('Reference', `${at}/docs`),
    line('Health, metrics', `http://localhost:${opsPort}/readyz  /metrics`),
    line('Database', where),
    line('Queue', config.REDIS_URL === undefined ? 'PostgreSQL' : 'Redis'),
    line('Mail', config.SMTP_URL === undefined ? 'kept in the deliveries resource (set SMTP_URL to send it)' : 'SMTP'),
  ];
  if (demo !== null) {
    lines.push('', `Keys of the demo brand ${demo.brand.name} (${demo.brand.id}); they are kept in demo.json in the data folder:`, '');
    for (const { name, key } of demo.keys) lines.push(line(name, key));
    lines.push('', 'Serials to try, as a stranger with no key:', '');
    for (const { serial, what } of demo.serials) lines.push(`  curl ${at}/v1/lookup/${serial}   # ${what}`);
    const [first] = demo.serials;
    if (first !== undefined) {
      lines.push('', 'And with the code from the receipt, as its owner:', '');
      const body = JSON.stringify({ identifier: first.serial, proof: { ticketCode: first.code } });
      lines.push(`  curl ${at}/v1/lookup -H 'content-type: application/json' -d '${body}'`);
    }
  }
  lines.push('', 'Ctrl-C stops it.', '');
  return `${lines.join('\n')}\n`;
}
