// 404 for what is not served, 405 with Allow for a known path asked with the wrong method.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '#problems.ts';
import { sendProblem } from './error-handler.ts';

const toPattern = (url: string): RegExp => {
  const parts = url.split('/').map((part) => {
    if (part === '*') return '.*';
    return part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(/:\w+/g, '[^/]+');
  });
  return new RegExp(`^${parts.join('/')}$`);
};

/** The page for a person at an unknown address; null: the problem document. */
export type UnknownPage = (request: FastifyRequest, reply: FastifyReply, problem: Problem) => FastifyReply | null;

/** Remembers the routes as they are registered; call it before any of them. */
export function answerUnknownRoutes(app: FastifyInstance, page: UnknownPage): void {
  const known = new Map<string, { pattern: RegExp; methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method }) => {
    const entry = known.get(url) ?? { pattern: toPattern(url), methods: new Set<string>() };
    for (const name of [method].flat()) entry.methods.add(name);
    known.set(url, entry);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const methods = new Set([...known.values()].filter((entry) => entry.pattern.test(path)).flatMap((entry) => [...entry.methods]));
    if (methods.size === 0 || methods.has(request.method)) {
      const unknown = new Problem('not_found', 'Nothing is served under this address.');
      return page(request, reply, unknown) ?? sendProblem(request, reply, unknown);
    }
    const allow = [...methods].toSorted().join(', ');
    return sendProblem(request, reply, new Problem('method_not_allowed', `Use ${allow}.`, { headers: { allow } }));
  });
}
