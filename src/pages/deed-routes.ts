// The pages on which a customer cancels, disputes a delivery, agrees to disposal or has a repair taken up again. A GET asks; the POST does.
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { perform, read } from '#access/perform.ts';
import { actOnceByLink, reRepairByLink } from '#lookup/act-by-link.ts';
import { evidenceOf } from '#lookup/evidence.ts';
import type { LinkActionInput } from '#lookup/link-decision.ts';
import { DisputeWhat, type LinkedTicket } from '#lookup/link-ticket.ts';
import { sendPage } from '#platform/http/html-page.ts';
import { Locale, text } from '#platform/schema.ts';
import { Problem } from '#problems.ts';
import type { Services } from '#services.ts';
import { refusals } from '#tickets/refusals.ts';
import { type DeedForm, deedPage, offeredOf } from './deed-parts.ts';
import { type Deed, deeds } from './deed-words.ts';
import { LONG_FORM_BYTES, typedText } from './form-text.ts';
import { linkTo } from './frame.ts';
import { pagePen } from './pen.ts';
import { placeOf, Query, refuseElsewhere, wearing } from './place-routes.ts';
import { readPage } from './read-page.ts';

const Form = z.object({
  what: z.string().max(40).default(''),
  text: typedText(4_000),
  textVersion: text(40).optional(),
  locale: Locale.optional(),
});
type Form = z.infer<typeof Form>;

type Asked = LinkActionInput | { action: 'ask-again'; faultReported: string };

/** What the form asks for; null where a word is missing in it. */
function askedBy(deed: Deed, { what, text: words, textVersion, locale }: Form): Asked | null {
  const said = text(1000).safeParse(words);
  switch (deed) {
    case 'cancel': {
      const reason = text(500).safeParse(words);
      if (words !== '' && !reason.success) return null;
      return { action: 'ticket.cancel', ...(reason.success ? { reason: reason.data } : {}) };
    }
    case 'dispute': {
      const how = DisputeWhat.safeParse(what);
      return how.success && said.success ? { action: 'delivery.dispute', what: how.data, details: said.data } : null;
    }
    case 'disposal':
      if (textVersion === undefined || locale === undefined) throw new Problem('validation_failed', 'The form is not the one of the page.');
      return { action: 'disposal.consent', textVersion, locale };
    case 're-repair':
      return said.success ? { action: 'ask-again', faultReported: said.data } : null;
  }
}

/** Why something that is not offered is not. */
function closed(deed: Deed, { status, allowedActions }: LinkedTicket): Problem {
  if (deed === 'dispute' && status === 'delivered') {
    return new Problem('transition_refused', refusals.dispute_too_late, { refusal: 'dispute_too_late' });
  }
  return new Problem('transition_not_allowed', 'This cannot be asked for just now.', { allowedActions });
}

/** Below `/t/:token`, whose routes resolve the link before these run. */
export const deedRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  /** The page that asks; `form` is what was typed. Problems: transition_not_allowed, transition_refused where it is not offered. */
  async function asking(request: FastifyRequest, deed: Deed, form: DeedForm | null) {
    const place = placeOf(request);
    const { ticket, brand, timeZone } = await read(services, request, (inside) => readPage(inside, place.locale));
    if (!offeredOf(ticket).includes(deed)) throw closed(deed, ticket);
    return deedPage(deed, ticket, wearing(place, brand), pagePen(place.locale, timeZone), form);
  }

  for (const deed of deeds) {
    app.route({
      method: 'GET',
      url: `/t/:token/${deed}`,
      config: { access: 'public' },
      schema: { hide: true, querystring: Query },
      handler: async (request, reply) => sendPage(reply, await asking(request, deed, null)) as never,
    });

    app.route({
      method: 'POST',
      url: `/t/:token/${deed}`,
      config: { access: 'public' },
      bodyLimit: LONG_FORM_BYTES,
      schema: { hide: true, querystring: Query, body: Form },
      preValidation: async (request) => refuseElsewhere(request, services.config.PUBLIC_URL),
      handler: async (request, reply) => {
        const asked = askedBy(deed, request.body);
        const { what, text: words } = request.body;
        if (asked === null) return sendPage(reply, await asking(request, deed, { what, text: words }), 400) as never;
        const place = placeOf(request);
        return perform(services, request, reply, async (inside) => {
          if (asked.action === 'ask-again') await reRepairByLink(inside, asked, services.config.PUBLIC_URL);
          else await actOnceByLink(inside, asked, evidenceOf(services.seal, request.ip));
          return { status: 303, body: null, headers: { location: `${linkTo(place, place.path)}#asked` } };
        });
      },
    });
  }
};
