// R14: what the service depends on becomes slow or silent, one after the other: nobody waits too long, no pool loses a connection, and what was
// put off is done afterwards.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Conclusion, concluded, loadOn } from '../chaos/conclude.ts';
import { type Detours, openPlant, type Plant } from '../chaos/plant.ts';
import { openSlowLine, type SlowLine, type Weather } from '../slow-line.ts';
import { until } from '../until.ts';

/** One dependency in one weather. */
export interface BrownOut {
  on: string;
  weather: string;
  seconds: number;
  calls: number;
  answers: Record<string, number>;
  /** Milliseconds of the call that took longest, of writers and of readers. */
  slowest: number;
  /** From fair weather to the first call that is answered well, and to a process whose pools are as before. */
  backMs: number;
  poolsBackMs: number;
}

/** What the brown-outs came to. */
export interface BrownOutFigures extends Conclusion {
  seed: number;
  brownOuts: BrownOut[];
}

type Line = 'PostgreSQL' | 'Redis' | 'SMTP' | 'partner';

/** A plant with a line before everything it depends on. */
export interface TroubledPlant {
  plant: Plant;
  lines: Partial<Record<Line, SlowLine>>;
  close(): Promise<void>;
}

/** Opens one; calls are counted in Redis where there is one, so that it stands in the way of every call. */
export async function openTroubled(backend: 'redis' | 'postgres'): Promise<TroubledPlant> {
  const lines: TroubledPlant['lines'] = {};
  const by = (line: Line) => async (url: string) => {
    const there = new URL(url);
    const opened = await openSlowLine(Number(there.port));
    lines[line] = opened;
    there.port = String(opened.port);
    return there.href.replace(/\/$/, '');
  };
  const detours: Detours = { databaseUrl: by('PostgreSQL'), redisUrl: by('Redis'), smtpUrl: by('SMTP'), webhookUrl: by('partner') };
  const plant = await openPlant(backend, { RATE_LIMITS: 'true' }, detours);
  return {
    plant,
    lines,
    async close() {
      for (const line of Object.values(lines)) line.weather('fair');
      await plant.close();
      for (const line of Object.values(lines)) await line.close();
    },
  };
}

const BACK_MS = 60_000;

/** Connections that are neither idle nor closed, and callers that wait, over these processes; null where one does not answer. */
async function busyIn(processes: Plant['apis']): Promise<number | null> {
  let busy = 0;
  for (const { opsUrl } of processes) {
    const text = await fetch(`${opsUrl}/metrics`, { signal: AbortSignal.timeout(3_000) }).then(
      (answer) => answer.text(),
      () => null,
    );
    if (text === null) return null;
    for (const [, value] of text.matchAll(/^glassbench_db_connections\{[^}]*state="(?:busy|waiting)"[^}]*\} (\d+)/gm)) busy += Number(value);
  }
  return busy;
}

const nameOf = (weather: Weather): string => (typeof weather === 'object' ? `slow by ${weather.slowMs} ms` : weather);

/** Plays every line in every weather for so long; `calm` is the time between two. */
export async function playBrownOuts(
  { plant, lines }: TroubledPlant,
  {
    seed,
    writers,
    ms,
    weathers,
    only,
    tell,
  }: { seed: number; writers: number; ms: number; weathers: readonly Weather[]; only?: readonly Line[]; tell(text: string): void },
): Promise<BrownOutFigures> {
  const { apis } = plant;
  let seen: { ms: number; answer: string }[] = [];
  const onCall = (took: number, answer: string): void => void seen.push({ ms: took, answer });
  const load = loadOn(plant, { name: 'browned', writers, seed, pauseMs: 100, patienceMs: 20_000, onCall });
  let reading = true;
  /** Reads as people do: health, a ticket, and what the public may ask. */
  const reader = async (path: () => string): Promise<void> => {
    for (let nth = 0; reading; nth += 1) {
      const began = performance.now();
      const url = `${apis[nth % apis.length]?.baseUrl}${path()}`;
      const answer = await fetch(url, { headers: { authorization: `Bearer ${plant.key}` }, signal: AbortSignal.timeout(20_000) }).then(
        async (response) => `read ${response.status} ${(await response.text()) === '' ? 'empty' : ''}`.trim(),
        (error: Error) => `read ${error.name}`,
      );
      onCall(performance.now() - began, answer);
      await sleep(200);
    }
  };
  const readers = [reader(() => '/readyz'), reader(() => `/v1/tickets/${load.tickets.at(-1)?.ticketId ?? 'tkt_none'}`)];
  const brownOuts: BrownOut[] = [];
  await until(() => load.acknowledged() > writers, BACK_MS);
  for (const [on, line] of Object.entries(lines) as [Line, SlowLine][]) {
    if (only !== undefined && !only.includes(on)) continue;
    for (const weather of weathers) {
      seen = [];
      line.weather(weather);
      await sleep(ms);
      line.weather('fair');
      const cleared = performance.now();
      const before = load.acknowledged();
      await until(
        () => load.acknowledged() > before,
        BACK_MS,
        () => `${load.acknowledged() - before} calls after ${on} ${nameOf(weather)}`,
      );
      const backMs = performance.now() - cleared;
      // There is load: an API has as many connections busy as calls in progress, and no more. What workers keep is looked at in the end.
      await until(
        async () => ((await busyIn(apis)) ?? Infinity) <= writers + readers.length,
        BACK_MS,
        () => `pools that stay busy after ${on} ${nameOf(weather)}`,
      );
      const poolsBackMs = performance.now() - cleared;
      const answers = Object.fromEntries(
        Map.groupBy(seen, ({ answer }) => answer)
          .entries()
          .map(([answer, all]) => [answer, all.length]),
      );
      const found = {
        on,
        weather: nameOf(weather),
        seconds: ms / 1000,
        calls: seen.length,
        answers,
        slowest: Math.max(...seen.map((one) => one.ms)),
      };
      brownOuts.push({ ...found, backMs, poolsBackMs });
      tell(JSON.stringify(brownOuts.at(-1)));
    }
  }
  reading = false;
  await Promise.all(readers);
  const conclusion = await concluded(plant, load, tell);
  await until(
    async () => (await busyIn([...apis, ...plant.workers])) === 0,
    BACK_MS,
    () => 'busy connections in processes that do nothing',
  );
  return { seed, brownOuts, ...conclusion };
}
