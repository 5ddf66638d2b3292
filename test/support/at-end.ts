// What a program has started ends with it, also where the program is told to end in the middle of its work: nobody else would end it.
import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { findSetpriv } from '#platform/db/embedded.ts';

type End = () => unknown;
const ends = new Set<End>();

/** Has this done before the program ends because it was told to, the newest first. Answers how to leave that: it has been done already. */
export function atEnd(end: End): () => void {
  ends.add(end);
  return () => void ends.delete(end);
}

/** Kills the process before the program ends because it was told to. */
export function endsWithUs<C extends ChildProcess>(child: C): C {
  const leave = atEnd(
    () =>
      new Promise<void>((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  );
  child.once('exit', leave);
  return child;
}

/** How to start a program so that it is killed with us even where we are killed, which runs no hook: Linux alone can. */
export function boundToUs(program: string, args: readonly string[]): [program: string, args: string[]] {
  const setpriv = findSetpriv();
  return setpriv === undefined ? [program, [...args]] : [setpriv, ['--pdeathsig', 'KILL', program, ...args]];
}

/** Also what is started meanwhile: nothing is left when it resolves. */
async function endAll(): Promise<void> {
  for (let end = [...ends].at(-1); end !== undefined; end = [...ends].at(-1)) {
    ends.delete(end);
    try {
      await end();
    } catch (error) {
      console.error(error);
    }
  }
}

/**
 * From now on one SIGTERM or SIGINT ends everything that was started, and then the program; an error that nobody has caught does too.
 * `asked`: hears of a SIGTERM first and answers whether the program now comes to its end by itself.
 */
export function endWhenTold(asked: () => boolean = () => false): void {
  let ending = false;
  const end = (code: number): void => {
    if (ending) return;
    ending = true;
    void endAll().finally(() => process.exit(code));
  };
  process.on('SIGINT', () => end(128 + constants.signals.SIGINT));
  process.on('SIGTERM', () => {
    if (!asked()) end(128 + constants.signals.SIGTERM);
  });
  process.on('uncaughtException', (error) => {
    // What is ended makes calls fail that were under way.
    if (!ending) console.error(error);
    end(1);
  });
}
