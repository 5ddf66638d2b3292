// Bare HTTP/1.1 over sockets of our own: one call at a time on each, nothing repeated, and as little work as can be, for what calls must not be
// slower than what is called.
import { connect, type Socket } from 'node:net';

/** An answer as it came over the wire; the status is 0 where the line broke first. */
export interface Answer {
  status: number;
  /** Head and body as latin1. */
  text: string;
}

const HEAD_END = '\r\n\r\n';

/** Whether head and body are all there. */
function whole(text: string): boolean {
  const head = text.indexOf(HEAD_END);
  if (head === -1) return false;
  const length = /^content-length: (\d+)/im.exec(text.slice(0, head))?.[1];
  return length === undefined || text.length >= head + HEAD_END.length + Number(length);
}

/** Lines to one port of loopback. */
export interface Lines {
  /** Calls on a line that is free, or on a new one; false where all that may be are busy. */
  call(request: string, answered: (answer: Answer) => void): boolean;
  open(): number;
  close(): void;
}

/** Opens none yet; `most` at once. `freed` hears when a line can be called on again. */
export function openLines(port: number, most: number, freed: () => void): Lines {
  const free: Line[] = [];
  let open = 0;

  class Line {
    readonly #socket: Socket;
    #text = '';
    #answered: ((answer: Answer) => void) | null = null;

    constructor() {
      open += 1;
      this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
      this.#socket.setEncoding('latin1').on('data', (piece: string) => this.#heard(piece));
      this.#socket.on('error', () => undefined);
      this.#socket.on('close', () => this.#ended());
    }

    say(request: string, answered: (answer: Answer) => void): void {
      this.#answered = answered;
      this.#socket.write(request, 'latin1');
    }

    end(): void {
      this.#socket.destroy();
    }

    #heard(piece: string): void {
      this.#text += piece;
      if (!whole(this.#text)) return;
      const text = this.#text;
      const answered = this.#answered;
      this.#text = '';
      this.#answered = null;
      if (/^connection: close/im.test(text.slice(0, text.indexOf(HEAD_END)))) this.end();
      else free.push(this);
      answered?.({ status: Number(text.slice(9, 12)), text });
      freed();
    }

    #ended(): void {
      open -= 1;
      const place = free.indexOf(this);
      if (place !== -1) free.splice(place, 1);
      const answered = this.#answered;
      this.#answered = null;
      answered?.({ status: 0, text: '' });
      freed();
    }
  }

  return {
    call(request, answered) {
      const line = free.pop() ?? (open < most ? new Line() : null);
      line?.say(request, answered);
      return line !== null;
    },
    open: () => open,
    close() {
      for (const line of free.splice(0)) line.end();
    },
  };
}
