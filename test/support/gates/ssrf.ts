// S5: every spelling of "inside" that a partner could give us, as an address, behind a name, behind a redirect: nothing is connected to.
import { type AddressInfo, createServer, type Server } from 'node:net';
import { buildConnector } from 'undici';
import type { SendResult } from '#notifications/channels/channel.ts';
import { openWebhook } from '#notifications/channels/webhook.ts';
import { isPublic } from '#platform/public-address.ts';
import { SECRET } from '../sender.ts';
import { startReceiver, status } from '../webhook-receiver.ts';

/** Addresses that are not the internet's. */
export const inside = [
  ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '100.64.0.1', '100.127.255.254', '127.0.0.1', '127.1.2.3', '169.254.169.254'],
  ...['172.16.0.1', '172.31.255.255', '192.0.0.8', '192.0.2.1', '192.168.0.1', '198.18.0.1', '198.51.100.7', '203.0.113.9', '224.0.0.1'],
  ...['239.255.255.255', '240.0.0.1', '255.255.255.255'],
  ...[
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:0:10.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b::a00:1',
    '64:ff9b:1::a00:1',
  ],
  ...['100::1', '2001::1', '2001:0:7f00:1::', '2001:db8::1', '2001:10::1', '2001:20::1', '2002:7f00:1::', '2002:a00:1::', '2002:c0a8:1::1'],
  ...['fc00::1', 'fd00:ec2::254', 'fe80::1', 'febf::1', 'fec0::1', 'ff02::1', 'ff0e::1', '3fff::1', '5f00::1'],
];

/** Hosts as they can be written in an address: octal, hex, decimal, short, with dots of other scripts, trailing dots and escapes. */
export const hosts = [
  ...['127.0.0.1', '127.1', '127.0.1', '2130706433', '0x7f000001', '0x7f.0.0.1', '0177.0.0.1', '0x7f.1', '017700000001', '127.0.0.1.', '0177.1'],
  ...['①②⑦.⓪.⓪.①', '127。0。0。1', '127．0．0．1', '127｡0｡0｡1', '１２７.0.0.1', '%31%32%37.0.0.1', '127.0.0.%31', '0x7F.0X0.0.1'],
  ...['0', '0.0.0.0', '00.0.0.0', '10.0.0.1', '0xa000001', '012.0.0.1', '167772161', '10.1', '169.254.169.254', '0xa9fea9fe', '2852039166'],
  ...['0xa9.0xfe.0xa9.0xfe', '0251.0376.0251.0376', '169.254.43518', '192.168.1.1', '3232235777', '0xc0a80101', '192.168.257', '172.16.0.1'],
  ...['localhost', 'LOCALHOST', 'localhost.', 'a.localhost', 'a.b.localhost.', '%6c%6f%63%61%6c%68%6f%73%74', 'ｌｏｃａｌｈｏｓｔ', 'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ'],
  ...['100.64.0.1', '198.18.0.1', '255.255.255.255', '224.0.0.1'],
  ...[
    '[::1]',
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    '[0000::0001]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::FFFF:7F00:0001]',
    '[0:0:0:0:0:ffff:127.0.0.1]',
  ],
  ...[
    '[::127.0.0.1]',
    '[::ffff:0:127.0.0.1]',
    '[64:ff9b::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[64:ff9b:1::7f00:1]',
    '[2002:7f00:1::]',
    '[2002:a9fe:a9fe::]',
  ],
  ...['[2001:0:7f00:1::]', '[fe80::1]', '[fd00::1]', '[fd00:ec2::254]', '[fec0::1]', '[ff02::1]'],
];

/** What came of it. */
export interface SsrfFigures {
  spellings: number;
  names: number;
  redirects: number;
  /** Made to our own listeners; none is allowed. */
  connections: number;
  /** Tried, to addresses that are not public; none is allowed. */
  dialsInside: number;
  /** Calls that did not end as dead letters before a connection, by address. */
  wrong: string[];
}

async function listening(host: string, connections: { count: number }): Promise<Server | null> {
  const server = createServer((socket) => {
    connections.count += 1;
    socket.destroy();
  });
  const listens = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(0, host, () => resolve(true));
  });
  return listens ? server : null;
}

/** Tries them all. Names are resolved by a stand-in that lies; connections to what it says are counted and not made. */
export async function playSsrf(): Promise<SsrfFigures> {
  const connections = { count: 0 };
  const servers = (await Promise.all(['0.0.0.0', '::'].map((host) => listening(host, connections)))).filter((server) => server !== null);
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  const dialed: string[] = [];
  const wrong: string[] = [];
  const real = buildConnector({ timeout: 2_000 });
  const asked = new Map<string, number>();
  const answers: Record<string, (time: number) => string[]> = {
    // DNS rebinding: public when it is looked at, inside when it is called; and the other way round.
    'rebind.example': (time) => (time % 2 === 1 ? ['93.184.215.14'] : ['127.0.0.1']),
    'rebind-back.example': (time) => (time % 2 === 0 ? ['93.184.215.14'] : ['10.0.0.1']),
    'mixed.example': () => ['93.184.215.14', '127.0.0.1'],
    'mixed6.example': () => ['2606:2800:21f:cb07::1', '::1'],
    'none.example': () => [],
  };
  for (const [index, address] of inside.entries()) answers[`inside-${index}.example`] = () => [address];
  const channel = openWebhook(
    { WEBHOOKS_TO_PRIVATE: false },
    {
      resolve(name) {
        const time = (asked.get(name) ?? 0) + 1;
        asked.set(name, time);
        return Promise.resolve((answers[name]?.(time) ?? ['127.0.0.1']).map((address) => ({ address })));
      },
      dial(options, callback) {
        dialed.push(options.hostname);
        // A public address is not called from here; one inside would be, so that it is counted.
        if (isPublic(options.hostname)) callback(Object.assign(new Error('not from here'), { code: 'ECONNREFUSED' }), null);
        else real(options, callback);
      },
    },
  );
  const post = (url: string): Promise<SendResult> => channel.send({ kind: 'post', id: 'msg_ssrf', url, secrets: [SECRET], body: '{}' });
  const refused = async (url: string): Promise<void> => {
    const result = await post(url);
    if (result.outcome !== 'dead' || !result.reason.startsWith('address_')) wrong.push(`${url}: ${JSON.stringify(result)}`);
  };
  let spellings = 0;
  for (const port of ports) {
    for (const host of hosts) {
      spellings += 1;
      await refused(`https://${host}:${port}/hook`);
    }
  }
  for (const userinfo of ['127.0.0.1@', 'user:pass@', 'partner.example@127.0.0.1:80@', '%40@'])
    await refused(`https://${userinfo}partner.example:${ports[0]}/`);
  for (const scheme of ['http', 'ftp', 'file', 'gopher', 'ws']) await refused(`${scheme}://127.0.0.1:${ports[0]}/`);
  const names = Object.keys(answers);
  for (const name of names) {
    for (let time = 0; time < 4; time += 1) {
      const before = dialed.length;
      const result = await post(`https://${name}:${ports[0]}/`);
      const called = dialed.slice(before);
      if (called.length > 1 || !called.every(isPublic)) wrong.push(`${name} dialed ${called.join(', ')}`);
      if (called.length === 0 && result.outcome === 'sent') wrong.push(`${name} sent without a connection`);
    }
    // Resolved once for each connection: what was checked is what is called.
    if ((asked.get(name) ?? 0) !== 4) wrong.push(`${name} was resolved ${asked.get(name)} times for 4 calls`);
  }
  await channel.close();
  const redirects = await playRedirects(ports[0] ?? 0, wrong);
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  const dialsInside = dialed.filter((address) => !isPublic(address)).length;
  return { spellings, names: names.length, redirects, connections: connections.count, dialsInside, wrong };
}

async function playRedirects(port: number, wrong: string[]): Promise<number> {
  const receiver = await startReceiver();
  const channel = openWebhook({ WEBHOOKS_TO_PRIVATE: true });
  const codes = [300, 301, 302, 303, 307, 308];
  for (const code of codes) {
    receiver.answer(`/${code}`, status(code, { location: `http://127.0.0.1:${port}/` }));
    const result = await channel.send({ kind: 'post', id: 'msg_away', url: `${receiver.url}/${code}`, secrets: [SECRET], body: '{}' });
    if (result.outcome !== 'dead' || result.reason !== 'redirect_not_followed') wrong.push(`${code}: ${JSON.stringify(result)}`);
  }
  await channel.close();
  await receiver.close();
  return codes.length;
}
