// Answers what node's HTTP parser refuses before there is a request: garbage, oversized headers, bytes that come too slowly.
import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionError } from 'fastify';
import { STATUS_CODES } from '#platform/node-http.ts';
import { Problem } from '#problems.ts';
import { PROBLEM_TYPE, problemDocument } from './problem-document.ts';

function problemOf(error: ConnectionError): Problem {
  switch (error.code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Problem('request_timeout', 'Send the head of a request within 15 seconds, a file within two minutes.');
    case 'HPE_HEADER_OVERFLOW':
      return new Problem('headers_too_large', 'Send at most 16 kB of headers.');
    default:
      return new Problem('malformed_request', 'This is not an HTTP request.');
  }
}

/** Connections that were answered past the request that is in progress on them, and how. */
const answered = new WeakMap<Socket, number>();

/** What a connection was answered by itself; undefined where it was not. */
export const answeredOn = (socket: Socket): number | undefined => answered.get(socket);

/** Fastify's clientErrorHandler: one problem document, then the connection ends. */
export function clientErrorHandler(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = problemOf(error);
  const body = JSON.stringify(problemDocument(problem, randomUUID()));
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'connection: close',
  ];
  // Whose line ends in the middle of a request has most likely hung up, and reads nothing of it.
  if (error.code !== 'HPE_INVALID_EOF_STATE') answered.set(socket, problem.status);
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** Node answers an Expect it does not know with an empty 417. */
export function answerExpectations(server: Server): void {
  server.on('checkExpectation', (_request, response) => {
    const problem = new Problem('malformed_request', 'Expect takes nothing but 100-continue.');
    const body = JSON.stringify(problemDocument(problem, randomUUID()));
    const headers = { 'content-type': PROBLEM_TYPE, 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store', connection: 'close' };
    response.writeHead(problem.status, headers).end(body);
  });
}
