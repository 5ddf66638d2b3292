// S5 by hand: every spelling, name and redirect that leads inside, and how many connections came of them.
import { playSsrf } from '../test/support/gates/ssrf.ts';
import { record } from './support.ts';

const figures = await playSsrf();
console.log(JSON.stringify(figures));
const { spellings, names, redirects, connections, dialsInside, wrong } = figures;
record(
  'SSRF',
  'node bench/ssrf.ts',
  `${spellings} spellings of addresses inside, ${names} names of a resolver that lies (rebinding, mixed answers), ${redirects} redirects:
**${connections} connections** to listeners on all addresses of this machine, ${dialsInside} tried, ${wrong.length} calls that did not end as refused.`,
);
process.exit(connections === 0 && dialsInside === 0 && wrong.length === 0 ? 0 : 1);
